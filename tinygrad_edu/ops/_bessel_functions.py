"""The modified Bessel functions I_0 and I_1, which NumPy lacks, and the same times exp(-|x|).

I_n(x) is (x/2)^n Σ_k (x²/4)^k / (k! (k + n)!), a sum of positive terms, which loses no digits. From 20 on it is
exp(x) / √(2πx) times an asymptotic series in 1/x, which has all digits there. At ±∞ I_n is NaN, as PyTorch's.

Source: https://dlmf.nist.gov/10.25.E2, https://dlmf.nist.gov/10.40.E1
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial, pi, prod, sqrt
from typing import Any

import numpy as np

from tinygrad_edu.ops._approximation import Polynomial, in_float64, in_pieces

__all__ = ["i0", "i0e", "i1", "i1e"]

_FAR = 20


def _functions_of_order(n: int) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """I_n, and the same times exp(-|x|)."""
    series = Polynomial(*(1 / (factorial(k) * factorial(k + n)) for k in range(48)))
    factors = [((2 * k - 1) ** 2 - 4 * n * n) / (8 * k) for k in range(1, 25)]
    far_series = Polynomial(*(prod(factors[:k]) for k in range(25)))

    def near(x: Any) -> Any:
        return (x / 2) ** n * series(x * x / 4)

    def far_scaled(x: Any) -> Any:
        size = np.abs(x)
        return np.sign(x) ** n * far_series(1 / size) / (sqrt(2 * pi) * np.sqrt(size))

    def far(x: Any) -> Any:
        half = np.exp(np.abs(x) / 2)  # as exp(x) leaves the range before the result does
        return half * far_scaled(x) * half

    def plain(x: Any) -> Any:
        return in_pieces(x, (np.abs(x) < _FAR, near), (np.abs(x) >= _FAR, far))

    def scaled(x: Any) -> Any:
        return in_pieces(x, (np.abs(x) < _FAR, lambda x: np.exp(-np.abs(x)) * near(x)), (np.abs(x) >= _FAR, far_scaled))

    return in_float64(plain), in_float64(scaled)


i0, i0e = _functions_of_order(0)
i1, i1e = _functions_of_order(1)
