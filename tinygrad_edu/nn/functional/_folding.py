"""Images as columns of what a window sees, and back.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html#unfold
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import prod
from typing import Any

from tinygrad_edu._errors import describe, shape_of
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import own
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.nn.functional._spatial import check_floating, of_batch, read_numbers
from tinygrad_edu.ops import folding as ops
from tinygrad_edu.ops._windows import Windows
from tinygrad_edu.ops.shape import reshape

__all__ = ["fold", "unfold"]


@of_tensor
def unfold(
    input: Tensor,
    kernel_size: int | Sequence[int],
    dilation: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    stride: int | Sequence[int] = 1,
) -> Tensor:
    """What each window sees of an image, as a column.

    Args:
        input: Images (N, C, H, W), or (C, H, W).
        kernel_size: The size of the windows.
        dilation: How far apart the values lie that a window sees.
        padding: How many zeros are put around the image.
        stride: How far one window lies from the next.

    Returns:
        (N, C · kernel height · kernel width, windows).

    Raises:
        RuntimeError: If the image is smaller than a window.

    >>> tg.nn.functional.unfold(tg.tensor([[[1.0, 2.0, 3.0]]]), (1, 2))
    tensor([[1., 2.],
            [2., 3.]])
    """
    check_floating(input)
    size = input._data.shape[-2:] if input._data.ndim > 2 else (0, 0)
    if input._data.ndim > 2 and not input._data.shape[-3]:
        raise RuntimeError(f"wanted images with a channel or more, got {describe(input)}")
    windows = _windows(size, kernel_size, dilation, padding, stride)
    return of_batch(partial(ops.im2col, windows=windows), input, 2)


@of_tensor
def fold(
    input: Tensor,
    output_size: int | Sequence[int],
    kernel_size: int | Sequence[int],
    dilation: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    stride: int | Sequence[int] = 1,
) -> Tensor:
    """Images made of what their windows see; where windows overlap, their values are summed.

    Args:
        input: Columns (N, C · kernel height · kernel width, windows), or without N, as `unfold` returns them.
        output_size: The size of the images.
        kernel_size: The size of the windows.
        dilation: How far apart the values lie that a window sees.
        padding: How many zeros were put around the image.
        stride: How far one window lies from the next.

    Raises:
        RuntimeError: If an image of that size doesn't have as many windows, or these don't see as many values.

    >>> tg.nn.functional.fold(tg.tensor([[1.0, 2.0], [2.0, 3.0]]), (1, 3), (1, 2))
    tensor([[[1., 4., 3.]]])
    """
    check_floating(input)
    size = read_numbers("output_size", output_size, 2, 1, one_for_all=False)
    windows = _windows(size, kernel_size, dilation, padding, stride)
    shape, values = input._data.shape, windows.size_of_kernel()
    if len(shape) not in (2, 3) or not shape[-2] or shape[-2] % values or shape[-1] != prod(windows.counts):
        raise RuntimeError(
            f"an image of {size} has {prod(windows.counts)} windows that see {values} values of each channel; got "
            f"columns of shape {shape_of(input)}"
        )
    batch = input if len(shape) == 3 else reshape(input, shape=(1, *shape))
    images: Any = ops.col2im(batch, windows=windows, size=size)
    return images if len(shape) == 3 else own(reshape(images, shape=images._data.shape[1:]))


def _windows(size: tuple[int, ...], kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Windows:
    given = {"kernel_size": kernel_size, "dilation": dilation, "padding": padding, "stride": stride}
    kernel, apart, before, steps = (
        read_numbers(name, value, 2, int(name != "padding"), one_for_all=False) for name, value in given.items()
    )
    each = zip(size, kernel, apart, before, steps, strict=True)
    counts = tuple((n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, d, p, s in each)
    if min(counts) < 1 or 0 in size:
        raise RuntimeError(f"a window of kernel_size={kernel} and dilation={apart} is larger than an image of {size}")
    return Windows(kernel, counts, steps, before, apart)
