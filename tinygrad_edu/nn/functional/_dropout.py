"""Dropout: silencing random values while training, so that a network doesn't rely on single ones.

Source: Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting (2014);
https://docs.pytorch.org/docs/stable/nn.functional.html#dropout-functions
"""

from __future__ import annotations

import math

import numpy as np

from tinygrad_edu._errors import describe, warn
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_number
from tinygrad_edu.api._reading import of_tensor, real_already
from tinygrad_edu.random import draw

__all__ = ["alpha_dropout", "dropout", "dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout"]

_LARGEST = 65504.0  # in float16, the narrowest type
_FLOOR = -1.7580993408473766  # where SELU levels off: what silenced values become, in its networks


@of_tensor
def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Each value set to 0 with probability `p` and the others divided by ``1 - p``: the mean is kept.

    Args:
        input: A floating-point tensor of any shape.
        p: The probability, from 0 to 1.
        training: With False, `input` is returned as it is.
        inplace: Write the result into `input` itself.

    Raises:
        ValueError: If `p` isn't a probability, or so near 1 that the dtype can't hold ``1 / (1 - p)``.

    >>> x = tg.nn.functional.dropout(tg.ones(1000), p=0.5)
    >>> sorted(set(x.tolist()))
    [0.0, 2.0]
    """
    return _dropped(input, p, training, inplace, input._data.shape)


@of_tensor
def dropout1d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Whole channels of sequences set to 0 with probability `p`, and the others divided by ``1 - p``.

    Args:
        input: Shape (N, C, L) or (C, L), floating-point.
        p: The probability, from 0 to 1.
        training: With False, `input` is returned as it is.
        inplace: Write the result into `input` itself.

    Raises:
        RuntimeError: If `input` has another number of dimensions.
        ValueError: If `p` isn't a probability.

    >>> tg.nn.functional.dropout1d(tg.ones(2, 3), p=0.5).std(1)
    tensor([0., 0.])
    """
    dims = input._data.ndim
    check_probability(p)
    if dims not in (2, 3):
        raise RuntimeError(f"wanted shape (N, C, L) or (C, L), got {describe(input)}")
    return _dropped(input, p, training, inplace, _channels(input, batched=dims == 3))


@of_tensor
def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Whole channels of images set to 0 with probability `p`, and the others divided by ``1 - p``.

    Args:
        input: Shape (N, C, H, W), floating-point; one of 3 dimensions is taken for (N, C, L), as in PyTorch, and warns.
        p: The probability, from 0 to 1.
        training: With False, `input` is returned as it is.
        inplace: Write the result into `input` itself.

    Raises:
        ValueError: If `p` isn't a probability.

    >>> tg.nn.functional.dropout2d(tg.ones(2, 3, 4, 4), p=0.5).std((2, 3)).abs().sum()
    tensor(0.)
    """
    check_probability(p)
    if input._data.ndim != 4:
        warn(f"dropout2d: wanted shape (N, C, H, W), got {describe(input)}; dimension 1 is taken for the channels")
    return _dropped(input, p, training, inplace, _channels(input))


@of_tensor
def dropout3d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Whole channels of volumes set to 0 with probability `p`, and the others divided by ``1 - p``.

    Args:
        input: Shape (N, C, D, H, W) or (C, D, H, W), floating-point.
        p: The probability, from 0 to 1.
        training: With False, `input` is returned as it is.
        inplace: Write the result into `input` itself.

    Raises:
        ValueError: If `p` isn't a probability.

    >>> tg.nn.functional.dropout3d(tg.ones(2, 3, 2, 2, 2), p=0.5).std((2, 3, 4)).abs().sum()
    tensor(0.)
    """
    check_probability(p)
    if input._data.ndim not in (4, 5):
        warn(f"dropout3d: wanted shape (N, C, D, H, W) or (C, D, H, W), got {describe(input)}")
    return _dropped(input, p, training, inplace, _channels(input, batched=input._data.ndim != 4))


@of_tensor
def alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Dropout for networks of `selu`: silenced values become what it levels off at; mean and variance are kept.

    Args:
        input: A floating-point tensor of any shape.
        p: The probability of silencing, from 0 to 1.
        training: With False, `input` is returned as it is.
        inplace: Write the result into `input` itself.

    Raises:
        ValueError: If `p` isn't a probability.

    Source: G. Klambauer et al., Self-normalizing neural networks (2017), https://arxiv.org/abs/1706.02515

    >>> tg.nn.functional.alpha_dropout(tg.zeros(1000), p=0.5, training=True).unique().shape
    tinygrad_edu.Size([2])
    """
    return _levelled(input, p, training, inplace, input._data.shape)


@of_tensor
def feature_alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """`alpha_dropout` of whole channels, which are dimension 1.

    Args:
        input: Shape (N, C, *), floating-point.
        p: The probability of silencing, from 0 to 1.
        training: With False, `input` is returned as it is.
        inplace: Write the result into `input` itself.

    Raises:
        RuntimeError: If `input` has less than two dimensions.
        ValueError: If `p` isn't a probability.

    >>> tg.nn.functional.feature_alpha_dropout(tg.zeros(2, 3, 4), p=0.5, training=True).std(2).abs().sum()
    tensor(0.)
    """
    return _levelled(input, p, training, inplace, _channels(input) if training else ())


def check_probability(p: float) -> None:
    """Refuse what isn't a probability."""
    if not 0 <= as_number("p", p) <= 1:
        raise ValueError(f"the probability p must lie between 0 and 1, got {describe(p)}")


def _channels(input: Tensor, batched: bool = True) -> tuple[int, ...]:
    """The shape of a value for each channel of each sample."""
    shape, kept = input._data.shape, 2 if batched else 1
    if len(shape) < 2:
        raise RuntimeError(f"wanted at least 2 dimensions, got {describe(input)}")
    return (*shape[:kept], *[1] * (len(shape) - kept))


def _dropped(input: Tensor, p: float, training: bool, inplace: bool, shape: tuple[int, ...]) -> Tensor:
    """The input times 0 or 1 / (1 - p), drawn for a tensor of `shape`, which stretches to it."""
    check_probability(p)
    if not training or p == 0:
        return input
    real_already(input)
    factor = 1 / (1 - p) if p < 1 else 0.0
    if factor > _LARGEST and factor > float(np.finfo(input._data.dtype).max):
        raise ValueError(f"{input._data.dtype.name} can't hold 1 / (1 - p), which is {factor:.6g} for p={p}")
    kept = draw(None).random(shape, dtype=np.float32) >= p
    scale = Tensor.wrap(np.multiply(kept, factor, dtype=input._data.dtype))
    return input.mul_(scale) if inplace else input * scale


def _levelled(input: Tensor, p: float, training: bool, inplace: bool, shape: tuple[int, ...]) -> Tensor:
    """a x + b where values are kept, and a floor + b where not, so that numbers of mean 0 and variance 1 stay so."""
    check_probability(p)
    if not training or p == 0:
        return input
    dtype = real_already(input)._data.dtype
    a = 1 / math.sqrt((1 - p) * (1 + p * _FLOOR**2)) if p < 1 else 0.0
    kept = draw(None).random(shape, dtype=np.float32) >= p
    factor = Tensor.wrap(np.multiply(kept, a, dtype=dtype))
    offset = Tensor.wrap(np.where(kept, -a * p * _FLOOR, a * (1 - p) * _FLOOR).astype(dtype))
    return input.mul_(factor).add_(offset) if inplace else input * factor + offset
