"""Layers that normalise channels: over the batch, over groups of channels, over each channel of each sample.

Source: https://docs.pytorch.org/docs/stable/nn.html#normalization-layers
"""

from __future__ import annotations

from typing import Any, ClassVar

from tinygrad_edu._errors import describe, warn
from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.creation import tensor
from tinygrad_edu.api.filling import empty, ones, zeros
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.dtypes import dtype as element_type
from tinygrad_edu.nn import functional, init
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.parameter import Parameter

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "GroupNorm",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
]


class _OfChannels(Module):
    """What has a factor for each channel, and something to add to it; or one of them, or none."""

    weight: Parameter
    bias: Any
    affine: bool

    def _make_parameters(self, channels: int, bias: bool, device: Any, dtype: element_type | None) -> None:
        made = named_as(type(self).__name__)(empty)
        for name, wanted in (("weight", self.affine), ("bias", self.affine and bias)):
            values = made(channels, device=device, dtype=dtype) if wanted else None
            self.register_parameter(name, None if values is None else Parameter(values))

    def reset_parameters(self) -> None:
        """Set the factors to 1, and what is added to 0."""
        for name, parameter in self.named_parameters(recurse=False):
            init.constant_(parameter, float(name == "weight"))


class _WithStatistics(_OfChannels):
    """What may keep a running mean and variance of each channel."""

    running_mean: Any
    running_var: Any
    num_batches_tracked: Any
    _dims: ClassVar[tuple[int, ...]]  # how many dimensions an input may have

    def _settle(self, settings: dict[str, Any]) -> None:
        """Keep the settings, and make parameters and statistics."""
        check_arguments(self, type(self).__init__, settings)
        self.num_features: int = settings["num_features"]
        self.eps: float = settings["eps"]
        self.momentum: float | None = settings["momentum"]
        self.affine = settings["affine"]
        self.track_running_stats: bool = settings["track_running_stats"]
        of_new = {"device": settings["device"], "dtype": settings["dtype"]}
        self._make_parameters(self.num_features, settings["bias"], **of_new)
        tracked = self.track_running_stats
        for name, make in (("running_mean", zeros), ("running_var", ones)):
            self.register_buffer(name, make(self.num_features, **of_new) if tracked else None)
        self.register_buffer("num_batches_tracked", tensor(0) if tracked else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Begin with mean 0 and variance 1 again."""
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Begin anew: with factors 1, nothing added, mean 0 and variance 1."""
        self.reset_running_stats()
        super().reset_parameters()

    def _check_dims(self, input: Tensor) -> None:
        if not isinstance(input, TensorBase):
            raise TypeError(f"{type(self).__name__}: input must be a tensor, got {describe(input)}")
        if input.dim() not in self._dims:
            wanted = " or ".join(f"{each}-d" for each in self._dims)
            raise ValueError(f"{type(self).__name__}: wanted a {wanted} input, got {describe(input)}")

    def extra_repr(self) -> str:
        settings = f"eps={self.eps}, momentum={self.momentum}, affine={self.affine}, bias={self.bias is not None}"
        return f"{self.num_features}, {settings}, track_running_stats={self.track_running_stats}"


class _BatchNorm(_WithStatistics):
    """Batch normalisation of inputs of any number of dimensions."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: element_type | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self._settle(locals())

    def forward(self, input: Tensor) -> Tensor:
        self._check_dims(input)
        factor = self.momentum
        if self.training and self.track_running_stats and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
            if factor is None:
                factor = 1 / self.num_batches_tracked.item()
        by_batch = self.training or self.running_mean is None
        used = not self.training or self.track_running_stats
        mean, var = (self.running_mean, self.running_var) if used else (None, None)
        return functional.batch_norm(
            input, mean, var, self.weight, self.bias, by_batch, 0.0 if factor is None else factor, self.eps
        )


class BatchNorm1d(_BatchNorm):
    """Batch normalisation of vectors or sequences: each channel is shifted and scaled to mean 0 and variance 1.

    Args:
        num_features: How many channels C there are.
        eps: What is added to the variance.
        momentum: How far the running values move with each batch; None for the mean of all batches.
        affine: Whether there are a weight and a bias.
        track_running_stats: Whether there are running values; without them evaluation uses the batch's own.
        device: Only the CPU exists.
        dtype: The type of parameters and running values, float32 by default.
        bias: Whether there is a bias.

    Attributes:
        weight: A Parameter of shape (C,), ones at first; or None.
        bias: A Parameter of shape (C,), zeros at first; or None.
        running_mean: The means that evaluation uses, zeros at first; or None.
        running_var: The variances that it uses, ones at first; or None.
        num_batches_tracked: How many batches were seen; or None.

    Shape:
        Input (N, C) or (N, C, L), output the same.

    >>> tg.nn.BatchNorm1d(2)(tg.tensor([[1.0, 10.0], [3.0, 30.0]])).detach()
    tensor([[-1.0000, -1.0000],
            [ 1.0000,  1.0000]])
    """

    _dims = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Batch normalisation of images; the arguments are those of `BatchNorm1d`.

    Shape:
        Input (N, C, H, W), output the same.

    >>> tg.nn.BatchNorm2d(3)(tg.randn(2, 3, 4, 4)).mean((0, 2, 3)).abs().max() < 1e-5
    tensor(True)
    """

    _dims = (4,)


class BatchNorm3d(_BatchNorm):
    """Batch normalisation of volumes; the arguments are those of `BatchNorm1d`.

    Shape:
        Input (N, C, D, H, W), output the same.

    >>> tg.nn.BatchNorm3d(3)(tg.randn(2, 3, 4, 4, 4)).mean((0, 2, 3, 4)).abs().max() < 1e-5
    tensor(True)
    """

    _dims = (5,)


class _InstanceNorm(_WithStatistics):
    """Normalisation of each channel of each sample by itself."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: element_type | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self._settle(locals())

    def forward(self, input: Tensor) -> Tensor:
        self._check_dims(input)
        batched = input.dim() == self._dims[-1]
        channels = input.shape[1 if batched else 0]
        if channels != self.num_features:
            said = f"{type(self).__name__}: wanted {self.num_features} channels, got {describe(input)}"
            if self.affine:
                raise ValueError(said)
            warn(said)
        by_input = self.training or not self.track_running_stats
        momentum = 0.0 if self.momentum is None else self.momentum
        statistics = (self.running_mean, self.running_var, self.weight, self.bias)
        x = input if batched else input.unsqueeze(0)
        y = functional.instance_norm(x, *statistics, by_input, momentum, self.eps)
        return y if batched else y.squeeze(0)


class InstanceNorm1d(_InstanceNorm):
    """Instance normalisation of sequences: each channel of each is shifted and scaled to mean 0 and variance 1.

    Args:
        num_features: How many channels C there are.
        eps: What is added to the variance.
        momentum: How far the running values move with each batch.
        affine: Whether there are a weight and a bias.
        track_running_stats: Whether there are running values, which evaluation uses.
        device: Only the CPU exists.
        dtype: The type of parameters and running values, float32 by default.
        bias: Whether there is a bias, if `affine`.

    Attributes:
        weight: A Parameter of shape (C,), ones at first; or None.
        bias: A Parameter of shape (C,), zeros at first; or None.

    Shape:
        Input (N, C, L) or (C, L), output the same.

    >>> tg.nn.InstanceNorm1d(2)(tg.tensor([[1.0, 3.0], [10.0, 30.0]]))
    tensor([[-1.0000,  1.0000],
            [-1.0000,  1.0000]])
    """

    _dims = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """Instance normalisation of images; the arguments are those of `InstanceNorm1d`.

    Shape:
        Input (N, C, H, W) or (C, H, W), output the same.

    >>> tg.nn.InstanceNorm2d(3)(tg.randn(2, 3, 4, 4)).mean((2, 3)).abs().max() < 1e-5
    tensor(True)
    """

    _dims = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """Instance normalisation of volumes; the arguments are those of `InstanceNorm1d`.

    Shape:
        Input (N, C, D, H, W) or (C, D, H, W), output the same.

    >>> tg.nn.InstanceNorm3d(3)(tg.randn(2, 3, 4, 4, 4)).mean((2, 3, 4)).abs().max() < 1e-5
    tensor(True)
    """

    _dims = (4, 5)


class GroupNorm(_OfChannels):
    """Normalisation of groups of channels, each of each sample by itself.

    Args:
        num_groups: How many groups the channels make.
        num_channels: How many channels C there are; a multiple of `num_groups`.
        eps: What is added to the variance.
        affine: Whether there are a weight and a bias.
        device: Only the CPU exists.
        dtype: The type of the parameters, float32 by default.
        bias: Whether there is a bias, if `affine`.

    Attributes:
        weight: A Parameter of shape (C,), ones at first; or None.
        bias: A Parameter of shape (C,), zeros at first; or None.

    Shape:
        Input (N, C, *), output the same.

    Raises:
        ValueError: If the channels don't make so many groups.

    >>> tg.nn.GroupNorm(2, 4)(tg.tensor([[1.0, 3.0, 10.0, 30.0]])).detach()
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: element_type | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        check_arguments(self, GroupNorm.__init__, locals())
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(f"GroupNorm: num_groups must divide num_channels, got {num_groups} and {num_channels}")
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self._make_parameters(num_channels, bias, device, dtype)
        self.reset_parameters()

    def forward(self, input: Tensor) -> Tensor:
        return functional.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        affine = f"affine={self.affine}, bias={self.bias is not None}"
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, {affine}"
