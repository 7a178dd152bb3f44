"""Arithmetic of tensors: sums, products, quotients, powers, the larger and the smaller.

Operands broadcast and are promoted (see dtypes.py). Each function is also a method of `Tensor`, an
operator where there is one, and, with an underscore at its end, an operation in place.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import (
    as_tensor_argument,
    check_fits,
    check_out,
    in_dtype,
    kind_of,
    promoted,
)
from tinygrad_edu.autograd.graph import TensorBase, constant
from tinygrad_edu.ops import arithmetic as ops
from tinygrad_edu.ops import choice, powers

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "add",
    "clamp",
    "clip",
    "div",
    "divide",
    "floor_divide",
    "maximum",
    "minimum",
    "mul",
    "multiply",
    "pow",
    "remainder",
    "sub",
    "subtract",
    "true_divide",
    "where",
]

Number = builtins.bool | builtins.int | builtins.float

_FLOAT32 = np.dtype(np.float32)
_DTYPE_OF_NUMBER = {builtins.float: _FLOAT32}


def add(input: Tensor, other: Tensor | Number, *, alpha: Number = 1, out: None = None) -> Tensor:
    """Return ``input + alpha * other``.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.add(tg.tensor([1.0, 2.0]), 10)
        tensor([11., 12.])
    """
    check_out("add", out)
    x, y = promoted("add", input, other)
    return _combined("add", ops.add, x, y if alpha == 1 else _scaled("add", y, alpha, x))


def sub(input: Tensor, other: Tensor | Number, *, alpha: Number = 1, out: None = None) -> Tensor:
    """Return ``input - alpha * other``.

    Raises:
        TypeError: For bools, which have no difference; use ``^`` or `logical_xor`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.sub(tg.tensor([1.0, 2.0]), 1)
        tensor([0., 1.])
    """
    check_out("sub", out)
    x, y = promoted("sub", input, other)
    if kind_of(input) == "b" or kind_of(other) == "b":
        raise TypeError(
            f"sub: bools can't be subtracted, got {describe(input)} and {describe(other)}; use ~ (not) or ^ "
            "(exclusive or), or convert with .int() first"
        )
    return _combined("sub", ops.sub, x, y if alpha == 1 else _scaled("sub", y, alpha, x))


def mul(input: Tensor, other: Tensor | Number, *, out: None = None) -> Tensor:
    """Return ``input * other``, element by element.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.mul(tg.tensor([1, 2]), 1.5)
        tensor([1.5000, 3.0000])
    """
    check_out("mul", out)
    x, y = promoted("mul", input, other)
    return _combined("mul", ops.mul, x, y)


def div(input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None, out: None = None) -> Tensor:
    """Return ``input / other``; integers are divided as float32 unless the result is rounded.

    Args:
        input: The dividend.
        other: The divisor.
        rounding_mode: None for the true quotient, ``"trunc"`` to round toward zero, ``"floor"`` to
            round down. A rounded quotient is flat, so its gradient is 0.
        out: Not supported.

    Raises:
        ZeroDivisionError: If integers are divided by zero with rounding.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.div(tg.tensor([7, -7]), 2)
        tensor([ 3.5000, -3.5000])
        >>> tg.div(tg.tensor([7, -7]), 2, rounding_mode="floor")
        tensor([ 3, -4])
    """
    check_out("div", out)
    if rounding_mode is None:
        x, y = promoted("div", input, other)
        if kind_of(x) != "f" and kind_of(y) != "f":
            x, y = in_dtype(input, _FLOAT32), in_dtype(other, _FLOAT32)
        return _combined("div", ops.div, x, y)
    if rounding_mode not in ("floor", "trunc"):
        raise ValueError(f"div: rounding_mode must be None, 'trunc' or 'floor', got {rounding_mode!r}")
    return _whole("div", ops.floor_divide if rounding_mode == "floor" else ops.trunc_divide, input, other)


def floor_divide(input: Tensor, other: Tensor | Number, *, out: None = None) -> Tensor:
    """Return ``input // other``, rounded down.

    The result is flat between its steps, so its gradient is 0 (PyTorch refuses to differentiate it).

    Raises:
        TypeError: For bools.
        ZeroDivisionError: If integers are divided by zero.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.floor_divide(tg.tensor([7, -7]), 2)
        tensor([ 3, -4])
    """
    check_out("floor_divide", out)
    return _whole("floor_divide", ops.floor_divide, input, other)


def remainder(input: Tensor, other: Tensor | Number, *, out: None = None) -> Tensor:
    """Return ``input % other`` with the sign of `other`, as Python's ``%``.

    Raises:
        ZeroDivisionError: If integers are divided by zero.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.remainder(tg.tensor([7.0, -7.0]), 3)
        tensor([1., 2.])
    """
    check_out("remainder", out)
    return _whole("remainder", ops.remainder, input, other)


def pow(input: Tensor | Number, exponent: Tensor | Number, *, out: None = None) -> Tensor:
    """Return ``input ** exponent``.

    Raises:
        RuntimeError: If an integer is raised to a negative integer power.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.pow(tg.tensor([1.0, 2.0, 3.0]), 2)
        tensor([1., 4., 9.])
    """
    check_out("pow", out)
    x, y = promoted("pow", input, exponent)
    if kind_of(y) == "i" and kind_of(x) != "f" and np.any(np.less(constant(y), 0)):
        raise RuntimeError(
            f"pow: {describe(input)} can't be raised to a negative integer power; convert it with .float() first"
        )
    return _combined("pow", powers.pow, x, y)


def maximum(input: Tensor, other: Tensor, *, out: None = None) -> Tensor:
    """Return the larger value at each place; NaN where one is NaN. A tie's gradient goes half to each.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.maximum(tg.tensor([1.0, 5.0]), tg.tensor([3.0, 4.0]))
        tensor([3., 5.])
    """
    return _extreme("maximum", choice.maximum, input, other, out)


def minimum(input: Tensor, other: Tensor, *, out: None = None) -> Tensor:
    """Return the smaller value at each place; NaN where one is NaN. A tie's gradient goes half to each.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.minimum(tg.tensor([1.0, 5.0]), tg.tensor([3.0, 4.0]))
        tensor([1., 4.])
    """
    return _extreme("minimum", choice.minimum, input, other, out)


def clamp(
    input: Tensor, min: Tensor | Number | None = None, max: Tensor | Number | None = None, *, out: None = None
) -> Tensor:
    """Return `input` with what is below `min` raised to it and what is above `max` lowered to it.

    Args:
        input: The tensor.
        min: The lower bound, a number or a tensor that broadcasts; None for none.
        max: The upper bound likewise. Where it is below `min`, the result is `max`.
        out: Not supported.

    Raises:
        RuntimeError: If both bounds are None, or a bound doesn't fit the dtype.
        TypeError: For bools.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.clamp(tg.tensor([-2.0, 0.5, 2.0]), min=-1, max=1)
        tensor([-1.0000,  0.5000,  1.0000])
    """
    check_out("clamp", out)
    as_tensor_argument("clamp", input)
    if min is None and max is None:
        raise RuntimeError("clamp: at least one of min and max must be given")
    x, low, high = promoted("clamp", input, min, max)
    if kind_of(x) == "b":
        raise TypeError(f"clamp: bools have no order, got {describe(input)}; use .int() first")
    for bound in (min, max):
        check_fits("clamp", bound, constant(x).dtype)
    return _combined("clamp", choice.clamp, x, low, high)


def where(
    condition: Tensor, input: Tensor | Number | None = None, other: Tensor | Number | None = None, *, out: None = None
) -> Any:
    """Return `input` where `condition` is True and `other` elsewhere.

    With the condition alone, return the indices of its True places, one tensor for each dimension.

    Raises:
        TypeError: If `condition` isn't a bool (or uint8) tensor.

    Example:
        >>> import tinygrad_edu as tg
        >>> x = tg.tensor([-1.0, 2.0])
        >>> tg.where(x > 0, x, 0)
        tensor([0., 2.])
    """
    check_out("where", out)
    if not (isinstance(condition, TensorBase) and condition._data.dtype in (np.bool_, np.uint8)):
        raise TypeError(f"where: condition must be a bool tensor such as x > 0, got {describe(condition)}")
    chooser = condition._data.astype(bool)
    if input is None and other is None:
        return tuple(condition.result_type.wrap(places) for places in np.nonzero(np.atleast_1d(chooser)))
    if input is None or other is None:
        raise TypeError("where: give both input and other, or neither")
    if not (isinstance(input, TensorBase) or isinstance(other, TensorBase)):
        input = condition.result_type.wrap(np.asarray(input, _DTYPE_OF_NUMBER.get(type(input)))[()])
        other = condition.result_type.wrap(np.asarray(other, _DTYPE_OF_NUMBER.get(type(other)))[()])
    x, y = promoted("where", input, other)
    for value, beside in ((input, y), (other, x)):
        if isinstance(beside, TensorBase):
            check_fits("where", value, beside._data.dtype)
    return _combined("where", choice.where, condition.result_type.wrap(chooser), x, y)


clip = clamp
divide = true_divide = div
multiply = mul
subtract = sub


def _combined(operation: str, primitive: Any, *operands: Any) -> Tensor:
    """Call an elementwise primitive."""
    try:
        result: Tensor = primitive(*operands)
    except ValueError:
        refuse_shapes(operation, *operands)
        raise
    return result


def refuse_shapes(operation: str, *operands: Any) -> None:
    """Raise an error in words if the operands' shapes don't broadcast."""
    shapes = [np.shape(constant(each)) for each in operands]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        raise RuntimeError(
            f"{operation}: shapes {' and '.join(map(str, shapes))} don't broadcast; counted from the right, two "
            "lengths must be equal or one of them 1"
        ) from None


def _extreme(operation: str, primitive: Any, x: Any, y: Any, out: None) -> Tensor:
    check_out(operation, out)
    as_tensor_argument(operation, x)
    as_tensor_argument(operation, y, "other")
    return _combined(operation, primitive, *promoted(operation, x, y))


def _scaled(operation: str, y: Any, alpha: Any, x: Any) -> Any:
    """Return ``alpha * y``, the second operand of a sum or difference, in the type that they met in."""
    if kind_of(alpha) == "f" and kind_of(x) != "f":
        raise RuntimeError(f"{operation}: alpha must be an integer for {describe(x)}, got {describe(alpha)}")
    return _combined(operation, ops.mul, y, in_dtype(alpha, constant(x if isinstance(x, TensorBase) else y).dtype))


def _whole(operation: str, primitive: Any, x: Any, y: Any) -> Tensor:
    """Divide with a whole result or a remainder."""
    a, b = promoted(operation, x, y)
    kind = kind_of(a if isinstance(a, TensorBase) else b)
    if kind == "b":
        raise TypeError(f"{operation}: bools can't be divided, got {describe(x)} and {describe(y)}; use .int() first")
    if kind != "f" and not np.all(constant(b)):
        raise ZeroDivisionError(f"{operation}: integers can't be divided by zero, got a zero in {describe(y)}")
    return _combined(operation, primitive, a, b)
