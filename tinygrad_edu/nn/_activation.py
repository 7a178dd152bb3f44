"""Activation functions (活性化関数) as layers.

Source: the article's sections 1, 7 and 8;
https://docs.pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity
"""

from __future__ import annotations

from typing import Any

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.nn import functional
from tinygrad_edu.nn._module import Module

__all__ = ["LogSigmoid", "LogSoftmax", "ReLU", "Sigmoid", "Softmax", "Softplus", "Step", "Tanh"]


class _WithoutSettings(Module):
    """A layer with nothing to set; like PyTorch's, it takes any arguments and ignores them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()


class Step(_WithoutSettings):
    """The step function (ステップ関数) of the perceptron: 0 where ``input <= 0``, else 1.

    Source: the article's section 1.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.Step()(tg.tensor([-1.0, 0.0, 0.5]))
        tensor([0., 0., 1.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Apply the function."""
        return functional.step(input)


class Sigmoid(_WithoutSettings):
    """The sigmoid function (シグモイド関数) ``1 / (1 + exp(-input))``, between 0 and 1.

    Source: the article's section 7; https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.Sigmoid()(tg.tensor([0.0, 2.0]))
        tensor([0.5000, 0.8808])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Apply the function."""
        return functional.sigmoid(input)


class Tanh(_WithoutSettings):
    """The hyperbolic tangent, between -1 and 1.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanh.html

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.Tanh()(tg.tensor([0.0, 1.0]))
        tensor([0.0000, 0.7616])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Apply the function."""
        return functional.tanh(input)


class ReLU(Module):
    """The ramp function (ReLU 関数) ``max(0, input)``: the article's first choice for hidden layers.

    Args:
        inplace: Write the result into the input itself.

    Source: the article's section 7; https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.ReLU()(tg.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply the function."""
        return functional.relu(input, self.inplace)

    def extra_repr(self) -> str:
        """Return ``inplace=True`` if it is."""
        return "inplace=True" if self.inplace else ""


class Softmax(Module):
    """Turns scores into probabilities along `dim` (ソフトマックス関数).

    Args:
        dim: The dimension along which the results sum to 1; leaving it out is deprecated.

    Source: the article's section 8; https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.Softmax(dim=0)(tg.tensor([0.5, 1.5, 2.5]))
        tensor([0.0900, 0.2447, 0.6652])
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """Apply the function."""
        return functional.softmax(input, self.dim)

    def extra_repr(self) -> str:
        """Return the dimension."""
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """The logarithm of `Softmax`.

    Args:
        dim: The dimension along which the probabilities sum to 1; leaving it out is deprecated.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.LogSoftmax(dim=0)(tg.tensor([0.0, 1000.0]))
        tensor([-1000.,     0.])
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """Apply the function."""
        return functional.log_softmax(input, self.dim)

    def extra_repr(self) -> str:
        """Return the dimension."""
        return f"dim={self.dim}"


class Softplus(Module):
    """A ReLU with a round corner: ``log(1 + exp(beta * input)) / beta``.

    Args:
        beta: How sharp the corner is.
        threshold: Where ``beta * input`` is larger, the result is the input itself.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.Softplus()(tg.tensor([0.0, 50.0]))
        tensor([ 0.6931, 50.0000])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Tensor) -> Tensor:
        """Apply the function."""
        return functional.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"beta={self.beta}, threshold={self.threshold}"


class LogSigmoid(_WithoutSettings):
    """The logarithm of `Sigmoid`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.LogSigmoid()(tg.tensor([0.0, -100.0]))
        tensor([  -0.6931, -100.0000])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Apply the function."""
        return functional.logsigmoid(input)
