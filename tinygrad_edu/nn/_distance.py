"""Distances and directions of vectors as layers, and the layer of two inputs.

Source: https://docs.pytorch.org/docs/stable/nn.html#distance-functions
"""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.filling import empty
from tinygrad_edu.dtypes import dtype as element_type
from tinygrad_edu.nn import functional, init
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn._of_function import WithSettings
from tinygrad_edu.nn.parameter import Parameter

__all__ = ["Bilinear", "CosineSimilarity", "PairwiseDistance"]


class _Distance(WithSettings):
    """What prints no settings."""

    def extra_repr(self) -> str:
        return ""


class CosineSimilarity(_Distance):
    """The cosine of the angle between vectors; see `functional.cosine_similarity`.

    Args:
        dim: The dimension of the vectors.
        eps: The smallest length that is divided by.

    >>> tg.nn.CosineSimilarity()(tg.tensor([[1.0, 1.0]]), tg.tensor([[3.0, 3.0]]))
    tensor([1.])
    """

    function = staticmethod(functional.cosine_similarity)
    dim: int = 1
    eps: float = 1e-8


class PairwiseDistance(_Distance):
    """The distances of vectors; see `functional.pairwise_distance`.

    Args:
        p: Which norm it is.
        eps: What is added to the differences.
        keepdim: Whether the last dimension stays, of length 1.

    >>> tg.nn.PairwiseDistance()(tg.tensor([[0.0, 0.0]]), tg.tensor([[3.0, 4.0]]))
    tensor([5.0000])
    """

    function = staticmethod(functional.pairwise_distance)
    p: float = 2.0
    eps: float = 1e-6
    keepdim: bool = False

    @property
    def norm(self) -> float:
        """`p`, by the name that it has in PyTorch's layer."""
        return self.p

    @norm.setter
    def norm(self, p: float) -> None:
        self.p = p


class Bilinear(Module):
    """A layer of two inputs: each output is a weighted sum over all products of a value of one with one of the other.

    Args:
        in1_features: How many values I the first input has.
        in2_features: How many values J the second has.
        out_features: How many outputs K there are.
        bias: Whether there is a bias.
        device: Only the CPU exists.
        dtype: The type of the weights, float32 by default.

    Attributes:
        weight: A Parameter of shape (K, I, J), evenly drawn from [-1/√I, 1/√I) at first.
        bias: A Parameter of shape (K,), drawn likewise; or None.

    Shape:
        Inputs (*, I) and (*, J), output (*, K).

    >>> tg.nn.Bilinear(3, 4, 2)(tg.zeros(5, 3), tg.zeros(5, 4)).shape
    tinygrad_edu.Size([5, 2])
    """

    weight: Parameter
    bias: Any

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        check_arguments(self, Bilinear.__init__, locals())
        if in1_features <= 0:
            raise ValueError(f"Bilinear: in1_features must be greater than 0, got {in1_features}")
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        made = named_as("Bilinear")(empty)
        self.weight = Parameter(made(out_features, in1_features, in2_features, device=device, dtype=dtype))
        self.register_parameter("bias", Parameter(made(out_features, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights and the bias anew."""
        bound = 1 / math.sqrt(self.in1_features)
        for each in self.parameters():
            init.uniform_(each, -bound, bound)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        return functional.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        sizes = f"in1_features={self.in1_features}, in2_features={self.in2_features}, out_features={self.out_features}"
        return f"{sizes}, bias={self.bias is not None}"
