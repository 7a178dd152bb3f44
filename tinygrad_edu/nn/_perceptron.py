"""The perceptron (パーセプトロン): a weighted sum, a bias and a step; where the article begins.

Source: the article, 「パーセプトロン (人工ニューロン) とは」, 「単純パーセプトロンとは」.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe, ragged
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_tensor_argument
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.creation import tensor
from tinygrad_edu.nn import functional
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.parameter import Parameter

__all__ = ["Perceptron"]


class Perceptron(Module):
    """An artificial neuron (人工ニューロン): 0 if ``b + w1 x1 + w2 x2 + ... <= 0``, else 1.

    It divides its inputs by one straight line (単純パーセプトロン). Weights and bias are set by hand:
    the step function is flat, so no gradient could say how to better them, and none is asked for.

    Args:
        weight: How much each input counts (重み), n numbers.
        bias: How easily the answer is 1 (バイアス).

    Attributes:
        weight: A Parameter of shape (n,).
        bias: A Parameter with one value, of shape ().

    Shape:
        Input (n,), output (); or a batch of inputs (*, n), outputs (*).

    Raises:
        TypeError: If `weight` or `bias` aren't numbers.

    A shirt is of size M (1) if it is longer than 69 cm, else of size S (0); its width doesn't count.

    >>> is_medium = tg.nn.Perceptron(weight=[1.0, 0.0], bias=-69.0)
    >>> is_medium(tg.tensor([[68.0, 50.0], [69.0, 50.0], [70.0, 50.0]]))
    tensor([0., 0., 1.])
    """

    weight: Parameter
    bias: Any

    def __init__(self, weight: Sequence[float] | Tensor, bias: float | Tensor) -> None:
        super().__init__()
        self.weight = Parameter(_numbers("weight", weight, 1), requires_grad=False)
        self.bias = Parameter(_numbers("bias", bias, 0), requires_grad=False)

    @named_as("Perceptron")
    def forward(self, input: Tensor) -> Tensor:
        x = as_tensor_argument(input)
        count = self.weight.shape[0]
        if x.ndim == 0 or x.shape[-1] != count:
            raise RuntimeError(f"{count} weights want inputs of shape (..., {count}), got {describe(input)}")
        return functional.step(self.bias + (x * self.weight).sum(-1))

    def extra_repr(self) -> str:
        return f"weight={self.weight.tolist()}, bias={self.bias.item()}"


def _numbers(name: str, given: Any, ndim: int) -> Tensor:
    """Numbers as a floating-point tensor of its own memory."""
    try:
        values = np.asarray(getattr(given, "_data", given))
    except ValueError:
        raise TypeError(f"Perceptron: {name} is a ragged list: {ragged(given, name)}") from None
    if values.ndim != ndim or values.dtype.kind not in "biuf":
        wanted = "one number" if ndim == 0 else "a list of numbers, one for each input"
        raise TypeError(f"Perceptron: {name} must be {wanted}, got {describe(given)}")
    keeps_width = hasattr(given, "dtype") and values.dtype.kind == "f"
    return tensor(values if keeps_width else values.astype(dtypes.default()))
