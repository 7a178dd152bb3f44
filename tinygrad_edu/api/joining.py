"""Joining tensors: along a dimension that they have, or along another one. What is joined is a copy.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer, as_tensor_argument, in_dtype, in_range, wrap
from tinygrad_edu.api._reading import named, of_tensor
from tinygrad_edu.api.ranges import meshgrid
from tinygrad_edu.api.shape import atleast_2d, atleast_3d, reshape, unsqueeze
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import joining as ops
from tinygrad_edu.ops.indexing import take

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "cartesian_prod",
    "cat",
    "column_stack",
    "combinations",
    "concat",
    "concatenate",
    "dstack",
    "hstack",
    "row_stack",
    "stack",
    "vstack",
]


@named
def cat(tensors: Sequence[Tensor], dim: int = 0, *, out: Tensor | None = None) -> Tensor:
    """Tensors joined along a dimension they have; the other lengths must agree.

    Raises:
        RuntimeError: If the shapes don't fit.
        ValueError: If there are no tensors.

    >>> tg.cat([tg.tensor([1, 2]), tg.tensor([3])])
    tensor([1, 2, 3])
    """
    given = _several(tensors)
    if not given:
        raise ValueError("wanted at least one tensor, got none")
    # PyTorch lets an empty 1-d tensor join anything, so that a list can be built up from nothing.
    parts = [part for part in given if part._data.shape != (0,)]
    if not parts:
        return _joined(given, 0, given)
    shapes = [part._data.shape for part in parts]
    if () in shapes:
        raise RuntimeError("0-d tensors can't be joined; use stack")
    dim = in_range(dim, len(shapes[0]))
    for shape in shapes[1:]:
        if len(shape) != len(shapes[0]) or any(
            a != b for i, (a, b) in enumerate(zip(shape, shapes[0], strict=True)) if i != dim
        ):
            raise RuntimeError(
                f"shapes {shapes[0]} and {shape} can't be joined along dimension {dim}; all other lengths must agree"
            )
    return _joined(parts, dim, given)


@named
def stack(tensors: Sequence[Tensor], dim: int = 0, *, out: Tensor | None = None) -> Tensor:
    """Tensors of one shape joined along a new dimension.

    Raises:
        RuntimeError: If there are no tensors, or the shapes differ.

    >>> tg.stack([tg.tensor([1, 2]), tg.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    parts = _several(tensors)
    if not parts:
        raise RuntimeError("wanted at least one tensor, got none")
    for part in parts:
        if part._data.shape != parts[0]._data.shape:
            raise RuntimeError(
                f"all shapes must be equal, got {parts[0]._data.shape} and {part._data.shape}; cat joins unequal ones"
            )
    dim = in_range(dim, parts[0]._data.ndim + 1)
    return _joined([unsqueeze(part, dim) for part in parts], dim, parts)


@named
def hstack(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """Tensors joined side by side: along dimension 1, or 0 if they have only one.

    >>> tg.hstack([tg.tensor([1, 2]), tg.tensor([3])])
    tensor([1, 2, 3])
    """
    parts = [reshape(part, (-1,)) if part._data.ndim == 0 else part for part in _several(tensors)]
    return cat(_at_least_one(parts), 1 if parts[0]._data.ndim > 1 else 0, out=out)


@named
def vstack(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """Tensors joined one below the other; 1-d tensors are rows.

    >>> tg.vstack([tg.tensor([1, 2]), tg.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    return cat(_at_least_one([atleast_2d(part) for part in _several(tensors)]), 0, out=out)


@named
def dstack(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """Tensors joined one behind the other: along dimension 2, which each gets if it hasn't got it.

    >>> tg.dstack([tg.tensor([1, 2]), tg.tensor([3, 4])])
    tensor([[[1, 3],
             [2, 4]]])
    """
    return cat(_at_least_one([atleast_3d(part) for part in _several(tensors)]), 2, out=out)


@named
def column_stack(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """Tensors joined side by side; 1-d tensors are columns.

    >>> tg.column_stack([tg.tensor([1, 2]), tg.tensor([3, 4])])
    tensor([[1, 3],
            [2, 4]])
    """
    parts = [reshape(part, (-1, 1)) if part._data.ndim < 2 else part for part in _several(tensors)]
    return cat(_at_least_one(parts), 1, out=out)


@named
def cartesian_prod(*tensors: Tensor) -> Tensor:
    """All ways to choose one value of each vector, as rows; of one vector, the vector itself.

    Raises:
        RuntimeError: If a tensor isn't a vector, or the dtypes differ.

    >>> tg.cartesian_prod(tg.tensor([1, 2]), tg.tensor([3, 4]))
    tensor([[1, 3],
            [1, 4],
            [2, 3],
            [2, 4]])
    """
    for i, each in enumerate(tensors):
        if as_tensor_argument(each, f"tensor {i}")._data.ndim != 1:
            raise RuntimeError(f"wanted vectors, got {describe(each)} as tensor {i}")
    if len(tensors) == 1:
        return tensors[0]
    grids = meshgrid(*tensors, indexing="ij")
    return stack([reshape(each, (-1,)) for each in grids], 1)


@of_tensor
def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All ways to choose `r` values of a vector, in its order, as rows.

    Args:
        with_replacement: Whether a value may be chosen more than once.

    >>> tg.combinations(tg.tensor([1, 2, 3]))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    count = as_integer("r", r)
    if input._data.ndim != 1:
        raise RuntimeError(f"wanted a vector, got {describe(input)}")
    if count < 0:
        raise RuntimeError(f"r must not be negative, got {count}")
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    if count == 0:
        return wrap(np.empty(0, input._data.dtype))
    places = np.array(list(choose(range(input._data.size), count)), np.int64).reshape(-1, count)
    return take(input, index=(places,))


concat = concatenate = cat
row_stack = vstack


def _several(tensors: Any) -> list[Any]:
    if isinstance(tensors, TensorBase):
        raise TypeError(f"wanted a list or tuple of tensors, got {describe(tensors)}")
    return [as_tensor_argument(part, f"tensor {i}") for i, part in enumerate(tensors)]


def _at_least_one(parts: list[Any]) -> list[Any]:
    if not parts:
        raise RuntimeError("wanted at least one tensor, got none")
    return parts


def _joined(parts: list[Any], dim: int, given: list[Any]) -> Tensor:
    """Join `parts` in the type in which all tensors that were given meet."""
    common = dtypes.widest(*[part._data.dtype for part in given])
    return ops.cat(*[in_dtype(part, common) for part in parts], dim=dim)
