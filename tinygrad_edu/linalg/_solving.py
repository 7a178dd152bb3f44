"""Determinants, inverses, and systems of equations."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import return_types
from tinygrad_edu._errors import describe
from tinygrad_edu._summation import add_up
from tinygrad_edu.api import solving
from tinygrad_edu.api._arguments import as_dims, as_integer, as_number, as_tensor_argument, own, wrap
from tinygrad_edu.api._matrices import SINGULAR, attempt, check_batches, dtype_words, matrices, square
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.api.axes import transpose
from tinygrad_edu.linalg._norms import tolerances
from tinygrad_edu.ops import decompositions
from tinygrad_edu.ops import solving as ops
from tinygrad_edu.ops.axes import permute
from tinygrad_edu.ops.matmul import matmul
from tinygrad_edu.ops.shape import reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["det", "inv", "lstsq", "pinv", "slogdet", "solve", "solve_triangular", "tensorinv", "tensorsolve"]


@of_tensor
def inv(A: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix whose product with `A` is the identity; to solve equations, `solve` is more exact.

    Raises:
        LinAlgError: If there is none; the message says for which matrix of a batch.

    >>> tg.linalg.inv(tg.tensor([[2.0, 0.0], [1.0, 4.0]]))
    tensor([[ 0.5000,  0.0000],
            [-0.1250,  0.2500]])
    """
    return attempt(ops.inverse, square(A, "A"), fault=SINGULAR)


@of_tensor
def det(A: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The determinant; its gradient is right for singular matrices, too.

    >>> tg.linalg.det(tg.tensor([[3.0, 1.0], [0.0, 2.0]]))
    tensor(6.)
    """
    return ops.det(square(A, "A"))


@of_tensor
def slogdet(A: Tensor, *, out: Sequence[Tensor] | None = None) -> return_types.linalg_slogdet:
    """The sign of the determinant, and the logarithm of its size, where the determinant itself would be out of range.

    >>> tg.linalg.slogdet(-16 * tg.eye(99)).logabsdet
    tensor(274.4863)
    """
    return return_types.linalg_slogdet(solving.sign_and_logarithm(square(A, "A")))


@of_tensor
def solve(A: Tensor, B: Tensor, *, left: bool = True, out: Tensor | None = None) -> Tensor:
    """The X with ``A @ X = B``; or with ``X @ A = B``, if not `left`.

    Args:
        A: Square matrices, of shape (*, n, n).
        B: The right sides, as columns. Shape (n,), or that of `A` without the last length, is one vector for each
            matrix; any other is matrices. Batches broadcast.
        left: On which side of X `A` stands.

    Raises:
        LinAlgError: If a matrix has no inverse; the message says which of a batch.
        RuntimeError: If shapes or dtypes don't fit.

    >>> tg.linalg.solve(tg.tensor([[2.0, 1.0], [1.0, 3.0]]), tg.tensor([3.0, 4.0]))
    tensor([1., 1.])
    """
    shape, right = square(A, "A")._data.shape, as_tensor_argument(B, "B")._data.shape
    if left and (len(right) == 1 or right == shape[:-1]):
        columns = reshape(B, shape=(*right, 1))
        solved = attempt(ops.solve, *solving.system(A, columns), fault=SINGULAR)
        return own(reshape(solved, shape=solved._data.shape[:-1]))
    a, b = _sides(A, B, left)
    solved = attempt(ops.solve, a, b, fault=SINGULAR)
    return solved if left else own(transpose(solved, -2, -1))


@of_tensor
def solve_triangular(
    A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False, out: Tensor | None = None
) -> Tensor:
    """The X with ``A @ X = B``, or ``X @ A = B`` if not `left`, where `A` is a triangle.

    Args:
        A: Square matrices. The other triangle of them isn't read.
        B: The right sides, as columns; batches broadcast.
        upper: Whether `A` is an upper triangle, or a lower one.
        left: On which side of X `A` stands.
        unitriangular: Whether the diagonal of `A` is taken for ones.

    Returns:
        Infinities and NaN where the diagonal has a 0.

    >>> tg.linalg.solve_triangular(tg.tensor([[2.0, 1.0], [0.0, 4.0]]), tg.tensor([[4.0], [8.0]]), upper=True)
    tensor([[1.],
            [2.]])
    """
    a, b = _sides(square(A, "A"), B, left)
    solved = ops.solve_triangular(a, b, upper=upper is left, unitriangular=unitriangular)
    return solved if left else own(transpose(solved, -2, -1))


@of_tensor
def pinv(
    A: Tensor,
    rcond: float | Tensor | None = None,
    hermitian: bool = False,
    *,
    atol: float | Tensor | None = None,
    rtol: float | Tensor | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The pseudo-inverse of any matrix: what comes nearest to an inverse.

    Args:
        rcond: Another name for `rtol`.
        hermitian: Whether `A` is symmetric; only its lower triangle is read.
        atol: Singular values up to this, or up to `rtol` times the largest, count as 0.
        rtol: By default, the longer side of the matrix times the spacing of floats at 1; or 0, if there is `atol`.

    >>> tg.linalg.pinv(tg.tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """
    absolute, relative = tolerances(matrices(A, "A"), atol, rtol if rcond is None else rcond)
    return solving.pseudo_inverse(A, absolute, relative, hermitian=hermitian)


@of_tensor
def lstsq(A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None) -> return_types.linalg_lstsq:
    """The X that makes ``A @ X - B`` as short as possible; of several, the shortest.

    Args:
        A: Matrices of shape (*, m, n).
        B: The right sides, of shape (*, m, k), or (*, m) for one vector for each matrix.
        rcond: Singular values up to `rcond` times the largest count as 0.
        driver: ``"gels"``, ``"gelsy"`` (the default), ``"gelsd"`` or ``"gelss"``: it decides which of the other results
            are filled, and not how they are computed.

    Returns:
        The solution; the squared lengths of what is left over in each column, for gels where m > n, and for gelsd and
        gelss if all ranks are n, too; the ranks, but not for gels; the singular values for gelsd and gelss.

    Raises:
        RuntimeError: If shapes or dtypes don't fit, or `driver` is none of those.

    >>> A = tg.tensor([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
    >>> tg.linalg.lstsq(A, tg.tensor([1.0, 2.0, 3.0])).solution
    tensor([1.0000, 1.0000])
    """
    driver = driver or "gelsy"
    if driver not in ("gels", "gelsy", "gelsd", "gelss"):
        raise RuntimeError(f"driver must be 'gels', 'gelsy', 'gelsd' or 'gelss', got {driver!r}")
    shape, right = matrices(A, "A")._data.shape, as_tensor_argument(B, "B")._data.shape
    if B._data.dtype != A._data.dtype:
        raise RuntimeError(dtype_words(A, B, "B"))
    vectors = len(right) == len(shape) - 1
    columns: Any = reshape(B, shape=(*right, 1)) if vectors else B
    if len(right) not in (len(shape), len(shape) - 1) or columns._data.shape[-2] != shape[-2]:
        raise RuntimeError(
            f"A and B must have as many rows and batches of the same shape, got {describe(A)} and {describe(B)}"
        )
    check_batches(A, columns)
    cutoff = np.finfo(A._data.dtype).eps * max(shape[-2:]) if rcond is None else as_number("rcond", rcond)
    inverse = solving.pseudo_inverse(A, 0.0, cutoff, hermitian=False)
    solution: Any = matmul(inverse, columns)
    if vectors:
        solution = own(reshape(solution, shape=solution._data.shape[:-1]))
    singular = decompositions.svdvals.forward(A._data)
    largest = np.maximum.reduce(singular, axis=-1, initial=0)[..., None]
    ranks = np.count_nonzero(singular > cutoff * largest, axis=-1)
    return return_types.linalg_lstsq((solution, *_beside(driver, A, columns, inverse, ranks, singular)))


@of_tensor
def tensorinv(A: Tensor, ind: int = 2, *, out: Tensor | None = None) -> Tensor:
    """The inverse for `tensordot`: ``tensordot(tensorinv(A, ind), B, ind)`` is what ``A`` makes `B` of.

    Args:
        A: Its first `ind` lengths, and the others, hold as many values.
        ind: How many dimensions stand for the rows.

    >>> tg.linalg.tensorinv(tg.eye(6).reshape(2, 3, 6)).shape
    tinygrad_edu.Size([6, 2, 3])
    """
    ind = as_integer("ind", ind)
    shape = as_tensor_argument(A, "A")._data.shape
    rows, columns = shape[:ind], shape[ind:]
    if not 0 < ind <= len(shape) or prod(rows) != prod(columns):
        raise RuntimeError(
            f"wanted as many values in the first ind={ind} dimensions as in the others, got {describe(A)}"
        )
    return own(reshape(inv(reshape(A, shape=(prod(rows), -1))), shape=(*columns, *rows)))


@of_tensor
def tensorsolve(A: Tensor, B: Tensor, dims: Sequence[int] | None = None, *, out: Tensor | None = None) -> Tensor:
    """The X with ``tensordot(A, X, X.ndim) = B``.

    Args:
        A: Begins with the dimensions of `B`; the others, which X has, hold as many values.
        B: The right side.
        dims: Dimensions of `A` to move to its end first.

    >>> tg.linalg.tensorsolve(tg.eye(6).reshape(2, 3, 6), tg.ones(2, 3)).shape
    tinygrad_edu.Size([6])
    """
    x: Any = A
    if dims is not None:
        moved = as_dims(dims, x._data.ndim, empty_means_all=False)
        x = permute(x, dims=(*(dim for dim in range(x._data.ndim) if dim not in moved), *moved))
    right = as_tensor_argument(B, "B")._data.shape
    others = x._data.shape[len(right) :]
    if prod(others) != prod(right):
        raise RuntimeError(
            f"wanted a first that holds {prod(right)} times {prod(right)} values, got {describe(A)} and {describe(B)}"
        )
    solved = solve(reshape(x, shape=(prod(right), prod(right))), reshape(B, shape=(prod(right),)))
    return own(reshape(solved, shape=others))


def _sides(a: Any, b: Any, left: bool) -> tuple[Any, Any]:
    """Both sides of a system of equations whose unknowns stand on the right of the matrix."""
    matrices(b, "B")
    if not left:
        a, b = transpose(a, -2, -1), transpose(b, -2, -1)
    return solving.system(a, b)


def _beside(driver: str, a: Any, b: Any, inverse: Any, ranks: np.ndarray, singular: np.ndarray) -> list[Tensor]:
    """The residuals, the ranks and the singular values of a least-squares problem, as the driver gives them."""
    rows, columns = a._data.shape[-2:]
    none = np.empty(0, a._data.dtype)
    left_over = none
    if rows > columns and (driver == "gels" or (driver != "gelsy" and np.all(ranks == columns))):
        rest = b._data - a._data @ (inverse._data @ b._data)
        left_over = add_up(rest * rest, axis=rest.ndim - 2)
    return [
        wrap(left_over),
        wrap(np.empty(0, np.int64) if driver == "gels" else np.asarray(ranks)[()]),
        wrap(singular if driver in ("gelsd", "gelss") else none),
    ]
