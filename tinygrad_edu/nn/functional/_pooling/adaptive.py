"""Adaptive pooling: it is said how many windows there are, and they share the input evenly.

Of n windows on a length L, number i reaches from ⌊i L / n⌋ up to, but not including, ⌈(i + 1) L / n⌉.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html#pooling-functions
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu._errors import shape_of
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_flag, as_integer, own, wrap
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.nn.functional._spatial import check_dims, check_floating
from tinygrad_edu.ops.indexing import select
from tinygrad_edu.ops.joining import cat
from tinygrad_edu.ops.picking import gather
from tinygrad_edu.ops.reduction import mean
from tinygrad_edu.ops.shape import reshape

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
]


@of_tensor
def adaptive_avg_pool1d(input: Tensor, output_size: int | Sequence[int]) -> Tensor:
    """The mean in each of so many windows, in sequences; the arguments are those of `adaptive_avg_pool2d`.

    >>> tg.nn.functional.adaptive_avg_pool1d(tg.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]]), 2)
    tensor([[2., 4.]])
    """
    return _adaptive_avg_pool(1, input, output_size)


@of_tensor
def adaptive_avg_pool2d(input: Tensor, output_size: int | Sequence[Any] | None) -> Tensor:
    """The mean in each of so many windows.

    Args:
        input: Images (N, C, H, W), or (C, H, W).
        output_size: How many windows there are, (height, width); None for as many as there are values, and one number
            for a square.

    Raises:
        RuntimeError: If a size is negative, or the input has no such dimensions.

    >>> tg.nn.functional.adaptive_avg_pool2d(tg.tensor([[[1.0, 2.0], [3.0, 6.0]]]), 1)
    tensor([[[3.]]])
    """
    return _adaptive_avg_pool(2, input, output_size)


@of_tensor
def adaptive_avg_pool3d(input: Tensor, output_size: int | Sequence[Any] | None) -> Tensor:
    """The mean in each of so many windows, in volumes; the arguments are those of `adaptive_avg_pool2d`.

    >>> tg.nn.functional.adaptive_avg_pool3d(tg.ones(1, 2, 2, 2), 1)
    tensor([[[[1.]]]])
    """
    return _adaptive_avg_pool(3, input, output_size)


@of_tensor
def adaptive_max_pool1d(input: Tensor, output_size: int | Sequence[int], return_indices: bool = False) -> Any:
    """The largest value in each of so many windows, in sequences; the arguments are those of `adaptive_max_pool2d`.

    >>> tg.nn.functional.adaptive_max_pool1d(tg.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]]), 2)
    tensor([[3., 5.]])
    """
    return _adaptive_max_pool(1, input, output_size, return_indices)


@of_tensor
def adaptive_max_pool2d(input: Tensor, output_size: int | Sequence[Any] | None, return_indices: bool = False) -> Any:
    """The largest value in each of so many windows.

    Args:
        input: Images (N, C, H, W), or (C, H, W).
        output_size: How many windows there are, (height, width); None for as many as there are values, and one number
            for a square.
        return_indices: Whether to return, besides, where in the image each of the largest values stands, counted row
            by row.

    Raises:
        RuntimeError: If a size is negative, or the input has no such dimensions.

    >>> tg.nn.functional.adaptive_max_pool2d(tg.tensor([[[1.0, 2.0], [3.0, 6.0]]]), 1)
    tensor([[[6.]]])
    """
    return _adaptive_max_pool(2, input, output_size, return_indices)


@of_tensor
def adaptive_max_pool3d(input: Tensor, output_size: int | Sequence[Any] | None, return_indices: bool = False) -> Any:
    """The largest value in each of so many windows, in volumes; the arguments are those of `adaptive_max_pool2d`.

    >>> tg.nn.functional.adaptive_max_pool3d(tg.ones(1, 2, 2, 2), 1)
    tensor([[[[1.]]]])
    """
    return _adaptive_max_pool(3, input, output_size, return_indices)


def _read_sizes(input: Tensor, ndim: int, output_size: Any) -> tuple[int, ...]:
    """How many windows there are in each dimension."""
    check_dims(input, ndim)
    check_floating(input)
    given = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * ndim
    if len(given) != ndim:
        raise RuntimeError(f"output_size must be one integer or {ndim} of them, got {output_size!r}")
    if ndim == 1 and given[0] is None:
        raise TypeError(f"output_size must be an integer, got {output_size!r}")
    lengths = input._data.shape[-ndim:]
    check_sizes(output_size)
    return tuple(n if size is None else as_integer("output_size", size) for size, n in zip(given, lengths, strict=True))


def check_sizes(output_size: Any) -> None:
    """Refuse what isn't a number of windows, several of them, or None."""
    for size in output_size if isinstance(output_size, (tuple, list)) else (output_size,):
        if size is not None and as_integer("output_size", size) < 0:
            raise RuntimeError(f"output_size must be 0 or more, got {output_size!r}")


def _bounds(length: int, count: int) -> list[tuple[int, int]]:
    """Where each of the windows along a dimension begins and ends."""
    return [(i * length // count, -(-(i + 1) * length // count)) for i in range(count)]


def _adaptive_avg_pool(ndim: int, input: Tensor, output_size: Any) -> Tensor:
    sizes, shape = _read_sizes(input, ndim, output_size), input._data.shape
    lengths, front = shape[-ndim:], shape[:-ndim]
    if 0 in shape[-ndim - 1 :] and set(sizes) != {1}:
        raise RuntimeError(f"only the batch may be empty, got an input of shape {shape_of(input)}")
    if 0 not in shape and 0 not in sizes and all(n % size == 0 for n, size in zip(lengths, sizes, strict=True)):
        cut = [part for n, size in zip(lengths, sizes, strict=True) for part in (size, n // size)]
        first = len(front)
        blocks = reshape(input, shape=(*front, *cut))
        return mean(blocks, dim=tuple(range(first + 1, first + 2 * ndim, 2)), keepdim=False)
    result = input
    for dim, (length, count) in enumerate(zip(lengths, sizes, strict=True), len(front)):
        before = (slice(None),) * dim
        parts = [select(result, index=(*before, slice(start, end))) for start, end in _bounds(length, count)]
        means = [mean(part, dim=(dim,), keepdim=True) for part in parts]
        result = cat(*means, dim=dim) if means else select(result, index=(*before, slice(0)))
    return own(result)


def _adaptive_max_pool(ndim: int, input: Tensor, output_size: Any, return_indices: bool) -> Any:
    sizes, shape = _read_sizes(input, ndim, output_size), input._data.shape
    lengths, front = shape[-ndim:], shape[:-ndim]
    if 0 in shape[-ndim - 1 :]:
        raise RuntimeError(f"only the batch may be empty, got an input of shape {shape_of(input)}")
    places = _largest_places(input._data, lengths, sizes)
    rows = reshape(input, shape=(*front, int(np.prod(lengths))))
    picked = gather(rows, dim=len(front), index=places.reshape(*front, int(np.prod(sizes))))
    result = own(reshape(picked, shape=(*front, *sizes)))
    return (result, wrap(places)) if as_flag("return_indices", return_indices) else result


def _largest_places(x: Any, lengths: tuple[int, ...], sizes: tuple[int, ...]) -> Any:
    """Where, counted row by row, the largest value of each window stands; of equal ones the first, of NaNs the last."""
    ndim = len(lengths)
    seen: Any = 0  # the places that each window sees, (windows of each dimension …, places in each dimension …)
    for dim, (length, count) in enumerate(zip(lengths, sizes, strict=True)):
        bounds = _bounds(length, count)
        most = max((end - start for start, end in bounds), default=1)
        along = np.array([[min(start + k, end - 1) for k in range(most)] for start, end in bounds], np.int64)
        shape = [1] * (2 * ndim)
        shape[dim], shape[ndim + dim] = count, most
        seen = seen * length + along.reshape(shape)
    seen = seen.reshape(*sizes, int(np.prod(seen.shape[ndim:])))
    values = x.reshape(*x.shape[:-ndim], int(np.prod(lengths)))[..., seen]
    best = values.argmax(-1)
    if np.isnan(x).any():
        wrong = np.isnan(values)
        best = np.where(wrong.any(-1), values.shape[-1] - 1 - wrong[..., ::-1].argmax(-1), best)
    return np.take_along_axis(np.broadcast_to(seen, values.shape), best[..., None], -1)[..., 0]
