"""Arithmetic of tensors: sums, products, quotients, and what belongs to them.

Operands broadcast and are promoted (see dtypes.py).

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import in_dtype, kind_of, promoted
from tinygrad_edu.api._in_place import both, method
from tinygrad_edu.api._reading import (
    broadcasting,
    meeting,
    named,
    numeric,
    of_tensor,
    promoting,
    real_already,
    refuse_bools,
)
from tinygrad_edu.autograd.graph import TensorBase, constant
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops import arithmetic as ops
from tinygrad_edu.ops.shape import clone

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = [
    "abs",
    "absolute",
    "add",
    "div",
    "divide",
    "floor_divide",
    "fmod",
    "frac",
    "mul",
    "multiply",
    "neg",
    "negative",
    "positive",
    "remainder",
    "rsub",
    "sgn",
    "sign",
    "sub",
    "subtract",
    "true_divide",
]


@promoting
def add(input: Tensor, other: Tensor | Number, *, alpha: Number = 1, out: Tensor | None = None) -> Tensor:
    """``input + alpha * other``.

    >>> tg.add(tg.tensor([1.0, 2.0]), 10)
    tensor([11., 12.])
    """
    return ops.add(input, other if alpha == 1 else _scaled(other, alpha, input))


@named
def sub(input: Tensor, other: Tensor | Number, *, alpha: Number = 1, out: Tensor | None = None) -> Tensor:
    """``input - alpha * other``.

    Raises:
        TypeError: For bools, which have no difference; use ``^`` or `logical_xor`.

    >>> tg.sub(tg.tensor([1.0, 2.0]), 1)
    tensor([0., 1.])
    """
    x, y = promoted(input, other)
    if kind_of(input) == "b" or kind_of(other) == "b":
        raise TypeError(
            f"bools can't be subtracted, got {describe(input)} and {describe(other)}; use ~ (not) or ^ "
            "(exclusive or), or convert with .int() first"
        )
    return broadcasting(ops.sub, x, y if alpha == 1 else _scaled(y, alpha, x))


@promoting
def mul(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """``input * other``, element by element.

    >>> tg.mul(tg.tensor([1, 2]), 1.5)
    tensor([1.5000, 3.0000])
    """
    return ops.mul(input, other)


@named
def div(
    input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None, out: Tensor | None = None
) -> Tensor:
    """``input / other``; integers are divided as float32 unless the result is rounded.

    Args:
        input: The dividend.
        other: The divisor.
        rounding_mode: None for the true quotient, ``"trunc"`` to round it toward zero, ``"floor"`` for the
            exact quotient rounded down. A rounded quotient is flat, so its gradient is 0.

    Raises:
        ZeroDivisionError: If integers are divided by zero with rounding.

    >>> tg.div(tg.tensor([7, -7]), 2)
    tensor([ 3.5000, -3.5000])
    >>> tg.div(tg.tensor([7, -7]), 2, rounding_mode="floor")
    tensor([ 3, -4])
    """
    if rounding_mode is None:
        x, y = promoted(input, other)
        if kind_of(x) != "f" and kind_of(y) != "f":
            x, y = (in_dtype(each, dtypes.default()) for each in (input, other))
        return broadcasting(ops.div, x, y)
    if rounding_mode not in ("floor", "trunc"):
        raise ValueError(f"rounding_mode must be None, 'trunc' or 'floor', got {rounding_mode!r}")
    return _whole(ops.floor_divide if rounding_mode == "floor" else ops.trunc_divide, input, other)


@named
def floor_divide(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """``input // other``, the exact quotient rounded down: ``1 // 0.1`` is 9, for 0.1 in binary is above a tenth.

    The result is flat between its steps, so its gradient is 0 (PyTorch refuses to differentiate it).

    Raises:
        TypeError: For bools.
        ZeroDivisionError: If integers are divided by zero.

    >>> tg.floor_divide(tg.tensor([7, -7]), 2)
    tensor([ 3, -4])
    """
    return _whole(ops.floor_divide, input, other)


@named
def remainder(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """``input % other`` with the sign of `other`, as Python's ``%``; what `floor_divide` leaves over.

    Raises:
        ZeroDivisionError: If integers are divided by zero.

    >>> tg.remainder(tg.tensor([7.0, -7.0]), 3)
    tensor([1., 2.])
    """
    return _whole(ops.remainder, input, other)


@of_tensor
def rsub(input: Tensor, other: Tensor | Number, *, alpha: Number = 1) -> Tensor:
    """``other - alpha * input``: `sub`, the other way round.

    >>> tg.rsub(tg.tensor([1.0, 2.0]), 10)
    tensor([9., 8.])
    """
    minuend: Any = other
    return sub(minuend, input, alpha=alpha)


@meeting("iuf", numbers=("other",))
def fmod(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """What a division rounded toward 0 leaves over, with the sign of `input`, as C's ``fmod``.

    Raises:
        ZeroDivisionError: If integers are divided by zero.

    >>> tg.fmod(tg.tensor([7.0, -7.0]), 3)
    tensor([ 1., -1.])
    """
    if kind_of(input) != "f" and not np.all(constant(other)):
        raise ZeroDivisionError(f"integers can't be divided by zero, got a zero in {describe(other)}")
    return ops.fmod(input, other)


@of_tensor
def frac(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The part of each value that isn't whole, with its sign.

    Raises:
        TypeError: If `input` isn't floating-point.

    >>> tg.frac(tg.tensor([1.5, -1.25]))
    tensor([ 0.5000, -0.2500])
    """
    return ops.frac(real_already(input))


@numeric
def abs(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The absolute value; its gradient at 0 is 0.

    >>> tg.abs(tg.tensor([-1.0, 2.0]))
    tensor([1., 2.])
    """
    return ops.abs(input)


@numeric
def neg(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """``-input``.

    >>> tg.neg(tg.tensor([-1.0, 2.0]))
    tensor([ 1., -2.])
    """
    return ops.neg(input)


@of_tensor
def positive(input: Tensor) -> Tensor:
    """The tensor itself, as ``+input``.

    >>> tg.positive(tg.tensor([1.0]))
    tensor([1.])
    """
    itself: Tensor = refuse_bools(input)
    return itself


@of_tensor
def sign(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """-1, 0 or 1 by the sign of each value, 0 for NaN; its gradient is 0.

    >>> tg.sign(tg.tensor([-5.0, 0.0, 2.0]))
    tensor([-1.,  0.,  1.])
    """
    return clone(input) if kind_of(input) == "b" else ops.sign(input)


absolute = abs
sgn = sign  # which differ for complex numbers alone
divide = true_divide = div
multiply = mul
negative = neg
subtract = sub


class ArithmeticMethods(TensorBase):
    """Arithmetic as methods of tensors."""

    __slots__ = ()

    add, add_ = both(add)
    sub, sub_ = subtract, subtract_ = both(sub)
    mul, mul_ = multiply, multiply_ = both(mul)
    div, div_ = divide, divide_ = true_divide, true_divide_ = both(div)
    floor_divide, floor_divide_ = both(floor_divide)
    remainder, remainder_ = both(remainder)
    abs, abs_ = absolute, absolute_ = both(abs)
    neg, neg_ = negative, negative_ = both(neg)
    positive = method(positive)
    sign, sign_ = sgn, sgn_ = both(sign)
    fmod, fmod_ = both(fmod)
    frac, frac_ = both(frac)


def _scaled(y: Any, alpha: Any, x: Any) -> Any:
    """``alpha * y``, the second operand of a sum or difference, in the type that they met in."""
    if kind_of(alpha) == "f" and kind_of(x) != "f":
        raise RuntimeError(f"alpha must be an integer for {describe(x)}, got {describe(alpha)}")
    return ops.scale(y, by=in_dtype(alpha, constant(x if isinstance(x, TensorBase) else y).dtype))


def _whole(rule: Primitive, x: Any, y: Any) -> Tensor:
    """A quotient that is whole, or its remainder."""
    a, b = promoted(x, y)
    kind = kind_of(a if isinstance(a, TensorBase) else b)
    if kind == "b":
        raise TypeError(f"bools can't be divided, got {describe(x)} and {describe(y)}; use .int() first")
    if kind != "f" and not np.all(constant(b)):
        raise ZeroDivisionError(f"integers can't be divided by zero, got a zero in {describe(y)}")
    return broadcasting(rule, a, b)
