"""Pooling layers (プーリング層): they make images smaller, and say less where something is than that it is there.

Source: https://docs.pytorch.org/docs/stable/nn.html#pooling-layers
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.nn import functional
from tinygrad_edu.nn._of_function import WithSettings
from tinygrad_edu.nn._shared import SharedConstructor
from tinygrad_edu.nn.functional._pooling.adaptive import check_sizes
from tinygrad_edu.nn.functional._spatial import read_numbers

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
]


class _Pooling(WithSettings):
    """A layer whose windows lie side by side by default."""

    kernel_size: int | Sequence[int]
    stride: int | Sequence[int] | None = None

    def __post_init__(self) -> None:
        if self.stride is None:
            self.stride = self.kernel_size

    def extra_repr(self) -> str:
        """The settings that say where the windows lie."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={vars(self)['padding']}"


class _MaxPool(_Pooling):
    """The settings of `MaxPool2d`."""

    padding: int | Sequence[int] = 0
    dilation: int | Sequence[int] = 1
    return_indices: bool = False
    ceil_mode: bool = False

    def extra_repr(self) -> str:
        """The settings, without `return_indices`."""
        return f"{super().extra_repr()}, dilation={self.dilation}, ceil_mode={self.ceil_mode}"


class _AvgPool(_Pooling):
    """The settings of `AvgPool2d`, but one."""

    padding: int | Sequence[int] = 0
    ceil_mode: bool = False
    count_include_pad: bool = True


class _LPPool(WithSettings):
    """The settings of `LPPool2d`."""

    norm_type: float
    kernel_size: int | Sequence[int]
    stride: int | Sequence[int] | None = None
    ceil_mode: bool = False


class MaxPool1d(_MaxPool):
    """The largest value that each window sees, in sequences; the arguments are those of `MaxPool2d`.

    Shape:
        Input (N, C, L) or (C, L).

    >>> tg.nn.MaxPool1d(2)(tg.zeros(4, 3, 20)).shape
    tinygrad_edu.Size([4, 3, 10])
    """

    function = staticmethod(functional.max_pool1d)


class MaxPool2d(_MaxPool):
    """The largest value that each window sees.

    Args:
        kernel_size: The size of the windows.
        stride: How far one window lies from the next; by default, as far as it is long.
        padding: How far windows begin before the input. Padding is never the largest.
        dilation: How far apart the values lie that a window sees.
        return_indices: Whether to return, besides, where each of them stands: `MaxUnpool2d` puts them back there.
        ceil_mode: Whether there is a last window that the input doesn't fill.

    Shape:
        Input (N, C, H, W) or (C, H, W).

    >>> tg.nn.MaxPool2d(2)(tg.zeros(64, 6, 24, 24)).shape
    tinygrad_edu.Size([64, 6, 12, 12])
    """

    function = staticmethod(functional.max_pool2d)


class MaxPool3d(_MaxPool):
    """The largest value that each window sees, in volumes; the arguments are those of `MaxPool2d`.

    Shape:
        Input (N, C, D, H, W) or (C, D, H, W).

    >>> tg.nn.MaxPool3d(2)(tg.zeros(1, 2, 4, 4, 4)).shape
    tinygrad_edu.Size([1, 2, 2, 2, 2])
    """

    function = staticmethod(functional.max_pool3d)


class AvgPool1d(_AvgPool):
    """The mean of what each window sees, in sequences; the arguments are those of `AvgPool2d`.

    Shape:
        Input (N, C, L) or (C, L).

    >>> tg.nn.AvgPool1d(2)(tg.zeros(4, 3, 20)).shape
    tinygrad_edu.Size([4, 3, 10])
    """

    function = staticmethod(functional.avg_pool1d)

    def __post_init__(self) -> None:
        """Keep the settings as tuples, as PyTorch does here alone."""
        super().__post_init__()
        for name in ("kernel_size", "stride", "padding"):
            setattr(self, name, named_as("AvgPool1d")(read_numbers)(name, getattr(self, name), 1))


class AvgPool2d(_AvgPool):
    """The mean of what each window sees.

    Args:
        kernel_size: The size of the windows.
        stride: How far one window lies from the next; by default, as far as it is long.
        padding: How many zeros are put around the input.
        ceil_mode: Whether there is a last window that the input doesn't fill.
        count_include_pad: Whether those zeros count in the mean.
        divisor_override: What to divide the sums by, instead of by the number of values.

    Shape:
        Input (N, C, H, W) or (C, H, W).

    >>> tg.nn.AvgPool2d(2)(tg.zeros(64, 6, 24, 24)).shape
    tinygrad_edu.Size([64, 6, 12, 12])
    """

    function = staticmethod(functional.avg_pool2d)
    divisor_override: int | None = None


class AvgPool3d(_AvgPool):
    """The mean of what each window sees, in volumes; the arguments are those of `AvgPool2d`.

    Shape:
        Input (N, C, D, H, W) or (C, D, H, W).

    >>> tg.nn.AvgPool3d(2)(tg.zeros(1, 2, 4, 4, 4)).shape
    tinygrad_edu.Size([1, 2, 2, 2, 2])
    """

    function = staticmethod(functional.avg_pool3d)
    divisor_override: int | None = None


class LPPool1d(_LPPool):
    """The p-norm of what each window sees, in sequences; the arguments are those of `LPPool2d`.

    Shape:
        Input (N, C, L) or (C, L).

    >>> tg.nn.LPPool1d(2, 2)(tg.zeros(4, 3, 20)).shape
    tinygrad_edu.Size([4, 3, 10])
    """

    function = staticmethod(functional.lp_pool1d)


class LPPool2d(_LPPool):
    """The p-norm of what each window sees.

    Args:
        norm_type: The order p.
        kernel_size: The size of the windows.
        stride: How far one window lies from the next; by default, as far as it is long.
        ceil_mode: Whether there is a last window that the input doesn't fill.

    Shape:
        Input (N, C, H, W) or (C, H, W).

    >>> tg.nn.LPPool2d(2, 2)(tg.zeros(64, 6, 24, 24)).shape
    tinygrad_edu.Size([64, 6, 12, 12])
    """

    function = staticmethod(functional.lp_pool2d)


class LPPool3d(_LPPool):
    """The p-norm of what each window sees, in volumes; the arguments are those of `LPPool2d`.

    Shape:
        Input (N, C, D, H, W) or (C, D, H, W).

    >>> tg.nn.LPPool3d(2, 2)(tg.zeros(1, 2, 4, 4, 4)).shape
    tinygrad_edu.Size([1, 2, 2, 2, 2])
    """

    function = staticmethod(functional.lp_pool3d)


class _Adaptive(WithSettings):
    """A layer of so many windows."""

    output_size: int | Sequence[Any] | None

    def __post_init__(self) -> None:
        named_as(type(self).__name__)(check_sizes)(self.output_size)

    def extra_repr(self) -> str:
        """The number of windows."""
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_Adaptive):
    """The mean in each of so many windows, in sequences; the arguments are those of `AdaptiveAvgPool2d`.

    Shape:
        Input (N, C, L) or (C, L).

    >>> tg.nn.AdaptiveAvgPool1d(3)(tg.zeros(4, 3, 20)).shape
    tinygrad_edu.Size([4, 3, 3])
    """

    function = staticmethod(functional.adaptive_avg_pool1d)
    output_size: int | Sequence[int]


class AdaptiveAvgPool2d(_Adaptive):
    """The mean in each of so many windows, whatever the size of the image.

    Args:
        output_size: How many windows there are, (height, width); None for as many as there are values, and one number
            for a square.

    Shape:
        Input (N, C, H, W) or (C, H, W).

    >>> tg.nn.AdaptiveAvgPool2d(3)(tg.zeros(64, 6, 24, 24)).shape
    tinygrad_edu.Size([64, 6, 3, 3])
    """

    function = staticmethod(functional.adaptive_avg_pool2d)


class AdaptiveAvgPool3d(_Adaptive):
    """The mean in each of so many windows, in volumes; the arguments are those of `AdaptiveAvgPool2d`.

    Shape:
        Input (N, C, D, H, W) or (C, D, H, W).

    >>> tg.nn.AdaptiveAvgPool3d(3)(tg.zeros(1, 2, 4, 4, 4)).shape
    tinygrad_edu.Size([1, 2, 3, 3, 3])
    """

    function = staticmethod(functional.adaptive_avg_pool3d)


class AdaptiveMaxPool1d(_Adaptive):
    """The largest value in each of so many windows, in sequences; the arguments are those of `AdaptiveMaxPool2d`.

    Shape:
        Input (N, C, L) or (C, L).

    >>> tg.nn.AdaptiveMaxPool1d(3)(tg.zeros(4, 3, 20)).shape
    tinygrad_edu.Size([4, 3, 3])
    """

    function = staticmethod(functional.adaptive_max_pool1d)
    output_size: int | Sequence[int]
    return_indices: bool = False


class AdaptiveMaxPool2d(_Adaptive):
    """The largest value in each of so many windows, whatever the size of the image.

    Args:
        output_size: How many windows there are, (height, width); None for as many as there are values, and one number
            for a square.
        return_indices: Whether to return, besides, where each of them stands.

    Shape:
        Input (N, C, H, W) or (C, H, W).

    >>> tg.nn.AdaptiveMaxPool2d(3)(tg.zeros(64, 6, 24, 24)).shape
    tinygrad_edu.Size([64, 6, 3, 3])
    """

    function = staticmethod(functional.adaptive_max_pool2d)
    return_indices: bool = False


class AdaptiveMaxPool3d(_Adaptive):
    """The largest value in each of so many windows, in volumes; the arguments are those of `AdaptiveMaxPool2d`.

    Shape:
        Input (N, C, D, H, W) or (C, D, H, W).

    >>> tg.nn.AdaptiveMaxPool3d(3)(tg.zeros(1, 2, 4, 4, 4)).shape
    tinygrad_edu.Size([1, 2, 3, 3, 3])
    """

    function = staticmethod(functional.adaptive_max_pool3d)
    return_indices: bool = False


class _MaxUnpool(SharedConstructor):
    """The way back of a max pooling layer; the arguments are those of `MaxUnpool2d`."""

    ndim: ClassVar[int]
    compute: ClassVar[Callable[..., Tensor]]

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] | None = None,
        padding: int | Sequence[int] = 0,
    ) -> None:
        super().__init__()
        check_arguments(self, _MaxUnpool.__init__, locals())
        numbers = partial(named_as(type(self).__name__)(read_numbers), ndim=self.ndim, one_for_all=False)
        self.kernel_size = numbers("kernel_size", kernel_size)
        self.stride = self.kernel_size if stride is None else numbers("stride", stride)
        self.padding = numbers("padding", padding)

    def forward(self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        return type(self).compute(input, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """The largest values back where they stood; the arguments are those of `MaxUnpool2d`.

    >>> values, places = tg.nn.MaxPool1d(2, return_indices=True)(tg.zeros(4, 3, 20))
    >>> tg.nn.MaxUnpool1d(2)(values, places).shape
    tinygrad_edu.Size([4, 3, 20])
    """

    ndim = 1
    compute = staticmethod(functional.max_unpool1d)


class MaxUnpool2d(_MaxUnpool):
    """The largest values back where they stood.

    Args:
        kernel_size: The size of the windows that the values come from.
        stride: How far one window lies from the next; by default, as far as it is long.
        padding: How far the windows began before the image.

    >>> values, places = tg.nn.MaxPool2d(2, return_indices=True)(tg.zeros(64, 6, 24, 24))
    >>> tg.nn.MaxUnpool2d(2)(values, places).shape
    tinygrad_edu.Size([64, 6, 24, 24])
    """

    ndim = 2
    compute = staticmethod(functional.max_unpool2d)


class MaxUnpool3d(_MaxUnpool):
    """The largest values back where they stood; the arguments are those of `MaxUnpool2d`.

    >>> values, places = tg.nn.MaxPool3d(2, return_indices=True)(tg.zeros(1, 2, 4, 4, 4))
    >>> tg.nn.MaxUnpool3d(2)(values, places).shape
    tinygrad_edu.Size([1, 2, 4, 4, 4])
    """

    ndim = 3
    compute = staticmethod(functional.max_unpool3d)
