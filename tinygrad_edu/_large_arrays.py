"""Large arrays, in the memory of earlier ones that nobody holds any more.

The system clears each page of new memory, and takes large pieces back as soon as they are let go. In a training step,
where the same shapes come again and again, that was a quarter of the time of benchmarks W7, W8 and W9. So the memory of
arrays that are made here waits for the next one of its size.

An array is a view of a *loan*, which is a view of the memory. All views of the array keep the loan alive, so it is
deleted when the last of them is; then the memory waits again.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

__all__ = ["empty", "room_for_result"]

_SMALLEST, _LARGEST = 1 << 17, 1 << 25  # bytes: smaller ones the C library keeps, and there are few larger ones
_LINE = 64  # bytes that the processor loads at once: arithmetic on arrays across them takes up to twice as long
_MOST = 1 << 27  # bytes that may wait; if it would be more, nothing waits on

_waiting: dict[int, list[_Memory]] = {}  # by their size in bytes


class _Memory(np.ndarray):
    """Bytes that arrays lie in, one after the other. A type of its own, so that NumPy shows loans as what they are."""


class _Loan(np.ndarray):
    """One use of a memory."""

    def __del__(self, waiting: dict[int, list[_Memory]] = _waiting) -> None:
        if isinstance(self.base, _Memory):  # and not a loan, of which this is a view
            if sum([size * len(memories) for size, memories in list(waiting.items())]) + self.nbytes > _MOST:
                waiting.clear()
            waiting.setdefault(self.nbytes, []).append(self.base)


def empty(shape: Sequence[int], dtype: Any) -> np.ndarray:
    """An array with anything in it, as `np.empty`."""
    size = prod(shape) * np.dtype(dtype).itemsize
    if not _SMALLEST <= size <= _LARGEST:
        return np.empty(shape, dtype)
    try:
        memory = _waiting[size].pop()
    except LookupError:
        memory = _aligned(size)
    return np.ndarray(shape, dtype, memory.view(_Loan))


def _aligned(size: int) -> _Memory:
    """New memory that begins with one of the processor's lines."""
    memory = bytearray(size + _LINE)
    start = -np.frombuffer(memory, np.uint8).ctypes.data % _LINE
    return _Memory(size, np.uint8, memory, start)


def room_for_result(x: Any) -> np.ndarray | None:
    """Where an elementwise function of a large array may write its result; None where NumPy finds memory as well."""
    if x.nbytes < _SMALLEST or not x.flags.c_contiguous:
        return None
    return empty(x.shape, x.dtype)
