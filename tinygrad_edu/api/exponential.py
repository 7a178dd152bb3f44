"""Exponentials and logarithms of tensors.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinygrad_edu.api._arguments import as_number
from tinygrad_edu.api._in_place import both, method
from tinygrad_edu.api._reading import meeting, real
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import exponential as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = [
    "exp",
    "exp2",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "logit",
    "xlogy",
]


@real
def exp(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """e to the power of each value.

    >>> tg.exp(tg.tensor([0.0, 1.0]))
    tensor([1.0000, 2.7183])
    """
    return ops.exp(input)


@real
def expm1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """``exp(input) - 1``, exact for values near 0.

    >>> tg.expm1(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 1.7183])
    """
    return ops.expm1(input)


@real
def log(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The natural logarithm; -inf at 0, NaN below.

    >>> tg.log(tg.tensor([1.0, 2.0]))
    tensor([0.0000, 0.6931])
    """
    return ops.log(input)


@real
def log2(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm to base 2.

    >>> tg.log2(tg.tensor([0.5, 5.0]))
    tensor([-1.0000,  2.3219])
    """
    return ops.log2(input)


@real
def log10(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm to base 10.

    >>> tg.log10(tg.tensor([0.5, 5.0]))
    tensor([-0.3010,  0.6990])
    """
    return ops.log10(input)


@real
def log1p(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """``log(1 + input)``, exact for values near 0.

    >>> tg.log1p(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.6931])
    """
    return ops.log1p(input)


@real
def exp2(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """2 to the power of each value.

    >>> tg.exp2(tg.tensor([0.0, 3.0]))
    tensor([1., 8.])
    """
    return ops.exp2(input)


@real
def logit(input: Tensor, eps: float | None = None, *, out: Tensor | None = None) -> Tensor:
    """``log(input / (1 - input))``, the inverse of `sigmoid`; NaN beyond 0 and 1.

    Args:
        eps: Values are first brought between `eps` and ``1 - eps``; None for no bounds.

    >>> tg.logit(tg.tensor([0.25, 0.5]))
    tensor([-1.0986,  0.0000])
    """
    bound = None if eps is None else float(as_number("eps", eps))
    return ops.logit(input, eps=None if bound is not None and bound < 0 else bound)


@meeting("f")
def logaddexp(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """``log(exp(input) + exp(other))``, without leaving the range of floats.

    >>> tg.logaddexp(tg.tensor([0.0, 1000.0]), tg.tensor([0.0, 0.0]))
    tensor([6.9315e-01, 1.0000e+03])
    """
    return ops.logaddexp(input, other)


@meeting("f")
def logaddexp2(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """``log2(2**input + 2**other)``, without leaving the range of floats.

    >>> tg.logaddexp2(tg.tensor([0.0, 1000.0]), tg.tensor([0.0, 0.0]))
    tensor([   1., 1000.])
    """
    return ops.logaddexp2(input, other)


@meeting("f", numbers=("input", "other"), made_real=True)
def xlogy(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """``input * log(other)``, and 0 where `input` is 0 and `other` is not NaN.

    >>> tg.xlogy(tg.tensor([0.0, 2.0]), tg.tensor([0.0, 3.0]))
    tensor([0.0000, 2.1972])
    """
    return ops.xlogy(input, other)


class ExponentialMethods(TensorBase):
    """Exponentials and logarithms as methods of tensors."""

    __slots__ = ()

    exp, exp_ = both(exp)
    expm1, expm1_ = both(expm1)
    log, log_ = both(log)
    log2, log2_ = both(log2)
    log10, log10_ = both(log10)
    log1p, log1p_ = both(log1p)
    exp2, exp2_ = both(exp2)
    logaddexp = method(logaddexp)
    logaddexp2 = method(logaddexp2)
    logit, logit_ = both(logit)
    xlogy, xlogy_ = both(xlogy)
