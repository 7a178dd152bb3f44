"""Linear algebra against PyTorch's. What has a rule of its own name is compared by test_rows_parity.py, too.

Vectors of decompositions are determined up to their signs, so what is compared of them doesn't depend on these.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed, names_in
from support.cases.linear_algebra import apart
from support.evidence import LEDGER

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

NUMBERS = np.random.default_rng(0)


def symmetric(*shape: int) -> np.ndarray:
    values = apart(NUMBERS, shape, symmetric=True)
    return (values + values.mT) / 2


SQUARE = apart(NUMBERS, (3, 3))
OPERANDS: dict[str, Any] = {
    "a": SQUARE,
    "f": SQUARE.astype(np.float32),
    "b": apart(NUMBERS, (2, 3, 3)),
    "c": apart(NUMBERS, (2, 1, 2, 2)),
    "h": apart(NUMBERS, (4, 3)),
    "w": apart(NUMBERS, (2, 2, 3)),
    "p": SQUARE.T @ SQUARE,
    "q": np.stack([np.eye(3) * 2, SQUARE @ SQUARE.T]),
    "s": symmetric(3, 3),
    "t": symmetric(2, 3, 3),
    "v": np.array([1.0, -2.0, 0.5]),
    "y": NUMBERS.standard_normal((3, 2)),
    "z": NUMBERS.standard_normal((2, 3, 2)),
    "e": np.empty((0, 3)),
    "o": np.empty((2, 0, 0)),
    "k": np.ones((2, 2)),
    "g": np.stack([np.eye(2), np.ones((2, 2))]),
    "n": -np.eye(2),
    "i": np.array([[2, 1], [0, 3]]),
    "d": np.eye(2, dtype=np.float16),
    "x": np.zeros((2, 3)),
    "r": NUMBERS.standard_normal((2, 3, 4)),
}

SOLVING = """\
m.inverse(a) | a.inverse() | m.linalg.inv(f) | m.linalg.inv(b) | m.linalg.inv(c) | m.linalg.inv(o)
m.linalg.inv(A=a) | m.linalg.inv(a.T) | m.linalg.inv(k) | m.linalg.inv(g) | m.linalg.inv(i) | m.linalg.inv(d)
m.linalg.inv(h) | m.linalg.inv(v) | m.linalg.inv(b[::2, ::2, ::2]) | m.det(a) | a.det() | m.linalg.det(f)
m.linalg.det(b) | m.linalg.det(c) | m.linalg.det(o) | m.linalg.det(a.T) | m.linalg.det(i) | m.linalg.det(d)
m.linalg.det(h) | m.linalg.det(v) | m.linalg.det(n) | m.linalg.det(b[:, 1:, 1:]) | m.slogdet(a.detach())
m.linalg.slogdet(f.detach()) | m.linalg.slogdet(b)[1] | m.linalg.slogdet(n.detach()) | a.detach().slogdet()
m.linalg.slogdet(c.detach()) | m.linalg.slogdet(o.detach()) | m.linalg.slogdet(g.detach()) | m.linalg.slogdet(h)
m.linalg.slogdet(i) | m.linalg.slogdet(a).logabsdet | m.linalg.slogdet(a.T.detach()).sign | m.logdet(p)
m.logdet(q) | p.logdet() | m.logdet(n) | m.logdet(-p.detach()) | m.logdet(g.detach()) | m.logdet(o) | m.logdet(h)
m.logdet(i) | m.logdet(p.float()) | m.logdet(q.mT) | m.linalg.solve(a, y) | m.linalg.solve(a, v)
m.linalg.solve(b, y) | m.linalg.solve(b, z) | m.linalg.solve(a, z) | m.linalg.solve(b, z[:, :, 0])
m.linalg.solve(b, v) | m.linalg.solve(a, y.T, left=False) | m.linalg.solve(b, z.mT, left=False)
m.linalg.solve(f, f) | m.linalg.solve(o, o) | m.linalg.solve(a.T, y[:, :0]) | m.linalg.solve(A=a, B=y)
m.linalg.solve(g, y[:2]) | m.linalg.solve(k, v[:2]) | m.linalg.solve(a, v, left=False) | m.linalg.solve(a, y[:2])
m.linalg.solve(h, v) | m.linalg.solve(a, f) | m.linalg.solve(i, i) | m.linalg.solve(d, d) | m.linalg.solve(b, b[:1])
m.linalg.solve(a[None].repeat(3, 1, 1), a) | m.linalg.solve_triangular(a, y, upper=True)
m.linalg.solve_triangular(a, y, upper=False) | m.linalg.solve_triangular(b, z, upper=True)
m.linalg.solve_triangular(b, y, upper=True) | m.linalg.solve_triangular(a, z, upper=False)
m.linalg.solve_triangular(f, f, upper=True) | m.linalg.solve_triangular(a, y.T, upper=True, left=False)
m.linalg.solve_triangular(a, y.T, upper=False, left=False)
m.linalg.solve_triangular(a, y, upper=True, unitriangular=True)
m.linalg.solve_triangular(a, y.T, upper=False, left=False, unitriangular=True)
m.linalg.solve_triangular(x[:, :2].detach(), k, upper=True) | m.linalg.solve_triangular(a, y)
m.linalg.solve_triangular(a, v, upper=True) | m.linalg.solve_triangular(o, o, upper=True)
m.linalg.solve_triangular(h, y, upper=True) | m.linalg.solve_triangular(a, y[:2], upper=True)
m.linalg.solve_triangular(i, i, upper=True) | m.linalg.pinv(h) | m.linalg.pinv(w) | m.linalg.pinv(a)
m.linalg.pinv(f) | m.linalg.pinv(h, rtol=0.5) | m.linalg.pinv(h, atol=0.1) | m.linalg.pinv(h, 1e-3)
m.linalg.pinv(h, rcond=1e-3) | m.linalg.pinv(s, hermitian=True) | m.linalg.pinv(e) | m.linalg.pinv(g)
m.linalg.pinv(x) | m.linalg.pinv(k) | m.linalg.pinv(c) | m.pinverse(h) | h.T.pinverse() | m.pinverse(h, 1e-3)
m.linalg.pinv(h, atol=0.1, rtol=1e-3) | m.linalg.pinv(b, atol=m.tensor([0.1, 2.0])) | m.linalg.pinv(i)
m.linalg.pinv(v) | m.linalg.pinv(d) | m.linalg.pinv(h, hermitian=True) | m.cholesky_inverse(m.tril(p))
m.cholesky_inverse(m.tril(q)) | m.cholesky_inverse(m.triu(p), upper=True) | p.tril().cholesky_inverse()
m.cholesky_inverse(f.tril()) | m.cholesky_inverse(h) | m.cholesky_inverse(v) | m.cholesky_inverse(i)
m.cholesky_inverse(a.tril()) | m.cholesky_inverse(m.triu(b), True) | m.cholesky_solve(y, p.tril())
m.cholesky_solve(z, q.tril()) | m.cholesky_solve(y, p.triu(), upper=True) | y.cholesky_solve(p.tril())
m.cholesky_solve(y, q.tril()) | m.cholesky_solve(f, f.tril()) | m.cholesky_solve(v, p) | m.cholesky_solve(y[:2], p)
m.cholesky_solve(y, h) | m.cholesky_solve(y, f) | m.cholesky_solve(z, p.triu(), True)
m.linalg.lstsq(h, r[0].T[:, :1]).solution | m.linalg.lstsq(h, r[0, 0]).solution
m.linalg.lstsq(w, r[:, :2]).solution | m.linalg.lstsq(a, y)[0] | m.linalg.lstsq(w, r[:, :2, 0]).solution
m.linalg.lstsq(h, h)[2] | m.linalg.lstsq(h.detach(), r[0].T.detach(), driver='gelsd')[1:]
m.linalg.lstsq(h.detach(), r[0].T.detach(), driver='gels')[:2] | m.linalg.lstsq(f, f).solution
m.linalg.lstsq(h.detach(), r[0, 0].detach(), driver='gelss')[1:] | m.linalg.lstsq(h.detach(), r[0].T.detach())[1:]
m.linalg.lstsq(h, y) | m.linalg.lstsq(h, r[0].T, driver='x') | m.linalg.lstsq(a, f) | m.linalg.lstsq(v, v)
m.linalg.tensorinv(r.reshape(2, 3, 4)[:, :2]) | m.linalg.tensorinv(a.reshape(3, 3), ind=1)
m.linalg.tensorinv(b[0].reshape(3, 1, 3), 1) | m.linalg.tensorinv(b[0].reshape(3, 1, 3)) | m.linalg.tensorinv(r)
m.linalg.tensorinv(a, ind=0) | m.linalg.tensorsolve(r[:, :2], y[:2]) | m.linalg.tensorsolve(a, v)
m.linalg.tensorsolve(a.reshape(3, 1, 3), v) | m.linalg.tensorsolve(a, v, dims=(0,)) | m.linalg.tensorsolve(r, y)
m.linalg.tensorsolve(b[0].reshape(3, 1, 3), v[:, None])"""

DECOMPOSITIONS = """\
m.cholesky(p) | p.cholesky() | m.linalg.cholesky(q) | m.linalg.cholesky(p, upper=True) | m.cholesky(p, True)
m.linalg.cholesky(p.float()) | m.linalg.cholesky(p + m.triu(a, 1))
m.linalg.cholesky(p + m.tril(a, -1), upper=True) | m.linalg.cholesky(o) | m.linalg.cholesky(q.mT)
m.linalg.cholesky(n) | m.linalg.cholesky(g - 1) | m.linalg.cholesky(h) | m.linalg.cholesky(i) | m.linalg.cholesky(d)
m.linalg.cholesky(v) | m.linalg.cholesky(p, True) | (lambda q, r: q @ r.cos())(*m.linalg.qr(h))
(lambda q, r: (q @ r, r**2, q**2))(*m.linalg.qr(w)) | (lambda q, r: (r**2, q**2))(*m.linalg.qr(b))
(lambda q, r: (r**2, q**2))(*m.linalg.qr(f)) | (lambda q, r: (r**2, q**2))(*m.qr(h))
(lambda q, r: (r**2, q**2))(*m.qr(w)) | m.linalg.qr(e)
(lambda q, r: (r**2, q**2))(*m.linalg.qr(h.detach(), 'complete')) | m.linalg.qr(h.detach(), mode='r')[1]**2
(lambda q, r: q @ r)(*m.qr(h.detach(), some=False)) | (lambda q, r: (r**2, q**2))(*m.linalg.qr(w, 'complete'))
m.linalg.qr(h, 'x') | m.linalg.qr(v) | m.linalg.qr(i) | m.linalg.qr(d) | m.linalg.qr(h.T)[1].abs() | h.qr()[0].abs()
m.linalg.svd(h)[1] | m.linalg.svdvals(h) | m.linalg.svdvals(b) | m.linalg.svdvals(f) | m.linalg.svdvals(w.mT)
m.linalg.svdvals(e) | m.linalg.svdvals(o) | m.linalg.svdvals(c)
(lambda u, s, v: (u**2, s, v**2))(*m.linalg.svd(h, False))
(lambda u, s, v: (u**2, s, v**2))(*m.linalg.svd(w, full_matrices=False))
(lambda u, s, v: (u**2, s, v**2))(*m.linalg.svd(b)) | (lambda u, s, v: (u**2, s, v**2))(*m.svd(h))
(lambda u, s, v: (u**2, s, v**2))(*m.svd(w)) | (lambda u, s, v: u @ v)(*m.linalg.svd(f))
(lambda u, s, v: u[:, :3] @ v)(*m.linalg.svd(h))
(lambda u, s, v: u[:, :3] @ s.diag() @ v.T)(*m.svd(h, some=False))
(lambda u, s, v: (u**2, v**2))(*m.linalg.svd(h.detach())) | m.svd(h.detach(), compute_uv=False)
[each.shape for each in m.linalg.svd(e)] | h.svd()[1] | m.linalg.svd(m.eye(3) + 0 * a)[1] | m.linalg.svd(v)
m.linalg.svd(i) | m.linalg.svd(d) | m.linalg.svd(h, driver='x') | m.linalg.svdvals(i) | m.linalg.svdvals(v)
m.linalg.svd(h * np.nan) | m.linalg.eigh(s)[0] | m.linalg.eigh(t).eigenvalues | m.linalg.eigvalsh(s)
m.linalg.eigvalsh(t) | m.linalg.eigvalsh(s.float()) | m.linalg.eigvalsh(o) | m.linalg.eigh(o)
m.linalg.eigh(s)[1]**2 | (lambda v, u: (v, u**2))(*m.linalg.eigh(t))
(lambda v, u: u @ v.cos().diag() @ u.T)(*m.linalg.eigh(s)) | (lambda v, u: u**2)(*m.linalg.eigh(s.float()))
m.linalg.eigvalsh(s + m.triu(a, 1)) | m.linalg.eigvalsh(s + m.tril(a, -1), 'U')
m.linalg.eigh(s + m.triu(a, 1), UPLO='L')[1]**2 | m.linalg.eigvalsh(s, 'u') | m.linalg.eigh(s, 'X')
m.linalg.eigh(h) | m.linalg.eigh(v) | m.linalg.eigh(i) | m.linalg.eigh(d) | m.linalg.eigvalsh(i)
m.linalg.eigvalsh(h) | m.linalg.eigvalsh(s, UPLO='X')"""

NORMS = """\
m.linalg.norm(a) | m.linalg.norm(v) | m.linalg.norm(r) | m.linalg.norm(f) | m.linalg.norm(d)
m.linalg.norm(r, dim=1) | m.linalg.norm(r, dim=(0, 2)) | m.linalg.norm(a, keepdim=True) | m.linalg.norm(v, 1)
m.linalg.norm(v, ord=np.inf) | m.linalg.norm(v, -np.inf) | m.linalg.norm(v, 3) | m.linalg.norm(v.detach(), 0)
m.linalg.norm(a, 2) | m.linalg.norm(a, 'nuc') | m.linalg.norm(a, 'fro') | m.linalg.norm(a, -2) | m.linalg.norm(h, 1)
m.linalg.norm(h, -1) | m.linalg.norm(h, np.inf) | m.linalg.norm(h, -np.inf) | m.linalg.norm(r, 2, (0, 2))
m.linalg.norm(r, 'nuc', (2, 1), True) | m.linalg.norm(r, 1, (0, -1)) | m.linalg.norm(r, 3, 1)
m.linalg.norm(r, 1, 0, True) | m.linalg.norm(v, dtype=m.float64) | m.linalg.norm(f, dtype=m.float64)
m.linalg.norm(e) | m.linalg.norm(e.detach(), 2) | m.linalg.norm(e, 'nuc') | m.linalg.norm(x) | m.linalg.norm(r, 2)
m.linalg.norm(r, 2, (0, 1, 2)) | m.linalg.norm(a, 'fro', 0) | m.linalg.norm(v, 'fro') | m.linalg.norm(i)
m.linalg.norm(a, 'x') | m.linalg.norm(a, 3) | m.linalg.norm(a, 0) | m.linalg.norm(a, dtype=m.float32)
m.linalg.norm(e[0, :0], np.inf) | m.linalg.norm(e.detach(), np.inf) | m.linalg.norm(a, dim=2)
m.linalg.vector_norm(a) | m.linalg.vector_norm(a, 3) | m.linalg.vector_norm(a.detach(), 0)
m.linalg.vector_norm(a, -1.5) | m.linalg.vector_norm(r, 1, (0, 2)) | m.linalg.vector_norm(r, np.inf, 1, True)
m.linalg.vector_norm(r, dim=()) | m.linalg.vector_norm(v[0]) | m.linalg.vector_norm(d)
m.linalg.vector_norm(f, dtype=m.float64) | m.linalg.vector_norm(e) | m.linalg.vector_norm(e, 1)
m.linalg.vector_norm(x, 3) | m.linalg.vector_norm(e, -1) | m.linalg.vector_norm(e, np.inf)
m.linalg.vector_norm(a, 'fro') | m.linalg.vector_norm(i) | m.linalg.vector_norm(a, dtype=m.float32)
m.linalg.vector_norm(e, np.inf, 1) | m.linalg.vector_norm(a, 2, 5) | m.linalg.matrix_norm(h)
m.linalg.matrix_norm(r) | m.linalg.matrix_norm(r, 'nuc') | m.linalg.matrix_norm(r, 2)
m.linalg.matrix_norm(r, -2, (0, 2)) | m.linalg.matrix_norm(r, 1, (0, -1), True) | m.linalg.matrix_norm(r, -1)
m.linalg.matrix_norm(r, np.inf) | m.linalg.matrix_norm(r, -np.inf, (2, 0)) | m.linalg.matrix_norm(d)
m.linalg.matrix_norm(d, 1) | m.linalg.matrix_norm(f, dtype=m.float64) | m.linalg.matrix_norm(e)
m.linalg.matrix_norm(e, 1) | m.linalg.matrix_norm(e.T.detach(), 1) | m.linalg.matrix_norm(e.detach(), 2)
m.linalg.matrix_norm(e, 'nuc', keepdim=True) | m.linalg.matrix_norm(r, 2, keepdim=True)
m.linalg.matrix_norm(e, -1) | m.linalg.matrix_norm(h, 3) | m.linalg.matrix_norm(h, 'x') | m.linalg.matrix_norm(v)
m.linalg.matrix_norm(h, dim=(0, 0)) | m.linalg.matrix_norm(h, dim=0) | m.linalg.matrix_norm(d, 'nuc')
m.linalg.matrix_norm(i) | m.linalg.matrix_norm(e.T, -1) | m.linalg.matrix_rank(a) | m.linalg.matrix_rank(g)
m.linalg.matrix_rank(h) | m.linalg.matrix_rank(h, tol=1.5) | m.linalg.matrix_rank(h, atol=0.5, rtol=0.7)
m.linalg.matrix_rank(s, hermitian=True) | m.linalg.matrix_rank(x) | m.linalg.matrix_rank(t, 1.5, True)
m.linalg.matrix_rank(e) | m.linalg.matrix_rank(o) | m.linalg.matrix_rank(f) | m.linalg.matrix_rank(h, rtol=0.5)
m.linalg.matrix_rank(b, atol=m.tensor([0.1, 2.5])) | m.linalg.matrix_rank(v) | m.linalg.matrix_rank(i)
m.linalg.cond(a) | m.linalg.cond(h) | m.linalg.cond(b) | m.linalg.cond(a.detach(), 1)
m.linalg.cond(a.detach(), 'fro') | m.linalg.cond(a, 'nuc') | m.linalg.cond(a, -2)
m.linalg.cond(a.detach(), np.inf) | m.linalg.cond(a, 2) | m.linalg.cond(f.detach(), -1)
m.linalg.cond(g.detach(), 1) | m.linalg.cond(h, 1) | m.linalg.cond(a, 3) | m.linalg.cond(v) | m.linalg.cond(i)
m.linalg.cond(b.detach(), 'fro') | m.linalg.cond(h.T)"""

PRODUCTS = """\
m.linalg.diagonal(a) | m.linalg.diagonal(r) | m.linalg.diagonal(r, offset=1) | m.linalg.diagonal(r, offset=-1)
m.linalg.diagonal(r, dim1=0, dim2=1) | m.linalg.diagonal(i) | m.linalg.diagonal(h) | m.linalg.diagonal(e)
m.linalg.diagonal(v) | m.linalg.diagonal(r, dim1=1, dim2=1) | m.linalg.diagonal(a, 1)
m.linalg.diagonal(a, offset=5) | m.matrix_power(a, 3) | a.matrix_power(2) | m.linalg.matrix_power(b, 5)
m.linalg.matrix_power(a, -2) | m.linalg.matrix_power(a.detach(), 0) | m.linalg.matrix_power(a, 1)
m.linalg.matrix_power(f, 4) | m.linalg.matrix_power(o, 2) | m.linalg.matrix_power(i, 3)
m.linalg.matrix_power(g, -1) | m.linalg.matrix_power(h, 2) | m.linalg.matrix_power(i, -1)
m.linalg.matrix_power(a, 1.5) | m.linalg.matrix_power(v, 2) | m.linalg.matrix_power(a.T, n=7)
m.linalg.matrix_power(b, -1) | m.matrix_exp(a) | a.matrix_exp() | m.linalg.matrix_exp(b) | m.matrix_exp(f)
m.matrix_exp(-9 * a) | m.matrix_exp(a / 1000) | m.matrix_exp(x[:, :2]) | m.matrix_exp(o) | m.matrix_exp(a.T)
m.matrix_exp(k) | m.matrix_exp(c * 3) | m.matrix_exp(h) | m.matrix_exp(i) | m.matrix_exp(v)
m.linalg.matrix_exp(m.stack([b[0], 100 * b[1] - 300 * m.eye(3)])) | m.linalg.multi_dot([a, y])
m.linalg.multi_dot([v, a, y]) | m.linalg.multi_dot([v, a, v]) | m.linalg.multi_dot([v, v])
m.linalg.multi_dot([h, a, y, y.T]) | m.linalg.multi_dot((a, v)) | m.linalg.multi_dot([e, a])
m.linalg.multi_dot([i, i]) | m.linalg.multi_dot([a]) | m.linalg.multi_dot([a, h]) | m.linalg.multi_dot([a, v, a])
m.linalg.multi_dot([a, b]) | m.linalg.multi_dot([a, f]) | m.linalg.multi_dot([]) | m.linalg.multi_dot([f, f, f])
m.linalg.multi_dot([a.T, a, a.T]) | m.linalg.vecdot(a, v) | m.linalg.vecdot(h, a[:1]) | m.linalg.vecdot(a, a, dim=0)
m.linalg.vecdot(r, r[:1], dim=1) | m.linalg.vecdot(f, f) | m.linalg.vecdot(e, v) | m.linalg.vecdot(v, v)
m.linalg.vecdot(a[:, ::2], a[:, 1:]) | m.linalg.vecdot(a, y) | m.linalg.vecdot(i, i) | m.linalg.vecdot(i, k)
m.linalg.vecdot(a, f) | m.linalg.vecdot(a, a, dim=3) | m.linalg.vecdot(d, d) | m.linalg.cross(a, h[:3])
m.linalg.cross(v, v.flip(0)) | m.linalg.cross(h, v[None]) | m.linalg.cross(y, y.flip(0), dim=0)
m.linalg.cross(y, y.flip(0)) | m.linalg.cross(a, v) | m.linalg.cross(f, f.T) | m.linalg.cross(e, e)
m.linalg.cross(a, f) | m.linalg.cross(b, a[None]) | m.linalg.cross(a, a.T, dim=-2) | m.linalg.vander(v)
m.linalg.vander(v, N=2) | m.linalg.vander(a, N=4) | m.linalg.vander(i) | m.linalg.vander(f, N=3)
m.linalg.vander(v, N=1) | m.linalg.vander(v[0]) | m.linalg.vander(v, 2) | m.linalg.vander(i[0], N=5)
m.linalg.vander(v[:2]) | m.linalg.matmul(a, y) | m.linalg.matmul(b, v) | m.linalg.matmul(v, v)
m.linalg.matmul(a, f) | m.linalg.matmul(b, z) | m.linalg.matmul(i, i) | m.linalg.matmul(v, a)
m.linalg.matmul(e, a) | m.linalg.matmul(a, h) | m.linalg.matmul(x, v)"""


@pytest.mark.parametrize("expression", listed("\n".join([SOLVING, DECOMPOSITIONS, NORMS, PRODUCTS])))
def test_it_is_pytorch_s(expression: str) -> None:
    used: dict[str, Any] = {name: OPERANDS[name] for name in names_in(expression) if name in OPERANDS}
    single = "float" in expression or any(each.dtype != np.float64 for each in used.values())
    agree(expression, rtol=2e-5 if single else 1e-9, **used)


SECOND = """\
m.linalg.inv(a) | m.linalg.det(b) | m.linalg.slogdet(a)[1] | m.linalg.solve(a, y) | m.linalg.pinv(h)
m.linalg.pinv(w) | m.linalg.cholesky(q) | m.linalg.svdvals(h) | m.linalg.eigvalsh(t + t.mT)
m.linalg.eigh(s + s.mT)[1] ** 2 | m.linalg.svd(w, False)[0] ** 2 | m.linalg.svd(h, False)[2] ** 2
m.linalg.qr(h)[0] ** 2 | m.linalg.qr(w)[1] ** 2 | m.matrix_exp(b) | m.linalg.norm(a, 'nuc') | m.linalg.cond(a)
m.linalg.lstsq(h, y[[0, 1, 2, 0]])[0]"""


@pytest.mark.parametrize("expression", listed(SECOND))
def test_the_gradient_of_the_gradient_is_pytorch_s(expression: str) -> None:
    found = []
    for m in (tg, torch):
        names = {name: m.tensor(OPERANDS[name], requires_grad=True) for name in names_in(expression)}
        result = eval(expression, {"m": m, **names})
        inputs = list(names.values())
        first = m.autograd.grad((result * result.detach().cos()).sum(), inputs, create_graph=True)
        second = m.autograd.grad(sum((each**3).sum() for each in first), inputs)
        found.append([each.detach().numpy() for each in (*first, *second)])
    for mine, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-8, atol=1e-8 * np.abs(theirs).max(initial=1))
    LEDGER.agreed(expression, "second order")


@pytest.mark.filterwarnings("ignore:torch.qr is deprecated")
@pytest.mark.parametrize("call", ["linalg.svd", "linalg.eigh", "linalg.qr", "linalg.slogdet", "slogdet", "svd", "qr"])
def test_results_are_printed_as_pytorch_s(call: str) -> None:
    ours, theirs = (eval(f"m.{call}(m.eye(2) * 3)", {"m": m}) for m in (tg, torch))
    names = [repr(each).split("(")[0].rpartition(".")[2] for each in (ours, theirs)]
    assert names[0] == names[1]
    assert [line.split("=")[0] for line in repr(ours).split("\n")[1:]] == [
        line.split("=")[0] for line in repr(theirs).split("\n")[1:]
    ]


@pytest.mark.parametrize("call", ["inv(g)", "solve(g, g)", "cholesky(g - 2)", "inv(g[1])"])
def test_a_matrix_that_cannot_be_used_is_an_error_of_the_same_kind_and_place(call: str) -> None:
    words = []
    for m in (tg, torch):
        with pytest.raises(m.linalg.LinAlgError) as caught:
            eval(f"m.linalg.{call}", {"m": m, "g": m.tensor(OPERANDS["g"])})
        words.append(str(caught.value))
    assert issubclass(tg.linalg.LinAlgError, RuntimeError)
    place = "1" if "Batch element 1" in words[1] else "0" if "Batch element 0" in words[1] else ""
    assert (f"matrix {place} of the batch" if place else "the matrix") in words[0]
