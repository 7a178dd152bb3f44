"""Powers and roots of tensors.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import in_dtype, kind_of
from tinygrad_edu.api._in_place import both
from tinygrad_edu.api._reading import of_tensor, promoting, real
from tinygrad_edu.autograd.graph import TensorMethods, constant
from tinygrad_edu.ops import powers as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = ["pow", "reciprocal", "rsqrt", "sqrt", "square"]


@promoting
def pow(input: Tensor | Number, exponent: Tensor | Number, *, out: None = None) -> Tensor:
    """``input ** exponent``.

    Raises:
        RuntimeError: If an integer is raised to a negative integer power.

    >>> tg.pow(tg.tensor([1.0, 2.0, 3.0]), 2)
    tensor([1., 4., 9.])
    """
    if kind_of(exponent) == "i" and kind_of(input) != "f" and np.any(np.less(constant(exponent), 0)):
        raise RuntimeError(
            f"{describe(input)} can't be raised to a negative integer power; convert it with .float() first"
        )
    return ops.pow(input, exponent)


@of_tensor
def square(input: Tensor, *, out: None = None) -> Tensor:
    """Each value times itself.

    >>> tg.square(tg.tensor([2.0, -3.0]))
    tensor([4., 9.])
    """
    return ops.square(in_dtype(input, np.dtype(np.int64)) if kind_of(input) == "b" else input)


@real
def sqrt(input: Tensor, *, out: None = None) -> Tensor:
    """The square root; NaN below 0. Its gradient at 0 is inf.

    >>> tg.sqrt(tg.tensor([4.0, 9.0]))
    tensor([2., 3.])
    """
    return ops.sqrt(input)


@real
def rsqrt(input: Tensor, *, out: None = None) -> Tensor:
    """``1 / sqrt(input)``.

    >>> tg.rsqrt(tg.tensor([4.0, 16.0]))
    tensor([0.5000, 0.2500])
    """
    return ops.rsqrt(input)


@real
def reciprocal(input: Tensor, *, out: None = None) -> Tensor:
    """``1 / input``.

    >>> tg.reciprocal(tg.tensor([2.0, 4.0]))
    tensor([0.5000, 0.2500])
    """
    return ops.reciprocal(input)


class PowersMethods(TensorMethods):
    """Powers and roots as methods of tensors."""

    __slots__ = ()

    pow, pow_ = both(pow)
    square, square_ = both(square)
    sqrt, sqrt_ = both(sqrt)
    rsqrt, rsqrt_ = both(rsqrt)
    reciprocal, reciprocal_ = both(reciprocal)
