"""Activation functions (活性化関数): what a layer does to its sums.

Source: the article's sections 1, 7 and 8; https://docs.pytorch.org/docs/stable/nn.functional.html
"""

from __future__ import annotations

from typing import Any

from tinygrad_edu._errors import warn
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api import activation
from tinygrad_edu.api._arguments import as_number, as_tensor_argument
from tinygrad_edu.api._reading import named_as, of_tensor, real
from tinygrad_edu.api.activation import sigmoid
from tinygrad_edu.api.arithmetic import sign
from tinygrad_edu.api.choice import where
from tinygrad_edu.api.trigonometric import tanh
from tinygrad_edu.dtypes import dtype as element_type
from tinygrad_edu.nn.functional._in_place import or_in_place
from tinygrad_edu.ops import activation as ops

__all__ = ["log_softmax", "logsigmoid", "relu", "sigmoid", "softmax", "softplus", "step", "tanh"]


@of_tensor
def step(input: Tensor) -> Tensor:
    """The step function (ステップ関数) of the perceptron: 0 where ``input <= 0``, else 1.

    It is flat on both sides, so its gradient is 0 everywhere: nothing can be learned through it, which
    is why networks use `sigmoid` or `relu`.

    >>> tg.nn.functional.step(tg.tensor([-1.0, 0.0, 0.5]))
    tensor([0., 0., 1.])
    """
    return ops.relu(sign(input))


@or_in_place
def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """The ramp function (ReLU 関数) ``max(0, input)``; its gradient at 0 is 0.

    Args:
        inplace: Write the result into `input` itself.

    >>> tg.nn.functional.relu(tg.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return activation.relu(input)


def softmax(
    input: Tensor,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: element_type | None = None,
) -> Tensor:
    """Positive values that sum to 1 along `dim` (ソフトマックス関数): ``exp(x) / sum(exp(x))``.

    Args:
        dim: The dimension along which the results sum to 1; leaving it out is deprecated.
        dtype: The type to convert to first.

    >>> tg.nn.functional.softmax(tg.tensor([0.5, 1.5, 2.5], dtype=tg.float64), dim=0).numpy()
    array([0.09003057, 0.24472847, 0.66524096])
    """
    return activation.softmax(input, _dim_or_guess("softmax", input, dim), dtype)


def log_softmax(
    input: Tensor,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: element_type | None = None,
) -> Tensor:
    """The logarithm of `softmax`, computed without leaving the range of floats.

    The arguments are those of `softmax`.

    >>> tg.nn.functional.log_softmax(tg.tensor([0.0, 1000.0]), dim=0)
    tensor([-1000.,     0.])
    """
    return activation.log_softmax(input, _dim_or_guess("log_softmax", input, dim), dtype)


def _dim_or_guess(operation: str, input: Any, dim: int | None) -> int:
    """`dim`, or, with a warning, the one that PyTorch takes if it is left out."""
    if dim is not None:
        return dim
    guess = 0 if named_as(operation)(as_tensor_argument)(input).ndim in (0, 1, 3) else 1
    warn(f"{operation}: dim was left out; write dim={guess}")
    return guess


@real
def softplus(input: Tensor, beta: float = 1, threshold: float = 20) -> Tensor:
    """A ReLU with a round corner: ``log(1 + exp(beta * input)) / beta``.

    Args:
        beta: How sharp the corner is.
        threshold: Where ``beta * input`` is larger, the result is `input` itself.

    >>> tg.nn.functional.softplus(tg.tensor([0.0, 50.0]))
    tensor([ 0.6931, 50.0000])
    """
    beta, threshold = as_number("beta", beta), as_number("threshold", threshold)
    scaled = input * beta
    chosen: Tensor = where(scaled > threshold, input, ops.softplus(scaled) / beta)
    return chosen


@real
def logsigmoid(input: Tensor) -> Tensor:
    """The logarithm of `sigmoid`, computed without leaving the range of floats.

    >>> tg.nn.functional.logsigmoid(tg.tensor([0.0, -100.0]))
    tensor([  -0.6931, -100.0000])
    """
    return -softplus(-input, threshold=float("inf"))
