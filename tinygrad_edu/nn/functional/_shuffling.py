"""Channels that become places, and back; and channels in another order.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html#pixel-shuffle
"""

from __future__ import annotations

from math import prod

from tinygrad_edu._errors import shape_of
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer, own
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.ops.axes import permute
from tinygrad_edu.ops.shape import clone, reshape

__all__ = ["channel_shuffle", "pixel_shuffle", "pixel_unshuffle"]


def _moved(input: Tensor, cut: tuple[int, ...], order: tuple[int, ...], shape: tuple[int, ...]) -> Tensor:
    """The values, first in the shape `cut`, then with its last dimensions in another order, then in `shape`."""
    front = len(cut) - len(order)
    dims = (*range(front), *(front + each for each in order))
    return own(reshape(clone(permute(reshape(input, shape=cut), dims=dims), in_rows=True), shape=shape))


def _factor(argument: str, value: int, input: Tensor, least: int) -> int:
    factor = as_integer(argument, value)
    if factor < 1:
        raise RuntimeError(f"{argument} must be 1 or more, got {factor}")
    if input._data.ndim < least:
        raise RuntimeError(f"wanted an input of {least} dimensions or more, got {shape_of(input)}")
    return factor


@of_tensor
def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Images r times as high and wide: the values of r² channels at one place become a square of r x r places.

    Args:
        input: (*, C · r², H, W).
        upscale_factor: The factor r.

    Raises:
        RuntimeError: If the channels can't be cut so.

    >>> tg.nn.functional.pixel_shuffle(tg.tensor([[[1.0]], [[2.0]], [[3.0]], [[4.0]]]), 2)
    tensor([[[1., 2.],
             [3., 4.]]])
    """
    r = _factor("upscale_factor", upscale_factor, input, 3)
    *front, channels, height, width = input._data.shape
    if channels % r**2:
        raise RuntimeError(f"the channels must be a multiple of upscale_factor² = {r**2}, got {channels}")
    cut = (*front, channels // r**2, r, r, height, width)
    return _moved(input, cut, (0, 3, 1, 4, 2), (*front, channels // r**2, height * r, width * r))


@of_tensor
def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """The way back of `pixel_shuffle`: each square of r x r places becomes r² channels.

    Args:
        input: (*, C, H · r, W · r).
        downscale_factor: The factor r.

    Raises:
        RuntimeError: If height or width can't be cut so.

    >>> tg.nn.functional.pixel_unshuffle(tg.tensor([[[1.0, 2.0], [3.0, 4.0]]]), 2).shape
    tinygrad_edu.Size([4, 1, 1])
    """
    r = _factor("downscale_factor", downscale_factor, input, 3)
    *front, channels, height, width = input._data.shape
    if height % r or width % r:
        raise RuntimeError(f"height and width must be multiples of downscale_factor = {r}, got {height} and {width}")
    cut = (*front, channels, height // r, r, width // r, r)
    return _moved(input, cut, (0, 2, 4, 1, 3), (*front, channels * r**2, height // r, width // r))


@of_tensor
def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """The channels in another order: the first of each group, then the second of each, and so on.

    Args:
        input: (N, C, *).
        groups: In how many groups the channels are cut.

    Raises:
        RuntimeError: If they can't be cut so.

    >>> tg.nn.functional.channel_shuffle(tg.tensor([[[1.0], [2.0], [3.0], [4.0]]]), 2).flatten()
    tensor([1., 3., 2., 4.])
    """
    count = _factor("groups", groups, input, 3)
    n, channels, *rest = input._data.shape
    if channels % count:
        raise RuntimeError(f"the channels must be a multiple of groups={count}, got {channels}")
    cut = (n, count, channels // count, prod(rest))
    return _moved(input, cut, (1, 0, 2), (n, channels, *rest))
