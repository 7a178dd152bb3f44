"""The exponential of matrices: exp A is the sum of all Aⁿ / n!.

Padé's approximation of degree 13 is as exact as float64 if ‖A‖₁ is at most 5.37. So A is halved s times to that size,
and the result is squared s times, for exp A = (exp A/2)².

The derivative in the direction E is the upper right block of exp [[A, E], [0, A]]; so with g = dL/d(out)
dL/dA is that block of exp [[Aᵀ, g], [0, Aᵀ]].

Source: N. J. Higham, The scaling and squaring method for the matrix exponential revisited, SIAM J. Matrix Anal. Appl.
26 (2005); I. Najfeld and T. F. Havel, Derivatives of the matrix exponential and their computation, Adv. Appl. Math. 16
(1995).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._summation import add_up
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive

_LARGEST_NORM = 5.371920351148152
_B = (
    *(64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0),
    *(10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0, 1.0),
)


def _pade(a: np.ndarray) -> Any:
    """(V - U)⁻¹ (V + U), where U has the odd powers of A with their factors b, and V the even ones."""
    one, b = np.eye(a.shape[-1]), _B
    a2 = a @ a
    a4 = a2 @ a2
    a6 = a4 @ a2
    odd = a6 @ (b[13] * a6 + b[11] * a4 + b[9] * a2) + b[7] * a6 + b[5] * a4 + b[3] * a2 + b[1] * one
    even = a6 @ (b[12] * a6 + b[10] * a4 + b[8] * a2) + b[6] * a6 + b[4] * a4 + b[2] * a2 + b[0] * one
    u = a @ odd
    return np.linalg.solve(even - u, even + u)


def _matrix_exp(x: Any) -> Any:
    """The exponential, in float64: each matrix of a batch is halved and squared as often as it needs."""
    a = x.astype(np.float64)
    norms = np.maximum.reduce(add_up(np.abs(a), axis=a.ndim - 2), axis=-1, initial=0)
    finite = np.isfinite(norms)
    ratio = np.where(finite, norms, 1) / _LARGEST_NORM
    halvings = np.ceil(np.log2(np.maximum(ratio, 1)))[..., None, None]
    power = _pade(np.where(finite[..., None, None], a, 0) / 2.0**halvings)
    for step in range(int(np.max(halvings, initial=0))):
        power = np.where(step < halvings, power @ power, power)
    return np.where(finite[..., None, None], power, np.nan).astype(x.dtype)


def _matrix_exp_rule(g: Any, x: Any) -> Any:
    side = x.shape[-1]
    above = np.concatenate([x.mT, g], axis=-1)
    below = np.concatenate([np.zeros_like(x), x.mT], axis=-1)
    return matrix_exp(np.concatenate([above, below], axis=-2))[..., :side, side:]


matrix_exp: Primitive = primitive(_matrix_exp, x=_matrix_exp_rule)
