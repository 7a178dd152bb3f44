"""Layers that change the size of images, or how their values lie: upsampling, shuffling, folding, local response.

Source: https://docs.pytorch.org/docs/stable/nn.html#vision-layers
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_number
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.nn import functional
from tinygrad_edu.nn._of_function import WithSettings
from tinygrad_edu.nn._shared import SharedConstructor

__all__ = [
    "ChannelShuffle",
    "Fold",
    "LocalResponseNorm",
    "PixelShuffle",
    "PixelUnshuffle",
    "Unfold",
    "Upsample",
    "UpsamplingBilinear2d",
    "UpsamplingNearest2d",
]


class Upsample(WithSettings):
    """Makes sequences, images or volumes larger, or smaller.

    Args:
        size: The new size; or
        scale_factor: how many times as large it is.
        mode: How new values are made of old ones: ``"nearest"``, ``"linear"``, ``"bilinear"``, ``"trilinear"``,
            ``"bicubic"``, and the others of `functional.interpolate`.
        align_corners: Whether the outermost values stay in the corners.
        recompute_scale_factor: Whether the factor is that between the two sizes, which are whole.

    >>> tg.nn.Upsample(scale_factor=2, mode="bilinear")(tg.zeros(1, 3, 8, 8)).shape
    tinygrad_edu.Size([1, 3, 16, 16])
    """

    function = staticmethod(functional.interpolate)
    size: int | Sequence[int] | None = None
    scale_factor: float | Sequence[float] | None = None
    mode: str = "nearest"
    align_corners: bool | None = None
    recompute_scale_factor: bool | None = None

    def __post_init__(self) -> None:
        self.scale_factor = _as_floats("Upsample", self.scale_factor)

    def extra_repr(self) -> str:
        """The size or the factor, and the mode."""
        return _described(self.size, self.scale_factor, self.mode)


class _Upsampling(SharedConstructor):
    """Makes images larger in one way."""

    mode: ClassVar[str]
    align_corners: ClassVar[bool | None] = None

    def __init__(
        self, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None
    ) -> None:
        super().__init__()
        check_arguments(self, _Upsampling.__init__, locals())
        self.size, self.scale_factor = size, _as_floats(type(self).__name__, scale_factor)

    def forward(self, input: Tensor) -> Tensor:
        return functional.interpolate(input, self.size, self.scale_factor, self.mode, self.align_corners)

    def extra_repr(self) -> str:
        return _described(self.size, self.scale_factor, self.mode)


class UpsamplingNearest2d(_Upsampling):
    """Makes images larger: each new value is the old one whose share it lies in.

    Args:
        size: The new size; or
        scale_factor: how many times as large it is.

    >>> tg.nn.UpsamplingNearest2d(scale_factor=2)(tg.tensor([[[[1.0, 2.0]]]]))
    tensor([[[[1., 1., 2., 2.],
              [1., 1., 2., 2.]]]])
    """

    mode = "nearest"


class UpsamplingBilinear2d(_Upsampling):
    """Makes images larger: new values lie evenly between the old ones, of which the outermost stay in the corners.

    Args:
        size: The new size; or
        scale_factor: how many times as large it is.

    >>> tg.nn.UpsamplingBilinear2d(size=(1, 3))(tg.tensor([[[[1.0, 2.0]]]]))
    tensor([[[[1.0000, 1.5000, 2.0000]]]])
    """

    mode = "bilinear"
    align_corners = True


def _as_floats(name: str, factor: Any) -> Any:
    """The factors as floats."""
    if factor is None:
        return None
    read: Any = named_as(name)(as_number)
    each = factor if isinstance(factor, (tuple, list)) else (factor,)
    floats = tuple(float(read("scale_factor", one)) for one in each)
    return floats if each is factor else floats[0]


def _described(size: object, factor: object, mode: str) -> str:
    return f"scale_factor={factor!r}, mode={mode!r}" if factor is not None else f"size={size!r}, mode={mode!r}"


class PixelShuffle(WithSettings):
    """Images r times as high and wide: the values of r² channels at one place become a square of r x r places.

    Args:
        upscale_factor: The factor r.

    >>> tg.nn.PixelShuffle(2)(tg.zeros(1, 12, 8, 8)).shape
    tinygrad_edu.Size([1, 3, 16, 16])
    """

    function = staticmethod(functional.pixel_shuffle)
    upscale_factor: int


class PixelUnshuffle(WithSettings):
    """The way back of `PixelShuffle`: each square of r x r places becomes r² channels.

    Args:
        downscale_factor: The factor r.

    >>> tg.nn.PixelUnshuffle(2)(tg.zeros(1, 3, 16, 16)).shape
    tinygrad_edu.Size([1, 12, 8, 8])
    """

    function = staticmethod(functional.pixel_unshuffle)
    downscale_factor: int


class ChannelShuffle(WithSettings):
    """The channels in another order: the first of each group, then the second of each, and so on.

    Args:
        groups: In how many groups the channels are cut.

    >>> tg.nn.ChannelShuffle(2)(tg.zeros(1, 4, 8, 8)).shape
    tinygrad_edu.Size([1, 4, 8, 8])
    """

    function = staticmethod(functional.channel_shuffle)
    groups: int


class Unfold(WithSettings):
    """What each window sees of an image, as a column.

    Args:
        kernel_size: The size of the windows.
        dilation: How far apart the values lie that a window sees.
        padding: How many zeros are put around the image.
        stride: How far one window lies from the next.

    >>> tg.nn.Unfold(3)(tg.zeros(1, 2, 8, 8)).shape
    tinygrad_edu.Size([1, 18, 36])
    """

    function = staticmethod(functional.unfold)
    kernel_size: int | Sequence[int]
    dilation: int | Sequence[int] = 1
    padding: int | Sequence[int] = 0
    stride: int | Sequence[int] = 1


class Fold(WithSettings):
    """Images made of what their windows see; where windows overlap, their values are summed.

    Args:
        output_size: The size of the images.
        kernel_size: The size of the windows.
        dilation: How far apart the values lie that a window sees.
        padding: How many zeros were put around the image.
        stride: How far one window lies from the next.

    >>> tg.nn.Fold(output_size=8, kernel_size=3)(tg.zeros(1, 18, 36)).shape
    tinygrad_edu.Size([1, 2, 8, 8])
    """

    function = staticmethod(functional.fold)
    output_size: int | Sequence[int]
    kernel_size: int | Sequence[int]
    dilation: int | Sequence[int] = 1
    padding: int | Sequence[int] = 0
    stride: int | Sequence[int] = 1


class LocalResponseNorm(WithSettings):
    """Each value divided by ``(k + alpha * m) ** beta``, where m is the mean square of `size` channels around its own.

    Args:
        size: How many channels there are in the mean.
        alpha: How much it counts.
        beta: The exponent.
        k: What is added.

    >>> tg.nn.LocalResponseNorm(2)(tg.zeros(1, 4, 8, 8)).shape
    tinygrad_edu.Size([1, 4, 8, 8])
    """

    function = staticmethod(functional.local_response_norm)
    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    def extra_repr(self) -> str:
        """The settings."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
