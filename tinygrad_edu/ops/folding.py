"""What windows see, as columns, and back: each other's derivative.

    im2col    columns[c k, i] = x[c, position of place k of window i]
    col2im    x[c, position of place k of window i] += columns[c k, i]

The positions are those of ops/_windows.py; beyond the input there is 0.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops._windows import Lengths, Windows

__all__ = ["col2im", "im2col"]


def _im2col(x: Any, *, windows: Windows) -> Any:
    whole, count = windows.pad(x), windows.size_of_kernel()
    columns = np.empty((*x.shape[:2], count, *windows.counts), x.dtype)
    for number, place in enumerate(windows.places()):
        columns[:, :, number] = whole[(..., *windows.seen_through(place))]
    return columns.reshape(len(x), x.shape[1] * count, prod(windows.counts))


def _col2im(columns: Any, *, windows: Windows, size: Lengths) -> Any:
    count = windows.size_of_kernel()
    channels = columns.shape[1] // count
    columns = columns.reshape(len(columns), channels, count, *windows.counts)
    whole: Any = np.zeros((len(columns), channels, *windows.padded_size(size)), columns.dtype)
    for number, place in enumerate(windows.places()):
        whole[(..., *windows.seen_through(place))] += columns[:, :, number]
    return np.ascontiguousarray(whole[(..., *windows.inside(size))])


im2col: Primitive = primitive(
    _im2col,
    x=lambda g, x_shape, windows: col2im(g, windows=windows, size=x_shape[2:]),
)
col2im: Primitive = primitive(
    _col2im,
    widens=True,
    columns=lambda g, windows: im2col(g, windows=windows),
)
