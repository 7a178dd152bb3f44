"""Activation functions (活性化関数): what a layer does to its sums.

Source: the article, 「数式と活性化関数」, 「中間層 (隠れ層) の活性化関数」, 「出力層の活性化関数の使い方」;
https://docs.pytorch.org/docs/stable/nn.functional.html
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._errors import warn
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api import activation
from tinygrad_edu.api._arguments import as_number, as_tensor_argument
from tinygrad_edu.api._reading import named, named_as, numeric, of_tensor, real, real_already
from tinygrad_edu.api.activation import hardshrink, prelu, sigmoid
from tinygrad_edu.api.arithmetic import sign
from tinygrad_edu.api.choice import where
from tinygrad_edu.api.trigonometric import tanh
from tinygrad_edu.dtypes import dtype as element_type
from tinygrad_edu.nn.functional._in_place import always_in_place, or_in_place
from tinygrad_edu.ops import activation as ops
from tinygrad_edu.random import draw, width_of_draws

__all__ = [
    "celu",
    "celu_",
    "elu",
    "elu_",
    "gumbel_softmax",
    "hardshrink",
    "hardtanh",
    "hardtanh_",
    "leaky_relu",
    "leaky_relu_",
    "log_softmax",
    "logsigmoid",
    "prelu",
    "relu",
    "relu6",
    "relu_",
    "rrelu",
    "rrelu_",
    "selu",
    "selu_",
    "sigmoid",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "step",
    "tanh",
    "tanhshrink",
    "threshold",
    "threshold_",
]


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


@or_in_place
@numeric
def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """The values, no smaller than `min_val` and no larger than `max_val`: a tanh made of straight lines.

    It is flat on its bounds, where `clamp` isn't.

    Args:
        input: A tensor of numbers.
        min_val: The smallest result.
        max_val: The largest.
        inplace: Write the result into `input` itself.

    Raises:
        ValueError: If `min_val` is larger than `max_val`.

    >>> tg.nn.functional.hardtanh(tg.tensor([-3.0, 0.5, 3.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """
    low, high, kind = as_number("min_val", min_val), as_number("max_val", max_val), input._data.dtype.kind
    if low > high:
        raise ValueError(f"min_val must be at most max_val, got {min_val} and {max_val}")
    if kind == "u" and low < 0:
        raise RuntimeError(f"min_val must not be negative for {input._data.dtype.name}, got {min_val}")
    return ops.hardtanh(input, min_val=low if kind == "f" else int(low), max_val=high if kind == "f" else int(high))


@or_in_place
@numeric
def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """A ReLU that goes no higher than 6: ``min(max(0, input), 6)``.

    Args:
        input: A tensor of numbers.
        inplace: Write the result into `input` itself.

    >>> tg.nn.functional.relu6(tg.tensor([-1.0, 2.0, 8.0]))
    tensor([0., 2., 6.])
    """
    return hardtanh(input, 0.0, 6.0)


@or_in_place
@real
def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """A ReLU that is not flat below 0: there it is ``negative_slope * input``.

    Args:
        input: A tensor.
        negative_slope: The slope below 0.
        inplace: Write the result into `input` itself.

    >>> tg.nn.functional.leaky_relu(tg.tensor([-1.0, 2.0]), 0.25)
    tensor([-0.2500,  2.0000])
    """
    return ops.leaky_relu(input, negative_slope=as_number("negative_slope", negative_slope))


@or_in_place
def rrelu(
    input: Tensor, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, inplace: bool = False
) -> Tensor:
    """A leaky ReLU; while training, the slope of each value below 0 is drawn at random.

    Args:
        input: A tensor.
        lower: The smallest slope.
        upper: The largest; outside of training the slope is the mean of both.
        training: Whether slopes are drawn.
        inplace: Write the result into `input` itself.

    Raises:
        RuntimeError: If `lower` is larger than `upper`.

    >>> tg.nn.functional.rrelu(tg.tensor([-1.0, 2.0]), 0.25, 0.75)
    tensor([-0.5000,  2.0000])
    """
    return activation.rrelu(input, lower, upper, training)


@or_in_place
@real
def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """A ReLU that bends smoothly and levels off at ``-alpha``: ``alpha * (exp(input) - 1)`` below 0.

    Args:
        alpha: How far below 0 it reaches.
        inplace: Write the result into `input` itself.

    >>> tg.nn.functional.elu(tg.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """
    return ops.elu(input, alpha=as_number("alpha", alpha))


@or_in_place
def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """An ELU of such a size that deep networks keep their mean and variance: 1.0507 times that with alpha 1.6733.

    Args:
        input: A tensor.
        inplace: Write the result into `input` itself.

    >>> tg.nn.functional.selu(tg.tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """
    return activation.selu(input)


@or_in_place
def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """An ELU without a bend at 0, whatever `alpha` is: ``alpha * (exp(input / alpha) - 1)`` below 0.

    Args:
        input: A tensor.
        alpha: How far below 0 it reaches; not 0.
        inplace: Write the result into `input` itself.

    >>> tg.nn.functional.celu(tg.tensor([-1.0, 2.0]), alpha=2.0)
    tensor([-0.7869,  2.0000])
    """
    return activation.celu(input, alpha)


@or_in_place
def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """The values above `threshold`, and `value` in the place of the others.

    Args:
        input: A tensor of numbers.
        threshold: Values must be larger than this.
        value: What stands in the place of those that aren't.
        inplace: Write the result into `input` itself.

    >>> tg.nn.functional.threshold(tg.tensor([-1.0, 0.2, 2.0]), 0.5, 9.0)
    tensor([9., 9., 2.])
    """
    return activation.threshold(input, threshold, value)


@real
def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """The values, drawn towards 0 by `lambd`; nearer ones become 0.

    Args:
        input: A tensor.
        lambd: How far; not negative.

    Raises:
        RuntimeError: If `lambd` is negative.

    >>> tg.nn.functional.softshrink(tg.tensor([-1.0, 0.2, 2.0]))
    tensor([-0.5000,  0.0000,  1.5000])
    """
    if not as_number("lambd", lambd) >= 0:
        raise RuntimeError(f"lambd must not be negative, got {lambd}")
    outside = hardshrink(input, lambd)
    return outside - lambd * sign(outside)


@numeric
def tanhshrink(input: Tensor) -> Tensor:
    """``input - tanh(input)``: nearly 0 near 0, and 1 off far out.

    >>> tg.nn.functional.tanhshrink(tg.tensor([0.0, 2.0]))
    tensor([0.0000, 1.0360])
    """
    return input - tanh(input)


@numeric
def softsign(input: Tensor) -> Tensor:
    """``input / (1 + |input|)``, between -1 and 1: a tanh that levels off slowly.

    >>> tg.nn.functional.softsign(tg.tensor([-1.0, 0.0, 3.0]))
    tensor([-0.5000,  0.0000,  0.7500])
    """
    return input / (1 + input.abs())


@named
def softmin(
    input: Tensor,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: element_type | None = None,
) -> Tensor:
    """The `softmax` of ``-input``: the smallest value gets the largest share.

    The arguments are those of `softmax`.

    >>> tg.nn.functional.softmin(tg.tensor([0.0, 1.0]), dim=0)
    tensor([0.7311, 0.2689])
    """
    return activation.softmax(-as_tensor_argument(input), _dim_or_guess("softmin", input, dim), dtype)


@of_tensor
def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    """A choice along `dim`, drawn with the probabilities ``softmax(logits)``, that gradients can pass through.

    Each score gets noise of Gumbel's distribution, ``-log(e)`` with e drawn from an exponential one; then the largest
    is a sample of those probabilities, and the softmax a soft form of it.

    Args:
        logits: Scores of any shape.
        tau: The temperature: the smaller, the nearer to 0 and 1 the results are.
        hard: Whether the result has a 1 at the choice and 0 elsewhere; its gradient is that of the soft form.
        eps: Has no meaning any more, as in PyTorch.
        dim: The dimension along which is chosen.

    Source: E. Jang et al., Categorical reparameterization with Gumbel-softmax, https://arxiv.org/abs/1611.01144

    >>> tg.nn.functional.gumbel_softmax(tg.tensor([0.0, 100.0]), hard=True)
    tensor([0., 1.])
    """
    x = real_already(logits)._data
    as_number("eps", eps)
    drawn = draw(None).standard_exponential(x.shape, dtype=width_of_draws(x.dtype))
    noise = -np.log(np.asarray(drawn)).astype(x.dtype)
    soft = activation.softmax((logits + Tensor.wrap(noise)) / as_number("tau", tau), dim)
    if not hard:
        return soft
    chosen = np.zeros(soft._data.shape, x.dtype)
    if chosen.ndim == 0:
        chosen += 1
    elif not chosen.shape[dim]:
        raise IndexError(f"there is nothing to choose from along dim={dim} of shape {chosen.shape}")
    elif chosen.size:
        np.put_along_axis(chosen, np.argmax(soft._data, axis=dim, keepdims=True), 1, dim)  # of equals, the first
    return Tensor.wrap(chosen) - soft.detach() + soft


celu_ = always_in_place(celu)
elu_ = always_in_place(elu)
hardtanh_ = always_in_place(hardtanh)
leaky_relu_ = always_in_place(leaky_relu)
relu_ = always_in_place(relu)
rrelu_ = always_in_place(rrelu)
selu_ = always_in_place(selu)
threshold_ = always_in_place(threshold)
