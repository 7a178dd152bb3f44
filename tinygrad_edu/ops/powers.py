"""Powers and roots.

Where a rule reads 0 · ∞ at a corner, its named function says what holds there: what PyTorch gives.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.ops._entries import elementwise
from tinygrad_edu.ops._flat import flat
from tinygrad_edu.ops._fresh import over, times


def _power(x: Any, y: Any) -> Any:
    """x^y; a number y such as 0.3, which the type of x would round, stays: the error would count log x times."""
    if type(y) is float and x.dtype.itemsize < 8 and float(x.dtype.type(y)) != y:
        return np.power(x, y, dtype=np.float64).astype(x.dtype)
    return x**y


def _power_by_base(g: Any, x: Any, y: Any) -> Any:
    """d(x^y)/dx = y x^(y-1); where that reads 0 · ∞, at y = 0 and next to no x, it is 0 because x^0 is constant."""
    if isinstance(y, (int, float)):
        if y == 2:
            return times(2 * x, g)  # by far the most frequent power, without a copy for x ** 1 (benchmark W5)
        return y * times(pow(x, y - 1), g) if y != 0 else flat(g)
    return y * times(x ** np.where((y == 0) & np.isinf(1 / constant(x)), 1, y - 1), g)


def _power_by_exponent(g: Any, x: Any, y: Any, out: Any) -> Any:
    """d(x^y)/dy = x^y log x; at x = 0 and y >= 0, where that reads 0 · -∞, it is 0."""
    if isinstance(x, (int, float)):
        x = np.asarray(x, dtype=constant(out).dtype)  # two numbers in `where` would make float32 of any dtype
    return g * out * np.log(np.where((x == 0) & (y >= 0), 1, x))


pow = elementwise(_power, name="pow", x=_power_by_base, y=_power_by_exponent)
square = elementwise(np.square, x=lambda g, x: times(2 * x, g))
sqrt = elementwise(np.sqrt, x=lambda g, out: over(g, 2 * out))
rsqrt = elementwise(lambda x: 1 / np.sqrt(x), name="rsqrt", x=lambda g, out: -0.5 * g * out * out * out)
reciprocal = elementwise(lambda x: 1 / x, name="reciprocal", x=lambda g, out: -g * out * out)
hypot = elementwise(np.hypot, x=lambda g, x, out: g * x / out, y=lambda g, y, out: g * y / out)
