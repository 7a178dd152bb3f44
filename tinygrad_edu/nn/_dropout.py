"""Dropout as a layer: active while training, nothing in evaluation.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
"""

from __future__ import annotations

from tinygrad_edu.api._reading import named_as
from tinygrad_edu.nn import functional
from tinygrad_edu.nn._of_function import WithSettings
from tinygrad_edu.nn.functional._dropout import check_probability

__all__ = ["AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"]


class _Dropping(WithSettings):
    """What drops with probability `p`, and says both of its settings."""

    p: float = 0.5
    inplace: bool = False

    def __post_init__(self) -> None:
        named_as(type(self).__name__)(check_probability)(self.p)

    def extra_repr(self) -> str:
        """The settings, ``inplace`` too if it isn't so."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropping):
    """While training, sets each value to 0 with probability `p` and divides the others by ``1 - p``.

    Args:
        p: The probability, from 0 to 1.
        inplace: Write the result into the input itself.

    Raises:
        ValueError: If `p` isn't a probability.

    >>> layer = tg.nn.Dropout(0.2)
    >>> layer.eval()(tg.ones(3))
    tensor([1., 1., 1.])
    """

    function = staticmethod(functional.dropout)


class Dropout1d(_Dropping):
    """While training, sets whole channels of sequences to 0 with probability `p`, and divides the others by ``1 - p``.

    Args:
        p: The probability, from 0 to 1.
        inplace: Write the result into the input itself.

    Raises:
        ValueError: If `p` isn't a probability.

    >>> tg.nn.Dropout1d(0.2).eval()(tg.ones(3, 2)).sum()
    tensor(6.)
    """

    function = staticmethod(functional.dropout1d)


class Dropout2d(_Dropping):
    """While training, sets whole channels of images to 0 with probability `p`, and divides the others by ``1 - p``.

    Args:
        p: The probability, from 0 to 1.
        inplace: Write the result into the input itself.

    Raises:
        ValueError: If `p` isn't a probability.

    >>> tg.nn.Dropout2d(0.2).eval()(tg.ones(1, 3, 2, 2)).sum()
    tensor(12.)
    """

    function = staticmethod(functional.dropout2d)


class Dropout3d(_Dropping):
    """While training, sets whole channels of volumes to 0 with probability `p`, and divides the others by ``1 - p``.

    Args:
        p: The probability, from 0 to 1.
        inplace: Write the result into the input itself.

    Raises:
        ValueError: If `p` isn't a probability.

    >>> tg.nn.Dropout3d(0.2).eval()(tg.ones(1, 3, 2, 2, 2)).sum()
    tensor(24.)
    """

    function = staticmethod(functional.dropout3d)


class AlphaDropout(_Dropping):
    """While training, silences values as SELU would: its networks keep their mean and variance.

    Args:
        p: The probability of silencing, from 0 to 1.
        inplace: Write the result into the input itself.

    Raises:
        ValueError: If `p` isn't a probability.

    >>> tg.nn.AlphaDropout(0.2).eval()(tg.ones(2, 3)).sum()
    tensor(6.)
    """

    function = staticmethod(functional.alpha_dropout)


class FeatureAlphaDropout(_Dropping):
    """`AlphaDropout` of whole channels, which are dimension 1.

    Args:
        p: The probability of silencing, from 0 to 1.
        inplace: Write the result into the input itself.

    Raises:
        ValueError: If `p` isn't a probability.

    >>> tg.nn.FeatureAlphaDropout(0.2).eval()(tg.ones(2, 3)).sum()
    tensor(6.)
    """

    function = staticmethod(functional.feature_alpha_dropout)
