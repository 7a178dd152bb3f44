"""Products: of matrices, of many of them, of vectors; diagonals, and matrices of powers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api import diagonals
from tinygrad_edu.api import matmul as products
from tinygrad_edu.api._arguments import as_integer, as_tensor_argument, in_dtype, own, wrap
from tinygrad_edu.api._chains import multiplied
from tinygrad_edu.api._matrices import check_inner, pair
from tinygrad_edu.api._reading import misfit, named, of_tensor, refuse_bools
from tinygrad_edu.api.arithmetic import mul
from tinygrad_edu.api.joining import stack
from tinygrad_edu.api.products import crossed
from tinygrad_edu.api.reduction import sum as sum_of
from tinygrad_edu.ops.shape import clone, reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["cross", "diagonal", "matmul", "multi_dot", "vander", "vecdot"]


@of_tensor
def matmul(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix product ``input @ other``; see `tinygrad_edu.matmul`.

    >>> tg.linalg.matmul(tg.tensor([[1.0, 2.0]]), tg.tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    return products.matmul(input, other)


@named
def multi_dot(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """The product of two or more matrices, in the order that takes the fewest steps.

    Args:
        tensors: Matrices; the first may be a vector, which is a row, and the last one, which is a column.

    Raises:
        RuntimeError: If there are fewer than two, or shapes or dtypes don't fit.

    >>> tg.linalg.multi_dot([tg.ones(2, 30), tg.ones(30, 4), tg.ones(4)])
    tensor([120., 120.])
    """
    if not isinstance(tensors, (list, tuple)):
        raise TypeError(f"tensors must be a list of tensors, got {describe(tensors)}")
    chain: list[Any] = [as_tensor_argument(each, f"tensors[{place}]") for place, each in enumerate(tensors)]
    if len(chain) < 2:
        raise RuntimeError(f"wanted two tensors or more, got {len(chain)}")
    for place, each in enumerate(chain):
        if each._data.ndim != 2 and not (each._data.ndim == 1 and place in (0, len(chain) - 1)):
            raise RuntimeError(f"tensors[{place}] must be a matrix (at the ends, or a vector), got {describe(each)}")
    rows, columns = chain[0]._data.shape[:-1], chain[-1]._data.shape[1:]  # () of a vector
    chain[0] = reshape(chain[0], shape=(*(rows or (1,)), chain[0]._data.shape[-1]))
    chain[-1] = reshape(chain[-1], shape=(chain[-1]._data.shape[0], *(columns or (1,))))
    for x, y in pairwise(chain):
        check_inner(pair(x, y)[0]._data.shape, y._data.shape)
    return own(reshape(multiplied(chain), shape=(*rows, *columns)))


@of_tensor
def vecdot(x: Tensor, y: Tensor, *, dim: int = -1, out: Tensor | None = None) -> Tensor:
    """The inner products of vectors along a dimension of both, which broadcast.

    >>> tg.linalg.vecdot(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    for each in (x, as_tensor_argument(y, "y")):
        if each._data.dtype.kind != "f":
            raise TypeError(f"wanted floating-point values, got {describe(each)}; convert it with .float() first")
    if error := misfit(x, y):
        raise error
    return sum_of(mul(*pair(x, y, "y")), dim)


@of_tensor
def cross(input: Tensor, other: Tensor, *, dim: int = -1, out: Tensor | None = None) -> Tensor:
    """The cross product of vectors in space, along the last dimension or another; see `tinygrad_edu.cross`.

    >>> tg.linalg.cross(tg.tensor([1.0, 0.0, 0.0]), tg.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    return crossed(input, other, dim)


@of_tensor
def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """A view of the diagonals of the matrices in the last two dimensions, or in others.

    Args:
        offset: Which diagonal: 0 the main one, positive ones above it, negative below.
        dim1: The dimension of the matrices' rows.
        dim2: That of their columns.

    >>> tg.linalg.diagonal(tg.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    return diagonals.diagonal(A, offset, dim1, dim2)


@of_tensor
def vander(x: Tensor, *, N: int | None = None) -> Tensor:
    """The powers of each value, from 0 to ``N - 1``, side by side: Vandermonde's matrix.

    Args:
        N: How many powers, at least 2; by default as many as `x` has values along its last dimension.

    >>> tg.linalg.vander(tg.tensor([2, 3]), N=4)
    tensor([[ 1,  2,  4,  8],
            [ 1,  3,  9, 27]])
    """
    if not x._data.ndim:
        raise RuntimeError(f"wanted one dimension or more, got {describe(x)}")
    base = x if refuse_bools(x)._data.dtype.kind == "f" else in_dtype(x, np.dtype(np.int64))
    count = base._data.shape[-1] if N is None else as_integer("N", N)
    if count < 2:
        raise RuntimeError(f"N must be 2 or more, got {count}" + ("" if N is not None else f" values in {describe(x)}"))
    powers: list[Any] = [wrap(np.ones_like(base._data))]
    while len(powers) < count:
        powers.append(mul(powers[-1], base) if len(powers) > 1 else clone(base))
    return stack(powers, -1)
