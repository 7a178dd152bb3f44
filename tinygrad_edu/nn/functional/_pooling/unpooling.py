"""Unpooling: the largest values back where they stood, with 0 around them.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxUnpool2d.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe, shape_of
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer, as_tensor_argument, own, wrap
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.nn.functional._spatial import check_dims, check_floating, read_numbers
from tinygrad_edu.ops.picking import along
from tinygrad_edu.ops.putting import put
from tinygrad_edu.ops.shape import reshape

__all__ = ["max_unpool1d", "max_unpool2d", "max_unpool3d"]


@of_tensor
def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """The largest values where they stood, as `max_pool1d` says; the arguments are those of `max_unpool2d`.

    >>> tg.nn.functional.max_unpool1d(tg.tensor([[5.0, 7.0]]), tg.tensor([[1, 2]]), 2)
    tensor([[0., 5., 7., 0.]])
    """
    return _max_unpool(1, input, indices, kernel_size, stride, padding, output_size)


@of_tensor
def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """The largest values, as of `max_pool2d`, where they stood, and 0 elsewhere.

    Args:
        input: Largest values, (N, C, H, W) or (C, H, W).
        indices: Where in the image each of them stands, counted row by row, int64, as `max_pool2d` returns them.
        kernel_size: The size of the windows that they come from.
        stride: How far one window lies from the next; by default, as far as it is long.
        padding: How far the windows began before the image.
        output_size: The size of the image, as several have the same windows; by default the smallest.

    Raises:
        RuntimeError: If an index lies outside of the image, or the shapes don't fit.
        ValueError: If no image of that size has such windows.

    >>> tg.nn.functional.max_unpool2d(tg.tensor([[[5.0]]]), tg.tensor([[[2]]]), 2)
    tensor([[[0., 0.],
             [5., 0.]]])
    """
    return _max_unpool(2, input, indices, kernel_size, stride, padding, output_size)


@of_tensor
def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """The largest values where they stood, as `max_pool3d` says; the arguments are those of `max_unpool2d`.

    >>> tg.nn.functional.max_unpool3d(tg.tensor([[[[5.0]]]]), tg.tensor([[[[0]]]]), (1, 1, 2))
    tensor([[[[5., 0.]]]])
    """
    return _max_unpool(3, input, indices, kernel_size, stride, padding, output_size)


def _max_unpool(
    ndim: int, input: Tensor, indices: Tensor, kernel_size: Any, stride: Any, padding: Any, output_size: Any
) -> Tensor:
    check_dims(input, ndim)
    as_tensor_argument(indices, "indices")
    check_floating(input)
    given = {"kernel_size": kernel_size, "stride": kernel_size if stride is None else stride, "padding": padding}
    kernel, steps, before = (
        read_numbers(name, value, ndim, int(name != "padding"), one_for_all=False) for name, value in given.items()
    )
    shape = input._data.shape
    size = _image_size(shape[-ndim:], kernel, steps, before, output_size)
    if indices._data.dtype != np.int64 or indices._data.shape != input._data.shape:
        raise RuntimeError(
            f"indices must be int64, a number for each of the input's {shape_of(input)}, got {describe(indices)}"
        )
    own_places = indices._data.copy()  # the graph must not see later changes of the indices
    length, places = int(np.prod(size)), own_places.reshape(*shape[:-ndim], -1 if own_places.size else 0)
    if places.size and not 0 <= places.min() <= places.max() < length:
        raise RuntimeError(
            f"indices must lie between 0 and {length - 1}, in an image of {size}, got {places.min()} to {places.max()}"
        )
    nothing = wrap(np.zeros((*shape[:-ndim], length), input._data.dtype))
    whole = put(nothing, reshape(input, shape=places.shape), index=along(places, places.ndim - 1))
    return own(reshape(whole, shape=(*shape[:-ndim], *size)))


def _image_size(counts: Any, kernel: Any, stride: Any, padding: Any, wanted: Any) -> tuple[int, ...]:
    """The size of the image that has so many windows: the smallest, or the one that is wanted."""
    each = zip(counts, kernel, stride, padding, strict=True)
    smallest = tuple((n - 1) * s + k - 2 * p for n, k, s, p in each)
    if wanted is None and min(smallest) < 0:
        raise RuntimeError(f"padding={padding} leaves nothing of an image, got {counts} windows")
    if wanted is None:
        return smallest
    given = tuple(as_integer("output_size", each) for each in wanted)
    size = given[-len(kernel) :]
    near = all(low - s < n < low + s for n, low, s in zip(size, smallest, stride, strict=False))
    if len(given) not in (len(kernel), len(kernel) + 2, len(kernel) + 1) or not near:
        raise ValueError(f"output_size must be near {smallest}, by less than the stride {stride}, got {given}")
    return size
