"""Decompositions of matrices, which stand in the last two dimensions; those in front are batches.

An operation has one result, so that of several factors holds them one below the other: Q and R, which are equally
wide; U, a row of singular values, and V; a row of eigenvalues, and the eigenvectors.

With g for the gradient of each factor, tril for the lower triangle, sk X = X - Xᵀ, and X / E value by value:

    A = L Lᵀ      dL/dA = ½ (S + Sᵀ) with S = L⁻ᵀ Φ(Lᵀ g) L⁻¹, where Φ takes the lower triangle and halves its diagonal
    A = Q R       dL/dA = (g_Q + Q sym M) R⁻ᵀ with M = R g_Rᵀ - g_Qᵀ Q, where sym mirrors the lower triangle
    A = U S Vᵀ    dL/dA = U (sk(Uᵀ g_U) / E · S + S · sk(Vᵀ g_V) / E + diag g_S) Vᵀ
                          + (I - U Uᵀ) g_U S⁻¹ Vᵀ + U S⁻¹ g_Vᵀ (I - V Vᵀ), with E_jk = s_k² - s_j²
    A = V Λ Vᵀ    dL/dA = V (½ sk(Vᵀ g_V) / E + diag g_Λ) Vᵀ, with E_jk = λ_k - λ_j

Q R has this gradient for matrices that are at least as high as wide. A that must be symmetric is taken for ½ (A + Aᵀ),
and so its gradient is symmetric. Where singular values or eigenvalues are equal, vectors have no derivative, and the
gradient is infinite or NaN, unless only the values are used.

Source: I. Murray, Differentiation of the Cholesky decomposition, 2016; M. Seeger and others, Auto-differentiating
linear algebra, 2017; J. Townsend, Differentiating the singular value decomposition, 2016; M. B. Giles, An extended
collection of matrix derivative results for forward and reverse mode algorithmic differentiation, 2008.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.matrices import tril
from tinygrad_edu.ops.solving import identity, solve_triangular


def _symmetric(x: Any) -> Any:
    return (x + x.mT) / 2


def _skew(x: Any) -> Any:
    return x - x.mT


def _over(x: Any, divisor: Any) -> Any:
    """``x / divisor``, and 0 where both are 0."""
    both = (constant(x) == 0) & (constant(divisor) == 0)
    return x / np.where(both, 1, divisor)


def _cholesky_rule(g: Any, out: Any) -> Any:
    phi = tril(out.mT @ g, diagonal=0) * (1 - identity(out) / 2)
    left = solve_triangular(out.mT, phi, upper=True, unitriangular=False)
    return _symmetric(solve_triangular(out.mT, left.mT, upper=True, unitriangular=False))


cholesky = primitive(lambda x: np.linalg.cholesky(_symmetric(x)), name="cholesky", x=_cholesky_rule)


def _qr(x: Any) -> Any:
    q, r = np.linalg.qr(x)
    return np.concatenate([q, r], axis=-2)


def _qr_rule(g: Any, out: Any, x_shape: tuple[int, ...]) -> Any:
    rows = x_shape[-2]
    q, r, gq, gr = out[..., :rows, :], out[..., rows:, :], g[..., :rows, :], g[..., rows:, :]
    m = r @ gr.mT - gq.mT @ q
    mirrored = tril(m, diagonal=0) + tril(m, diagonal=-1).mT
    return solve_triangular(r, (gq + q @ mirrored).mT, upper=True, unitriangular=False).mT


qr_factors = primitive(_qr, name="qr_factors", x=_qr_rule)


def _svd(x: Any) -> Any:
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([u, s[..., None, :], vh.mT], axis=-2)


def of_svd(factors: Any, rows: int) -> tuple[Any, Any, Any]:
    """U, the singular values, and V."""
    return factors[..., :rows, :], factors[..., rows, :], factors[..., rows + 1 :, :]


def _svd_rule(g: Any, out: Any, x_shape: tuple[int, ...]) -> Any:
    rows, columns = x_shape[-2:]
    (u, s, v), (gu, gs, gv) = of_svd(out, rows), of_svd(g, rows)
    row, column = s[..., None, :], s[..., None]
    differences = (row - column) * (row + column)
    uu, vv = u.mT @ gu, v.mT @ gv
    middle = _over(_skew(uu), differences) * row + column * _over(_skew(vv), differences)
    total = u @ (middle + identity(s) * gs[..., None, :]) @ v.mT
    if rows > s.shape[-1]:
        total = total + _over(gu - u @ uu, row) @ v.mT
    if columns > s.shape[-1]:
        total = total + u @ _over(gv - v @ vv, row).mT
    return total


svd_factors = primitive(_svd, name="svd_factors", x=_svd_rule)


def _svdvals_rule(g: Any, x: Any) -> Any:
    u, _, v = of_svd(svd_factors(x), x.shape[-2])
    return (u * g[..., None, :]) @ v.mT


svdvals = primitive(lambda x: np.linalg.svd(x, compute_uv=False), name="svdvals", x=_svdvals_rule)


def _finite(x: Any) -> Any:
    """The matrices, if all of their values are numbers: NumPy gives anything for others."""
    if not np.isfinite(x).all():
        raise np.linalg.LinAlgError("NaN or infinities")
    return x


def _eigh(x: Any) -> Any:
    values, vectors = np.linalg.eigh(_finite(_symmetric(x)))
    return np.concatenate([values[..., None, :], vectors], axis=-2)


def _eigh_rule(g: Any, out: Any) -> Any:
    values, vectors = out[..., 0, :], out[..., 1:, :]
    middle = _over(_skew(vectors.mT @ g[..., 1:, :]) / 2, values[..., None, :] - values[..., None])
    return vectors @ (middle + identity(out) * g[..., :1, :]) @ vectors.mT


eigh_factors = primitive(_eigh, name="eigh_factors", x=_eigh_rule)


def _eigvalsh_rule(g: Any, x: Any) -> Any:
    vectors = eigh_factors(x)[..., 1:, :]
    return (vectors * g[..., None, :]) @ vectors.mT


eigvalsh: Primitive = primitive(
    lambda x: np.linalg.eigvalsh(_finite(_symmetric(x))),
    name="eigvalsh",
    x=_eigvalsh_rule,
)
