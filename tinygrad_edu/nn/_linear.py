"""The fully connected layer, and layers that only pass on or reshape.

Source: the article, 「全結合層 (アフィン層)」, 「出力層の活性化関数の使い方」;
https://docs.pytorch.org/docs/stable/nn.html#linear-layers
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.filling import empty
from tinygrad_edu.api.matmul import linear
from tinygrad_edu.api.shape import flatten, unflatten
from tinygrad_edu.dtypes import dtype as element_type
from tinygrad_edu.nn import init
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.parameter import Parameter

__all__ = ["Flatten", "Identity", "Linear", "Unflatten"]


class Linear(Module):
    """The fully connected layer (全結合層, アフィン層): ``input @ weight.T + bias``.

    Args:
        in_features: How many inputs it has.
        out_features: How many outputs (ニューロン) it has.
        bias: Whether there is a bias.
        device: Only the CPU exists.
        dtype: The type of the weights, float32 by default.

    Attributes:
        weight: A Parameter of shape (out_features, in_features), the transpose of the article's W. It
            begins evenly drawn from [-1/√in_features, 1/√in_features).
        bias: A Parameter of shape (out_features,), drawn likewise; or None.

    Shape:
        Input (*, in_features), output (*, out_features).

    >>> layer = tg.nn.Linear(784, 50)
    >>> layer(tg.zeros(100, 784)).shape
    tinygrad_edu.Size([100, 50])
    """

    weight: Parameter
    bias: Any

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        check_arguments(self, Linear.__init__, locals())
        self.in_features = in_features
        self.out_features = out_features
        made = named_as(type(self).__name__)(empty)
        self.weight = Parameter(made(out_features, in_features, device=device, dtype=dtype))
        self.register_parameter("bias", Parameter(made(out_features, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights and the bias anew."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))  # this slope gives the bound 1/√in_features
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features) if self.in_features > 0 else 0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        return linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Identity(Module):
    """The identity function (恒等関数): the output is the input; the article's choice for regression.

    It takes any arguments, and ignores them.

    >>> tg.nn.Identity()(tg.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Any:
        return input


class Flatten(Module):
    """Makes one dimension out of several: by default all but the first, the batch.

    Args:
        start_dim: The first dimension to flatten.
        end_dim: The last.

    >>> tg.nn.Flatten()(tg.zeros(100, 1, 28, 28)).shape
    tinygrad_edu.Size([100, 784])
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        check_arguments(self, Flatten.__init__, locals())
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Tensor) -> Tensor:
        return flatten(input, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Makes several dimensions out of one.

    Args:
        dim: The dimension.
        unflattened_size: The lengths that it becomes; one may be -1.

    >>> tg.nn.Unflatten(1, (1, 28, 28))(tg.zeros(100, 784)).shape
    tinygrad_edu.Size([100, 1, 28, 28])
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        super().__init__()
        check_arguments(self, Unflatten.__init__, locals())
        self.dim = dim
        self.unflattened_size = tuple(unflattened_size)

    def forward(self, input: Tensor) -> Tensor:
        return unflatten(input, self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
