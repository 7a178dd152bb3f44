"""Comparisons and logic: results are bool tensors, which have no derivative.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#comparison-ops
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_number, as_tensor_argument, kind_of, promoted, wrap
from tinygrad_edu.api._in_place import both, in_place, method
from tinygrad_edu.api._reading import broadcasting, named, of_tensor, promoting
from tinygrad_edu.autograd.graph import TensorBase, constant
from tinygrad_edu.ops import comparison as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

F = TypeVar("F", bound=Callable[..., Any])

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
    "isin",
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


@promoting
def eq(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """Whether the values are equal, place by place (``==``).

    >>> tg.eq(tg.tensor([1.0, 2.0]), 2)
    tensor([False,  True])
    """
    return _of_values(np.equal, input, other)


@promoting
def ne(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """Whether the values differ, place by place (``!=``).

    >>> tg.ne(tg.tensor([1.0, 2.0]), 2)
    tensor([ True, False])
    """
    return _of_values(np.not_equal, input, other)


@promoting
def lt(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """Whether `input` is less, place by place (``<``).

    >>> tg.lt(tg.tensor([1.0, 2.0]), 2)
    tensor([ True, False])
    """
    return _of_values(np.less, input, other)


@promoting
def le(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """Whether `input` is less or equal, place by place (``<=``).

    >>> tg.le(tg.tensor([1.0, 2.0]), 2)
    tensor([True, True])
    """
    return _of_values(np.less_equal, input, other)


@promoting
def gt(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """Whether `input` is greater, place by place (``>``).

    >>> tg.gt(tg.tensor([1.0, 2.0]), 2)
    tensor([False, False])
    """
    return _of_values(np.greater, input, other)


@promoting
def ge(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """Whether `input` is greater or equal, place by place (``>=``).

    >>> tg.ge(tg.tensor([1.0, 2.0]), 2)
    tensor([False,  True])
    """
    return _of_values(np.greater_equal, input, other)


@promoting
def logical_and(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether both values are true (not zero).

    >>> tg.logical_and(tg.tensor([False, True, True]), tg.tensor([False, False, True]))
    tensor([False, False,  True])
    """
    return _of_values(np.logical_and, input, other)


@promoting
def logical_or(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether at least one value is true (not zero).

    >>> tg.logical_or(tg.tensor([False, True, True]), tg.tensor([False, False, True]))
    tensor([False,  True,  True])
    """
    return _of_values(np.logical_or, input, other)


@promoting
def logical_xor(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether exactly one value is true (not zero).

    >>> tg.logical_xor(tg.tensor([False, True, True]), tg.tensor([False, False, True]))
    tensor([False,  True, False])
    """
    return _of_values(np.logical_xor, input, other)


@promoting
def bitwise_and(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """The bits that both have (``&``); on bools, logical and.

    Raises:
        TypeError: If a value is floating-point.

    >>> tg.bitwise_and(tg.tensor([6]), 3)
    tensor([2])
    """
    return _on_bits(np.bitwise_and, input, other)


@promoting
def bitwise_or(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """The bits that either has (``|``); on bools, logical or.

    Raises:
        TypeError: If a value is floating-point.

    >>> tg.bitwise_or(tg.tensor([6]), 3)
    tensor([7])
    """
    return _on_bits(np.bitwise_or, input, other)


@promoting
def bitwise_xor(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """The bits that exactly one has (``^``); on bools, exclusive or.

    Raises:
        TypeError: If a value is floating-point.

    >>> tg.bitwise_xor(tg.tensor([6]), 3)
    tensor([5])
    """
    return _on_bits(np.bitwise_xor, input, other)


@of_tensor
def logical_not(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether each value is false (zero).

    >>> tg.logical_not(tg.tensor([0, 5]))
    tensor([ True, False])
    """
    return wrap(np.logical_not(input._data))


@of_tensor
def bitwise_not(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The bits that `input` has not (``~``); on bools, logical not.

    Raises:
        TypeError: If `input` is floating-point.

    >>> tg.bitwise_not(tg.tensor([True, False]))
    tensor([False,  True])
    """
    return _on_bits(np.invert, input)


@of_tensor
def isnan(input: Tensor) -> Tensor:
    """True where a value is NaN.

    >>> tg.isnan(tg.tensor([1.0, float("nan")]))
    tensor([False,  True])
    """
    return wrap(np.isnan(input._data))


@of_tensor
def isinf(input: Tensor) -> Tensor:
    """True where a value is infinite.

    >>> tg.isinf(tg.tensor([1.0, float("inf")]))
    tensor([False,  True])
    """
    return wrap(np.isinf(input._data))


@of_tensor
def isfinite(input: Tensor) -> Tensor:
    """True where a value is neither infinite nor NaN.

    >>> tg.isfinite(tg.tensor([1.0, float("inf")]))
    tensor([ True, False])
    """
    return wrap(np.isfinite(input._data))


@of_tensor
def isclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """True where ``|input - other| <= atol + rtol * |other|``.

    Raises:
        TypeError: If the dtypes differ.

    >>> tg.isclose(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 2.1]))
    tensor([ True, False])
    """
    as_tensor_argument(other, "other")
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if not as_number(name, tolerance) >= 0:
            raise RuntimeError(f"{name} must not be negative, got {tolerance}")
    if input._data.dtype != other._data.dtype:
        raise TypeError(f"dtypes must agree, got {describe(input)} and {describe(other)}")
    return broadcasting(
        partial(_of_values, partial(np.isclose, rtol=rtol, atol=atol, equal_nan=equal_nan)), input, other
    )


@of_tensor
def allclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    """Whether all values are close, in the sense of `isclose`.

    >>> tg.allclose(tg.tensor([0.1 + 0.2]), tg.tensor([0.3]))
    True
    """
    return bool(np.all(isclose(input, other, rtol, atol, equal_nan)._data))


@of_tensor
def equal(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have the same shape and the same values.

    >>> tg.equal(tg.tensor([1, 2]), tg.tensor([1, 2]))
    True
    """
    return bool(np.array_equal(input._data, as_tensor_argument(other, "other")._data))


@named
def isin(
    elements: Tensor | Number, test_elements: Tensor | Number, *, assume_unique: bool = False, invert: bool = False
) -> Tensor:
    """True where a value of `elements` is among `test_elements`.

    Args:
        assume_unique: Accepted for PyTorch's sake: the result is the same.
        invert: True where a value isn't among them.

    Raises:
        TypeError: For bools, or if neither is a tensor.

    >>> tg.isin(tg.tensor([1, 2, 3]), tg.tensor([2, 5]))
    tensor([False,  True, False])
    """
    x, y = promoted(elements, test_elements)
    if "b" in (kind_of(elements), kind_of(test_elements)):
        raise TypeError(f"wanted numbers, got {describe(elements)} and {describe(test_elements)}; use .int() first")
    return wrap(np.isin(constant(x), constant(y), invert=invert)[()])


not_equal = ne
less = lt
less_equal = le
greater = gt
greater_equal = ge


def _both(function: F, by: np.ufunc) -> tuple[F, F]:
    """The comparison as a method, and in place: there it is a step in the graph, if it is written into real numbers."""

    @promoting
    @wraps(function)
    def step(input: Any, other: Any) -> Any:
        return ops.compared(input, other, by=by)

    @wraps(function)
    def written(input: Any, other: Any) -> Any:
        return (step if kind_of(input) == "f" else function)(input, other)

    return function, in_place(cast(F, written))


class ComparisonMethods(TensorBase):
    """Comparisons and logic as methods of tensors."""

    __slots__ = ()

    eq, eq_ = _both(eq, np.equal)
    ne, ne_ = not_equal, not_equal_ = _both(ne, np.not_equal)
    lt, lt_ = less, less_ = _both(lt, np.less)
    le, le_ = less_equal, less_equal_ = _both(le, np.less_equal)
    gt, gt_ = greater, greater_ = _both(gt, np.greater)
    ge, ge_ = greater_equal, greater_equal_ = _both(ge, np.greater_equal)
    logical_and, logical_and_ = both(logical_and)
    logical_or, logical_or_ = both(logical_or)
    logical_xor, logical_xor_ = both(logical_xor)
    logical_not, logical_not_ = both(logical_not)
    bitwise_and, bitwise_and_ = both(bitwise_and)
    bitwise_or, bitwise_or_ = both(bitwise_or)
    bitwise_xor, bitwise_xor_ = both(bitwise_xor)
    bitwise_not, bitwise_not_ = both(bitwise_not)
    isnan = method(isnan)
    isinf = method(isinf)
    isfinite = method(isfinite)
    isclose = method(isclose)
    allclose = method(allclose)
    equal = method(equal)


def _of_values(function: Callable[..., Any], *operands: Any) -> Tensor:
    """The result of a function of the values alone: there is no derivative."""
    with np.errstate(all="ignore"):
        return wrap(function(*map(constant, operands)))


def _on_bits(function: Callable[..., Any], *operands: Any) -> Tensor:
    for operand in operands:
        if kind_of(operand) == "f":
            raise TypeError(
                f"bits are of integers and bools, got {describe(operand)}; compare first, as in (x > 0) & (y > 0)"
            )
    return _of_values(function, *operands)
