"""Dropout as a layer: active while training, nothing in evaluation.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
"""

from __future__ import annotations

from tinygrad_edu.api._reading import named_as
from tinygrad_edu.nn import functional
from tinygrad_edu.nn._of_function import WithSettings
from tinygrad_edu.nn.functional._dropout import check_probability

__all__ = ["Dropout"]


class Dropout(WithSettings):
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
    p: float = 0.5
    inplace: bool = False

    def __post_init__(self) -> None:
        named_as(type(self).__name__)(check_probability)(self.p)

    def extra_repr(self) -> str:
        """The settings, ``inplace`` too if it isn't so."""
        return f"p={self.p}, inplace={self.inplace}"
