"""Pooling (プーリング): the largest value, the mean or the norm of what a window sees, for one to three dimensions.

Windows lie as those of a convolution do (nn/functional/_convolution.py); by default one beside the other. With
``ceil_mode`` there is one more at the end, if it begins inside of the input, which doesn't fill it.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html#pooling-functions
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe, shape_of
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_flag, as_integer, as_number, wrap
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.api.activation import relu
from tinygrad_edu.api.arithmetic import abs, mul, sign
from tinygrad_edu.api.powers import pow
from tinygrad_edu.nn.functional._spatial import check_dims, read_numbers
from tinygrad_edu.ops import pooling as ops
from tinygrad_edu.ops._windows import Windows

__all__ = [
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
]


@of_tensor
def max_pool1d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest value that each window sees, in sequences; the arguments are those of `max_pool2d`.

    >>> tg.nn.functional.max_pool1d(tg.tensor([[1.0, 3.0, 7.0, 5.0]]), 2)
    tensor([[3., 7.]])
    """
    return _max_pool(1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


@of_tensor
def max_pool2d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest value that each window sees.

    Args:
        input: Images (N, C, H, W), or (C, H, W).
        kernel_size: The size of the windows.
        stride: How far one window lies from the next; by default, as far as it is long.
        padding: How far windows begin before the input: at most half of their size. Padding is never the largest.
        dilation: How far apart the values lie that a window sees.
        ceil_mode: Whether there is a last window that the input doesn't fill.
        return_indices: Whether to return, besides, where in the image each of the largest values stands, counted row
            by row.

    Raises:
        RuntimeError: If the input is smaller than a window, or a setting has no meaning.

    >>> tg.nn.functional.max_pool2d(tg.tensor([[[1.0, 2.0], [3.0, 6.0]]]), 2)
    tensor([[[6.]]])
    """
    return _max_pool(2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


@of_tensor
def max_pool3d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest value that each window sees, in volumes; the arguments are those of `max_pool2d`.

    >>> tg.nn.functional.max_pool3d(tg.ones(1, 2, 2, 2), 2)
    tensor([[[[1.]]]])
    """
    return _max_pool(3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


@of_tensor
def avg_pool1d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of what each window sees, in sequences; the arguments are those of `avg_pool2d`.

    >>> tg.nn.functional.avg_pool1d(tg.tensor([[1.0, 3.0, 5.0, 7.0]]), 2)
    tensor([[2., 6.]])
    """
    return _avg_pool(1, input, kernel_size, stride, padding, ceil_mode, count_include_pad)


@of_tensor
def avg_pool2d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of what each window sees.

    Args:
        input: Images (N, C, H, W), or (C, H, W).
        kernel_size: The size of the windows.
        stride: How far one window lies from the next; by default, as far as it is long.
        padding: How many zeros are put around the input: at most half of the windows' size.
        ceil_mode: Whether there is a last window that the input doesn't fill.
        count_include_pad: Whether those zeros count in the mean.
        divisor_override: What to divide the sums by, instead of by the number of values.

    Raises:
        RuntimeError: If the input is smaller than a window, or a setting has no meaning.

    >>> tg.nn.functional.avg_pool2d(tg.tensor([[[1.0, 2.0], [3.0, 6.0]]]), 2)
    tensor([[[3.]]])
    """
    return _avg_pool(2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


@of_tensor
def avg_pool3d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of what each window sees, in volumes; the arguments are those of `avg_pool2d`.

    >>> tg.nn.functional.avg_pool3d(tg.ones(1, 2, 2, 2), 2)
    tensor([[[[1.]]]])
    """
    return _avg_pool(3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


@of_tensor
def lp_pool1d(
    input: Tensor,
    norm_type: float,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """The p-norm of what each window sees, ``(Σ xᵖ)^(1/p)``, in sequences; the arguments are those of `lp_pool2d`.

    >>> tg.nn.functional.lp_pool1d(tg.tensor([[3.0, 4.0, 0.0, 5.0]]), 2, 2)
    tensor([[5., 5.]])
    """
    return _lp_pool(1, input, norm_type, kernel_size, stride, ceil_mode)


@of_tensor
def lp_pool2d(
    input: Tensor,
    norm_type: float,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """The p-norm of what each window sees, ``(Σ xᵖ)^(1/p)``.

    Args:
        input: Images (N, C, H, W), or (C, H, W).
        norm_type: The order p.
        kernel_size: The size of the windows.
        stride: How far one window lies from the next; by default, as far as it is long.
        ceil_mode: Whether there is a last window that the input doesn't fill.

    Raises:
        RuntimeError: If the input is smaller than a window.

    >>> tg.nn.functional.lp_pool2d(tg.tensor([[[1.0, 2.0], [2.0, 4.0]]]), 2, 2)
    tensor([[[5.]]])
    """
    return _lp_pool(2, input, norm_type, kernel_size, stride, ceil_mode)


@of_tensor
def lp_pool3d(
    input: Tensor,
    norm_type: float,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """The p-norm of what each window sees, ``(Σ xᵖ)^(1/p)``, in volumes; the arguments are those of `lp_pool2d`.

    >>> tg.nn.functional.lp_pool3d(tg.ones(1, 2, 2, 2), 3, 2)
    tensor([[[[2.]]]])
    """
    return _lp_pool(3, input, norm_type, kernel_size, stride, ceil_mode)


def read_windows(
    input: Tensor, ndim: int, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> Windows:
    """The windows that lie on an input."""
    check_dims(input, ndim)
    as_flag("ceil_mode", ceil_mode)
    kernel = read_numbers("kernel_size", kernel_size, ndim, 1)
    steps = kernel if stride is None or stride == [] or stride == () else read_numbers("stride", stride, ndim, 1)
    before, apart = read_numbers("padding", padding, ndim, 0), read_numbers("dilation", dilation, ndim, 1)
    if input._data.dtype.kind == "b":
        raise NotImplementedError(f"wanted numbers, got {describe(input)}; convert it with .float() first")
    size = input._data.shape[-ndim:]
    if 0 in input._data.shape[-ndim - 1 :]:
        raise RuntimeError(f"only the batch may be empty, got an input of shape {shape_of(input)}")
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, apart, strict=True)]
    if any(p > span // 2 for p, span in zip(before, spans, strict=True)):
        raise RuntimeError(f"padding must be at most half of the windows, which span {tuple(spans)}, got {padding!r}")
    each = zip(size, spans, steps, before, strict=True)
    counts = tuple(_count(n, span, s, p, ceil_mode) for n, span, s, p in each)
    if min(counts) < 1:
        raise RuntimeError(f"a window spans {tuple(spans)}, more than the input of shape {shape_of(input)}")
    return Windows(kernel, counts, steps, before, apart)


def _count(length: int, span: int, stride: int, padding: int, ceil_mode: bool) -> int:
    """How many windows there are along a dimension."""
    room = length + 2 * padding - span
    if not ceil_mode:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= length + padding else count  # it would begin in the padding


def _max_pool(
    ndim: int,
    input: Tensor,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    windows = read_windows(input, ndim, kernel_size, stride, padding, dilation, ceil_mode)
    if not as_flag("return_indices", return_indices):
        return ops.max_pool(input, windows=windows)
    chosen = ops.largest(input._data, windows=windows)[1]
    places = ops.places_in_input(chosen, windows, input._data.shape[-ndim:])
    return ops.pick(input, chosen=chosen, windows=windows), wrap(places)


def _avg_pool(
    ndim: int,
    input: Tensor,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: Any = None,
) -> Tensor:
    windows = read_windows(input, ndim, kernel_size, stride, padding, 1, ceil_mode)
    divisor: Any = divisor_override
    if divisor_override is None:
        divisor = _values_seen(windows, input, as_flag("count_include_pad", count_include_pad))
    elif as_integer("divisor_override", divisor) == 0:
        raise RuntimeError(f"divisor_override must not be 0, got {divisor_override!r}")
    return ops.avg_pool(input, windows=windows, divisor=divisor)


def _values_seen(windows: Windows, input: Tensor, with_padding: bool) -> Any:
    """How many values each window sees: a number, if it is the same for all. Beyond the padding there are none."""
    each: Any = 1
    size = input._data.shape[-windows.ndim :]
    for n, (k, count, s, p, _) in zip(size, zip(*windows, strict=True), strict=True):
        first = np.arange(count) * s - p
        low, high = (-p, n + p) if with_padding else (0, n)
        each = np.multiply.outer(each, np.minimum(first + k, high) - np.maximum(first, low))
    least = int(each.min())
    return least if least == each.max() else each.astype(input._data.dtype)


def _lp_pool(ndim: int, input: Tensor, norm_type: Any, kernel_size: Any, stride: Any, ceil_mode: bool) -> Tensor:
    p = as_number("norm_type", norm_type)
    read_numbers("kernel_size", kernel_size, ndim, 1, one_for_all=False)
    powers = pow(input, p)
    windows = read_windows(powers, ndim, kernel_size, stride, 0, 1, ceil_mode)
    means = ops.avg_pool(powers, windows=windows, divisor=_values_seen(windows, powers, True))
    positive = mul(sign(means), relu(abs(means)))  # the means themselves, with no slope at 0
    return pow(mul(positive, windows.size_of_kernel()), 1 / p)
