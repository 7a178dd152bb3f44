"""Comparisons and logic: results are bool tensors, which have no derivative.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#comparison-ops
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import as_tensor_argument, check_out, kind_of, promoted, wrap
from tinygrad_edu.api.arithmetic import refuse_shapes
from tinygrad_edu.autograd.graph import constant

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.api.arithmetic import Number

__all__ = [
    "allclose",
    "bitwise_and",
    "bitwise_not",
    "bitwise_or",
    "bitwise_xor",
    "eq",
    "equal",
    "ge",
    "greater",
    "greater_equal",
    "gt",
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "le",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "lt",
    "ne",
    "not_equal",
]


def eq(input: Tensor, other: Tensor | Number, *, out: None = None) -> Tensor:
    """Return whether the values are equal, place by place (``==``).

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.eq(tg.tensor([1.0, 2.0]), 2)
        tensor([False,  True])
    """
    return _compared("eq", np.equal, input, other, out)


def ne(input: Tensor, other: Tensor | Number, *, out: None = None) -> Tensor:
    """Return whether the values differ, place by place (``!=``).

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.ne(tg.tensor([1.0, 2.0]), 2)
        tensor([ True, False])
    """
    return _compared("ne", np.not_equal, input, other, out)


def lt(input: Tensor, other: Tensor | Number, *, out: None = None) -> Tensor:
    """Return whether `input` is less, place by place (``<``).

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.lt(tg.tensor([1.0, 2.0]), 2)
        tensor([ True, False])
    """
    return _compared("lt", np.less, input, other, out)


def le(input: Tensor, other: Tensor | Number, *, out: None = None) -> Tensor:
    """Return whether `input` is less or equal, place by place (``<=``).

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.le(tg.tensor([1.0, 2.0]), 2)
        tensor([True, True])
    """
    return _compared("le", np.less_equal, input, other, out)


def gt(input: Tensor, other: Tensor | Number, *, out: None = None) -> Tensor:
    """Return whether `input` is greater, place by place (``>``).

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.gt(tg.tensor([1.0, 2.0]), 2)
        tensor([False, False])
    """
    return _compared("gt", np.greater, input, other, out)


def ge(input: Tensor, other: Tensor | Number, *, out: None = None) -> Tensor:
    """Return whether `input` is greater or equal, place by place (``>=``).

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.ge(tg.tensor([1.0, 2.0]), 2)
        tensor([False,  True])
    """
    return _compared("ge", np.greater_equal, input, other, out)


def logical_and(input: Tensor, other: Tensor, *, out: None = None) -> Tensor:
    """Return whether both values are true (not zero).

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.logical_and(tg.tensor([False, True, True]), tg.tensor([False, False, True]))
        tensor([False, False,  True])
    """
    return _compared("logical_and", np.logical_and, input, other, out)


def logical_or(input: Tensor, other: Tensor, *, out: None = None) -> Tensor:
    """Return whether at least one value is true (not zero).

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.logical_or(tg.tensor([False, True, True]), tg.tensor([False, False, True]))
        tensor([False,  True,  True])
    """
    return _compared("logical_or", np.logical_or, input, other, out)


def logical_xor(input: Tensor, other: Tensor, *, out: None = None) -> Tensor:
    """Return whether exactly one value is true (not zero).

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.logical_xor(tg.tensor([False, True, True]), tg.tensor([False, False, True]))
        tensor([False,  True, False])
    """
    return _compared("logical_xor", np.logical_xor, input, other, out)


def bitwise_and(input: Tensor, other: Tensor | Number, *, out: None = None) -> Tensor:
    """Return the bits that both have (``&``); on bools, logical and.

    Raises:
        TypeError: If a value is floating-point.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.bitwise_and(tg.tensor([6]), 3)
        tensor([2])
    """
    return _on_bits("bitwise_and", np.bitwise_and, input, other, out)


def bitwise_or(input: Tensor, other: Tensor | Number, *, out: None = None) -> Tensor:
    """Return the bits that either has (``|``); on bools, logical or.

    Raises:
        TypeError: If a value is floating-point.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.bitwise_or(tg.tensor([6]), 3)
        tensor([7])
    """
    return _on_bits("bitwise_or", np.bitwise_or, input, other, out)


def bitwise_xor(input: Tensor, other: Tensor | Number, *, out: None = None) -> Tensor:
    """Return the bits that exactly one has (``^``); on bools, exclusive or.

    Raises:
        TypeError: If a value is floating-point.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.bitwise_xor(tg.tensor([6]), 3)
        tensor([5])
    """
    return _on_bits("bitwise_xor", np.bitwise_xor, input, other, out)


def logical_not(input: Tensor, *, out: None = None) -> Tensor:
    """Return whether each value is false (zero).

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.logical_not(tg.tensor([0, 5]))
        tensor([ True, False])
    """
    check_out("logical_not", out)
    return wrap(np.logical_not(as_tensor_argument("logical_not", input)._data))


def bitwise_not(input: Tensor, *, out: None = None) -> Tensor:
    """Return the bits that `input` has not (``~``); on bools, logical not.

    Raises:
        TypeError: If `input` is floating-point.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.bitwise_not(tg.tensor([True, False]))
        tensor([False,  True])
    """
    check_out("bitwise_not", out)
    _refuse_floats("bitwise_not", as_tensor_argument("bitwise_not", input))
    return wrap(np.invert(input._data))


def isnan(input: Tensor) -> Tensor:
    """Return which values are NaN.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.isnan(tg.tensor([1.0, float("nan")]))
        tensor([False,  True])
    """
    return wrap(np.isnan(as_tensor_argument("isnan", input)._data))


def isinf(input: Tensor) -> Tensor:
    """Return which values are infinite.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.isinf(tg.tensor([1.0, float("inf")]))
        tensor([False,  True])
    """
    return wrap(np.isinf(as_tensor_argument("isinf", input)._data))


def isfinite(input: Tensor) -> Tensor:
    """Return which values are neither infinite nor NaN.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.isfinite(tg.tensor([1.0, float("inf")]))
        tensor([ True, False])
    """
    return wrap(np.isfinite(as_tensor_argument("isfinite", input)._data))


def isclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """Return where ``|input - other| <= atol + rtol * |other|``.

    Raises:
        TypeError: If the dtypes differ.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.isclose(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 2.1]))
        tensor([ True, False])
    """
    as_tensor_argument("isclose", input)
    as_tensor_argument("isclose", other, "other")
    if input._data.dtype != other._data.dtype:
        raise TypeError(f"isclose: dtypes must agree, got {describe(input)} and {describe(other)}")
    return _without_graph("isclose", partial(np.isclose, rtol=rtol, atol=atol, equal_nan=equal_nan), input, other)


def allclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    """Return whether all values are close, in the sense of `isclose`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.allclose(tg.tensor([0.1 + 0.2]), tg.tensor([0.3]))
        True
    """
    return bool(np.all(isclose(input, other, rtol, atol, equal_nan)._data))


def equal(input: Tensor, other: Tensor) -> bool:
    """Return whether two tensors have the same shape and the same values.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.equal(tg.tensor([1, 2]), tg.tensor([1, 2]))
        True
    """
    as_tensor_argument("equal", input)
    return bool(np.array_equal(input._data, as_tensor_argument("equal", other, "other")._data))


not_equal = ne
less = lt
less_equal = le
greater = gt
greater_equal = ge


def _compared(operation: str, compare: Callable[..., Any], input: Any, other: Any, out: None) -> Tensor:
    check_out(operation, out)
    return _without_graph(operation, compare, *promoted(operation, input, other))


def _on_bits(operation: str, combine: Callable[..., Any], input: Any, other: Any, out: None) -> Tensor:
    check_out(operation, out)
    x, y = promoted(operation, input, other)
    _refuse_floats(operation, x)
    _refuse_floats(operation, y)
    return _without_graph(operation, combine, x, y)


def _without_graph(operation: str, function: Callable[..., Any], x: Any, y: Any) -> Tensor:
    """Compute on the values alone: there is no derivative."""
    try:
        with np.errstate(all="ignore"):
            return wrap(function(constant(x), constant(y)))
    except ValueError:
        refuse_shapes(operation, x, y)
        raise


def _refuse_floats(operation: str, value: Any) -> None:
    if kind_of(value) == "f":
        raise TypeError(
            f"{operation}: bits are of integers and bools, got {describe(value)}; compare first, "
            "as in (x > 0) & (y > 0)"
        )
