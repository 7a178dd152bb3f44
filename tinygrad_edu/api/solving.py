"""Determinants, inverses, and what a Cholesky decomposition solves.

Operands are matrices, or batches of them in the dimensions in front of the last two, of float32 or float64. What
`tinygrad_edu.linalg` calls otherwise, or computes beside it, stands there.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#blas-and-lapack-operations
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import return_types
from tinygrad_edu.api._arguments import as_number, as_tensor_argument, own, wrap
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._matrices import (
    SINGULAR,
    UNFINISHED,
    attempt,
    check_batches,
    check_inner,
    matrices,
    mirrored,
    pair,
    square,
)
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.api.arithmetic import add
from tinygrad_edu.api.axes import transpose
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import solving as ops
from tinygrad_edu.ops.matmul import matmul
from tinygrad_edu.ops.stretching import expand

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["cholesky_inverse", "cholesky_solve", "det", "inverse", "logdet", "pinverse", "slogdet"]


@of_tensor
def inverse(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix whose product with `input` is the identity.

    Raises:
        LinAlgError: If there is none; the message says for which matrix of a batch.

    >>> tg.inverse(tg.tensor([[2.0, 0.0], [1.0, 4.0]]))
    tensor([[ 0.5000,  0.0000],
            [-0.1250,  0.2500]])
    """
    return attempt(ops.inverse, square(input), fault=SINGULAR)


@of_tensor
def det(input: Tensor) -> Tensor:
    """The determinant; its gradient is right for singular matrices, too.

    >>> tg.det(tg.tensor([[3.0, 1.0], [0.0, 2.0]]))
    tensor(6.)
    """
    return ops.det(square(input))


@of_tensor
def slogdet(input: Tensor) -> return_types.slogdet:
    """The sign of the determinant, and the logarithm of its size, where the determinant itself would be out of range.

    >>> tg.slogdet(-16 * tg.eye(99))
    tinygrad_edu.return_types.slogdet(
    sign=tensor(-1.),
    logabsdet=tensor(274.4863))
    """
    return return_types.slogdet(sign_and_logarithm(input))


@of_tensor
def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant: NaN where that is negative, and minus infinity where it is 0.

    >>> tg.logdet(16 * tg.eye(99))
    tensor(274.4863)
    """
    sign, logarithm = sign_and_logarithm(input)
    negative = np.where(sign._data < 0, np.nan, 0).astype(sign._data.dtype)[()]
    return add(logarithm, wrap(negative)) if np.any(negative != 0) else logarithm


@of_tensor
def pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """The pseudo-inverse; see `linalg.pinv`.

    Args:
        rcond: Singular values up to `rcond` times the largest count as 0.

    >>> tg.pinverse(tg.tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """
    return pseudo_inverse(matrices(input), 0.0, as_number("rcond", rcond), hermitian=False)


@of_tensor
def cholesky_inverse(L: Tensor, upper: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The inverse of the matrix whose Cholesky factor is `L`: of ``L @ L.mT``, or ``L.mT @ L`` if `upper`.

    >>> tg.cholesky_inverse(tg.tensor([[2.0, 0.0], [0.0, 1.0]]))
    tensor([[0.2500, 0.0000],
            [0.0000, 1.0000]])
    """
    one = wrap(np.eye(square(L, "L")._data.shape[-1], dtype=L._data.dtype))
    half = ops.solve_triangular(L, one, upper=upper, unitriangular=False)
    other = transpose(half, -2, -1)
    return matmul(half, other) if upper else matmul(other, half)


@of_tensor
def cholesky_solve(B: Tensor, L: Tensor, upper: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The X with ``A @ X = B``, where `L` is the Cholesky factor of A.

    Args:
        B: The right sides, as columns.
        L: The factor: ``A = L @ L.mT``, or ``A = L.mT @ L`` if `upper`.
        upper: Whether the factor is an upper triangle.

    Raises:
        RuntimeError: If shapes or dtypes don't fit.

    >>> tg.cholesky_solve(tg.tensor([[4.0], [3.0]]), tg.tensor([[2.0, 0.0], [0.0, 1.0]]))
    tensor([[1.],
            [3.]])
    """
    a, b = system(square(L, "L"), matrices(B, "B"))
    half = ops.solve_triangular(transpose(a, -2, -1) if upper else a, b, upper=False, unitriangular=False)
    return ops.solve_triangular(a if upper else transpose(a, -2, -1), half, upper=True, unitriangular=False)


class SolvingMethods(TensorBase):
    """Determinants and inverses as methods of tensors."""

    __slots__ = ()

    inverse = method(inverse)
    det = method(det)
    slogdet = method(slogdet)
    logdet = method(logdet)
    pinverse = method(pinverse)
    cholesky_inverse = method(cholesky_inverse)
    cholesky_solve = method(cholesky_solve)


def sign_and_logarithm(x: Any) -> tuple[Tensor, Tensor]:
    """The sign of the determinant, and the logarithm of its absolute value."""
    logarithm = ops.log_abs_det(square(x))
    return wrap(np.linalg.slogdet(x._data)[0]), logarithm


def pseudo_inverse(x: Any, atol: Any, rtol: Any, *, hermitian: bool) -> Tensor:
    """The pseudo-inverse, with singular values up to ``max(atol, rtol * the largest)`` taken for 0."""
    if hermitian:
        x = mirrored(square(x, "A"))
    atol, rtol = np.asarray(atol), np.asarray(rtol)
    batch = np.broadcast_shapes(x._data.shape[:-2], atol.shape, rtol.shape)
    if batch != x._data.shape[:-2]:
        x = own(expand(x, shape=(*batch, *x._data.shape[-2:])))
    return attempt(ops.pseudo_inverse, x, fault=UNFINISHED, atol=atol, rtol=rtol)


def system(a: Any, b: Any) -> tuple[Any, Any]:
    """Both sides of a system of equations, if they fit each other."""
    if as_tensor_argument(b, "B")._data.dtype != a._data.dtype:
        pair(a, b, "B")
    check_inner(a._data.shape, b._data.shape)
    check_batches(a, b)
    return a, b
