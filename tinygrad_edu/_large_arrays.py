"""Large arrays, in the memory of earlier ones that nobody holds any more.

The system clears each page of new memory, and takes large pieces back as soon as they are let go. In a training step,
where the same shapes come again and again, that was a quarter of the time of benchmarks W7, W8 and W9. So the memory of
arrays that are made here waits for the next one of its size.

An array is a view of a *loan*, which is a view of the memory. All views of the array keep the loan alive, so it is
deleted when the last of them is; then the memory waits again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from tinygrad_edu._axes import slowest_first, undoing
from tinygrad_edu._broadcasting import stretched_axes

__all__ = ["LARGE", "empty", "empty_like", "into_room", "is_whole", "room_for_result"]

LARGE, _LARGEST = 1 << 17, 1 << 25  # bytes: smaller ones the C library keeps, and there are few larger ones
_LINE = 64  # bytes that the processor loads at once: arithmetic on arrays across them takes up to twice as long
_MOST = 1 << 27  # bytes for which there are places to wait; if it would be more, nothing waits on


class _Memory(np.ndarray):
    """Bytes that arrays lie in, one after the other. A type of its own, so that NumPy shows loans as what they are."""


class _Waiting(list[_Memory]):
    """Memories of one size that wait, and how many `places` there are for them."""

    places = 0


_waiting: dict[int, _Waiting] = {}  # by the size in bytes


class _Loan(np.ndarray):
    """One use of a memory."""

    def __del__(self, waiting: dict[int, _Waiting] = _waiting) -> None:
        memory = self.base
        if not isinstance(memory, _Memory):  # but a loan, of which this is a view
            return
        size = len(memory)
        memories = waiting.get(size)
        if memories is None or len(memories) >= memories.places:
            if sum([each * others.places for each, others in list(waiting.items())]) + size > _MOST:
                waiting.clear()
            memories = waiting.setdefault(size, _Waiting())
            memories.places += 1
        memories.append(memory)


def empty(shape: Sequence[int], dtype: Any) -> np.ndarray:
    """An array with anything in it, as `np.empty`."""
    size = prod(shape) * np.dtype(dtype).itemsize
    if not LARGE <= size <= _LARGEST:
        return np.empty(shape, dtype)
    try:
        memory = _waiting[size].pop()
    except LookupError:
        memory = _aligned(size)
    return np.ndarray(shape, dtype, memory.view(_Loan))


def empty_like(array: np.ndarray) -> np.ndarray:
    """An array with anything in it that lies in memory as `array` does, without its gaps: as `np.empty_like`."""
    if array.nbytes < LARGE or 0 in array.strides:
        return np.empty_like(array)
    shape, axes = array.shape, slowest_first(array.strides)
    laid_out = empty([shape[axis] for axis in axes], array.dtype)
    return laid_out if axes == (*range(array.ndim),) else laid_out.transpose(undoing(axes))


def _aligned(size: int) -> _Memory:
    """New memory that begins with one of the processor's lines."""
    memory = bytearray(size + _LINE)
    start = -np.frombuffer(memory, np.uint8).ctypes.data % _LINE
    return _Memory(size, np.uint8, memory, start)


def is_whole(array: np.ndarray) -> bool:
    """Whether the array is no view of another, as far as anybody outside can see."""
    return array.base is None or type(array.base) is _Loan


def into_room(ufunc: np.ufunc) -> Callable[..., Any]:
    """The function of a large first operand: a result like that in shape and dtype lies in memory that waits."""

    def call(x: np.ndarray, *others: Any) -> Any:
        like_x = x.dtype.kind == "f" and all(_fits(y, x) for y in others)
        return ufunc(x, *others, out=room_for_result(x) if like_x else None)

    return call


def _fits(y: Any, x: np.ndarray) -> bool:
    """Whether a result of floating-point numbers `x` and of `y` is like `x` in shape and dtype."""
    if not isinstance(y, (np.ndarray, np.generic)):
        return isinstance(y, (int, float))
    return y.dtype == x.dtype and (y.shape == x.shape or stretched_axes(y.shape, x.shape) is not None)


def room_for_result(x: Any) -> np.ndarray | None:
    """Where an elementwise function of a large array may write its result; None where NumPy finds memory as well."""
    if x.nbytes < LARGE or 0 in x.strides:
        return None
    return empty(x.shape, x.dtype) if x.flags.c_contiguous else empty_like(x)
