"""Python's operators on tensors: ``x + y``, ``x @ W``, ``x[0]``, ``len(x)``, ``float(x)``.

Each is a function of `api/`; the operators are what Python calls them by.

Source: https://docs.python.org/3/reference/datamodel.html#emulating-numeric-types
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api import (
    arithmetic,
    comparison,
    conversion,
    creation,
    integers,
    matmul,
    numpy_protocol,
    powers,
    questions,
    splitting,
)
from tinygrad_edu.api._in_place import in_place
from tinygrad_edu.autograd.graph import TensorBase, clock
from tinygrad_edu.ops import arithmetic as rules

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["TensorOperators"]

_OPERANDS = (TensorBase, int, float, bool, np.ndarray, np.generic)
_FACTORS = (TensorBase, np.ndarray)

_FLOAT32, _FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
_LARGE, _NAN = 3e38, float("nan")  # what a float32 holds, nearly; what it doesn't
_in_float32 = np.float32


def _operator(function: Callable[..., Tensor], primitive: Any = None) -> Callable[[Any, Any], Tensor]:
    """The method of a binary operator; what isn't a tensor or number may know better itself.

    Two tensors of one type need nothing of what `function` does before it calls its `primitive`: they
    go there straight (benchmark W4), and to the function if that fails, for an error in words.
    """

    def method(self: Any, other: Any) -> Any:
        if primitive is not None and isinstance(other, TensorBase) and self._data.dtype is other._data.dtype:
            try:
                return primitive(self, other)
            except (TypeError, ValueError):
                pass
        return function(self, other) if isinstance(other, _OPERANDS) else NotImplemented

    return method


def _reflected(function: Callable[..., Tensor]) -> Callable[[Any, Any], Tensor]:
    """The method of a binary operator whose left side is something else than a tensor."""

    def method(self: Any, other: Any) -> Any:
        return function(other, self) if isinstance(other, _OPERANDS) else NotImplemented

    return method


def _changing(function: Callable[..., Tensor], of_numbers: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The method of an operator that works in place.

    A single value outside the graph is changed by a number in Python's own arithmetic: that is exact for integers, and
    rounded once more to a float32 it is what float32 arithmetic gives. Loops that count do little else.
    """
    by_function = in_place(function)

    @functools.wraps(by_function)
    def method(self: Any, other: Any) -> Any:
        data, kind = self._data, type(other)
        if (
            (kind is int or kind is float)
            and type(data) is np.ndarray
            and not data.shape
            and not self._requires_grad
            and (self._view is None or not self._view.base._requires_grad)
        ):
            dtype = data.dtype
            try:
                if dtype is _FLOAT32:
                    other_32 = _in_float32(other).item() if -_LARGE < other < _LARGE else _NAN
                    result = of_numbers(data.item(), other_32)
                    fits = -_LARGE < result < _LARGE
                else:
                    result = of_numbers(data.item(), other)
                    fits = dtype is _FLOAT64 or (kind is int and dtype.kind == "i")
                if fits:
                    data[()] = result
                    self._stamp[0] = clock()
                    return self
            except (OverflowError, ValueError):
                pass  # it wraps around, or is read-only
        return by_function(self, other)

    return method


class TensorOperators(TensorBase):
    """The operators of `Tensor`, and how NumPy's functions find it."""

    __slots__ = ()

    __add__ = _operator(arithmetic.add, rules.add)
    __radd__ = _operator(arithmetic.add)
    __sub__ = _operator(arithmetic.sub, rules.sub)
    __rsub__ = _reflected(arithmetic.sub)
    __mul__ = _operator(arithmetic.mul, rules.mul)
    __rmul__ = _operator(arithmetic.mul)
    __truediv__ = _operator(arithmetic.div)
    __rtruediv__ = _reflected(arithmetic.div)
    __floordiv__ = _operator(arithmetic.floor_divide)
    __rfloordiv__ = _reflected(arithmetic.floor_divide)
    __mod__ = _operator(arithmetic.remainder)
    __rmod__ = _reflected(arithmetic.remainder)
    __pow__ = _operator(powers.pow)
    __rpow__ = _reflected(powers.pow)
    __and__ = _operator(comparison.bitwise_and)
    __rand__ = _reflected(comparison.bitwise_and)
    __or__ = _operator(comparison.bitwise_or)
    __ror__ = _reflected(comparison.bitwise_or)
    __xor__ = _operator(comparison.bitwise_xor)
    __rxor__ = _reflected(comparison.bitwise_xor)
    __lshift__ = _operator(integers.bitwise_left_shift)
    __rlshift__ = _reflected(integers.bitwise_left_shift)
    __rshift__ = _operator(integers.bitwise_right_shift)
    __rrshift__ = _reflected(integers.bitwise_right_shift)
    __eq__ = _operator(comparison.eq)  # type: ignore[assignment] # which Python wants to be a bool
    __ne__ = _operator(comparison.ne)  # type: ignore[assignment] # likewise
    __lt__ = _operator(comparison.lt)
    __le__ = _operator(comparison.le)
    __gt__ = _operator(comparison.gt)
    __ge__ = _operator(comparison.ge)
    __hash__ = object.__hash__  # tensors are told apart as objects, not by their values
    __neg__ = arithmetic.neg
    __pos__ = arithmetic.positive
    __abs__ = arithmetic.abs
    __invert__ = comparison.bitwise_not

    def __matmul__(self: Any, other: Any) -> Tensor:
        return matmul.matmul(self, _as_operand(other)) if isinstance(other, _FACTORS) else NotImplemented

    def __rmatmul__(self: Any, other: Any) -> Tensor:
        return matmul.matmul(_as_operand(other), self) if isinstance(other, _FACTORS) else NotImplemented

    __iadd__ = _changing(arithmetic.add, operator.add)
    __isub__ = _changing(arithmetic.sub, operator.sub)
    __imul__ = _changing(arithmetic.mul, operator.mul)
    __itruediv__ = in_place(arithmetic.div)
    __ifloordiv__ = in_place(arithmetic.floor_divide)
    __imod__ = in_place(arithmetic.remainder)
    __ipow__ = in_place(powers.pow)
    __iand__ = in_place(comparison.bitwise_and)
    __ior__ = in_place(comparison.bitwise_or)
    __ixor__ = in_place(comparison.bitwise_xor)
    __ilshift__ = in_place(integers.bitwise_left_shift)
    __irshift__ = in_place(integers.bitwise_right_shift)

    def __len__(self) -> int:
        if self._data.ndim == 0:
            raise TypeError("len: a 0-d tensor has no length")
        return int(self._data.shape[0])

    def __iter__(self: Any) -> Iterator[Tensor]:
        if self._data.ndim == 0:
            raise TypeError("iter: a 0-d tensor can't be iterated over")
        return iter(splitting.unbind(self))

    def __contains__(self: Any, value: Any) -> bool:
        return bool(np.any(comparison.eq(self, value)._data))

    __bool__ = questions.is_nonzero

    def __float__(self: Any) -> float:
        return float(conversion.one_number("float", self))

    def __int__(self: Any) -> int:
        return int(conversion.one_number("int", self))

    def __index__(self: Any) -> int:
        number = conversion.one_number("index", self)
        if isinstance(number, float):
            raise TypeError(f"index: only integers can be an index, got {describe(self)}")
        return int(number)

    __array_ufunc__ = numpy_protocol.array_ufunc
    __array_function__ = numpy_protocol.array_function
    __array_priority__ = 1000


def _as_operand(value: Any) -> Any:
    """A neighbour of a tensor in ``@``, as a tensor."""
    return value if isinstance(value, TensorBase) else creation.as_tensor(value)
