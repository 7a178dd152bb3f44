"""Memory that arrays share: whose it is, and where in it each lies.

An array is a shape, strides and the place of its first element in some memory. The memory belongs to the array that was
made first, the *owner*; a view keeps it alive and shows a part of it. What is copied or saved must be copied or saved
with its memory, so that a change through one array is still seen through all others.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from tinygrad_edu._axes import undoing
from tinygrad_edu._large_arrays import LARGE, empty, empty_like

__all__ = [
    "MANY",
    "address",
    "apart",
    "bytes_under",
    "copied",
    "extent",
    "first_place",
    "in_a_row",
    "in_rows",
    "laid_out",
    "matrix_product",
    "owner",
    "product_like",
    "product_of_rows",
    "room",
    "without_gaps",
]


MANY = 1 << 17  # values of a matrix


def owner(array: np.ndarray) -> np.ndarray:
    """The array that `array` is a view of, from view to view down to the last; itself if it is no view."""
    while True:
        base: Any = array.base
        if isinstance(base, memoryview):
            base = base.obj
        elif base is not None and not isinstance(base, np.ndarray):
            base = getattr(base, "base", None)  # what `as_strided` puts in between
        if not isinstance(base, np.ndarray):
            return array
        array = base


def apart(values: Any, memory: np.ndarray) -> Any:
    """The values, copied if they may lie in the memory that they are to be written to.

    NumPy reads all before it writes only in some cases: a row that is set to a column (both of one dimension, in
    different steps), or what a mask shows, it reads while it writes.
    """
    overlap = isinstance(values, np.ndarray) and values.ndim > 0 and np.may_share_memory(values, memory)
    return values.copy() if overlap else values


def address(array: np.ndarray) -> int:
    """The address of the element at place (0, 0, …)."""
    first: int = array.__array_interface__["data"][0]
    return first


def extent(array: np.ndarray) -> tuple[int, int]:
    """The address of the lowest byte of an array that isn't empty, and the one after its highest."""
    first = address(array)
    ways = [(length - 1) * stride for length, stride in zip(array.shape, array.strides, strict=True)]
    return first + sum(way for way in ways if way < 0), first + sum(way for way in ways if way > 0) + array.itemsize


def bytes_under(array: np.ndarray) -> np.ndarray:
    """The memory under an array that isn't empty, from its first byte to its last, as a view of single bytes."""
    low, high = extent(array)
    rising = _sliced(array, [slice(None, None, -1 if stride < 0 else 1) for stride in array.strides])
    first = _sliced(rising, [slice(0, 1)] * array.ndim).reshape(1).view(np.uint8)
    return np.lib.stride_tricks.as_strided(first, (high - low,), (1,))


def first_place(array: np.ndarray) -> int:
    """The place of the first element in the memory that `array` lies in, counted in elements; 0 of an empty one."""
    return (address(array) - extent(owner(array))[0]) // array.itemsize if array.size else 0


def copied(x: Any, dtype: np.dtype[Any] | None = None) -> Any:
    """A copy, in another element type if one is given, whose axes follow each other in memory as those of `x` do.

    An axis along which `x` is stretched (its step is 0) stays between its neighbours, as PyTorch has it; NumPy's order
    "K" moves it behind all others.
    """
    wanted = x.dtype if dtype is None else dtype
    if x.ndim < 2 or x.flags.c_contiguous:
        return x.astype(wanted, "C")
    axes = _by_steps(x)
    return x.transpose(axes).astype(wanted, "C").transpose(undoing(axes))


def in_a_row(x: np.ndarray) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """The values of `x` in a row, in the order in which they lie, and how to give others in such a row its shape."""
    if x.ndim < 2 or x.flags.c_contiguous:
        return np.ascontiguousarray(x).reshape(-1), lambda row: row.reshape(x.shape)
    axes = _by_steps(x)
    turned = np.ascontiguousarray(x.transpose(axes))
    return turned.reshape(-1), lambda row: row.reshape(turned.shape).transpose(undoing(axes))


def _by_steps(x: np.ndarray) -> list[int]:
    """The axes from that with the longest step to that with the shortest; of equal steps, the longer axis is first."""
    axes = list(range(x.ndim))
    for start in reversed(range(x.ndim - 1)):  # from the shortest step on
        here = start
        for other in range(start + 1, x.ndim):
            step, step2 = abs(x.strides[axes[here]]), abs(x.strides[axes[other]])
            if not step or not step2:
                continue  # of these two nothing is known
            if step > step2 or (step == step2 and x.shape[axes[here]] <= x.shape[axes[other]]):
                break
            axes[here], axes[other] = axes[other], axes[here]
            here = other
    return axes


def matrix_product(a: Any, b: Any) -> Any:
    """A @ B, of matrices or of stacks of them, arrays or tensors.

    Of two arrays it is made by `dot`, which has half of the overhead, unless they are large: it fills the result with
    zeros first, which then takes longer (benchmark W2).
    """
    if not type(a) is type(b) is np.ndarray:
        return a @ b
    if not a.ndim == b.ndim == 2:
        shape = *a.shape[:-1], b.shape[-1]
        like_both = a.shape[:-2] == b.shape[:-2] and a.dtype == b.dtype
        return np.matmul(a, b, out=empty(shape, a.dtype) if like_both else None)
    room, rows, columns = None, len(a), b.shape[1]
    if rows * columns * a.itemsize >= LARGE and a.dtype == b.dtype:
        room = empty((rows, columns), a.dtype)
    return a.dot(b, room) if a.size < MANY > b.size else np.matmul(a, b, out=room)


def in_rows(x: Any, dims: int = 1) -> Any:
    """A matrix of the rows of `x`, an array or a tensor: each of them is its last `dims` dimensions."""
    shape = x.shape
    return x if len(shape) == 2 and dims == 1 else x.reshape((prod(shape[:-dims]), prod(shape[-dims:])))


def product_of_rows(x: Any, matrix: Any) -> Any:
    """X M for the rows of `x`, an array or a tensor of two or more dimensions, and a matrix.

    Raises a ValueError if an array has fewer.
    """
    if type(x) is not np.ndarray:
        return x @ matrix
    if x.ndim < 2:
        raise ValueError(f"two or more dimensions are wanted, got {x.ndim}")
    y = matrix_product(in_rows(x), matrix)
    return y if x.ndim == 2 else y.reshape((*x.shape[:-1], matrix.shape[1]))


def product_like(a: Any, b: Any, like: Any = None) -> Any:
    """A @ B; if it has the shape of `like` (of B itself), a batch of heads, it lies in memory as that does.

    Heads are parts of rows, (samples, heads, rows, width) of what is (samples, rows, heads · width). So what is made of
    them needs no copy to become rows again. It is PyTorch's layout, too, of what attention finds.
    """
    like = b if like is None else like
    if (
        type(a) is type(b) is np.ndarray
        and a.shape[:-2] == b.shape[:-2]
        and like.shape == (*b.shape[:-2], a.shape[-2], b.shape[-1])
        and len(like.shape) == 4
        and like.strides[3] == like.itemsize
        and 0 not in like.strides
    ):
        return np.matmul(a, b, out=empty_like(like))
    return matrix_product(a, b)


def room(array: np.ndarray) -> int:
    """How many of its elements would fit the memory that `array` lies in."""
    low, high = extent(owner(array)) if owner(array).size else (0, 0)
    return (high - low) // array.itemsize


def without_gaps(array: np.ndarray) -> np.ndarray:
    """The array itself, or a copy if there is memory between its elements; what is stretched stays stretched."""
    core = _sliced(array, [slice(0, 1 if stride == 0 else None) for stride in array.strides])
    low, high = extent(core) if core.size else (0, 0)
    if high - low <= core.nbytes:
        return array
    return np.broadcast_to(core.copy(order="K"), array.shape)


def laid_out(arrays: list[np.ndarray]) -> tuple[list[dict[str, Any]], list[np.ndarray]]:
    """Where each array lies, and the members in whose memory they lie.

    An array that lies row by row, or column by column, and shares no memory, or that all who share its memory lie in,
    is a member as it is. Any other is a view of a member, whose bytes count from its first one. Memory between the
    elements of an array is saved only if others may lie there.
    """
    sharing: dict[int, list[int]] = {}  # the numbers of the arrays, by the memory they lie in
    for number, array in enumerate(arrays):
        sharing.setdefault(id(owner(array)) if array.size else -number - 1, []).append(number)
    places: list[dict[str, Any]] = [{} for _ in arrays]
    members: list[np.ndarray] = []
    for numbers in sharing.values():
        group = [arrays[number] for number in numbers] if len(numbers) > 1 else [without_gaps(arrays[numbers[0]])]
        whole = _whole(group)
        for number, array in zip(numbers, group, strict=True):
            places[number] = {"member": len(members)}
            if array is not whole:
                places[number] |= {
                    "dtype": array.dtype.str,
                    "shape": array.shape,
                    "strides": array.strides,
                    "start": address(array) - extent(whole)[0],
                }
        members.append(whole)
    return places, members


def _whole(group: list[np.ndarray]) -> np.ndarray:
    """An array that all of a group lie in: one of them, or the bytes from the first of them to the last."""
    if group[0].size == 0:
        return np.ascontiguousarray(group[0])
    extents = [extent(array) for array in group]
    low, high = min(start for start, _ in extents), max(end for _, end in extents)
    for array, its_extent in zip(group, extents, strict=True):
        if its_extent == (low, high) and array.flags.forc:
            return array
    everything = owner(group[0])
    start = extent(everything)[0]
    return bytes_under(everything)[low - start : high - start]


def _sliced(array: np.ndarray, slices: list[slice]) -> np.ndarray:
    """The part of `array` that a slice in each dimension shows, as a view, of a 0-d array too."""
    index: Any = (..., *slices)
    part: np.ndarray = array[index]
    return part
