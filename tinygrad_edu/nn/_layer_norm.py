"""Layers that normalise each sample by itself.

Source: https://docs.pytorch.org/docs/stable/nn.html#normalization-layers
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.filling import empty
from tinygrad_edu.dtypes import dtype as element_type
from tinygrad_edu.nn import functional, init
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.parameter import Parameter

__all__ = ["LayerNorm", "RMSNorm"]


class _NormOfSamples(Module):
    """What the two have in common: the shape of a sample, and parameters of that shape."""

    normalized_shape: tuple[int, ...]
    weight: Parameter
    _names: Sequence[str] = ("weight",)

    def _make_parameters(
        self, normalized_shape: Any, names: Sequence[str], device: Any, dtype: element_type | None
    ) -> None:
        """Keep the shape, and make the parameters of those names; the others are None."""
        one = isinstance(normalized_shape, int)
        self.normalized_shape = (normalized_shape,) if one else tuple(normalized_shape)
        made = named_as(type(self).__name__)(empty)
        for name in self._names:
            values = made(*self.normalized_shape, device=device, dtype=dtype) if name in names else None
            self.register_parameter(name, None if values is None else Parameter(values))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the factors to 1, and what is added to 0."""
        for name, parameter in self.named_parameters(recurse=False):
            init.constant_(parameter, float(name == "weight"))


class LayerNorm(_NormOfSamples):
    """Shifts and scales each sample to mean 0 and variance 1, then times `weight` and plus `bias`.

    Args:
        normalized_shape: The last dimensions of the input, over which mean and variance are taken.
        eps: What is added to the variance.
        elementwise_affine: Whether there are a weight and a bias.
        bias: Whether there is a bias.
        device: Only the CPU exists.
        dtype: The type of weight and bias, float32 by default.

    Attributes:
        weight: A Parameter of shape `normalized_shape`, ones at first; or None.
        bias: A Parameter of that shape, zeros at first; or None.

    Shape:
        Input and output (*, *normalized_shape).

    >>> tg.nn.LayerNorm(3)(tg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[-1.2247,  0.0000,  1.2247]], grad_fn=<LayerNormBackward0>)
    """

    bias: Any
    _names = ("weight", "bias")

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        check_arguments(self, LayerNorm.__init__, locals())
        self.eps, self.elementwise_affine = eps, elementwise_affine
        names = (("weight", "bias") if bias else ("weight",)) if elementwise_affine else ()
        self._make_parameters(normalized_shape, names, device, dtype)

    def forward(self, input: Tensor) -> Tensor:
        return functional.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        affine = f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        return f"{self.normalized_shape}, eps={self.eps}, {affine}"


class RMSNorm(_NormOfSamples):
    """Divides each sample by the root of the mean of its squares, then times `weight`.

    Args:
        normalized_shape: The last dimensions of the input, over which the mean is taken.
        eps: What is added to the mean; by default the dtype's step from 1 to the next number.
        elementwise_affine: Whether there is a weight.
        device: Only the CPU exists.
        dtype: The type of the weight, float32 by default.

    Attributes:
        weight: A Parameter of shape `normalized_shape`, ones at first; or None.

    Shape:
        Input and output (*, *normalized_shape).

    >>> tg.nn.RMSNorm(2, elementwise_affine=False)(tg.tensor([[-3.0, 3.0]]))
    tensor([[-1.,  1.]])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        check_arguments(self, RMSNorm.__init__, locals())
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self._make_parameters(normalized_shape, ("weight",) if elementwise_affine else (), device, dtype)

    def forward(self, input: Tensor) -> Tensor:
        return functional.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
