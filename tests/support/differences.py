"""Derivatives from differences, and how near an analytic one must come to them.

`difference` is `numerical_gradient` with Richardson's extrapolation, which is left with the error
h⁴ f⁽⁵⁾/480. With h = 1e-3, in float64 (ε = 2.2e-16):

- truncation: 2e-15 |f⁽⁵⁾|. The strategies keep operands away from poles, so that |f⁽⁵⁾| stays
  below about 1e6 even where f is itself a first derivative: 2e-9 at worst, mostly far less;
- cancellation: about 3 ε Σ|f| / h = 7e-13 Σ|f|, and sums of some hundred values of ordinary size: 1e-10.

Hence `CLOSENESS` = 1e-8, relative to the largest of the derivatives compared (or to 1). A wrong sign,
factor, index or missing term is off by many orders of magnitude more.

In float32 nothing is differenced: the gradient is compared with the float64 gradient at the same
point. Rounding is ε = 1.2e-7 an operation; a rule and its forward do some ten, sums some more, and
subtractions lose perhaps a digit: `CLOSENESS_IN_FLOAT32` = 2e-5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu.autograd import numerical_gradient

STEP = 1e-3
CLOSENESS = 1e-8
CLOSENESS_IN_FLOAT32 = 2e-5


def difference(f: Callable[[], float], x: np.ndarray, *, linear: bool = False) -> np.ndarray:
    """Return the gradient of ``f()`` by the float64 array `x`, which `f` reads; of what is linear, in one step."""
    gradient: np.ndarray = numerical_gradient(lambda _: f(), x, STEP, richardson=not linear)
    return gradient


def assert_close(actual: Any, expected: Any, what: str, closeness: float = CLOSENESS) -> None:
    """Fail unless two gradients agree within `closeness` of the largest value, or of 1."""
    actual, expected = np.asarray(actual, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    assert actual.shape == expected.shape, f"{what}: shape {actual.shape}, wanted {expected.shape}"
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(actual, expected, rtol=0, atol=closeness * scale, err_msg=what)
