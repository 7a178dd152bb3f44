"""Powers and roots of tensors.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import in_dtype, kind_of, promoted, wrap
from tinygrad_edu.api._in_place import both, in_place, method
from tinygrad_edu.api._reading import broadcasting, meeting, named, of_tensor, promoting, real
from tinygrad_edu.autograd.graph import TensorBase, constant
from tinygrad_edu.ops import powers as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = ["float_power", "hypot", "pow", "reciprocal", "rsqrt", "sqrt", "square"]

_FLOAT64 = np.dtype(np.float64)


@promoting
def pow(input: Tensor | Number, exponent: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """``input ** exponent``; of integers, a negative power is what is left of the fraction when it is cut: 0, 1 or -1.

    Raises:
        NotImplementedError: If a bool is raised to the power of a bool.
        RuntimeError: If a tensor of integers is raised to a negative power that is a number and no tensor.

    >>> tg.pow(tg.tensor([1.0, 2.0, 3.0]), 2)
    tensor([1., 4., 9.])
    """
    if kind_of(exponent) != "f" and kind_of(input) != "f":
        return _whole_power(input, exponent)
    return ops.pow(input, exponent)


def _whole_power(base: Any, exponent: Any) -> Tensor:
    """A power of integers. A negative one is cut toward 0, so it is 0, unless the base is 1 or -1."""
    if kind_of(base) == kind_of(exponent) == "b":
        raise NotImplementedError("bools have no powers; convert one of the two with .int() or .float() first")
    negative = np.less(constant(exponent), 0)
    if not negative.any():
        return ops.pow(base, exponent)
    if not isinstance(exponent, TensorBase):
        raise RuntimeError(
            f"{describe(base)} can't be raised to a negative integer power; convert it with .float() first"
        )
    base = np.asarray(constant(base), exponent._data.dtype)
    exponent = np.where(negative, 2 - (exponent._data & 1), exponent._data)  # the sign is that of an odd or even power
    return wrap(np.where(negative & (abs(base) != 1), 0, base) ** exponent)


@of_tensor
def square(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Each value times itself.

    >>> tg.square(tg.tensor([2.0, -3.0]))
    tensor([4., 9.])
    """
    return ops.square(in_dtype(input, np.dtype(np.int64)) if kind_of(input) == "b" else input)


@real
def sqrt(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The square root; NaN below 0. Its gradient at 0 is inf.

    >>> tg.sqrt(tg.tensor([4.0, 9.0]))
    tensor([2., 3.])
    """
    return ops.sqrt(input)


@real
def rsqrt(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """``1 / sqrt(input)``.

    >>> tg.rsqrt(tg.tensor([4.0, 16.0]))
    tensor([0.5000, 0.2500])
    """
    return ops.rsqrt(input)


@real
def reciprocal(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """``1 / input``.

    >>> tg.reciprocal(tg.tensor([2.0, 4.0]))
    tensor([0.5000, 0.2500])
    """
    return ops.reciprocal(input)


@meeting("f")
def hypot(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The longest side of a right-angled triangle, ``sqrt(input**2 + other**2)``; its gradient at (0, 0) is NaN.

    >>> tg.hypot(tg.tensor([3.0, 5.0]), tg.tensor([4.0, 12.0]))
    tensor([ 5., 13.])
    """
    return ops.hypot(input, other)


@named
def float_power(input: Tensor | Number, exponent: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """``input ** exponent``, computed in float64.

    >>> tg.float_power(tg.tensor([2, 3]), -1)
    tensor([0.5000, 0.3333], dtype=tinygrad_edu.float64)
    """
    promoted(input, exponent)  # which refuses what isn't a tensor or a number
    return broadcasting(ops.pow, *(in_dtype(each, _FLOAT64) for each in (input, exponent)))


_float_power_ = in_place(float_power)


class PowersMethods(TensorBase):
    """Powers and roots as methods of tensors."""

    __slots__ = ()

    pow, pow_ = both(pow)
    square, square_ = both(square)
    sqrt, sqrt_ = both(sqrt)
    rsqrt, rsqrt_ = both(rsqrt)
    reciprocal, reciprocal_ = both(reciprocal)
    hypot, hypot_ = both(hypot)
    float_power = method(float_power)

    def float_power_(self: Any, exponent: Tensor | Number) -> Tensor:
        """Do what `float_power` does, in place, which takes a tensor of float64.

        >>> tg.tensor([2.0, 3.0], dtype=tg.float64).float_power_(2)
        tensor([4., 9.], dtype=tinygrad_edu.float64)
        """
        if self._data.dtype != _FLOAT64:
            raise RuntimeError(f"float_power_: the result is float64 and can't be put into {describe(self)} in place")
        return _float_power_(self, exponent)
