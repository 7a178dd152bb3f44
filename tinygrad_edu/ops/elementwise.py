"""Arithmetic and elementary functions: one line of NumPy, one line of calculus for each operand.

``g`` is the upstream gradient dL/d(out); each rule returns dL/d(operand). Operands broadcast, and
the engine sums a rule's result back to its operand's shape (see autograd/rules.py).

Where a function has a corner, the rule gives what PyTorch gives there: |x|' = 0 at 0; a tie of
`maximum` or `minimum` goes half to each side; `clamp` passes the gradient on its bounds. The sign of
NaN is 0, as there.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import elementwise, primitive
from tinygrad_edu.autograd.rules import constant
from tinygrad_edu.ops._fresh import less_than_one, over, times

# Arithmetic

add = elementwise(operator.add, x=lambda g: g, y=lambda g: g)
sub = elementwise(operator.sub, x=lambda g: g, y=lambda g: -g)
mul = elementwise(operator.mul, x=lambda g, y: g * y, y=lambda g, x: g * x)
div = elementwise(
    operator.truediv,
    name="div",
    x=lambda g, y: g / y,
    y=lambda g, y, out: -g * out / y,
)
neg = elementwise(operator.neg, x=lambda g: -g)
floor_divide = elementwise(operator.floordiv, name="floor_divide", x=lambda g: g * 0, y=lambda g: g * 0)


def _trunc_divide(x: Any, y: Any) -> Any:
    """Round x / y toward 0; integers without leaving them: one more than the floor, where that is below."""
    floor = x // y
    return np.trunc(x / y) if floor.dtype.kind == "f" else floor + ((floor < 0) & (floor * y != x))


trunc_divide = elementwise(_trunc_divide, x=lambda g: g * 0, y=lambda g: g * 0)
remainder = elementwise(
    operator.mod,
    name="remainder",
    x=lambda g: g,
    y=lambda g, x, y: -g * np.floor(x / y),
)


def _power_by_base(g: Any, x: Any, y: Any) -> Any:
    """d(x^y)/dx = y x^(y-1); at x = y = 0, where that reads 0 · ∞, it is 0 because x^0 is constant."""
    if isinstance(y, (int, float)):
        if y == 2:
            return times(2 * x, g)  # by far the most frequent power, without a copy for x ** 1 (benchmark W5)
        return times(y * x ** (y - 1), g) if y != 0 else g * 0
    return times(y * x ** np.where((x == 0) & (y == 0), 1, y - 1), g)


def _power_by_exponent(g: Any, x: Any, y: Any, out: Any) -> Any:
    """d(x^y)/dy = x^y log x; at x = 0 and y >= 0, where that reads 0 · -∞, it is 0."""
    if isinstance(x, (int, float)):
        x = np.asarray(x, dtype=constant(out).dtype)  # two numbers in `where` would make float32 of any dtype
    return g * (out * np.log(np.where((x == 0) & (y >= 0), 1, x)))


pow = elementwise(operator.pow, x=_power_by_base, y=_power_by_exponent)

# Elementary functions

exp = elementwise(np.exp, x=lambda g, out: g * out)
expm1 = elementwise(np.expm1, x=lambda g, out: g * (out + 1))
log = elementwise(np.log, x=lambda g, x: g / x)
log2 = elementwise(np.log2, x=lambda g, x: g / (x * float(np.log(2))))
log10 = elementwise(np.log10, x=lambda g, x: g / (x * float(np.log(10))))
log1p = elementwise(np.log1p, x=lambda g, x: g / (x + 1))
sqrt = elementwise(np.sqrt, x=lambda g, out: over(g, 2 * out))
rsqrt = elementwise(lambda x: 1 / np.sqrt(x), name="rsqrt", x=lambda g, out: -0.5 * g * out * out * out)
reciprocal = elementwise(lambda x: 1 / x, name="reciprocal", x=lambda g, out: -g * out * out)
square = elementwise(np.square, x=lambda g, x: times(2 * x, g))
sin = elementwise(np.sin, x=lambda g, x: g * np.cos(x))
cos = elementwise(np.cos, x=lambda g, x: -g * np.sin(x))
tan = elementwise(np.tan, x=lambda g, out: g * (1 + out * out))
tanh = elementwise(np.tanh, x=lambda g, out: times(less_than_one(out * out), g))

# Functions with corners and steps

sign = elementwise(lambda x: np.subtract(x > 0, x < 0, dtype=x.dtype), name="sign", x=lambda g: g * 0)
abs = elementwise(operator.abs, x=lambda g, x: g * sign(x))
floor = elementwise(np.floor, x=lambda g: g * 0)
ceil = elementwise(np.ceil, x=lambda g: g * 0)
trunc = elementwise(np.trunc, x=lambda g: g * 0)
round = primitive(lambda x, *, decimals: np.round(x, decimals), name="round", x=lambda g: g * 0)
maximum = elementwise(
    np.maximum,
    x=lambda g, x, y: np.where(x == y, g / 2, np.where(x < y, 0, g)),
    y=lambda g, x, y: np.where(x == y, g / 2, np.where(y < x, 0, g)),
)
minimum = elementwise(
    np.minimum,
    x=lambda g, x, y: np.where(x == y, g / 2, np.where(x > y, 0, g)),
    y=lambda g, x, y: np.where(x == y, g / 2, np.where(y > x, 0, g)),
)
where = elementwise(
    np.where,
    condition=None,
    x=lambda g, condition: np.where(condition, g, 0),
    y=lambda g, condition: np.where(condition, 0, g),
)


def _raised(x: Any, low: Any) -> Any:
    return x if low is None else np.maximum(x, low)


def _above(x: Any, high: Any) -> Any:
    return False if high is None else x > high


def _inside(x: Any, low: Any, high: Any) -> Any:
    above_low = True if low is None else x >= low
    return above_low if high is None else above_low & (x <= high)


clamp = elementwise(
    lambda x, low, high: _raised(x, low) if high is None else np.minimum(_raised(x, low), high),
    name="clamp",
    x=lambda g, x, low, high: np.where(_inside(x, low, high), g, 0),
    low=lambda g, x, low, high: np.where((x < low) & _inside(low, None, high), g, 0),
    high=lambda g, x, low, high: np.where(_above(_raised(x, low), high), g, 0),
)
