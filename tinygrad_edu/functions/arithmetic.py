"""Arithmetic of tensors: sums, products, quotients, powers, the larger and the smaller.

Operands broadcast and are promoted (see dtypes.py). Each function is also a method of `Tensor`, an
operator where there is one, and, with an underscore at its end, an operation in place.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._words import describe
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.autograd.rules import constant
from tinygrad_edu.functions._arguments import as_tensor_argument, check_out, floating, promoted
from tinygrad_edu.ops import elementwise as ops

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


def add(input: Tensor, other: Tensor | Number, *, alpha: Number = 1, out: None = None) -> Tensor:
    """Return ``input + alpha * other``.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.add(tg.tensor([1.0, 2.0]), 10)
        tensor([11., 12.])
    """
    check_out("add", out)
    x, y = promoted("add", input, other)
    return _combined("add", ops.add, x, y if alpha == 1 else mul(y, alpha))


def sub(input: Tensor, other: Tensor | Number, *, alpha: Number = 1, out: None = None) -> Tensor:
    """Return ``input - alpha * other``.

    Raises:
        TypeError: For bool tensors, which have no difference; use ``^`` or `logical_xor`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.sub(tg.tensor([1.0, 2.0]), 1)
        tensor([0., 1.])
    """
    check_out("sub", out)
    x, y = promoted("sub", input, other)
    if _is_bool(x) and _is_bool(y):
        raise TypeError("sub: bool tensors can't be subtracted; use ^ (logical_xor), or convert them with .int() first")
    return _combined("sub", ops.sub, x, y if alpha == 1 else mul(y, alpha))


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


def div(
    input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None, out: None = None
) -> Tensor:
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
    x, y = promoted("div", input, other)
    if rounding_mode is None:
        if _kind(x) != "f" and _kind(y) != "f":
            x, y = (floating("div", each) if isinstance(each, TensorBase) else each for each in (x, y))
        return _combined("div", ops.div, x, y)
    if rounding_mode not in ("floor", "trunc"):
        raise ValueError(f"div: rounding_mode must be None, 'trunc' or 'floor', got {rounding_mode!r}")
    _refuse_integer_zero("div", y)
    return _combined("div", ops.floor_divide if rounding_mode == "floor" else ops.trunc_divide, x, y)


def floor_divide(input: Tensor, other: Tensor | Number, *, out: None = None) -> Tensor:
    """Return ``input // other``, rounded down.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.floor_divide(tg.tensor([7, -7]), 2)
        tensor([ 3, -4])
    """
    check_out("floor_divide", out)
    return div(input, other, rounding_mode="floor")


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
    x, y = promoted("remainder", input, other)
    _refuse_integer_zero("remainder", y)
    return _combined("remainder", ops.remainder, x, y)


def pow(input: Tensor | Number, exponent: Tensor | Number, *, out: None = None) -> Tensor:
    """Return ``input ** exponent``.

    Raises:
        ValueError: If an integer is raised to a negative integer power.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.pow(tg.tensor([1.0, 2.0, 3.0]), 2)
        tensor([1., 4., 9.])
    """
    check_out("pow", out)
    x, y = promoted("pow", input, exponent)
    if _kind(x) != "f" and _kind(y) != "f" and np.any(np.asarray(getattr(y, "_data", y)) < 0):
        raise ValueError(
            f"pow: {describe(input)} can't be raised to a negative integer power; convert it with .float() first"
        )
    return _combined("pow", ops.pow, x, y)


def maximum(input: Tensor, other: Tensor, *, out: None = None) -> Tensor:
    """Return the larger value at each place; NaN where one is NaN. A tie's gradient goes half to each.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.maximum(tg.tensor([1.0, 5.0]), tg.tensor([3.0, 4.0]))
        tensor([3., 5.])
    """
    return _extreme("maximum", ops.maximum, input, other, out)


def minimum(input: Tensor, other: Tensor, *, out: None = None) -> Tensor:
    """Return the smaller value at each place; NaN where one is NaN. A tie's gradient goes half to each.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.minimum(tg.tensor([1.0, 5.0]), tg.tensor([3.0, 4.0]))
        tensor([1., 4.])
    """
    return _extreme("minimum", ops.minimum, input, other, out)


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
        ValueError: If both bounds are None.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.clamp(tg.tensor([-2.0, 0.5, 2.0]), min=-1, max=1)
        tensor([-1.0000,  0.5000,  1.0000])
    """
    check_out("clamp", out)
    as_tensor_argument("clamp", input)
    if min is None and max is None:
        raise ValueError("clamp: at least one of min and max must be given")
    x, low, high = promoted("clamp", input, min, max)
    return _combined("clamp", ops.clamp, x, low, high)


def where(condition: Tensor, input: Tensor | Number | None = None, other: Tensor | Number | None = None, *, out: None = None) -> Any:
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
    x, y = promoted("where", input, other)
    return _combined("where", ops.where, condition.result_type.wrap(chooser), x, y)


clip = clamp
divide = true_divide = div
multiply = mul
subtract = sub


@contextmanager
def explaining_shapes(operation: str, *operands: Any) -> Iterator[None]:
    """Name the operation and the shapes if the operands inside turn out not to broadcast."""
    try:
        yield
    except ValueError:
        refuse_shapes(operation, *operands)
        raise


def _combined(operation: str, primitive: Any, *operands: Any) -> Any:
    """Call an elementwise primitive."""
    try:
        return primitive(*operands)
    except ValueError:
        refuse_shapes(operation, *operands)
        raise


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


def _extreme(operation: str, primitive: Any, x: Any, y: Any, out: None) -> Any:
    check_out(operation, out)
    as_tensor_argument(operation, x)
    as_tensor_argument(operation, y, "other")
    return _combined(operation, primitive, *promoted(operation, x, y))


def _kind(value: Any) -> str:
    if isinstance(value, (TensorBase, np.ndarray, np.generic)):
        return str(getattr(value, "_data", value).dtype.kind)
    return "f" if isinstance(value, builtins.float) else "i"


def _is_bool(value: Any) -> builtins.bool:
    return _kind(value) == "b"


def _refuse_integer_zero(operation: str, divisor: Any) -> None:
    if _kind(divisor) != "f" and not np.all(np.asarray(getattr(divisor, "_data", divisor))):
        raise ZeroDivisionError(f"{operation}: integers can't be divided by zero, got a zero in {describe(divisor)}")
