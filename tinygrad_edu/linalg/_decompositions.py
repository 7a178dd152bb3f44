"""Decompositions: of Cholesky, into Q and R, into singular values, into eigenvalues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import return_types
from tinygrad_edu.api import decompositions
from tinygrad_edu.api._arguments import own, wrap
from tinygrad_edu.api._matrices import UNFINISHED, attempt, matrices, mirrored, square
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.api.axes import transpose
from tinygrad_edu.ops import decompositions as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["cholesky", "eigh", "eigvalsh", "qr", "svd", "svdvals"]


@of_tensor
def cholesky(A: Tensor, *, upper: bool = False, out: Tensor | None = None) -> Tensor:
    """The lower triangle L with ``A = L @ L.mT``, of symmetric positive definite matrices.

    Only the lower triangle of `A` is read, or the upper one if `upper`.

    Args:
        upper: Give the upper triangle ``L.mT`` instead.

    Raises:
        LinAlgError: If a matrix isn't positive definite; the message says which of a batch.

    >>> tg.linalg.cholesky(tg.tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    return decompositions.cholesky(A, upper)


@of_tensor
def qr(A: Tensor, mode: str = "reduced", *, out: Sequence[Tensor] | None = None) -> return_types.linalg_qr:
    """Columns Q at right angles to each other, and an upper triangle R, with ``A = Q @ R``.

    Args:
        mode: ``"reduced"``: Q has only as many columns as R needs. ``"complete"``: Q is square; this has no gradient
            where `A` has more rows than columns. ``"r"``: R alone, and an empty Q.

    Raises:
        RuntimeError: For another mode, or a gradient that there isn't.

    >>> Q, R = tg.linalg.qr(tg.tensor([[3.0, 1.0], [4.0, 2.0]]))
    >>> tg.allclose(Q @ R, tg.tensor([[3.0, 1.0], [4.0, 2.0]])), tg.triu(R).equal(R)
    (True, True)
    """
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(f"mode must be 'reduced', 'complete' or 'r', got {mode!r}")
    q, r = decompositions.orthogonal_and_triangle(matrices(A, "A"), complete=mode == "complete")
    return return_types.linalg_qr((wrap(np.empty(0, A._data.dtype)) if mode == "r" else q, r))


@of_tensor
def svd(
    A: Tensor, full_matrices: bool = True, *, driver: str | None = None, out: Sequence[Tensor] | None = None
) -> return_types.linalg_svd:
    """U, S and Vh with ``A = U @ diag(S) @ Vh``: vectors at right angles to each other, and singular values.

    Vectors are determined up to their signs. Their gradient is right for what doesn't depend on these; it is infinite
    or NaN where singular values are equal.

    Args:
        full_matrices: Whether U and Vh are square; else there is a vector for each singular value. Further vectors have
            no gradient.
        driver: None; other ways of computing are PyTorch's on GPUs.

    Raises:
        LinAlgError: If a matrix holds NaN or infinities.

    >>> U, S, Vh = tg.linalg.svd(tg.tensor([[3.0, 0.0], [0.0, -4.0]]), full_matrices=False)
    >>> S, tg.allclose(U @ tg.diag(S) @ Vh, tg.tensor([[3.0, 0.0], [0.0, -4.0]]))
    (tensor([4., 3.]), True)
    """
    _check_driver(driver)
    u, s, v = decompositions.singular_parts(matrices(A, "A"), full=full_matrices)
    return return_types.linalg_svd((u, s, own(transpose(v, -2, -1))))


@of_tensor
def svdvals(A: Tensor, *, driver: str | None = None, out: Tensor | None = None) -> Tensor:
    """The singular values, the largest first.

    >>> tg.linalg.svdvals(tg.tensor([[3.0, 0.0], [0.0, -4.0]]))
    tensor([4., 3.])
    """
    _check_driver(driver)
    return attempt(ops.svdvals, matrices(A, "A"), fault=UNFINISHED)


@of_tensor
def eigh(A: Tensor, UPLO: str = "L", *, out: Sequence[Tensor] | None = None) -> return_types.linalg_eigh:
    """The eigenvalues of symmetric matrices, the smallest first, and their eigenvectors as columns.

    Vectors are determined up to their signs. Their gradient is right for what doesn't depend on these; it is infinite
    or NaN where eigenvalues are equal.

    Args:
        UPLO: ``"L"`` to read only the lower triangle, or ``"U"`` for the upper one.

    Raises:
        LinAlgError: If a matrix holds NaN or infinities.

    >>> tg.linalg.eigh(tg.tensor([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    tensor([1., 2.])
    """
    factors = attempt(ops.eigh_factors, _symmetric(A, UPLO), fault=UNFINISHED)
    return return_types.linalg_eigh(
        (decompositions.rows_of(factors, 0), decompositions.rows_of(factors, slice(1, None)))
    )


@of_tensor
def eigvalsh(A: Tensor, UPLO: str = "L", *, out: Tensor | None = None) -> Tensor:
    """The eigenvalues of symmetric matrices, the smallest first; see `eigh`.

    >>> tg.linalg.eigvalsh(tg.tensor([[2.0, 1.0], [1.0, 2.0]]))
    tensor([1., 3.])
    """
    return attempt(ops.eigvalsh, _symmetric(A, UPLO), fault=UNFINISHED)


def _symmetric(x: Any, triangle: str) -> Any:
    if not isinstance(triangle, str) or triangle.upper() not in ("L", "U"):
        raise RuntimeError(f"UPLO must be 'L' or 'U', got {triangle!r}")
    return mirrored(square(x, "A"), lower=triangle.upper() == "L")


def _check_driver(driver: str | None) -> None:
    if driver is not None:
        raise RuntimeError(f"driver must be None, for other ways of computing are for GPUs, got {driver!r}")
