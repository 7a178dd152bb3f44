"""Exponentials and logarithms of tensors.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinygrad_edu.api._in_place import both
from tinygrad_edu.api._reading import real
from tinygrad_edu.autograd.graph import TensorMethods
from tinygrad_edu.ops import exponential as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["exp", "expm1", "log", "log1p", "log2", "log10"]


@real
def exp(input: Tensor, *, out: None = None) -> Tensor:
    """e to the power of each value.

    >>> tg.exp(tg.tensor([0.0, 1.0]))
    tensor([1.0000, 2.7183])
    """
    return ops.exp(input)


@real
def expm1(input: Tensor, *, out: None = None) -> Tensor:
    """``exp(input) - 1``, exact for values near 0.

    >>> tg.expm1(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 1.7183])
    """
    return ops.expm1(input)


@real
def log(input: Tensor, *, out: None = None) -> Tensor:
    """The natural logarithm; -inf at 0, NaN below.

    >>> tg.log(tg.tensor([1.0, 2.0]))
    tensor([0.0000, 0.6931])
    """
    return ops.log(input)


@real
def log2(input: Tensor, *, out: None = None) -> Tensor:
    """The logarithm to base 2.

    >>> tg.log2(tg.tensor([0.5, 5.0]))
    tensor([-1.0000,  2.3219])
    """
    return ops.log2(input)


@real
def log10(input: Tensor, *, out: None = None) -> Tensor:
    """The logarithm to base 10.

    >>> tg.log10(tg.tensor([0.5, 5.0]))
    tensor([-0.3010,  0.6990])
    """
    return ops.log10(input)


@real
def log1p(input: Tensor, *, out: None = None) -> Tensor:
    """``log(1 + input)``, exact for values near 0.

    >>> tg.log1p(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.6931])
    """
    return ops.log1p(input)


class ExponentialMethods(TensorMethods):
    """Exponentials and logarithms as methods of tensors."""

    __slots__ = ()

    exp, exp_ = both(exp)
    expm1, expm1_ = both(expm1)
    log, log_ = both(log)
    log2, log2_ = both(log2)
    log10, log10_ = both(log10)
    log1p, log1p_ = both(log1p)
