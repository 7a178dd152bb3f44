"""Exponentials and logarithms.

The slope of log2 is 1 / (x ln 2); dividing twice spares the product, which may leave the range. The slope of
exp(x) - 1 is exp(x) again; it isn't computed as the result plus 1, which has lost the digits of a small exp(x).

logaddexp(x, y) is log(exp(x) + exp(y)); its slopes are the shares of the two, σ(x - y) and σ(y - x).

logit(x) = log(x / (1 - x)) is the inverse of σ. Near x = 1/2 the fraction is near 1, and has lost the digits of their
difference; there it is computed as log(1 + d) with d = (2x - 1) / (1 - x). With `eps`, x is first brought between eps
and 1 - eps. x log y is 0 where x is 0, whatever y is, unless that is NaN.
"""

from __future__ import annotations

from math import log as log_of
from math import nan
from typing import Any

import numpy as np

from tinygrad_edu.ops._entries import elementwise
from tinygrad_edu.ops.activation import sigmoid

exp = elementwise(np.exp, x=lambda g, out: g * out)
expm1 = elementwise(np.expm1, x=lambda g, x: g * np.exp(x))
log = elementwise(np.log, x=lambda g, x: g / x)
log2 = elementwise(np.log2, x=lambda g, x: g / float(np.log(2)) / x)
log10 = elementwise(np.log10, x=lambda g, x: g / float(np.log(10)) / x)
log1p = elementwise(np.log1p, x=lambda g, x: g / (x + 1))
exp2 = elementwise(np.exp2, x=lambda g, out: g * out * log_of(2))
logaddexp = elementwise(
    np.logaddexp, widens=True, x=lambda g, x, y: g * sigmoid(x - y), y=lambda g, x, y: g * sigmoid(y - x)
)
logaddexp2 = elementwise(
    np.logaddexp2,
    widens=True,
    x=lambda g, x, y: g * sigmoid((x - y) * log_of(2)),
    y=lambda g, x, y: g * sigmoid((y - x) * log_of(2)),
)


def _logit(x: Any, *, eps: float | None) -> Any:
    x = x if eps is None else np.where(x < eps, eps, np.minimum(x, 1 - eps)).astype(x.dtype)
    near_half = np.abs(x - 0.5) < 0.25
    return np.where(near_half, np.log1p((2 * x - 1) / (1 - x)), np.log(x / (1 - x)))


def _gradient_of_logit(g: Any, x: Any, eps: float | None) -> Any:
    """g / (x (1 - x)); outside of the bounds 0, or NaN where there is no result."""
    low, beyond = (0, nan) if eps is None else (eps, 0)
    return np.where((x < low) | (x > 1 - low), beyond, g / (x * (1 - x) + 0.0))  # to which -0 is 0


logit = elementwise(_logit, widens=True, x=_gradient_of_logit)


def _xlogy(x: Any, y: Any) -> Any:
    return np.where((x == 0) & ~np.isnan(y), 0, x * np.log(y))


xlogy = elementwise(
    _xlogy,
    widens=True,
    x=lambda g, x, y: np.where((x == 0) & (y <= 0), 0, g * np.log(y)),
    y=lambda g, x, y: g * x / y,
)
