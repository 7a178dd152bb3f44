"""Shapes, pieces and views of memory against PyTorch's own: what has no rule, forms of arguments, errors.

Detached is what PyTorch has a wrong gradient of: block_diag of nothing, narrow_copy from a negative place.
"""

from __future__ import annotations

import pytest
from parity.expressions import agree, listed, values

torch = pytest.importorskip("torch")

DIAGONALS = """
a.diagonal() | a.diagonal(1) | a.diagonal(5) | a.diagonal(-5) | v.diagonal() | a.diagonal(0, 0, 0)
c.diagonal(0, -1, 0) | a.diagonal(0, 3, 1) | c.diagonal(1, 1, 2) | a.diagonal(dim1=1, dim2=0, offset=-1)
m.diagonal(a, 1.5) | a[:0].diagonal() | m.diagonal(a.t(), -1) | z.diagonal() | m.diag_embed(v) | m.diag_embed(a, 1)
m.diag_embed(a, 0, 0, 2) | m.diag_embed(z) | m.diag_embed(a, 0, 1, 1) | a.diag_embed(-2, 0, -1)
m.diag_embed(v, dim1=0, dim2=1) | m.diag_embed(v, 0, 3, 1) | m.diag_embed(v, 0, 1, 0) | m.diag_embed(v, 1, 1, 0)
a.t().diag_embed() | (v > 0).diag_embed() | v[:0].diag_embed(1) | m.diagflat(a, 1) | m.diagflat(z) | m.diagflat(v, -1)
z.diagflat(1) | a.t().diagflat() | m.diagflat(c[0], -2) | m.diagflat(a[:0]) | m.diagflat(v, 0)
m.diagflat(v, offset=3) | v.diagflat() | m.diagflat([1]) | m.diag(a, 1) | m.diag(c) | m.diag(v, -2)
m.diag(a.t(), -1) | a.diag() | v.diag(1) | m.diag(z) | m.diag(a, -7) | m.diag(v[:0]) | m.diag(a[:, :0])
a.diagonal_scatter(v[:2]) | a.diagonal_scatter(v[:2], 1) | a.diagonal_scatter(v[:1], 1)
a.diagonal_scatter(v[:1], -1) | a.diagonal_scatter(v[:0], 9) | a.diagonal_scatter(v[:2], 0, 0, 0)
a.t().diagonal_scatter(v[:2], 0, 1, 0) | c.diagonal_scatter(a.t(), 0, 0, 2)
c.diagonal_scatter(a.t()[:, :2], 0, 0, 2) | m.diagonal_scatter(a, m.tensor([7, 8]))
a.diagonal_scatter(src=v[:2], offset=1) | a.diagonal_scatter(v[:2].half()) | v.diagonal_scatter(z)
m.block_diag(a, v, z) | m.block_diag() | m.block_diag(c) | m.block_diag(a, a.long())
m.block_diag(a > 0, m.tensor([1])) | m.block_diag(a[:0], v) | m.block_diag(v.detach()[:0], v.detach())
m.block_diag([a, a]) | m.block_diag(z) | m.block_diag(a.t(), a) | m.block_diag(v) | m.block_diag(a, a, a)
"""
TURNS = """
m.rot90(a) | m.rot90(a, 2) | m.rot90(a, -1) | m.rot90(a, 4) | m.rot90(v) | m.rot90(a, 1, [0, 0])
m.rot90(c, 1, [0, 2]) | m.rot90(a, 1, (1, 0)) | m.rot90(a, 1, [0]) | m.rot90(a, 1, [0, 5]) | m.rot90(a, 1, [0, -2])
a.rot90(k=3, dims=[0, 1]) | c.rot90(7, (-1, 0)) | c.transpose(0, 1).rot90() | m.rot90(a[:0]) | m.rot90(a, 1.5)
m.fliplr(a) | m.fliplr(v) | c.fliplr() | a.t().fliplr() | m.fliplr(z) | m.fliplr(a[:, :0]) | a[:1].fliplr()
c[0].fliplr() | m.fliplr([1]) | c.transpose(0, 2).fliplr() | m.flipud(a) | m.flipud(z) | m.flipud(v) | c.flipud()
a.t().flipud() | a[:0].flipud() | m.flipud(c[:, 0]) | v[::2].flipud() | m.flipud([1]) | a[:1].flipud()
v[:1].flipud() | a.H | v.H | c.H | z.H | a.t().H | a[:0].H | a.mH | v.mH | c.mH | z.mH | a.t().mH | c[:, :0].mH | a.mT
v.mT | c.mT | z.mT | a.adjoint() | c.adjoint() | m.adjoint(v) | z.adjoint() | m.adjoint(a) | a.t().adjoint()
c[:0].adjoint() | m.adjoint([1]) | c.transpose(0, 1).adjoint() | c[:, :, :1].adjoint() | v.T | z.T | c.T | a.T
a[:0].T | a.swapdims(0, -1) | a.clone().transpose_(0, 1) | a.clone().t_() | c.clone().t_() | a.clone().squeeze_()
a[:1].clone().squeeze_(0) | a.clone().unsqueeze_(-1) | a.clone().swapaxes_(0, 1) | a.clone().swapdims_(0, 1)
a[:1].clone().squeeze_((0, 1)) | a.transpose_(0, 1) | a.squeeze_() | a.detach().unsqueeze_(0)
c.clone().transpose_(0, 2) * 2 | a.clone().t_().t_() * a | a.clone()[0].unsqueeze_(0) * 2 | c.clone().transpose_(0, 5)
c.clone().squeeze_((0, 0)) | z.clone().t_() | v.clone().t_() | c.clone().swapaxes_(-1, 0) | c.clone().unsqueeze_(4)
z.clone().unsqueeze_(0) | a.clone().unsqueeze_(1).squeeze_(1) | c[:1].squeeze((0, 2)) | c[:1, :, :1].squeeze((0, 2))
c[:1].squeeze((0, 0)) | c.squeeze(()) | z.squeeze((0,)) | m.squeeze(c, dim=(0, -1)) | c[:, :1].squeeze((1, -2))
c[:1].squeeze((0, 5))
"""
AT_LEAST = """
m.atleast_1d(z) | m.atleast_1d(z, a) | m.atleast_1d([z, a]) | m.atleast_1d() | m.atleast_1d((z,)) | m.atleast_1d(1.0)
m.atleast_1d(v) | m.atleast_1d(c) | m.atleast_1d(v[:0]) | m.atleast_1d(z, z, v) | m.atleast_2d(v) | m.atleast_2d(z)
m.atleast_2d(a) | m.atleast_2d(v[::2]) | m.atleast_2d([v, z]) | m.atleast_2d() | m.atleast_2d(c) | m.atleast_2d(v[:0])
m.atleast_2d(a, v) | m.atleast_2d('a') | m.atleast_3d(v) | m.atleast_3d(a) | m.atleast_3d(z) | m.atleast_3d(c)
m.atleast_3d(a.t()) | m.atleast_3d(v[::2]) | m.atleast_3d([v, z]) | m.atleast_3d() | m.atleast_3d(v[:0])
m.atleast_3d(2) | m.atleast_3d(a[:0])
"""
JOINING = """
m.dstack([a, a]) | m.dstack([v, v]) | m.dstack([z, z]) | m.dstack([]) | m.dstack((c, c)) | m.dstack([a, v])
m.dstack([c, a]) | m.dstack([a, a.long()]) | m.dstack([a[:0], a[:0]]) | m.dstack([a.t(), a.t()]) | m.dstack(a)
m.dstack([1, 2]) | m.column_stack([v, v]) | m.column_stack([a, v[:2]]) | m.column_stack([z, z])
m.column_stack([c, c]) | m.column_stack([v, a]) | m.column_stack([]) | m.column_stack((a, a.long()))
m.column_stack([v[::2], v[:2]]) | m.column_stack([v[:0], v[:0]]) | m.column_stack([a.t(), a.t()])
m.column_stack([z, a[:1, :1]]) | m.column_stack([1]) | m.row_stack([v, v]) | m.row_stack([a, v[:3]])
m.row_stack([z, z]) | m.row_stack([]) | m.row_stack([a, a]) | m.row_stack([v, a]) | m.row_stack([c, c])
m.row_stack([a.long(), a]) | m.row_stack([v[:0]]) | m.row_stack([a.t(), a.t()]) | m.vstack([]) | m.hstack([])
m.vstack([z, z]) | m.hstack([z, v]) | m.cartesian_prod(v, v[:2]) | m.cartesian_prod(v) | m.cartesian_prod()
m.cartesian_prod(a, v) | m.cartesian_prod(v, v.half()) | m.cartesian_prod(v[:2], v[:2], v[:2])
m.cartesian_prod(v[:0], v) | m.cartesian_prod(v, v) | m.cartesian_prod(z) | m.cartesian_prod(v, 1)
m.cartesian_prod(v[::2], v[1:]) | m.combinations(v) | m.combinations(v, 3) | m.combinations(v, 0)
m.combinations(v, 2, True) | m.combinations(a) | m.combinations(v, -1) | m.combinations(v, 5) | m.combinations(v, 1)
m.combinations(v, r=3, with_replacement=True) | m.combinations(v[:0], 2) | m.combinations(z) | m.combinations(v[::2])
m.combinations(v[:0], 0) | m.combinations(v[:2], 3, True) | m.meshgrid(v, v) | m.meshgrid(v, v[:2], indexing='ij')
m.meshgrid([v, v[:2]], indexing='xy') | m.meshgrid(v, z) | m.meshgrid(a, v) | m.meshgrid(v, v.half()) | m.meshgrid()
m.meshgrid(v, v, indexing='ab') | m.meshgrid(v, indexing='xy') | m.meshgrid(v, v[:2], v[:3], indexing='xy')
m.meshgrid(v[:0], v) | m.meshgrid((v, v)) | m.broadcast_shapes((2, 1), (3,)) == (2, 3) | m.broadcast_shapes(2, 3)
m.broadcast_shapes() == () | m.broadcast_shapes((2,), 3) | m.broadcast_shapes((2,), (1, 2), (3, 1, 1))
m.broadcast_shapes((-1,)) | m.broadcast_shapes([2], [1]) | m.broadcast_shapes(m.Size([2])) | m.broadcast_shapes(2)
m.broadcast_shapes((0,), (1,)) == (0,) | m.broadcast_shapes((2, 3), (3, 2)) | m.broadcast_shapes(a.shape, v[:3].shape)
"""
SPLITTING = """
m.hsplit(a, 3) | m.hsplit(a, 2) | m.hsplit(a, [1]) | m.hsplit(v, 2) | m.hsplit(z, 1) | a.hsplit(1, 2)
a.hsplit((1, 2)) | a.hsplit([1, 5]) | c.hsplit(3) | a.hsplit(0) | a.t().hsplit(2) | m.vsplit(a, 2) | m.vsplit(v, 2)
a.vsplit([1]) | a.vsplit(0) | c.vsplit(1) | a.vsplit((0, 1)) | a.vsplit(3) | m.vsplit(z, 1) | a.vsplit(1, 2)
a.t().vsplit(3) | m.vsplit(a[:0], 1) | m.dsplit(c, 2) | m.dsplit(a, 1) | c.dsplit([1, 3]) | c.dsplit(3)
c.dsplit(1, 3) | c.dsplit(4) | m.dsplit(c, (2,)) | c.transpose(0, 2).dsplit(2) | m.dsplit(c, 0) | c.dsplit([-1])
m.tensor_split(v, 3) | m.tensor_split(v, 6) | m.tensor_split(v, 0) | m.tensor_split(v, (1, 3))
m.tensor_split(v, [3, 1]) | m.tensor_split(v, [-1]) | m.tensor_split(v, [10]) | m.tensor_split(z, 1)
m.tensor_split(a, 2, 1) | m.tensor_split(a, [1], dim=1) | m.tensor_split(v, m.tensor(3))
m.tensor_split(v, m.tensor([1, 3])) | v.tensor_split(2.5) | v.tensor_split([-10]) | v.tensor_split(-1)
c.tensor_split(2, -1) | c.tensor_split(2, 3) | v.tensor_split(m.tensor([1]).int()) | v.tensor_split([])
a.split_with_sizes([1, 2], 1) | a.split_with_sizes([1, 1], 1) | m.split_with_sizes(v, [1, 3])
v.split_with_sizes((4,)) | v.split_with_sizes([]) | v.split_with_sizes([-1, 5]) | z.split_with_sizes([1])
c.split_with_sizes([1, 3], -1) | a.split_with_sizes([0, 2]) | c.split_with_sizes([2], 5)
a.t().split_with_sizes([2, 1]) | a.narrow_copy(1, 0, 2) | a.detach().narrow_copy(1, -1, 1) | m.narrow_copy(z, 0, 0, 1)
a.narrow_copy(0, 1, 2) | m.narrow_copy(a, 0, 0, 0) | a.t().narrow_copy(0, 1, 2) | c.narrow_copy(-1, 1, 2)
a.narrow_copy(2, 0, 1) | v.narrow_copy(0, 4, 0) | a.narrow_copy(1, 0, -1)
"""
WINDOWS = """
v.unfold(0, 2, 1) | v.unfold(0, 2, 2) | v.unfold(0, 5, 1) | v.unfold(0, 0, 1) | v.unfold(0, 2, 0) | a.unfold(1, 2, 1)
a.unfold(-2, 1, 1) | z.unfold(0, 1, 1) | z.unfold(0, 2, 1) | v.unfold(1, 1, 1) | v.unfold(0, -1, 1)
v.unfold(0, 4, 1) | v.unfold(dimension=0, size=3, step=1) | v.unfold(0, 2, -1) | c.unfold(1, 2, 1).unfold(2, 2, 2)
a.t().unfold(0, 2, 1) | v[::2].unfold(0, 2, 1) | c.permute(2, 0, 1).unfold(-1, 3, 1) | v.as_strided((2, 2), (1, 1))
v.as_strided((2,), (2,), 1) | v.as_strided((3,), (2,)) | v.detach()[1:].as_strided((2,), (1,))
v.detach()[1:].as_strided((2,), (1,), 0) | v.as_strided((2,), (-1,), 3) | v.as_strided((2,), (1, 1))
v.as_strided((), (), 2) | m.as_strided(a, (3, 2), (1, 3)) | v.as_strided((2,), (1,), -1) | v.as_strided((-1,), (1,))
v.as_strided((2, 3), (0, 1)) | c.as_strided((2, 4), (1, 2), 3) | c[1].as_strided((3, 2), (1, 4))
a.t().as_strided((2, 2), (1, 1)) | c.as_strided((2, 2, 2), (1, 2, 3)) | a.clone().as_strided((2,), (4,)).mul_(2)
v.as_strided((0,), (1,)) | a.detach().clone().as_strided((2, 2), (3, 1)).fill_(7) | a.clone().unfold(1, 1, 2).mul_(3)
a.clone().diagonal().mul_(3) | v.detach().view(m.int32) | v.detach().view(m.float64) | v.detach().view(m.uint8)
a.detach().view(m.float64) | v.detach().view(m.float16) | a.detach().t().view(m.int32)
a.detach().t().view(m.float64) | a.detach().t().view(m.int16) | z.detach().view(m.int32) | z.detach().view(m.int16)
z.detach().view(m.float64) | v.detach()[1:].view(m.float64) | v.detach()[1:3].view(m.float64) | v.view(m.int32)
(v > 0).view(m.uint8) | v.detach().view(dtype=m.int32) | a.view(m.float32) | v.detach()[:2].view(m.float64)
a.detach()[:0].view(m.float64) | v.view(m.float64) | v.view(m.float16) | c.detach().view(m.float64)
c.detach()[:, :, :2].view(m.float64) | c.detach()[:, :, 2:].view(m.float64) | v.view(2, m.int32)
v.detach().clone().resize_(2) | v.detach().clone().resize_(2, 2) | v.detach()[1:].resize_(2)
a.detach().clone().resize_as_(v) | v.detach().clone().resize_(-1) | v.resize_(2) | a.detach().T.clone().resize_(2, 2)
a.detach().t().resize_(2, 2) | v.detach().clone().resize_(0) | v.detach().clone().resize_((1, 3))
a.detach().clone().resize_(2, 3) | v.resize_as_(v) | a.detach().clone().resize_(3, 3)[:2]
z.detach().clone().resize_(1) | v.detach().resize_as_(a[:, :2]) | v.storage_offset() | v[1:].storage_offset()
a[:, 1:].storage_offset() | a.t()[1].storage_offset() | c[1, 2, 3].storage_offset() | a.clone()[1].storage_offset()
c[1:].reshape(-1).storage_offset() | c.unfold(2, 2, 2)[1].storage_offset() | z.storage_offset()
c[0].detach()[1].storage_offset() | a.stride(0) | a.stride(-1) | a.stride(2) | z.stride() | z.stride(0) | c.stride()
m.zeros(0, 3).stride() | m.ones(2, 0, 3).stride() | m.tensor([[]]).stride() | m.zeros(0).stride() | c[:, :0].stride()
a.t().stride(0) | a.diagonal().stride() | c.unfold(2, 2, 1).stride() | a.rot90().stride() | m.fliplr(a.t()).stride()
a.new([1, 2]) | a.new(2, 3).shape | a.long().new([1.5]) | a.new() | a.long().new(2).dtype | a.detach().new(a.detach())
a.new((2, 3)) | a.new(m.Size([1])).shape | a.new(a.long()) | a.new([[True]]) | a.half().new([1]) | a.new('a')
m.tril_indices(3, 3) | m.tril_indices(2, 3, 1) | m.tril_indices(-1, 2) | m.tril_indices(2, 2, dtype=m.int32)
m.tril_indices(2, 2.5) | m.tril_indices(2, 2, dtype=m.float32) | m.tril_indices(2, 2, -5) | m.tril_indices(2, 2, 9)
m.tril_indices(0, 0) | m.tril_indices(row=2, col=1) | m.tril_indices(4, 2, -1) | m.triu_indices(3, 2, -1)
m.triu_indices(0, 3) | m.triu_indices(2, 2, offset=1) | m.triu_indices(3, 3) | m.triu_indices(2, 4, 2)
m.triu_indices(2, 2, -7) | m.triu_indices(2, 2, 7) | m.triu_indices(2, -2) | m.triu_indices(3, 3, dtype=m.int32)
m.triu_indices(2, 2, dtype=m.bool) | m.triu_indices(1, 1)
"""


@pytest.mark.parametrize("expression", listed(DIAGONALS + TURNS + AT_LEAST + JOINING + SPLITTING + WINDOWS))
def test_shapes_agree(expression: str) -> None:
    unread = "resize_(3, 3)" in expression or ".new" in expression  # memory that nobody has written to
    for dtype in ("float32", "int64", "float64"):
        if (dtype != "float32" and "view(m." in expression) or ("dtype=m.int32)" in expression and dtype != "float32"):
            continue  # whose bytes are others
        a, c, v, z = values(dtype, 2, 3), values(dtype, 2, 3, 4), values(dtype, 4), values(dtype)
        agree(expression, a=a, c=c, v=v, z=z, shared=not unread and dtype == "float32", gradient=dtype == "float64")
