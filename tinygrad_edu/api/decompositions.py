"""Decompositions of matrices, under PyTorch's older names; `tinygrad_edu.linalg` has more of them.

Operands are matrices, or batches of them in the dimensions in front of the last two, of float32 or float64.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#blas-and-lapack-operations
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import return_types
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import own, wrap
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._matrices import NOT_POSITIVE, UNFINISHED, attempt, matrices, mirrored, square
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.api.axes import transpose
from tinygrad_edu.autograd.grad_mode import is_grad_enabled
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import decompositions as ops
from tinygrad_edu.ops.indexing import select
from tinygrad_edu.ops.joining import cat
from tinygrad_edu.ops.matmul import matmul

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["cholesky", "qr", "svd"]


@of_tensor
def cholesky(input: Tensor, upper: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The lower triangle L with ``input = L @ L.mT``, of symmetric positive definite matrices.

    Only the lower triangle of `input` is read.

    Args:
        upper: Give the upper triangle ``L.mT`` instead.

    Raises:
        LinAlgError: If a matrix isn't positive definite; the message says which of a batch.

    >>> tg.cholesky(tg.tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    factor = attempt(ops.cholesky, mirrored(square(input), lower=not upper), fault=NOT_POSITIVE)
    return own(transpose(factor, -2, -1)) if upper else factor


@of_tensor
def qr(input: Tensor, some: bool = True, *, out: Sequence[Tensor] | None = None) -> return_types.qr:
    """Columns Q at right angles to each other, and an upper triangle R, with ``input = Q @ R``; see `linalg.qr`.

    Args:
        some: Whether Q has only as many columns as R needs.

    >>> Q, R = tg.qr(tg.tensor([[3.0, 1.0], [4.0, 2.0]]))
    >>> tg.allclose(Q @ R, tg.tensor([[3.0, 1.0], [4.0, 2.0]])), tg.triu(R).equal(R)
    (True, True)
    """
    return return_types.qr(orthogonal_and_triangle(input, complete=not some))


@of_tensor
def svd(
    input: Tensor, some: bool = True, compute_uv: bool = True, *, out: Sequence[Tensor] | None = None
) -> return_types.svd:
    """U, S and V with ``input = U @ diag(S) @ V.mT``: columns at right angles to each other, and singular values.

    `linalg.svd` gives V transposed, and wants `full_matrices`.

    Args:
        some: Whether U and V have only as many columns as there are singular values.
        compute_uv: Whether to compute U and V; else they are zeros.

    Raises:
        LinAlgError: If a matrix holds NaN or infinities.

    >>> U, S, V = tg.svd(tg.tensor([[3.0, 0.0], [0.0, -4.0]]))
    >>> S
    tensor([4., 3.])
    """
    if compute_uv:
        return return_types.svd(singular_parts(input, full=not some))
    *batch, rows, columns = matrices(input)._data.shape
    zeros = [wrap(np.zeros((*batch, side, side), input._data.dtype)) for side in (rows, columns)]
    return return_types.svd((zeros[0], attempt(ops.svdvals, input, fault=UNFINISHED), zeros[1]))


class DecompositionsMethods(TensorBase):
    """Decompositions as methods of tensors."""

    __slots__ = ()

    cholesky = method(cholesky)
    qr = method(qr)
    svd = method(svd)


def rows_of(x: Any, rows: slice | int) -> Tensor:
    """Some rows of matrices, or one; a tensor of its own to the user."""
    return own(select(x, index=(..., rows, slice(None))))


def orthogonal_and_triangle(x: Any, *, complete: bool) -> tuple[Tensor, Tensor]:
    """Q and R of ``x = Q @ R``; Q is square if it is to be complete."""
    rows, columns = matrices(x)._data.shape[-2:]
    if complete and rows > columns:
        if x.requires_grad and is_grad_enabled():
            raise RuntimeError(
                "a complete Q isn't determined where a matrix has more rows than columns, and so has no gradient, got "
                f"{describe(x)}; leave it at the columns that R needs, or use .detach()"
            )
        found = np.linalg.qr(x._data, mode="complete")
        return wrap(found.Q), wrap(found.R)
    if rows < columns:  # Q and the left of R are those of the left square; the rest is as Q sees it
        left, right = (select(x, index=(..., slice(None), part)) for part in (slice(rows), slice(rows, None)))
        q, r = orthogonal_and_triangle(left, complete=False)
        return q, cat(r, matmul(transpose(q, -2, -1), right), dim=r._data.ndim - 1)
    factors = attempt(ops.qr_factors, x, fault=UNFINISHED)
    return rows_of(factors, slice(rows)), rows_of(factors, slice(rows, None))


def singular_parts(x: Any, *, full: bool) -> tuple[Tensor, Tensor, Tensor]:
    """U, S and V of ``x = U diag(S) Vᵀ``; U and V are square if they are to be full."""
    rows, columns = matrices(x)._data.shape[-2:]
    factors = attempt(ops.svd_factors, x, fault=UNFINISHED)
    u, s, v = (rows_of(factors, part) for part in (slice(rows), rows, slice(rows + 1, None)))
    if not full or rows == columns:
        return u, s, v
    count = s._data.shape[-1]
    left, _, right = np.linalg.svd(x._data)  # beyond the first columns, any will do that are at right angles
    u = cat(u, wrap(left[..., count:]), dim=u._data.ndim - 1) if rows > count else u
    v = cat(v, wrap(right.mT[..., count:]), dim=v._data.ndim - 1) if columns > count else v
    return u, s, v
