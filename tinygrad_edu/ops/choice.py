"""Choosing between values, place by place.

Where two are equal, the rule gives what PyTorch gives: a tie of `maximum` or `minimum` goes half to
each side, of `fmax` or `fmin` to the first; `clamp` passes the gradient on its bounds.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.ops._entries import elementwise
from tinygrad_edu.ops._flat import flat

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


def _is_first(x: Any, y: Any) -> Any:
    """Whether `fmax` takes x."""
    return (x >= y) | np.isnan(y)


fmax = elementwise(
    np.fmax,
    x=lambda g, x, y: np.where(_is_first(x, y), g, 0),
    y=lambda g, x, y: np.where(_is_first(x, y), 0, g),
)
fmin = elementwise(
    np.fmin,
    x=lambda g, x, y: np.where(_is_first(-x, -y), g, 0),
    y=lambda g, x, y: np.where(_is_first(-x, -y), 0, g),
)
heaviside = elementwise(
    lambda x, values: np.where(x == 0, values, (x > 0).astype(x.dtype)),
    name="heaviside",
    x=flat,
    values=lambda g, x: np.where(x == 0, g, 0),
)
