"""Convolution and pooling as their definitions say them, value by value: the judges of the fast ones.

They take batches (n, channel, …) with any number of spatial dimensions, and windows of `tinygrad_edu.ops._windows`.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from tinygrad_edu.ops._windows import Windows

__all__ = ["averaged", "convolved", "largest"]


def position(windows: Windows, i: tuple[int, ...], k: tuple[int, ...]) -> tuple[int, ...]:
    """Where window number i looks through place k of its kernel: s i + d k - p."""
    each = zip(windows.stride, i, windows.dilation, k, windows.padding, strict=True)
    return tuple(s * a + d * b - p for s, a, d, b, p in each)


def inside(where: tuple[int, ...], size: tuple[int, ...]) -> bool:
    return all(0 <= at < length for at, length in zip(where, size, strict=True))


def windows_of(windows: Windows) -> product[tuple[int, ...]]:
    return product(*map(range, windows.counts))


def convolved(x: Any, w: Any, b: Any, windows: Windows, groups: int) -> Any:
    """y[n, o, i] = b[o] + Σ_c Σ_k w[o, c, k] · x[n, c of the group of o, s i + d k - p]."""
    outputs, inputs = w.shape[:2]
    y = np.zeros((len(x), outputs, *windows.counts))
    for n, o, i in product(range(len(x)), range(outputs), windows_of(windows)):
        first = o // (outputs // groups) * inputs  # of the channels of the group
        y[(n, o, *i)] = 0 if b is None else b[o]
        for c, k in product(range(inputs), windows.places()):
            where = position(windows, i, k)
            if inside(where, x.shape[2:]):
                y[(n, o, *i)] += w[(o, c, *k)] * x[(n, first + c, *where)]
    return y


def largest(x: Any, windows: Windows) -> tuple[Any, Any]:
    """The largest value that each window sees and, counted row by row, where it stands; of equal ones the first."""
    y = np.full((*x.shape[:2], *windows.counts), -np.inf)
    places = np.full(y.shape, -1)
    for n, c, i in product(range(len(x)), range(x.shape[1]), windows_of(windows)):
        for k in windows.places():
            where = position(windows, i, k)
            if inside(where, x.shape[2:]) and (x[(n, c, *where)] > y[(n, c, *i)] or places[(n, c, *i)] < 0):
                y[(n, c, *i)] = x[(n, c, *where)]
                places[(n, c, *i)] = np.ravel_multi_index(where, x.shape[2:])
    return y, places


def averaged(x: Any, windows: Windows, divisor: float) -> Any:
    """The sum of what each window sees, divided."""
    y = np.zeros((*x.shape[:2], *windows.counts))
    for n, c, i in product(range(len(x)), range(x.shape[1]), windows_of(windows)):
        for k in windows.places():
            where = position(windows, i, k)
            if inside(where, x.shape[2:]):
                y[(n, c, *i)] += x[(n, c, *where)] / divisor
    return y
