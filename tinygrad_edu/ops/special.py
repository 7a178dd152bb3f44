"""Special functions: what integrals and sums without a closed form are called.

How they are computed is in private files; here are their derivatives. erf is the area under a bell: its
slope is the bell itself. An inverse has the inverse slope. Each slope of log Γ leads to the next; I_0 and I_1 lead to
each other.

Source: https://dlmf.nist.gov/7 (error functions), https://dlmf.nist.gov/5 (Γ), https://dlmf.nist.gov/10.29 (I_0, I_1)
"""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops import _bessel_functions, _error_functions, _gamma_functions
from tinygrad_edu.ops._entries import elementwise
from tinygrad_edu.ops.arithmetic import sign

_BELL = 2 / sqrt(pi)

erf = elementwise(_error_functions.erf, widens=True, x=lambda g, x: _BELL * g * np.exp(-x * x))
erfc = elementwise(_error_functions.erfc, widens=True, x=lambda g, x: -_BELL * g * np.exp(-x * x))
erfinv = elementwise(_error_functions.erfinv, widens=True, x=lambda g, out: g * np.exp(out * out) / _BELL)
ndtri = elementwise(_error_functions.ndtri, widens=True, x=lambda g, out: g * np.exp(out * out / 2) * sqrt(2 * pi))

lgamma = elementwise(_gamma_functions.lgamma, widens=True, x=lambda g, x: g * digamma(x))
digamma: Primitive = elementwise(_gamma_functions.digamma, widens=True, x=lambda g, x: g * polygamma(x, n=1))
polygamma: Primitive = elementwise(_gamma_functions.polygamma, widens=True, x=lambda g, x, n: g * polygamma(x, n=n + 1))


def _over(y: Any, x: Any) -> Any:
    """y / x, where both are 0 their slope there, 1/2."""
    return np.where(x == 0, 0.5, y / np.where(x == 0, 1, x))


i0 = elementwise(_bessel_functions.i0, name="i0", widens=True, x=lambda g, x: g * i1(x))
i1: Primitive = elementwise(
    _bessel_functions.i1, name="i1", widens=True, x=lambda g, x, out: g * (i0(x) - _over(out, x))
)
i0e = elementwise(_bessel_functions.i0e, name="i0e", widens=True, x=lambda g, x, out: g * (i1e(x) - sign(x) * out))
i1e: Primitive = elementwise(
    _bessel_functions.i1e,
    name="i1e",
    widens=True,
    x=lambda g, x, out: g * (i0e(x) - sign(x) * out - _over(out, x)),
)


def _entr(x: Any) -> Any:
    """-x log x, which goes to 0 with x."""
    return np.where(x > 0, -x * np.log(np.where(x > 0, x, 1)), np.where(x < 0, -np.inf, x))


entr = elementwise(_entr, widens=True, x=lambda g, x: -g * (np.log(x) + 1))
xlog1py = elementwise(
    lambda x, y: np.where((x == 0) & ~np.isnan(y), 0, x * np.log1p(y)),
    name="xlog1py",
    widens=True,
    x=lambda g, x, y: np.where((x == 0) & (y <= -1), 0, g * np.log1p(y)),
    y=lambda g, x, y: g * x / (y + 1),
)
