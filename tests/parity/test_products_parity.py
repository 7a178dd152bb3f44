"""Products of tensors against PyTorch's: what `matmul` doesn't do alone."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed, names_in, values

A, B, V, W = values("float64", 2, 3), values("float64", 3, 4), values("float64", 3), values("float64", 2)
M, S, T = values("float64", 2, 4), values("float64", 5, 2, 3), values("float64", 5, 3, 4)
OPERANDS = {
    "a": A,
    "b": B,
    "v": V,
    "w": W,
    "c": values("float64", 4),
    "y": M,
    "s": S,
    "t": T,
    "n": values("float64"),
    "x": values("float32", 3, 3),
    "i": values("int64", 2, 3),
    "j": values("int64", 3, 4),
    "k": values("int32", 3, 3),
    "l": values("bool", 2, 3),
    "h": values("float16", 3, 3),
    "e": values("float64", 0, 3),
}

ADDED = """\
m.addmm(y, a, b) | m.addmm(c, a, b, beta=0.5, alpha=2) | m.addmm(n, a, b, alpha=-1) | m.addmm(y, a, b, beta=0)
m.addmm(y, a, b, alpha=0) | y.addmm(a, b) | y.clone().addmy(a, b, beta=2) | m.addmm(v, e, x.double())
m.addmm(y.T, b.T, a.T, beta=3) | m.addmm(j[0], i, j, beta=2, alpha=3) | m.addmm(h, h, h)
m.addmm(x, x, x, alpha=0.1) | m.addmm(y, b, a) | m.addmm(x, a, b) | m.addmm(i, a, b) | m.addmm(s[0], s[1], t[0])
m.addmm(s, a, b) | m.addmm(y, a) | m.addmm(l, l, l) | m.addmm(y, a, v) | m.addmm(1.0, a, b)
m.addmm(y, a, b, beta='one') | m.addmv(w, a, v) | m.addmv(n, a, v, beta=2) | m.addmv(w[:1], a, v, alpha=0.3)
w.addmv(a, v) | w.clone().addmv_(a, v) | m.addmv(w, a, v, beta=0) | m.addmv(w, a, v, alpha=0)
m.addmv(i[:, 0], i, i[0]) | m.addmv(w, b.T[:2], v) | m.addmv(a, a, v) | m.addmv(w, a, w) | m.addmv(w, v, a)
m.addmv(i[0], a, v) | m.addmv(e[:, 0], e, v) | m.addr(a, w, v) | m.addr(n, w, v, beta=2, alpha=3)
m.addr(v, w, v, beta=0) | a.addr(w, v) | a.clone().addr_(w, v) | m.addr(i, w, v) | m.addr(i, i[:, 0], i[0], beta=2)
m.addr(a, w, v, alpha=0) | m.addr(a.T, v, w) | m.addr(l, i[:, 0], i[0]) | m.addr(s, w, v) | m.addr(a, v, w)
m.addr(a, a, v) | m.addr(i, i[:, 0], i[0], beta=1.5) | m.addr(x[0], x[1], x[2]) | m.baddbmm(s[:, :, :1], s, t)
m.baddbmm(y, s, t, beta=2) | m.baddbmm(n, s, t, alpha=0.5) | m.baddbmm(c, s, t, beta=0)
m.baddbmm(y[None], s, t).sum() | y.expand(5, 2, 4).baddbmm(s, t) | y.repeat(5, 1, 1).baddbmy(s, t, beta=0.1)
m.baddbmm(y, s[:2], t) | m.baddbmm(y, a, b) | m.baddbmm(s, s, t) | m.baddbmm(y, s[:0], t[:0]) | m.baddbmm(i, s, t)
m.baddbmm(y, s.float(), t) | m.baddbmm(y.float(), s.float(), t.float()) | m.baddbmm(y.T, t.mT, s.mT, alpha=2)
m.addbmm(y, s, t) | m.addbmm(c, s, t, beta=2, alpha=3) | m.addbmm(n, s, t, beta=0) | y.addbmm(s, t)
y.clone().addbmy(s, t) | m.addbmm(y, s[:0], t[:0]) | m.addbmm(y.T, t.mT, s.mT) | m.addbmm(y, s, t, alpha=0)
m.addbmm(s, s, t) | m.addbmm(y, s[:2], t) | m.addbmm(y, a, b) | m.addbmm(x, s, t)
m.addbmm(y.float(), s.float(), t.float())"""

OTHERS = """\
m.kron(a, b) | m.kron(v, a) | m.kron(s, v) | m.kron(n, a) | m.kron(i, a) | m.kron(i, j) | m.kron(e, a)
m.kron(l, l) | m.kron(x, x + 1) | a.kron(v) | m.kron(a[:, ::2], v[1:]) | m.kron(l, k) | m.kron(a, 2) | m.kron(a)
m.cross(a, a.flip(1)) | m.cross(b, b.flip(0)) | m.cross(x, x.T, dim=0) | m.cross(x, x.T)
a.cross(a * 2 + 1, dim=-1) | m.cross(a, v[None]) | m.cross(b, b[:, :1]) | m.cross(s, s.flip(2), dim=2)
m.cross(i, i + 1) | m.cross(e, e) | m.cross(k, k.T) | m.cross(a, v) | m.cross(a, a, dim=0) | m.cross(y, y)
m.cross(i, a) | m.cross(n, n) | m.cross(l, l) | m.cross(a, a, dim=2) | m.cross(b, b[:1]) | m.cross(s, s[:, :, :1])
m.cross(h, h.T) | m.cross(v, v.flip(0)) | m.cross(a, a, 1.5) | m.vdot(v, b[:, 0]) | v.vdot(v) | m.vdot(i[0], i[1])
m.vdot(v, w) | m.vdot(a, v) | m.vdot(v, x[0]) | m.vdot(l[0], l[1]) | m.vdot(e[:, 0], e[:, 0])
m.vdot(x[0], x[:, 0]) | m.vdot(v[::2], w) | m.vdot(h[0], h[1]) | m.vdot(v, 3) | m.ger(v, w) | v.ger(w)
m.ger(i[0], v) | m.ger(v, x[0]) | m.ger(a, v) | m.ger(v, n) | m.ger(e[:, 0], v) | m.ger(v[::2], w)
m.ger(k[0], k[1]) | m.ger(l[0], l[1]) | m.ger(v, 2) | m.chain_matmul(a, b) | m.chain_matmul(a)
m.chain_matmul(a, b, b.T, a.T) | m.chain_matmul(e, b) | m.chain_matmul(x, x.T, x) | m.chain_matmul()
m.chain_matmul(v, b) | m.chain_matmul(a, a) | m.chain_matmul(x, a) | m.chain_matmul(a.T, a) | m.chain_matmul(s, t)
m.chain_matmul(y.T, a, b) | m.trace(x) | x.trace() | m.trace(a) | m.trace(i) | m.trace(k) | m.trace(e) | m.trace(v)
m.trace(s) | m.trace(l) | m.trace(b.T) | m.inner(a, x.double()) | m.inner(s, v) | m.inner(n, a) | m.inner(a, n)
m.inner(v, v) | m.inner(i, i) | m.inner(a, b) | m.inner(e, a) | m.inner(a, s) | m.inner(i, a)
m.inner(a[:, ::2], s[:, :, ::2])"""

EINSUM = """\
m.einsum('ij,jk->ik', a, b) | m.einsum('ij,jk', a, b) | m.einsum('ij,jk->ki', a, b) | m.einsum('ij,jk->', a, b)
m.einsum('ij->ji', a) | m.einsum('ii', x) | m.einsum('ii->i', x) | m.einsum('ij->j', a) | m.einsum('ba', a)
m.einsum('bA', a) | m.einsum('bij,bjk->bik', s, t) | m.einsum('bij,bjk', s, t) | m.einsum('...ij,jk->...ik', s, b)
m.einsum('...ij->...', s) | m.einsum('i...->...', s) | m.einsum('i...j', s) | m.einsum('i...->', s)
m.einsum('...,...->...', a, v) | m.einsum('...a,b...->ab', a, s[0]) | m.einsum('i,j->ij', v, w)
m.einsum('i,j,k->kij', v, w, c) | m.einsum('bn,anm,bm->ba', a, s.mT.mT, a[:, :3]) | m.einsum('i,->i', v, n)
m.einsum('', n) | m.einsum(',', n, n) | m.einsum('i,i', v, v) | m.einsum('i,i', v, v[:1])
m.einsum('ij,ij->i', a, a * 2) | m.einsum('ab,bc,cd->ad', a, b, b.T) | m.einsum('iji->j', s[:2, :, :2])
m.einsum(' i j , j k -> i k ', a, b) | m.einsum(a, [0, 1], b, [1, 2], [0, 2]) | m.einsum(a, [0, 1], b, [1, 2])
m.einsum(s, [..., 1], v, [1], [...]) | m.einsum(a, [30, 2]) | m.einsum('ij,jk', [a, b]) | m.einsum('ij,jk', (a, b))
m.einsum('ij->', i) | m.einsum('ij->i', k) | m.einsum('ij,ij->', k, k) | m.einsum('ij,jk->ik', i, j)
m.einsum('ij->i', l) | m.einsum('ij,kj->ik', e, a) | m.einsum('ij,ik->jk', e, e) | m.einsum('ij->j', e)
m.einsum('ij,jk->ik', x, x) | m.einsum('ij,jk->ik', h, h) | m.einsum('ij-> i j ...', a) | m.einsum('...->...', a)
m.einsum('ij->ij', a) | m.einsum('i->ii', v) | m.einsum('i->j', v) | m.einsum('i', a) | m.einsum('ij', v)
m.einsum('i,i->i', v) | m.einsum('i', v, v) | m.einsum('i,i', v, w) | m.einsum('i.i', x) | m.einsum('1', v)
m.einsum('i->i->i', v) | m.einsum('ii', a) | m.einsum('a...b...', a) | m.einsum() | m.einsum('i') | m.einsum(a)
m.einsum('i', 3) | m.einsum(3, a) | m.einsum(a, [0, 60]) | m.einsum('ij,jk', i, b) | m.einsum('ij,jk', a, x)
m.einsum('ij,jk', l, l) | m.einsum(a, 3) | m.einsum('...i,...i', a, s[:4, 0])"""

TENSORDOT = """\
m.tensordot(s, s) | m.tensordot(a, b, 1) | m.tensordot(a, b, dims=0) | m.tensordot(a, y, dims=([0], [0]))
m.tensordot(a, v, 1) | m.tensordot(s, t, dims=([2], [1])) | m.tensordot(s, t, dims=[[0, 2], [0, 1]])
m.tensordot(s, t, dims=[[2, 0], [1, 0]]) | m.tensordot(a, y, dims=([-2], [-2]))
m.tensordot(a, y[:1], dims=([0], [0])) | m.tensordot(a[:1], y, dims=([0], [0])) | m.tensordot(i, j, 1)
m.tensordot(x, x, 2) | m.tensordot(n, a, 0) | m.tensordot(e, b, 1) | m.tensordot(e, e, dims=([0], [0]))
m.tensordot(a.T, b.T, dims=([0], [1])) | m.tensordot(a, y, dims=m.tensor([[0], [0]])) | m.tensordot(h, h, 1)
m.tensordot(a, b, ((), ())) | m.tensordot(a, y, 1) | m.tensordot(a, b, -1) | m.tensordot(a, b, 3)
m.tensordot(a, y, dims=([0, 0], [0, 0])) | m.tensordot(a, b, dims=([0], [0, 1])) | m.tensordot(i, b, 1)
m.tensordot(a, b, dims=([2], [0])) | m.tensordot(l, j > 0, 1) | m.tensordot(a, b, dims=(0, 0))"""


@pytest.mark.parametrize("equation", ["ij->ji", "ij->ij", "ii->i", "ij->", "i...->...i", "ij->i"])
def test_an_einsum_of_one_operand_is_a_view_where_pytorch_s_is(equation: str) -> None:
    agree(f"m.einsum('{equation}', x)", shared=True, x=OPERANDS["x"])


@pytest.mark.parametrize("expression", listed("\n".join([ADDED, OTHERS, EINSUM, TENSORDOT])))
def test_products_are_pytorch_s(expression: str) -> None:
    used: dict[str, Any] = {name: OPERANDS[name] for name in names_in(expression) if name in OPERANDS}
    closeness = 1e-5 if "float" in expression or any(each.dtype != np.float64 for each in used.values()) else 1e-11
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "chain_matmul")
        agree(expression, rtol=closeness, **used)
