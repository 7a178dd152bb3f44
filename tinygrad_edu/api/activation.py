"""Activation functions (活性化関数): what a layer does to its sums; sigmoid, ReLU, softmax.

The rest of them is in nn/functional/_activation.py, as in PyTorch.

Source for every function: the article, 「中間層 (隠れ層) の活性化関数」, 「出力層の活性化関数の使い方」;
https://docs.pytorch.org/docs/stable/nn.functional.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_flag, as_number, as_tensor_argument, wrap
from tinygrad_edu.api._in_place import both, method
from tinygrad_edu.api._reading import along, numeric, of_tensor, real, real_already
from tinygrad_edu.api.choice import where
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import activation as ops
from tinygrad_edu.ops.shape import reshape
from tinygrad_edu.random import draw, width_of_draws

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.random import Generator

__all__ = [
    "celu",
    "hardshrink",
    "log_softmax",
    "prelu",
    "relu",
    "rrelu",
    "selu",
    "sigmoid",
    "softmax",
    "threshold",
]


@real
def sigmoid(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The sigmoid function (シグモイド関数) ``1 / (1 + exp(-input))``, between 0 and 1.

    >>> tg.sigmoid(tg.tensor([0.0, 2.0]))
    tensor([0.5000, 0.8808])
    """
    return ops.sigmoid(input)


@numeric
def relu(input: Tensor) -> Tensor:
    """The ramp function (ReLU 関数) ``max(0, input)``; its gradient at 0 is 0.

    >>> tg.relu(tg.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return ops.relu(input)


@along(real_already)
def softmax(input: Tensor, dim: int, dtype: dtypes.dtype | None = None, *, out: Tensor | None = None) -> Tensor:
    """Positive values that sum to 1 along `dim` (ソフトマックス関数): ``exp(x) / sum(exp(x))``.

    The maximum is subtracted first, so that nothing overflows; the order of the values is kept.

    Args:
        input: Scores of any shape.
        dim: The dimension along which the results sum to 1.
        dtype: The type to convert to first.

    >>> tg.softmax(tg.tensor([0.5, 1.5, 2.5]), dim=0)
    tensor([0.0900, 0.2447, 0.6652])
    """
    return ops.softmax(input, dim=dim)


@along(real_already)
def log_softmax(input: Tensor, dim: int, dtype: dtypes.dtype | None = None, *, out: Tensor | None = None) -> Tensor:
    """The logarithm of `softmax`, computed without leaving the range of floats.

    The arguments are those of `softmax`.

    >>> tg.log_softmax(tg.tensor([0.0, 1000.0]), dim=0)
    tensor([-1000.,     0.])
    """
    return ops.log_softmax(input, dim=dim)


@real
def celu(input: Tensor, alpha: float = 1.0) -> Tensor:
    """An ELU without a bend at 0, whatever `alpha` is: ``alpha * (exp(input / alpha) - 1)`` below 0.

    Args:
        input: A tensor.
        alpha: How far below 0 it reaches; not 0.

    >>> tg.celu(tg.tensor([-1.0, 2.0]), alpha=2.0)
    tensor([-0.7869,  2.0000])
    """
    if as_number("alpha", alpha) == 0:
        raise RuntimeError("alpha divides, and must not be 0, got 0")
    return ops.celu(input, alpha=alpha)


@real
def selu(input: Tensor) -> Tensor:
    """An ELU of such a size that deep networks keep their mean and variance: 1.0507 times that with alpha 1.6733.

    Source: G. Klambauer et al., Self-normalizing neural networks (2017), https://arxiv.org/abs/1706.02515

    >>> tg.selu(tg.tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """
    return ops.selu(input)


@of_tensor
def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """A ReLU that is not flat below 0: there it is ``weight * input``, and the weight can be learned.

    Args:
        input: A floating-point tensor.
        weight: One slope, or one for each channel (dimension 1 of `input`), of the same dtype.

    Raises:
        RuntimeError: If there is another number of slopes, or the dtypes differ.

    >>> tg.prelu(tg.tensor([-1.0, 2.0]), tg.tensor([0.25]))
    tensor([-0.2500,  2.0000])
    """
    slopes = as_tensor_argument(weight, "weight")
    x, w = real_already(input)._data, slopes._data
    if x.dtype != w.dtype:
        raise RuntimeError(f"input and weight must have one dtype, got {describe(input)} and {describe(weight)}")
    if w.ndim > 1:
        raise RuntimeError(f"weight must have one dimension, or none, got {describe(weight)}")
    if w.size == 1:
        return ops.prelu(input, reshape(slopes, shape=()))
    channels = x.shape[1] if x.ndim > 1 else 1
    if w.size != channels:
        raise RuntimeError(f"wanted one slope, or one for each of {channels} channels, got {describe(weight)}")
    return ops.prelu(input, reshape(slopes, shape=(channels, *[1] * (x.ndim - 2))))


@real
def rrelu(
    input: Tensor,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    generator: Generator | None = None,
) -> Tensor:
    """A leaky ReLU; while training, the slope of each value below 0 is drawn at random.

    Args:
        input: A tensor.
        lower: The smallest slope.
        upper: The largest; outside of training the slope is the mean of both.
        training: Whether slopes are drawn.
        generator: Where they are drawn from; by default the common generator.

    Raises:
        RuntimeError: If `lower` is larger than `upper`.

    >>> tg.rrelu(tg.tensor([-1.0, 2.0]), 0.25, 0.75)
    tensor([-0.5000,  2.0000])
    """
    training = as_flag("training", training)
    if as_number("lower", lower) > as_number("upper", upper):
        raise RuntimeError(f"lower must be at most upper, got {lower} and {upper}")
    numbers = draw(generator)
    if not training:
        return ops.leaky_relu(input, negative_slope=(lower + upper) / 2)
    dtype = input._data.dtype
    drawn = numbers.random(input._data.shape, dtype=width_of_draws(dtype))
    return ops.prelu(input, wrap(np.asarray(lower + (upper - lower) * drawn).astype(dtype)))


@real
def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """The values, with 0 for those from ``-lambd`` to `lambd`.

    >>> tg.hardshrink(tg.tensor([-1.0, 0.2, 2.0]))
    tensor([-1.,  0.,  2.])
    """
    x = input._data
    return _where((x >= -as_number("lambd", lambd)) & (x <= lambd), 0, input)


@numeric
def threshold(input: Tensor, threshold: float, value: float) -> Tensor:
    """The values above `threshold`, and `value` in the place of the others.

    >>> tg.threshold(tg.tensor([-1.0, 0.2, 2.0]), 0.5, 9.0)
    tensor([9., 9., 2.])
    """
    instead = as_number("value", value)
    kept = instead if input._data.dtype.kind == "f" else int(instead)
    return _where(input._data <= as_number("threshold", threshold), kept, input)


def _where(condition: Any, number: Any, x: Tensor) -> Tensor:
    """The tensor, with a number where the condition is."""
    chosen: Tensor = where(wrap(condition), number, x)
    return chosen


class ActivationMethods(TensorBase):
    """Activation functions as methods of tensors."""

    __slots__ = ()

    sigmoid, sigmoid_ = both(sigmoid)
    relu, relu_ = both(relu)
    softmax = method(softmax)
    log_softmax = method(log_softmax)
    prelu = method(prelu)
    hardshrink = method(hardshrink)
