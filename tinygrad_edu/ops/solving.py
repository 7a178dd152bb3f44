"""Inverses, determinants, and what solves systems of linear equations.

The matrices stand in the last two dimensions; those in front are batches. With g = dL/d(out) and X = out:

    X = A⁻¹        dL/dA = -Xᵀ g Xᵀ
    A X = B        dL/dB = A⁻ᵀ g =: d, and dL/dA = -d Xᵀ
    det A          dL/dA = g C with the cofactors C, which are det A · A⁻ᵀ if A has an inverse
    log |det A|    dL/dA = g A⁻ᵀ
    P = A⁺         dL/dA = -Pᵀ g Pᵀ + (I - A P) gᵀ P Pᵀ + Pᵀ P gᵀ (I - P A), where the rank stays the same

The gradient of a determinant is right for singular matrices, too: there each cofactor is found by itself, where
PyTorch may have zeros. Where log |det A| is minus infinity, so are slopes.

Source: M. B. Giles, An extended collection of matrix derivative results for forward and reverse mode algorithmic
differentiation, Oxford 2008; G. H. Golub and V. Pereyra, SIAM J. Numer. Anal. 10 (1973), for A⁺.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.matrices import tril, triu
from tinygrad_edu.ops.stretching import reduce_to


def identity(x: Any) -> np.ndarray:
    """The identity matrix that rows of `x` can be multiplied with, in its dtype."""
    return np.eye(x.shape[-1], dtype=constant(x).dtype)


inverse = primitive(np.linalg.inv, name="inverse", x=lambda g, out: -(out.mT @ g @ out.mT))

# The right side has two dimensions or more.
solve: Primitive = primitive(
    lambda a, b: np.linalg.solve(a, b),
    name="solve",
    shared={"d": lambda g, a: solve(a.mT, g)},
    a=lambda g, d, out, a_shape: reduce_to(-(d @ out.mT), shape=a_shape),
    b=lambda g, d, b_shape: reduce_to(d, shape=b_shape),
)


def _solve_triangular(a: Any, b: Any, *, upper: bool, unitriangular: bool) -> Any:
    """Solve for an upper triangle; a lower one is an upper one from the other end.

    Only that triangle of A is read, and its diagonal only if not `unitriangular`. LAPACK's solver for any matrix leaves
    an upper triangle as it is.
    """
    if not upper:
        turned = _solve_triangular(a[..., ::-1, ::-1], b[..., ::-1, :], upper=True, unitriangular=unitriangular)
        return np.ascontiguousarray(turned[..., ::-1, :])
    triangle = np.triu(a, 1) + identity(a) if unitriangular else np.triu(a)
    try:
        return np.linalg.solve(triangle, b)
    except np.linalg.LinAlgError:
        return _substituted(triangle, b)


def _substituted(a: Any, b: Any) -> Any:
    """The last row of X follows from the last of A alone, and each row from those below it; with infinities by 0."""
    x = np.empty((*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), *b.shape[-2:]), b.dtype)
    for i in reversed(range(a.shape[-1])):
        rest = b[..., i, :] - (a[..., i : i + 1, i + 1 :] @ x[..., i + 1 :, :])[..., 0, :]
        x[..., i, :] = rest / a[..., i, i, None]
    return x


def _triangle(x: Any, upper: bool, unitriangular: bool) -> Any:
    """The part of a matrix that a triangular system reads."""
    offset = int(unitriangular)
    return triu(x, diagonal=offset) if upper else tril(x, diagonal=-offset)


solve_triangular: Primitive = primitive(
    _solve_triangular,
    shared={
        "d": lambda g, a, upper, unitriangular: solve_triangular(a.mT, g, upper=not upper, unitriangular=unitriangular)
    },
    a=lambda g, d, out, a_shape, upper, unitriangular: _triangle(
        reduce_to(-(d @ out.mT), shape=a_shape), upper, unitriangular
    ),
    b=lambda g, d, b_shape: reduce_to(d, shape=b_shape),
)


def _cofactors(x: Any, determinant: Any) -> Any:
    """The derivative of the determinant by each value of a matrix."""
    if np.all(constant(determinant) != 0):
        return determinant[..., None, None] * inverse(x).mT
    return _cofactors_by_svd(x) if isinstance(x, np.ndarray) else _minors(x)


def _cofactors_by_svd(x: np.ndarray) -> Any:
    """The cofactors of A = U S Vᵀ, singular or not: those of S, in which each is the product of the other values."""
    u, s, vh = np.linalg.svd(x)
    others = np.multiply.reduce(np.where(identity(s) == 1, 1, s[..., None, :]), axis=-1)
    return (u * others[..., None, :]) @ vh * (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]


def _minors(x: Any) -> Any:
    """The cofactors by definition, the determinants without a row and a column: so they can be differentiated again."""
    places = np.arange(x.shape[-1])
    others = np.array([places[places != i] for i in places])
    minors = det(x[..., others[:, None, :, None], others[None, :, None, :]])
    return minors * (-1) ** (places[:, None] + places)


det: Primitive = primitive(
    np.linalg.det,
    name="det",
    x=lambda g, x, out: g[..., None, None] * _cofactors(x, out),
)


def inverse_or_infinities(x: Any) -> Any:
    """A⁻¹, with infinities where A has no inverse."""
    try:
        return inverse(x)
    except np.linalg.LinAlgError:
        determinant = det(x)
        return (_cofactors(x, determinant) / determinant[..., None, None]).mT


log_abs_det = primitive(
    lambda x: np.linalg.slogdet(x)[1],
    name="log_abs_det",
    x=lambda g, x: g[..., None, None] * inverse_or_infinities(x).mT,
)


def _pseudo_inverse(x: Any, *, atol: Any, rtol: Any) -> Any:
    """V S⁻¹ Uᵀ, in which singular values up to ``max(atol, rtol * the largest)`` count as 0."""
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    largest = np.maximum.reduce(s, axis=-1, initial=0)
    counted = s > np.maximum(atol, rtol * largest)[..., None]
    inverted = np.where(counted, 1 / np.where(counted, s, 1), 0).astype(x.dtype)
    return (vh.mT * inverted[..., None, :]) @ u.mT


def _pseudo_inverse_rule(g: Any, x: Any, out: Any) -> Any:
    p, pt, gt = out, out.mT, g.mT
    left = gt @ p @ pt
    right = pt @ p @ gt
    return left - x @ (p @ left) + (right - (right @ p) @ x) - pt @ g @ pt


pseudo_inverse = primitive(_pseudo_inverse, x=_pseudo_inverse_rule)
