"""Picking values by position, and putting them back.

Picking and putting are each other's derivative: what `take` reads, `put_sum` adds up again, so
a value picked twice gets both gradients. ``index`` is what NumPy accepts between the brackets, a
tuple of integers, slices, None, Ellipsis and integer or bool arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._axes import undoing
from tinygrad_edu._broadcasting import unlocked
from tinygrad_edu._summation import sums_by_place
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.autograd.placed import placed
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive


def is_unique(index: tuple[Any, ...]) -> bool:
    """Whether `index` can't name one place twice: only integer arrays can."""
    return not any(isinstance(part, np.ndarray) and part.dtype != bool for part in index)


def _put_sum(x: Any, *, index: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    """Add the values `x` into zeros of `shape` at `index`."""
    if is_unique(index):
        whole = np.zeros(shape, dtype=x.dtype)
        whole[index] = x
        return whole
    if x.dtype.kind != "f":
        whole = np.zeros(shape, dtype=x.dtype)
        np.add.at(whole, index, x)
        return whole
    size = int(np.prod(shape))
    places = np.arange(size).reshape(shape)[index]
    values = np.broadcast_to(x, places.shape)
    return sums_by_place(places.ravel(), values.ravel(), size).astype(x.dtype).reshape(shape)


def _placed(g: Any, index: tuple[Any, ...], x_shape: tuple[int, ...]) -> Any:
    """`g` at the index of zeros; which are only made where no other part comes to meet it."""
    return put_sum(g, index=index, shape=x_shape) if isinstance(g, TensorBase) else placed(g, index, x_shape)


select: Primitive = primitive(
    lambda x, *, index: x[(*index, ...)] if Ellipsis not in index else x[index],
    name="select",
    view=True,
    x=_placed,
)


def _take(x: Any, *, index: tuple[Any, ...]) -> Any:
    """x[index], in rows in memory; what one array of integers picks, as of a batch, comes twice as fast from take."""
    picking = [axis for axis, part in enumerate(index) if isinstance(part, np.ndarray)]
    if len(picking) == 1 and index[picking[0]].dtype != bool:
        (axis,) = picking
        if all(part == slice(None) for part in (*index[:axis], *index[axis + 1 :])):
            return x.take(index[axis], axis=axis)
    picked = x[index]
    return picked if picked.flags.c_contiguous else picked.copy()


take: Primitive = primitive(
    _take,
    name="index",
    x=lambda g, index, x_shape: put_sum(g, index=index, shape=x_shape),
)
put_sum: Primitive = primitive(
    _put_sum,
    x=lambda g, index: take(g, index=index),
)


def _overwrite(x: Any, values: Any, *, part: Any, layout: tuple[int, ...]) -> Any:
    """Overwrite a part of a copy that lies in memory as `layout` says, its dimensions from the slowest to the fastest.

    Only there the part is sure to be a view: a reshape of what lies otherwise, as a gradient may, is a copy.
    """
    whole = np.empty([x.shape[dim] for dim in layout], x.dtype).transpose(undoing(layout))
    whole[...] = x
    place: Any = unlocked(part(whole))
    if place.size and not np.may_share_memory(place, whole):
        raise RuntimeError("copy_slices: the tensor that was changed through a view lies in memory with gaps; clone it")
    place[...] = values
    return whole


overwrite: Primitive = primitive(
    _overwrite,
    name="copy_slices",
    x=lambda g, part, layout: overwrite(g, 0, part=part, layout=layout),
    values=lambda g, part: part(g),
)
