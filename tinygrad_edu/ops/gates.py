"""Gates: x times a number p(x) between 0 and 1 that says how much of it passes.

    silu       p(x) = σ(x), the sigmoid
    gelu       p(x) = Φ(x), the probability that a normal number lies below x: (1 + erf(x / √2)) / 2;
               or, approximately, σ(2u) = (1 + tanh u) / 2 with u = √(2/π) (x + 0.044715 x³)
    hardswish  p(x) = (x + 3) / 6, but no smaller than 0 and no larger than 1
    mish       p(x) = tanh(softplus(x)) = n / (n + 2) with n = e^x (e^x + 2)

The derivative of x p(x) is p(x) + x p'(x), and p is kept from the forward. No form of p takes a difference of numbers
that are nearly alike, so its digits are right where it is nearly 0.

Sources: D. Hendrycks, K. Gimpel, Gaussian Error Linear Units (GELUs), 2016, https://arxiv.org/abs/1606.08415;
S. Elfwing et al., Sigmoid-weighted linear units, 2017, https://arxiv.org/abs/1702.03118;
D. Misra, Mish, 2019, https://arxiv.org/abs/1908.08681.
"""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu.ops import _error_functions
from tinygrad_edu.ops._entries import elementwise
from tinygrad_edu.ops._fresh import plus, product, times
from tinygrad_edu.ops.activation import sigmoid, softplus

_BY_CUBE = 0.044715
_FAR = 30  # where each p is 0 or 1, and its slope 0


def _passed(g: Any, x: Any, p: Any, slope: Any) -> Any:
    """g (p + x p'), of a `slope` that is fresh."""
    return times(plus(times(slope, x), p), g)


def _silu(x: Any) -> tuple[Any, Any]:
    p = sigmoid.forward(x)
    return x * p, p


def _gelu(x: Any, *, approximate: str) -> tuple[Any, Any]:
    p = sigmoid.forward(_score(x)) if approximate == "tanh" else normal_cdf(x)
    return product(x, p), p


def _score(x: Any) -> Any:
    """2u, whose sigmoid is nearly Φ(x)."""
    near = np.minimum(np.maximum(x, -_FAR), _FAR)
    cubic = plus(times(near * near, _BY_CUBE), 1)
    return times(times(cubic, 2 * sqrt(2 / pi)), near)


def _slope_of_score(x: Any) -> Any:
    near = np.minimum(np.maximum(x, -_FAR), _FAR)
    return 2 * sqrt(2 / pi) * (1 + 3 * _BY_CUBE * near * near)


def _slope_of_gelu(x: Any, p: Any, approximate: str) -> Any:
    if approximate == "tanh":
        return times(times(1 - p, p), _slope_of_score(x))
    return _bell(x)


def _bell(x: Any) -> Any:
    """exp(-x²/2) / √(2π)."""
    y = product(x, x)
    if type(y) is not ndarray:
        return np.exp(-0.5 * y) / sqrt(2 * pi)
    y *= -0.5
    np.exp(y, y)
    y *= 1 / sqrt(2 * pi)
    return y


normal_cdf = elementwise(
    _error_functions.normal_cdf,
    x=lambda g, x: times(_bell(x), g),
)


def _mish(x: Any) -> tuple[Any, Any]:
    e = np.exp(np.minimum(x, _FAR))
    n = times(e + 2, e)
    p = n / (n + 2)
    return x * p, p


silu = elementwise(
    _silu,
    widens=True,
    residuals={"p": lambda x: sigmoid(x)},
    x=lambda g, x, p: _passed(g, x, p, times(1 - p, p)),
)
gelu = elementwise(
    _gelu,
    widens=True,
    residuals={"p": lambda x, approximate: sigmoid(_score(x)) if approximate == "tanh" else normal_cdf(x)},
    x=lambda g, x, p, approximate: _passed(g, x, p, _slope_of_gelu(x, p, approximate)),
)
hardswish = elementwise(
    lambda x: x * (np.minimum(np.maximum(x + 3, 0), 6) / 6),
    name="hardswish",
    x=lambda g, x: g * np.where(x <= -3, 0, np.where(x < 3, x / 3 + 0.5, 1)),
)
mish = elementwise(
    _mish,
    widens=True,
    residuals={"p": lambda x: np.tanh(softplus(x))},
    x=lambda g, x, p: _passed(g, x, p, times(1 - p * p, sigmoid(x))),
)
