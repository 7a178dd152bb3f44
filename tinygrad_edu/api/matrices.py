"""Triangles of matrices, and traces.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#other-operations
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer, wrap
from tinygrad_edu.api._in_place import both, method
from tinygrad_edu.api._making import check_options, dtype_or
from tinygrad_edu.api._reading import named, of_tensor, refuse_bools
from tinygrad_edu.api.diagonals import diag
from tinygrad_edu.api.reduction import sum as sum_of
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import matrices as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["trace", "tril", "tril_indices", "triu", "triu_indices"]


@of_tensor
def tril(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
    """The lower triangle of a matrix, or of each in a batch: zeros above the diagonal.

    Args:
        input: At least two dimensions; the last two are the matrices'.
        diagonal: The last diagonal to keep: 0 the main one, positive ones above it, negative below.

    Raises:
        RuntimeError: If there are fewer than two dimensions.

    >>> tg.tril(tg.ones(2, 2))
    tensor([[1., 0.],
            [1., 1.]])
    """
    _check_matrices(input)
    return ops.tril(input, diagonal=as_integer("diagonal", diagonal))


@of_tensor
def triu(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
    """The upper triangle of a matrix, or of each in a batch: zeros below the diagonal.

    The arguments are those of `tril`, but `diagonal` is the first one to keep.

    >>> tg.triu(tg.ones(2, 2), diagonal=1)
    tensor([[0., 1.],
            [0., 0.]])
    """
    _check_matrices(input)
    return ops.triu(input, diagonal=as_integer("diagonal", diagonal))


@named
def tril_indices(
    row: int, col: int, offset: int = 0, *, dtype: dtypes.dtype | None = None, device: Any = None, layout: Any = None
) -> Tensor:
    """The places of the lower triangle of a matrix, those of one column each: the rows, then the columns.

    Args:
        row: The number of rows of the matrix.
        col: The number of its columns.
        offset: The last diagonal of the triangle: 0 the main one, positive ones above it, negative below.
        dtype: That of the places: an integer type, by default int64.

    >>> tg.tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    return _places(np.tri(*_lengths(row, col), as_integer("offset", offset), dtype=bool), dtype, device, layout)


@named
def triu_indices(
    row: int, col: int, offset: int = 0, *, dtype: dtypes.dtype | None = None, device: Any = None, layout: Any = None
) -> Tensor:
    """The places of the upper triangle of a matrix, those of one column each: the rows, then the columns.

    The arguments are those of `tril_indices`, but `offset` is the first diagonal of the triangle.

    >>> tg.triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    return _places(~np.tri(*_lengths(row, col), as_integer("offset", offset) - 1, dtype=bool), dtype, device, layout)


@of_tensor
def trace(input: Tensor) -> Tensor:
    """The sum of the diagonal of a matrix.

    Raises:
        RuntimeError: If `input` isn't a matrix.

    >>> tg.trace(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5.)
    """
    if input._data.ndim != 2:
        raise RuntimeError(f"wanted a matrix, got {describe(input)}")
    return sum_of(diag(refuse_bools(input)))


class MatricesMethods(TensorBase):
    """Parts of matrices as methods of tensors."""

    __slots__ = ()

    tril, tril_ = both(tril)
    triu, triu_ = both(triu)
    trace = method(trace)


def _check_matrices(x: Any) -> None:
    if x._data.ndim < 2:
        raise RuntimeError(f"wanted a matrix or a batch of them, got {describe(x)}")


def _lengths(row: int, col: int) -> tuple[int, int]:
    lengths = as_integer("row", row), as_integer("col", col)
    if min(lengths) < 0:
        raise RuntimeError(f"lengths must not be negative, got row={row} and col={col}")
    return lengths


def _places(chosen: Any, dtype: dtypes.dtype | None, device: Any, layout: Any) -> Tensor:
    """The places where a matrix of bools is True, as columns."""
    check_options(device=device, layout=layout)
    wanted = dtype_or(np.int64, dtype=dtype)
    if wanted.kind not in "iu":
        raise NotImplementedError(f"places are integers, got dtype={dtype}")
    return wrap(np.array(np.nonzero(chosen)).astype(wanted))
