"""Functions of angles (in radians), the hyperbolic ones, and their inverses.

The slopes of inverses are algebraic: asin' is 1/√(1 - x²), where 1 - x² is computed as (1 - x)(1 + x) and so loses no
digits near ±1. sinc(x) is sin(πx) / (πx), and 1 at 0; its slope (cos(πx) - sinc(x)) / x is a difference of nearly equal
numbers near 0, where the first terms of its Taylor series stand in.
"""

from __future__ import annotations

from math import factorial, pi
from typing import Any

import numpy as np

from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.ops._entries import elementwise
from tinygrad_edu.ops._fresh import less_than_one, times

sin = elementwise(np.sin, x=lambda g, x: g * np.cos(x))
cos = elementwise(np.cos, x=lambda g, x: -g * np.sin(x))
tan = elementwise(np.tan, x=lambda g, out: g * (1 + out * out))
tanh = elementwise(np.tanh, x=lambda g, out: times(less_than_one(out * out), g))
sinh = elementwise(np.sinh, x=lambda g, x: g * np.cosh(x))
cosh = elementwise(np.cosh, x=lambda g, x: g * np.sinh(x))

asin = elementwise(np.arcsin, name="asin", x=lambda g, x: g / np.sqrt((1 - x) * (1 + x)))
acos = elementwise(np.arccos, name="acos", x=lambda g, x: -g / np.sqrt((1 - x) * (1 + x)))
atan = elementwise(np.arctan, name="atan", x=lambda g, x: g / (x * x + 1))
asinh = elementwise(np.arcsinh, name="asinh", x=lambda g, x: g / np.sqrt(x * x + 1))
acosh = elementwise(np.arccosh, name="acosh", x=lambda g, x: g / np.sqrt((x - 1) * (x + 1)))
atanh = elementwise(np.arctanh, name="atanh", x=lambda g, x: g / ((1 - x) * (1 + x)))


def _square_of_radius(x: Any, y: Any) -> Any:
    """x² + y²; infinite at (0, 0), where the slopes of the angle are 0 then, and theirs, too."""
    square = x * x + y * y
    return np.where(square == 0, np.inf, square)


atan2 = elementwise(
    np.arctan2,
    name="atan2",
    widens=True,
    x=lambda g, x, y: g * y / _square_of_radius(x, y),
    y=lambda g, x, y: -g * x / _square_of_radius(x, y),
)


def _of_half_turns(function: Any, x: Any) -> Any:
    """sin(πx) or cos(πx), by the distance of x from the nearest whole number: that is exact, as πx is not."""
    whole = np.rint(constant(x))
    return function(pi * (x - whole)) * np.where(whole % 2, -1, 1).astype(whole.dtype)


def _sinc(x: Any) -> Any:
    return _of_half_turns(np.sin, x) / np.where(x == 0, 1, pi * x) + (x == 0)


_SLOPE_OF_SINC = [(-1) ** k * 2 * k * pi ** (2 * k) / factorial(2 * k + 1) for k in range(1, 11)]


def _gradient_of_sinc(g: Any, x: Any) -> Any:
    """g (cos(πx) - sinc(x)) / x; near 0 as the series Σ (-1)^k 2k π^2k x^(2k-1) / (2k+1)!."""
    near = np.abs(x) < 0.5
    t = np.where(near, x, 0)
    series = _SLOPE_OF_SINC[-1]
    for each in reversed(_SLOPE_OF_SINC[:-1]):
        series = series * (t * t) + each
    away = np.where(near, 1, x)
    return g * np.where(near, series * t, (_of_half_turns(np.cos, away) - sinc(away)) / away)


sinc = elementwise(_sinc, name="sinc", widens=True, x=_gradient_of_sinc)
