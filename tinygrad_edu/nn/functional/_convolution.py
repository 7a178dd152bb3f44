"""Convolutions (畳み込み) over one, two and three dimensions, and transposed ones.

The mathematics is in ops/convolution.py. Along one dimension, an input of length L has

    (L + 2 · padding - dilation · (kernel - 1) - 1) // stride + 1

windows. A transposed convolution goes from windows to an input: its input has a number for each window, and the result
is as long as an input that has that many windows.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html#convolution-functions
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from tinygrad_edu._errors import describe, shape_of
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer, as_tensor_argument
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.nn.functional._spatial import check_dims, of_batch, read_numbers
from tinygrad_edu.ops import convolution as ops
from tinygrad_edu.ops._windows import Windows
from tinygrad_edu.ops.arithmetic import add
from tinygrad_edu.ops.shape import reshape

__all__ = ["conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"]


@of_tensor
def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | Sequence[int] = 1,
    padding: str | int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """A kernel that slides over sequences; the arguments are those of `conv2d`.

    >>> tg.nn.functional.conv1d(tg.tensor([[[1.0, 2.0, 4.0, 8.0]]]), tg.tensor([[[-1.0, 1.0]]]))
    tensor([[[1., 2., 4.]]])
    """
    return _convolved(1, input, weight, bias, stride, padding, dilation, groups)


@of_tensor
def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | Sequence[int] = 1,
    padding: str | int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """A kernel that slides over images: at each place, the sum of what it sees, weighted.

    Args:
        input: (N, C, H, W), or (C, H, W).
        weight: The kernels of the output channels: (O, C / groups, kernel height, kernel width).
        bias: What is added to each output channel, (O,); or None.
        stride: How far the kernel moves from place to place.
        padding: How many zeros are put around the input; ``"valid"`` is none, ``"same"`` as many as keep its size.
        dilation: How far apart the values lie that the kernel sees side by side.
        groups: In how many groups the channels are convolved separately.

    Raises:
        RuntimeError: If the shapes or types don't fit.

    >>> tg.nn.functional.conv2d(tg.ones(1, 1, 3, 3), tg.ones(1, 1, 2, 2), padding="same")
    tensor([[[[4., 4., 2.],
              [4., 4., 2.],
              [2., 2., 1.]]]])
    """
    return _convolved(2, input, weight, bias, stride, padding, dilation, groups)


@of_tensor
def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | Sequence[int] = 1,
    padding: str | int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """A kernel that slides over volumes; the arguments are those of `conv2d`.

    >>> tg.nn.functional.conv3d(tg.ones(1, 1, 2, 2, 2), tg.ones(1, 1, 2, 2, 2))
    tensor([[[[[8.]]]]])
    """
    return _convolved(3, input, weight, bias, stride, padding, dilation, groups)


@of_tensor
def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    output_padding: int | Sequence[int] = 0,
    groups: int = 1,
    dilation: int | Sequence[int] = 1,
) -> Tensor:
    """What is the derivative of `conv1d` by its input; the arguments are those of `conv_transpose2d`.

    >>> tg.nn.functional.conv_transpose1d(tg.tensor([[[1.0, 10.0]]]), tg.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[[ 1., 12., 23., 30.]]])
    """
    return _transposed(1, input, weight, bias, stride, padding, output_padding, groups, dilation)


@of_tensor
def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    output_padding: int | Sequence[int] = 0,
    groups: int = 1,
    dilation: int | Sequence[int] = 1,
) -> Tensor:
    """A kernel that draws images: each value of the input draws the kernel, times itself, and all are summed.

    Args:
        input: (N, C, H, W), or (C, H, W).
        weight: The kernels, by input channels: (C, O / groups, kernel height, kernel width).
        bias: What is added to each output channel, (O,); or None.
        stride: How far apart two neighbouring values draw.
        padding: How much is cut off on all sides.
        output_padding: How much longer the result is at the end of each dimension: with a stride, inputs of
            several lengths have the same number of windows.
        groups: In how many groups the channels are convolved separately.
        dilation: How far apart the values of the kernel are drawn.

    Raises:
        RuntimeError: If the shapes or types don't fit.

    >>> tg.nn.functional.conv_transpose2d(tg.tensor([[[[1.0, 2.0]]]]), tg.ones(1, 1, 2, 2), stride=2)
    tensor([[[[1., 1., 2., 2.],
              [1., 1., 2., 2.]]]])
    """
    return _transposed(2, input, weight, bias, stride, padding, output_padding, groups, dilation)


@of_tensor
def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    output_padding: int | Sequence[int] = 0,
    groups: int = 1,
    dilation: int | Sequence[int] = 1,
) -> Tensor:
    """What is the derivative of `conv3d` by its input; the arguments are those of `conv_transpose2d`.

    >>> tg.nn.functional.conv_transpose3d(tg.ones(1, 1, 1, 1, 1), tg.ones(1, 1, 1, 1, 2))
    tensor([[[[[1., 1.]]]]])
    """
    return _transposed(3, input, weight, bias, stride, padding, output_padding, groups, dilation)


def _convolved(
    ndim: int, input: Tensor, weight: Tensor, bias: Any, stride: Any, padding: Any, dilation: Any, groups: Any
) -> Tensor:
    _check_operands(ndim, input, weight, bias)
    stride, dilation = read_numbers("stride", stride, ndim, 1), read_numbers("dilation", dilation, ndim, 1)
    outputs, inputs, *kernel = weight._data.shape
    groups = _check_channels(input, weight, ndim, groups, inputs * as_integer("groups", groups))
    if outputs == 0 or outputs % groups:
        raise RuntimeError(f"the {outputs} output channels of weight {shape_of(weight)} don't make {groups} groups")
    _check_bias(bias, outputs)
    size = input._data.shape[-ndim:]
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    before, counts = _padded(padding, size, spans, stride)
    windows = Windows(tuple(kernel), counts, stride, before, dilation)
    return of_batch(lambda x: ops.convolution(x, weight, bias, windows=windows, groups=groups), input, ndim)


def _transposed(
    ndim: int,
    input: Tensor,
    weight: Tensor,
    bias: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: Any,
    dilation: Any,
) -> Tensor:
    _check_operands(ndim, input, weight, bias)
    stride, dilation = read_numbers("stride", stride, ndim, 1), read_numbers("dilation", dilation, ndim, 1)
    padding, longer = read_numbers("padding", padding, ndim, 0), read_numbers("output_padding", output_padding, ndim, 0)
    inputs, outputs, *kernel = weight._data.shape
    groups = _check_channels(input, weight, ndim, groups, inputs)
    if inputs % groups:
        raise RuntimeError(f"the {inputs} input channels of weight {shape_of(weight)} don't make {groups} groups")
    _check_bias(bias, outputs * groups)
    if any(more >= max(s, d) for more, s, d in zip(longer, stride, dilation, strict=True)):
        raise RuntimeError(
            f"output_padding must be smaller than the stride or the dilation, got {longer} for {stride} and {dilation}"
        )
    counts = input._data.shape[-ndim:]
    each = zip(counts, kernel, stride, padding, dilation, longer, strict=True)
    size = tuple(s * (n - 1) + d * (k - 1) + 1 - 2 * p + more for n, k, s, p, d, more in each)
    if min(size) < 0 or 0 in counts:
        raise RuntimeError(f"an input of shape {shape_of(input)} and padding={padding} leave an output of {size}")
    windows = Windows(tuple(kernel), counts, stride, padding, dilation)
    drawn = of_batch(partial(_drawn, weight=weight, windows=windows, groups=groups, size=size), input, ndim)
    return drawn if bias is None else add(drawn, reshape(bias, shape=(-1, *[1] * ndim)))


def _drawn(x: Any, *, weight: Any, windows: Windows, groups: int, size: tuple[int, ...]) -> Tensor:
    return ops.transposed(x, weight, windows=windows, groups=groups, size=size)


def _check_operands(ndim: int, input: Tensor, weight: Tensor, bias: Any) -> None:
    check_dims(input, ndim)
    as_tensor_argument(weight, "weight")
    if weight._data.ndim != ndim + 2 or 0 in weight._data.shape[2:]:
        raise RuntimeError(
            f"wanted a weight of two dimensions of channels and {ndim} of the kernel, none of them 0, got "
            f"{shape_of(weight)}"
        )
    for name, operand in (("weight", weight), ("bias", bias)):
        if operand is not None and as_tensor_argument(operand, name)._data.dtype != input._data.dtype:
            raise RuntimeError(f"the {name} must have the type of the input, {input.dtype}, got {describe(operand)}")
    if input._data.dtype.kind == "b":
        raise NotImplementedError(f"wanted numbers, got {describe(input)}; convert it with .float() first")


def _check_channels(input: Tensor, weight: Tensor, ndim: int, groups: Any, wanted: int) -> int:
    count = as_integer("groups", groups)
    if count < 1:
        raise RuntimeError(f"groups must be 1 or more, got {count}")
    if input._data.shape[-ndim - 1] != wanted:
        raise RuntimeError(
            f"a weight of shape {shape_of(weight)} with groups={count} wants {wanted} input channels, got "
            f"{input._data.shape[-ndim - 1]} in an input of shape {shape_of(input)}"
        )
    return count


def _check_bias(bias: Any, outputs: int) -> None:
    if bias is not None and bias._data.shape != (outputs,):
        raise RuntimeError(f"wanted a bias of shape ({outputs},), one number an output channel, got {shape_of(bias)}")


def _padded(padding: Any, size: tuple[int, ...], spans: Sequence[int], stride: tuple[int, ...]) -> Any:
    """How many zeros stand before the input, and how many windows there are, where each spans that many values."""
    if padding == "same":
        if max(stride) > 1:
            raise RuntimeError(f"padding='same' keeps the size only if the kernel moves by 1, got stride={stride}")
        return tuple((span - 1) // 2 for span in spans), size
    if isinstance(padding, str) and padding != "valid":
        raise RuntimeError(f"padding must be 'valid', 'same', or numbers, got {padding!r}")
    before = read_numbers("padding", 0 if padding == "valid" else padding, len(size), 0)
    counts = tuple((n + 2 * p - span) // s + 1 for n, p, span, s in zip(size, before, spans, stride, strict=True))
    if min(counts) < 1 or 0 in size:
        raise RuntimeError(f"the kernel spans {tuple(spans)}, more than the input of {size} with padding={before}")
    return before, counts
