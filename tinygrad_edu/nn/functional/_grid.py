"""Images read at any places: `affine_grid` says where, `grid_sample` what is there.

A grid holds the place that each new value comes from, in numbers from -1, the left (upper) edge, to 1, the right
(lower) one. Along a dimension of L values, the number g stands for the place

    x = ((g + 1) L - 1) / 2          where -1 and 1 are the outer edges of the outermost values
    x = (g + 1) (L - 1) / 2          with ``align_corners``, where they are the middles of these values

The value there is made of those next to it, as in _resizing.py: with t = x - ⌊x⌋, (1 - t) v₀ + t v₁ along each
dimension, or the cubic one. So it has a derivative by the image, the weights, and one by the grid, through t.

Outside of the image is nothing, or its border goes on, or it is mirrored at its edges.

Source: Jaderberg et al., Spatial Transformer Networks (2015), https://arxiv.org/abs/1506.02025;
https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.grid_sample.html
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._errors import describe, warn
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_flag, as_integer, as_tensor_argument
from tinygrad_edu.api._reading import of_tensor, widening
from tinygrad_edu.api.choice import where
from tinygrad_edu.nn.functional._resizing import CUBIC, TENT
from tinygrad_edu.nn.functional._spatial import check_floating
from tinygrad_edu.ops.embedding import embedding

__all__ = ["affine_grid", "grid_sample"]

_FAR_OUT = -100.0  # where nothing is: for places too far away


def _aligned(align_corners: Any) -> bool:
    if align_corners is None:
        warn("align_corners was left out, and is False; PyTorch before 1.3 had True", UserWarning)
        return False
    return as_flag("align_corners", align_corners)


@of_tensor
@widening
def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """The grid that turns, moves and stretches images: each place times a matrix; for `grid_sample`.

    Args:
        theta: A matrix for each image, of shape (N, 2, 3), or (N, 3, 4) for volumes; its last column is the shift.
        size: The shape that the new images have, (N, C, H, W) or (N, C, D, H, W).
        align_corners: As in `grid_sample`; False if left out, with a warning.

    Returns:
        A place (x, y) or (x, y, z) for each value, of shape (N, H, W, 2) or (N, D, H, W, 3).

    Raises:
        ValueError: If `theta` isn't floating-point or doesn't go with `size`.
        NotImplementedError: If `size` isn't of four or five numbers.

    >>> turned = tg.tensor([[[0.0, -1.0, 0.0], [1.0, 0.0, 0.0]]])
    >>> tg.nn.functional.affine_grid(turned, (1, 1, 2, 2), align_corners=True)[0, 0]
    tensor([[ 1., -1.],
            [ 1.,  1.]])
    """
    aligned = _aligned(align_corners)
    lengths = tuple(as_integer("size", each) for each in size)
    ndim = len(lengths) - 2
    if theta._data.dtype.kind != "f":
        raise ValueError(f"theta must be floating-point, got {describe(theta)}")
    if ndim not in (2, 3):
        raise NotImplementedError(f"size must be (N, C, H, W) or (N, C, D, H, W), got {lengths}")
    if theta._data.ndim != 3 or theta._data.shape[1:] != (ndim, ndim + 1):
        raise ValueError(
            f"theta must have the shape (N, {ndim}, {ndim + 1}) for a size {lengths}, got {describe(theta)}"
        )
    if aligned and min(lengths[2:]) == 1:
        warn("align_corners=True means nothing for a length of 1; the place there is 0", UserWarning)
    elif min(lengths) <= 0:
        raise ValueError(f"size must be positive, got {lengths}")
    if theta._data.shape[0] != lengths[0]:
        raise RuntimeError(f"theta must have a matrix for each of {lengths[0]} images, got {describe(theta)}")
    dtype = theta._data.dtype
    edges = [np.linspace(-1, 1, n) * (1 if aligned else (n - 1) / n) if n > 1 else np.zeros(n) for n in lengths[2:]]
    places = np.stack([*np.meshgrid(*edges, indexing="ij")[::-1], np.ones(lengths[2:])], axis=-1).astype(dtype)
    grid: Tensor = Tensor.wrap(places.reshape(-1, ndim + 1)) @ theta.mT
    return grid.reshape(lengths[0], *lengths[2:], ndim)


@of_tensor
@widening
def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """Images read at the places of a grid, between their values too.

    Args:
        input: Images (N, C, H, W), or volumes (N, C, D, H, W).
        grid: Places (x, y) of shape (N, H', W', 2), or (x, y, z) of shape (N, D', H', W', 3); in numbers from -1, the
            left edge, to 1, the right one.
        mode: What is there: ``"bilinear"`` for a mean of the values around, ``"nearest"`` for one of them,
            ``"bicubic"`` (of images) for a smoother mean.
        padding_mode: What is outside: ``"zeros"``, ``"border"`` for the outermost values, ``"reflection"`` for the
            mirrored image.
        align_corners: Whether -1 and 1 are the middles of the outermost values, and not their outer edges; False if
            left out, with a warning.

    Returns:
        Images of shape (N, C, H', W'), or volumes.

    Raises:
        ValueError: If a mode is unknown.
        RuntimeError: If the shapes or dtypes don't go together.

    >>> image = tg.tensor([[[[1.0, 3.0]]]])
    >>> places = tg.tensor([[[[-1.0, 0.0], [0.0, 0.0], [1.0, 0.0]]]])
    >>> tg.nn.functional.grid_sample(image, places, align_corners=True)
    tensor([[[[1., 2., 3.]]]])
    """
    if mode not in ("bilinear", "nearest", "bicubic"):
        raise ValueError(f"mode must be 'bilinear', 'nearest' or 'bicubic', got {mode!r}")
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(f"padding_mode must be 'zeros', 'border' or 'reflection', got {padding_mode!r}")
    aligned = _aligned(align_corners)
    _check(input, as_tensor_argument(grid, "grid"), mode)
    count, channels, *lengths = input._data.shape
    taps = []
    for dim, length in enumerate(reversed(lengths)):  # a place is (x, y, z), the dimensions are those of z, y, x
        g = grid[..., dim]
        x = ((g + 1) * length - 1) / 2 if not aligned else (g + 1) * ((length - 1) / 2)
        taps.append(_taps(x, length, mode, padding_mode, aligned))
    rows = input.movedim(1, -1).reshape(-1, channels)
    of_image = (np.arange(count) * int(np.prod(lengths))).reshape(-1, *[1] * len(lengths))
    result: Any = None
    for tap in itertools.product(*reversed(taps)):
        place: Any = 0
        for length, (each, _) in zip(lengths, tap, strict=True):
            place = place * length + each
        part = embedding(rows, index=of_image + place, factors=None)
        part = part * reduce(lambda a, b: a * b, [weight for _, weight in tap]).unsqueeze(-1)
        result = part if result is None else result + part
    sampled: Tensor = result.movedim(-1, 1).contiguous()
    return sampled


def _check(input: Tensor, grid: Tensor, mode: str) -> None:
    shape, places = input._data.shape, grid._data.shape
    ndim = len(shape) - 2
    if ndim not in (2, 3) or len(places) != len(shape) or places[-1] != ndim or places[0] != shape[0]:
        raise RuntimeError(
            "wanted images (N, C, H, W) and a grid (N, H', W', 2), or volumes (N, C, D, H, W) and a grid "
            f"(N, D', H', W', 3), got {describe(input)} and {describe(grid)}"
        )
    if 0 in shape[1:]:
        raise RuntimeError(f"only the batch may be empty, got {describe(input)}")
    if input._data.dtype != grid._data.dtype:
        raise RuntimeError(f"input and grid must have one dtype, got {describe(input)} and {describe(grid)}")
    if mode == "bicubic" and ndim == 3:
        raise RuntimeError(f"mode='bicubic' is for images (N, C, H, W), got {describe(input)}")
    check_floating(input)


def _taps(x: Any, length: int, mode: str, padding_mode: str, aligned: bool) -> list[tuple[ndarray, Any]]:
    """The values that lie next to the places `x` along a dimension: their numbers, and their weights.

    What is outside has the weight 0.
    """
    if mode != "bicubic":
        x = _inside(x, length, padding_mode, aligned)
    values = x._data
    sensible = ~(np.abs(values) >= 2**31 - 1)
    if mode == "nearest":
        nearest = np.rint(np.where(np.isfinite(values) & sensible, values, _FAR_OUT))
        one = where(Tensor.wrap(np.zeros(values.shape, bool)), x, 1.0)  # which passes a gradient of 0 on to the grid
        return [_tap(nearest, one, length)]
    first = np.floor(np.where(np.isfinite(values) & sensible, values, _FAR_OUT)).astype(values.dtype)
    first[np.isnan(values)] = 0  # so that the weights, which are NaN, are of something
    t = where(Tensor.wrap(sensible), x - Tensor.wrap(first), 0.0)
    if mode == "bilinear":
        return [_tap(first + number, weight(t), length) for number, weight in enumerate(TENT)]
    found = []
    for number, weight in enumerate(CUBIC, -1):
        place = _inside(Tensor.wrap(first + number), length, padding_mode, aligned)._data
        found.append(_tap(np.trunc(place), weight(t), length))
    return found


def _tap(place: ndarray, weight: Any, length: int) -> tuple[ndarray, Any]:
    is_there = (place >= 0) & (place < length)
    return np.where(is_there, place, 0).astype(np.int64), where(Tensor.wrap(is_there), weight, 0.0)


def _inside(x: Any, length: int, padding_mode: str, aligned: bool) -> Any:
    """The places in the image that stand for those outside; a place at the border doesn't move with x."""
    if padding_mode == "zeros":
        return x
    if padding_mode == "reflection":
        low, span = (0.0, length - 1.0) if aligned else (-0.5, float(length))
        if span == 0:
            return where(Tensor.wrap(np.zeros(x._data.shape, bool)), x, 0.0)
        away = (x - low).abs()
        turns = np.floor(away._data / span)
        back = turns % 2 == 1
        within = away - Tensor.wrap((turns * span).astype(x._data.dtype))
        x = where(Tensor.wrap(back), span - within, within) + low
    inner = (x._data > 0) & (x._data < length - 1)
    border = np.clip(x._data, 0, length - 1)
    return where(Tensor.wrap(inner), x, Tensor.wrap(border))
