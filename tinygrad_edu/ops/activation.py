"""Activation functions (活性化関数): those of the article, and their relatives.

relu'(0) is 0, as in PyTorch, and so it is with its relatives: at a corner the slope is that of the left side, and
`hardtanh` is flat on its bounds. Where a slope has a corner in turn, its slope is 0: ``fmin(0, x)`` takes 0 of equals,
and of NaN. Every softmax subtracts the maximum first, against overflow.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

from tinygrad_edu._constants import number
from tinygrad_edu._large_arrays import room_for_result
from tinygrad_edu._largest import largest
from tinygrad_edu._summation import add_up
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import elementwise, primitive
from tinygrad_edu.ops.reduction import sum as sum_of

_FEW = 4096  # values, for which the system has memory at once (benchmark W3)
_ALPHA, _SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946  # SELU's, from its paper


def _sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)); an overflow of exp gives the right limit, 0."""
    y = np.negative(x)
    if not isinstance(y, np.ndarray):
        return 1 / (1 + np.exp(y))
    one = number(1, y.dtype)
    np.exp(y, y)  # in place, and with constants that are arrays (benchmarks W1 and W5)
    np.add(y, one, y)
    return np.divide(one, y, y)


def _gradient_of_sigmoid(g: Any, out: Any) -> Any:
    """g y (1 - y): arrays in the memory of the first of the factors."""
    if type(out) is not np.ndarray:
        return (1 - out) * out * g
    slope = number(1, out.dtype) - out
    slope *= out
    slope *= g
    return slope


def _relu(x: Any) -> Any:
    """max(0, x)."""
    zero = number(0, x.dtype)
    return np.maximum(x, zero) if x.size < _FEW else np.maximum(x, zero, out=room_for_result(x))


def _gradient_of_relu(g: Any, out: Any) -> Any:
    """`g` with 0 where the ramp was flat: as a product with 0 and 1.

    NumPy chooses value by value (`np.where`), which costs several times as much as a product (benchmark
    W2). The product is the same unless it meets 0 · ∞ or 0 · NaN, and then its sum of squares shows it.
    """
    if type(g) is np.ndarray:
        zero, room = number(0, out.dtype), None if g.size < _FEW else room_for_result(g)
        product = (out != zero).astype(g.dtype) if room is None else np.not_equal(out, zero, out=room)
        product *= g  # NaN isn't 0 either, and lets g pass
        row = product.ravel("K")
        if isfinite(row.dot(row)):
            return product
    return gate(g, out)


def _softplus(x: Any) -> Any:
    """log(1 + exp(x)), without overflow for large x and without loss for small."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _gradient_of_softplus(g: Any, x: Any) -> Any:
    """g σ(x); far below 0 that is exp(x) to the last digit, and 1 + exp(-x) would be infinite, as exp(x) far above."""
    return g * np.where(x < -40, np.exp(-np.abs(x)), sigmoid(x))


def _softmax(x: Any, *, dim: int) -> Any:
    y = np.subtract(x, largest(x, dim), order="C")
    np.exp(y, out=y)
    y /= add_up(y, dim, True)
    return y


def _log_softmax(x: Any, *, dim: int) -> Any:
    y = np.subtract(x, largest(x, dim), order="C")
    y -= np.log(add_up(np.exp(y), dim, True))
    return y


sigmoid = elementwise(_sigmoid, widens=True, x=_gradient_of_sigmoid)
gate: Primitive = elementwise(
    lambda x, opening: np.where(opening != 0, x, 0),
    name="gate",
    x=lambda g, opening: gate(g, opening),
    opening=lambda g: g * 0,
)
relu = elementwise(_relu, x=_gradient_of_relu)
softplus = elementwise(_softplus, widens=True, x=_gradient_of_softplus)
softmax = primitive(
    _softmax,
    widens=True,
    x=lambda g, out, dim: out * (g - sum_of(g * out, dim=(dim,), keepdim=True)),
)
log_softmax = primitive(
    _log_softmax,
    widens=True,
    x=lambda g, out, dim: g - np.exp(out) * sum_of(g, dim=(dim,), keepdim=True),
)
hardtanh = elementwise(
    lambda x, *, min_val, max_val: np.minimum(np.maximum(x, min_val), max_val),
    name="hardtanh",
    x=lambda g, x, min_val, max_val: np.where((x <= min_val) | (x >= max_val), 0, g),
)
leaky_relu = elementwise(
    lambda x, *, negative_slope: np.where(x > 0, x, negative_slope * x),
    name="leaky_relu",
    x=lambda g, x, negative_slope: np.where(x > 0, g, negative_slope * g),
)
prelu = elementwise(
    lambda x, weight: np.where(x > 0, x, weight * x),
    name="prelu",
    x=lambda g, x, weight: np.where(x > 0, g, weight * g),
    weight=lambda g, x: np.where(x > 0, 0, g * x),
)
elu = elementwise(
    lambda x, *, alpha: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))),
    name="elu",
    x=lambda g, x, alpha: g * np.where(x <= 0, alpha * np.exp(np.fmin(0, x)), 1),
)
selu = elementwise(
    lambda x: np.where(x > 0, _SCALE * x, _SCALE * _ALPHA * np.expm1(np.minimum(x, 0))),
    name="selu",
    x=lambda g, x: g * np.where(x <= 0, _SCALE * _ALPHA * np.exp(np.fmin(0, x)), _SCALE),
)
celu = elementwise(
    lambda x, *, alpha: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha)),
    name="celu",
    x=lambda g, x, alpha: g * np.exp(np.fmin(0, x) / alpha),
)
