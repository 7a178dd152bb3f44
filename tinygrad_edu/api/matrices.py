"""Triangles of matrices, and traces.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#other-operations
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer
from tinygrad_edu.api._in_place import both, method
from tinygrad_edu.api._reading import of_tensor, refuse_bools
from tinygrad_edu.api.diagonals import diag
from tinygrad_edu.api.reduction import sum as sum_of
from tinygrad_edu.autograd.graph import TensorMethods
from tinygrad_edu.ops import matrices as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["trace", "tril", "triu"]


@of_tensor
def tril(input: Tensor, diagonal: int = 0, *, out: None = None) -> Tensor:
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
def triu(input: Tensor, diagonal: int = 0, *, out: None = None) -> Tensor:
    """The upper triangle of a matrix, or of each in a batch: zeros below the diagonal.

    The arguments are those of `tril`, but `diagonal` is the first one to keep.

    >>> tg.triu(tg.ones(2, 2), diagonal=1)
    tensor([[0., 1.],
            [0., 0.]])
    """
    _check_matrices(input)
    return ops.triu(input, diagonal=as_integer("diagonal", diagonal))


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


class MatricesMethods(TensorMethods):
    """Parts of matrices as methods of tensors."""

    __slots__ = ()

    tril, tril_ = both(tril)
    triu, triu_ = both(triu)
    trace = method(trace)


def _check_matrices(x: Any) -> None:
    if x._data.ndim < 2:
        raise RuntimeError(f"wanted a matrix or a batch of them, got {describe(x)}")
