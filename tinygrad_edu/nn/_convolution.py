"""Convolutional layers (畳み込み層), and transposed ones.

A layer states how many spatial dimensions it has and its function; what it does with its settings is its base's.

Source: https://docs.pytorch.org/docs/stable/nn.html#convolution-layers
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from tinygrad_edu._errors import listed
from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.filling import empty
from tinygrad_edu.dtypes import dtype as element_type
from tinygrad_edu.nn import functional, init
from tinygrad_edu.nn._shared import SharedConstructor
from tinygrad_edu.nn.functional._padding import pad
from tinygrad_edu.nn.functional._spatial import read_numbers
from tinygrad_edu.nn.parameter import Parameter

__all__ = ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]

_MODES = ("zeros", "reflect", "replicate", "circular")


class _Convolutional(SharedConstructor):
    """What convolutional layers and transposed ones have in common.

    Attributes:
        weight: A Parameter, evenly drawn from [-b, b) with b = 1 / √(input channels of a group · size of the kernel).
        bias: A Parameter with a number for each output channel, drawn likewise; or None.
    """

    ndim: ClassVar[int]
    transposed: ClassVar[bool]
    compute: ClassVar[Callable[..., Tensor]]
    weight: Parameter
    bias: Any

    def _set(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any,
        padding: Any,
        output_padding: Any,
        dilation: Any,
        groups: int,
        bias: bool,
        padding_mode: str,
        device: Any,
        dtype: element_type | None,
    ) -> None:
        """Keep the settings, and make the parameters."""
        name = type(self).__name__
        numbers = named_as(name)(read_numbers)
        if groups < 1:
            raise ValueError(f"{name}: groups must be 1 or more, got {groups}")
        for argument, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
            if channels % groups:
                raise ValueError(f"{name}: {argument}={channels} can't be cut into groups={groups} of equal size")
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = numbers("kernel_size", kernel_size, self.ndim)
        self.stride = numbers("stride", stride, self.ndim)
        self.padding = padding if isinstance(padding, str) else numbers("padding", padding, self.ndim)
        self.dilation = numbers("dilation", dilation, self.ndim)
        self.output_padding = numbers("output_padding", output_padding, self.ndim)
        self.groups = groups
        self.padding_mode = padding_mode
        first, second = (in_channels, out_channels) if self.transposed else (out_channels, in_channels)
        made = named_as(name)(empty)
        self.weight = Parameter(made(first, second // groups, *self.kernel_size, device=device, dtype=dtype))
        self.register_parameter("bias", Parameter(made(out_channels, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights and the bias anew."""
        fan_in = math.prod(self.weight.shape[1:])
        if 0 not in self.weight.shape:
            init.kaiming_uniform_(self.weight, a=math.sqrt(5))  # this slope gives the bound 1/√fan_in
        if self.bias is not None and fan_in:
            init.uniform_(self.bias, -1 / math.sqrt(fan_in), 1 / math.sqrt(fan_in))

    def extra_repr(self) -> str:
        """The settings; those that may be left out only if they differ from their defaults."""
        none, one = (0,) * self.ndim, (1,) * self.ndim
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        for name, default in (("padding", none), ("dilation", one), ("output_padding", none), ("groups", 1)):
            if getattr(self, name) != default:
                text += f", {name}={getattr(self, name)}"
        text += ", bias=False" if self.bias is None else ""
        return text + (f", padding_mode={self.padding_mode}" if self.padding_mode != "zeros" else "")


class _Convolution(_Convolutional):
    """A convolutional layer; the arguments are those of `Conv2d`."""

    transposed = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] = 1,
        padding: str | int | Sequence[int] = 0,
        dilation: int | Sequence[int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        check_arguments(self, _Convolution.__init__, locals())
        name = type(self).__name__
        if isinstance(padding, str) and padding not in ("same", "valid"):
            raise ValueError(f"{name}: padding must be 'same', 'valid' or numbers, got {padding!r}")
        if padding_mode not in _MODES:
            raise ValueError(f"{name}: padding_mode must be one of {listed(_MODES)}, got {padding_mode!r}")
        self._set(
            *(in_channels, out_channels, kernel_size, stride, padding, 0, dilation, groups),
            *(bias, padding_mode, device, dtype),
        )
        if padding == "same" and max(self.stride) > 1:
            raise ValueError(f"{name}: padding='same' keeps the size only if the kernel moves by 1, got {self.stride}")

    def forward(self, input: Tensor) -> Tensor:
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            input, padding = pad(input, self._around(), self.padding_mode), 0
        return type(self).compute(input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def _around(self) -> list[int]:
        """How many values stand around the input, as `pad` takes them: the last dimension comes first."""
        if not isinstance(self.padding, str):
            return [each for p in self.padding[::-1] for each in (p, p)]
        if self.padding == "valid":
            return [0, 0] * self.ndim
        spans = [d * (k - 1) for k, d in zip(self.kernel_size[::-1], self.dilation[::-1], strict=True)]
        return [each for span in spans for each in (span // 2, span - span // 2)]


class Conv1d(_Convolution):
    """The convolutional layer for sequences, such as text or sound; the arguments are those of `Conv2d`.

    Shape:
        Input (N, in_channels, L) or (in_channels, L).

    >>> tg.nn.Conv1d(3, 8, kernel_size=5, padding="same")(tg.zeros(2, 3, 20)).shape
    tinygrad_edu.Size([2, 8, 20])
    """

    ndim = 1
    compute = staticmethod(functional.conv1d)


class Conv2d(_Convolution):
    """The convolutional layer (畳み込み層): kernels slide over images, each looking for a pattern of its own.

    Args:
        in_channels: How many channels the input has, such as 3 of colour.
        out_channels: How many kernels, and so channels of the output, there are.
        kernel_size: The size of the kernels.
        stride: How far they move from place to place.
        padding: How many values are put around the input; ``"valid"`` is none, ``"same"`` as many as keep its size.
        dilation: How far apart the values lie that a kernel sees side by side.
        groups: In how many groups the channels are convolved separately.
        bias: Whether there is a bias.
        padding_mode: What is put around: ``"zeros"``, ``"reflect"``, ``"replicate"`` or ``"circular"``.
        device: Only the CPU exists.
        dtype: The type of the weights, float32 by default.

    Attributes:
        weight: A Parameter of shape (out_channels, in_channels / groups, kernel height, kernel width).
        bias: A Parameter of shape (out_channels,), or None. Both begin evenly drawn from [-b, b) with
            b = 1 / √(in_channels / groups · kernel height · kernel width).

    Shape:
        Input (N, in_channels, H, W) or (in_channels, H, W).

    Raises:
        ValueError: If the channels can't be cut into `groups`, or a word isn't one of those above.

    >>> layer = tg.nn.Conv2d(1, 6, kernel_size=5)
    >>> layer(tg.zeros(64, 1, 28, 28)).shape
    tinygrad_edu.Size([64, 6, 24, 24])
    """

    ndim = 2
    compute = staticmethod(functional.conv2d)


class Conv3d(_Convolution):
    """The convolutional layer for volumes, such as films; the arguments are those of `Conv2d`.

    Shape:
        Input (N, in_channels, D, H, W) or (in_channels, D, H, W).

    >>> tg.nn.Conv3d(1, 2, kernel_size=3)(tg.zeros(1, 1, 4, 5, 6)).shape
    tinygrad_edu.Size([1, 2, 2, 3, 4])
    """

    ndim = 3
    compute = staticmethod(functional.conv3d)


class _Transposed(_Convolutional):
    """A transposed convolutional layer; the arguments are those of `ConvTranspose2d`."""

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] = 1,
        padding: int | Sequence[int] = 0,
        output_padding: int | Sequence[int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | Sequence[int] = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        check_arguments(self, _Transposed.__init__, locals())
        if padding_mode != "zeros":
            raise ValueError(f"{type(self).__name__}: padding_mode must be 'zeros', got {padding_mode!r}")
        self._set(
            *(in_channels, out_channels, kernel_size, stride, padding, output_padding, dilation, groups),
            *(bias, padding_mode, device, dtype),
        )

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        longer = self.output_padding if output_size is None else self._output_padding(input, output_size)
        return type(self).compute(
            *(input, self.weight, self.bias, self.stride, self.padding, longer, self.groups, self.dilation)
        )

    def _output_padding(self, input: Tensor, output_size: Sequence[int]) -> list[int]:
        """How much longer than the shortest result one of that size is."""
        wanted = tuple(int(each) for each in output_size)
        sizes = tuple(input.shape)
        if len(wanted) not in (self.ndim, len(sizes)):
            raise ValueError(
                f"{type(self).__name__}: output_size must have {self.ndim} lengths, or {len(sizes)} as the input has, "
                f"got {wanted}"
            )
        wanted = wanted[-self.ndim :]
        padding: Any = self.padding
        each = zip(sizes[-self.ndim :], self.kernel_size, self.stride, padding, self.dilation, strict=True)
        least = [(n - 1) * s - 2 * p + d * (k - 1) + 1 for n, k, s, p, d in each]
        most = [n + s - 1 for n, s in zip(least, self.stride, strict=True)]
        if not all(low <= n <= high for low, n, high in zip(least, wanted, most, strict=True)):
            raise ValueError(f"{type(self).__name__}: output_size must lie between {least} and {most}, got {wanted}")
        return [n - low for n, low in zip(wanted, least, strict=True)]


class ConvTranspose1d(_Transposed):
    """The transposed convolutional layer for sequences; the arguments are those of `ConvTranspose2d`.

    Shape:
        Input (N, in_channels, L) or (in_channels, L).

    >>> tg.nn.ConvTranspose1d(3, 2, kernel_size=2, stride=2)(tg.zeros(5, 3, 10)).shape
    tinygrad_edu.Size([5, 2, 20])
    """

    ndim = 1
    compute = staticmethod(functional.conv_transpose1d)


class ConvTranspose2d(_Transposed):
    """The transposed convolutional layer (転置畳み込み層): each value of the input draws a kernel, times itself.

    It goes the way of `Conv2d` backwards: a generator or a decoder makes large images of small ones with it.

    Args:
        in_channels: How many channels the input has.
        out_channels: How many channels the output has.
        kernel_size: The size of the kernels.
        stride: How far apart two neighbouring values draw.
        padding: How much is cut off on all sides.
        output_padding: How much longer the result is at the end of each dimension.
        groups: In how many groups the channels are convolved separately.
        bias: Whether there is a bias.
        dilation: How far apart the values of the kernel are drawn.
        padding_mode: Only ``"zeros"``.
        device: Only the CPU exists.
        dtype: The type of the weights, float32 by default.

    Attributes:
        weight: A Parameter of shape (in_channels, out_channels / groups, kernel height, kernel width).
        bias: A Parameter of shape (out_channels,), or None.

    Shape:
        Input (N, in_channels, H, W) or (in_channels, H, W). Called with ``output_size``, the output has that height
        and width, if it can: with a stride, images of several sizes have as many windows.

    Raises:
        ValueError: If the channels can't be cut into `groups`.

    >>> layer = tg.nn.ConvTranspose2d(16, 6, kernel_size=4, stride=2, padding=1)
    >>> layer(tg.zeros(64, 16, 7, 7)).shape
    tinygrad_edu.Size([64, 6, 14, 14])
    """

    ndim = 2
    compute = staticmethod(functional.conv_transpose2d)


class ConvTranspose3d(_Transposed):
    """The transposed convolutional layer for volumes; the arguments are those of `ConvTranspose2d`.

    Shape:
        Input (N, in_channels, D, H, W) or (in_channels, D, H, W).

    >>> tg.nn.ConvTranspose3d(2, 1, kernel_size=2, stride=2)(tg.zeros(1, 2, 1, 2, 3)).shape
    tinygrad_edu.Size([1, 1, 2, 4, 6])
    """

    ndim = 3
    compute = staticmethod(functional.conv_transpose3d)
