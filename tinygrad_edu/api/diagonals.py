"""Diagonals: of matrices and batches of them, and matrices made of them.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#other-operations
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer, as_tensor_argument, in_dtype, in_range, wrap
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import named, of_tensor
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import diagonals as ops
from tinygrad_edu.ops.joining import cat
from tinygrad_edu.ops.shape import clone, reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["block_diag", "diag", "diag_embed", "diagflat", "diagonal", "diagonal_scatter"]


@of_tensor
def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A view of the diagonals of the matrices in two dimensions; they are the last dimension of the result.

    Args:
        offset: Which diagonal: 0 the main one, positive ones above it, negative below.
        dim1: The dimension of the matrices' rows.
        dim2: That of their columns.

    >>> tg.diagonal(tg.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    rows, columns = _two_dims(dim1, dim2, input._data.ndim)
    return ops.diagonal(input, offset=as_integer("offset", offset), dim1=rows, dim2=columns)


@of_tensor
def diagonal_scatter(input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """`input` with `src` in the place of ``input.diagonal(offset, dim1, dim2)``.

    Raises:
        RuntimeError: If `src` hasn't the shape of its place.

    >>> tg.diagonal_scatter(tg.zeros(2, 2), tg.ones(2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    rows, columns = _two_dims(dim1, dim2, input._data.ndim)
    settings = {"offset": as_integer("offset", offset), "dim1": rows, "dim2": columns}
    shape = np.diagonal(input._data, settings["offset"], rows, columns).shape
    if as_tensor_argument(src, "src")._data.shape != shape:
        raise RuntimeError(f"src must have the shape {shape} of the diagonal, got {describe(src)}")
    scattered: Tensor = ops.onto_diagonal(input, in_dtype(src, input._data.dtype), **settings)
    return scattered


@of_tensor
def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Matrices with the vectors along the last dimension on their diagonals, zeros elsewhere.

    Args:
        offset: Which diagonal: 0 the main one, positive ones above it, negative below.
        dim1: The dimension of the matrices' rows in the result.
        dim2: That of their columns.

    >>> tg.diag_embed(tg.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    offset = as_integer("offset", offset)
    if input._data.ndim == 0:
        raise IndexError(f"wanted a vector or several, got {describe(input)}")
    rows, columns = _two_dims(dim1, dim2, input._data.ndim + 1)
    side = input._data.shape[-1] + abs(offset)
    shape = list(input._data.shape[:-1])
    for dim in sorted((rows, columns)):
        shape.insert(dim, side)
    zeros = wrap(np.zeros(shape, input._data.dtype))
    embedded: Tensor = ops.onto_diagonal(zeros, input, offset=offset, dim1=rows, dim2=columns)
    return embedded


@of_tensor
def diag(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
    """The diagonal of a matrix as a vector; or a matrix with a vector on its diagonal.

    Args:
        input: A matrix or a vector.
        diagonal: Which diagonal: 0 the main one, positive ones above it, negative below.

    Raises:
        RuntimeError: If `input` has neither one nor two dimensions.

    >>> tg.diag(tg.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    >>> tg.diag(tg.tensor([1, 4]))
    tensor([[1, 0],
            [0, 4]])
    """
    if input._data.ndim == 1:
        return diag_embed(input, diagonal)
    if input._data.ndim == 2:
        return clone(ops.diagonal(input, offset=as_integer("diagonal", diagonal), dim1=0, dim2=1))
    raise RuntimeError(f"wanted a matrix or a vector, got {describe(input)}")


@of_tensor
def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """A matrix with all values of the tensor on its diagonal, zeros elsewhere.

    >>> tg.diagflat(tg.tensor([[1], [2]]))
    tensor([[1, 0],
            [0, 2]])
    """
    return diag_embed(reshape(input, shape=(-1,)), offset)


@named
def block_diag(*tensors: Tensor) -> Tensor:
    """A matrix with these matrices along its diagonal, zeros elsewhere; vectors are rows, numbers 1 by 1.

    Raises:
        RuntimeError: If a tensor has more than two dimensions.

    >>> tg.block_diag(tg.tensor([[1, 2]]), tg.tensor([[3], [4]]))
    tensor([[1, 2, 0],
            [0, 0, 3],
            [0, 0, 4]])
    """
    for i, each in enumerate(tensors):
        if as_tensor_argument(each, f"tensor {i}")._data.ndim > 2:
            raise RuntimeError(f"wanted at most 2 dimensions, got {describe(each)} as tensor {i}")
    if not tensors:
        return wrap(np.zeros((1, 0), np.float32))
    dtype = dtypes.widest(*[each._data.dtype for each in tensors])
    blocks = [in_dtype(each, dtype) for each in tensors]
    blocks = [each if each._data.ndim == 2 else reshape(each, shape=(1, each._data.size)) for each in blocks]
    width, left, rows = sum(each._data.shape[1] for each in blocks), 0, []
    for each in blocks:
        height, own_width = each._data.shape
        right = width - left - own_width
        rows.append(cat(np.zeros((height, left), dtype), each, np.zeros((height, right), dtype), dim=1))
        left += own_width
    return cat(*rows, dim=0)


class DiagonalsMethods(TensorBase):
    """Diagonals as methods of tensors."""

    __slots__ = ()

    diagonal = method(diagonal)
    diagonal_scatter = method(diagonal_scatter)
    diag_embed = method(diag_embed)
    diag = method(diag)
    diagflat = method(diagflat)


def _two_dims(dim1: int, dim2: int, ndim: int) -> tuple[int, int]:
    """Two dimensions, counted from the front, which must be different."""
    first, second = in_range(dim1, ndim), in_range(dim2, ndim)
    if first == second or ndim == 0:
        raise RuntimeError(f"the two dimensions must differ, got dim1={dim1} and dim2={dim2} of {ndim} dimensions")
    return first, second
