"""Windows into the memory of a tensor, which may overlap: what several of them show gets the sum of their gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._memory import address as address_of
from tinygrad_edu._memory import bytes_under, extent, owner
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.axes import permute
from tinygrad_edu.ops.indexing import put_sum
from tinygrad_edu.ops.shape import reshape

Lengths = tuple[int, ...]


def _shown(x: Any, size: Lengths, strides: Lengths, address: int) -> Any:
    """What lies at an address in the memory of `x`; locked if it shows a place twice."""
    everything = owner(x)
    start = extent(everything)[0]
    window: Any = np.ndarray(size, x.dtype, bytes_under(everything), address - start, strides)
    window.flags.writeable = x.flags.writeable and not overlaps(size, strides)
    return window


def overlaps(size: Lengths, strides: Lengths) -> bool:
    """Whether one place may be shown more than once: a step isn't longer than all that the smaller steps span."""
    span = 0
    for step, length in sorted((abs(step), length) for step, length in zip(strides, size, strict=True) if length > 1):
        if step <= span:
            return True
        span += step * (length - 1)
    return False


def _unfold(x: Any, *, dimension: int, size: int, step: int) -> Any:
    if x.size == 0 or size == 0:
        count = (x.shape[dimension] - size) // step + 1
        return np.empty((*x.shape[:dimension], count, *x.shape[dimension + 1 :], size), x.dtype)
    shape, strides = list(x.shape), list(x.strides)
    shape[dimension] = (shape[dimension] - size) // step + 1
    strides[dimension] *= step
    return _shown(x, (*shape, size), (*strides, x.strides[dimension]), address_of(x))


def _folded(g: Any, dimension: int, size: int, step: int, shape: Lengths) -> Any:
    """The windows' gradients, summed where they show the same."""
    dims = (*range(dimension + 1), g.ndim - 1, *range(dimension + 1, g.ndim - 1))
    places = np.arange(g.shape[dimension])[:, None] * step + np.arange(size)
    return put_sum(permute(g, dims=dims), index=(*(slice(None),) * dimension, places), shape=shape)


unfold: Primitive = primitive(
    _unfold,
    name="unfold",
    view=True,
    x=lambda g, dimension, size, step, x_shape: _folded(g, dimension, size, step, x_shape),
)


def offsets(size: Lengths, stride: Lengths) -> Any:
    """How far from the first value each value lies, in values."""
    found = np.zeros(size, np.int64)
    for numbers, step in zip(np.indices(size, sparse=True), stride, strict=True):
        found += numbers * step
    return found


def places_shown(shape: Lengths, layout: Lengths, size: Lengths, stride: Lengths, offset: int) -> Any:
    """The places in the flattened tensor that a window shows, which must show no more than the tensor does."""
    there = offsets(shape, layout).ravel()
    order = np.argsort(there, kind="stable")
    return order[np.searchsorted(there[order], offset + offsets(size, stride))]


def shows_more(shape: Lengths, layout: Lengths, size: Lengths, stride: Lengths, offset: int) -> bool:
    """Whether a window shows what the tensor doesn't."""
    return not np.isin(offset + offsets(size, stride), offsets(shape, layout)).all()


def _as_strided(x: Any, *, size: Lengths, stride: Lengths, offset: int, layout: Lengths) -> Any:
    if 0 in size:
        return np.empty(size, x.dtype)
    if x.strides != tuple(step * x.itemsize for step in layout):
        return x.reshape(-1)[places_shown(x.shape, layout, size, stride, offset)]
    return _shown(x, size, tuple(step * x.itemsize for step in stride), address_of(x) + offset * x.itemsize)


def _put_back(g: Any, size: Lengths, stride: Lengths, offset: int, layout: Lengths, shape: Lengths) -> Any:
    places = places_shown(shape, layout, size, stride, offset)
    return reshape(put_sum(g, index=(places,), shape=(int(np.prod(shape)),)), shape=shape)


as_strided: Primitive = primitive(
    _as_strided,
    name="as_strided",
    view=True,
    x=lambda g, size, stride, offset, layout, x_shape: _put_back(g, size, stride, offset, layout, x_shape),
)
