"""Picking values by place: along a dimension, in the flattened tensor, by a mask. What is picked is a copy.

Gradients of a value that was picked twice add up.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_shape, as_tensor_argument, in_range, own, wrap
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._places import integers, places_along, refuse_outside, slices, vector
from tinygrad_edu.api._reading import named, of_tensor
from tinygrad_edu.api.indexing import getitem
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import indexing
from tinygrad_edu.ops import picking as ops
from tinygrad_edu.ops.shape import clone, reshape
from tinygrad_edu.ops.stretching import expand

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "argwhere",
    "gather",
    "index_select",
    "masked_select",
    "nonzero",
    "take",
    "take_along_dim",
    "unravel_index",
]


@of_tensor
def index_select(input: Tensor, dim: int, index: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The slices along `dim` that `index` names, in its order; places may repeat.

    >>> tg.index_select(tg.tensor([[1, 2], [3, 4]]), 0, tg.tensor([1, 1]))
    tensor([[3, 4],
            [3, 4]])
    """
    places = vector(index)
    dim = in_range(dim, input._data.ndim)
    shape = input._data.shape or (1,)
    refuse_outside(places, shape[dim], IndexError)
    if input._data.ndim == 0:
        if places.size != 1:
            raise RuntimeError(f"a 0-d tensor has one place to select, got {describe(index)}")
        return clone(input)
    return indexing.take(input, index=slices(dim, places))


@of_tensor
def gather(
    input: Tensor,
    dim: int,
    index: Tensor,
    *,
    sparse_grad: bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """At each place of `index`, the value that it names along `dim`.

    Args:
        dim: The dimension along which `index` counts.
        index: int64 or int32, with as many dimensions as `input` and no longer than it in the others.
        sparse_grad: Accepted for PyTorch's sake; changes nothing.

    >>> tg.gather(tg.tensor([[1, 2], [3, 4]]), 1, tg.tensor([[0], [1]]))
    tensor([[1],
            [4]])
    """
    x, dim, places = places_along(input, dim, index)
    picked = ops.gather(x, dim=dim, index=places)
    return picked if index._data.ndim else own(reshape(picked, shape=()))


@of_tensor
def take(input: Tensor, index: Tensor) -> Tensor:
    """The values at these places of the flattened tensor, in the shape of `index`; negative ones count from the end.

    >>> tg.take(tg.tensor([[1, 2], [3, 4]]), tg.tensor([0, -1]))
    tensor([1, 4])
    """
    places = integers(index, only_int64=True)
    refuse_outside(places, input._data.size, IndexError, backwards=True)
    return indexing.take(reshape(input, shape=(-1,)), index=(places,))


@of_tensor
def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None, *, out: Tensor | None = None) -> Tensor:
    """At each place of `indices`, the value that it names along `dim`, or in the flattened tensor.

    Along a dimension, places count round and round, as in PyTorch: -1 is the last one.

    >>> x = tg.tensor([[3, 1], [2, 4]])
    >>> tg.take_along_dim(x, x.argmax(1, keepdim=True), 1)
    tensor([[3],
            [4]])
    """
    places = integers(indices, "indices", only_int64=True)
    if dim is None:
        refuse_outside(places, input._data.size, RuntimeError)
        return indexing.take(reshape(input, shape=(-1,)), index=(places.ravel(),))
    dim = in_range(dim, input._data.ndim)
    shape, other = list(input._data.shape), list(places.shape)
    if len(shape) != len(other) or not shape:
        raise RuntimeError(
            f"input and indices must have equally many dimensions, got {describe(input)} and {describe(indices)}"
        )
    length, count = shape[dim], other[dim]
    shape[dim] = other[dim] = 1
    try:
        common = list(np.broadcast_shapes(tuple(shape), tuple(other)))
    except ValueError:
        raise RuntimeError(f"the shapes of {describe(input)} and {describe(indices)} don't broadcast") from None
    if places.size and not length:
        raise RuntimeError(f"there is nothing to pick from, got {describe(input)}")
    whole = expand(input, shape=(*common[:dim], length, *common[dim + 1 :]))
    places = np.broadcast_to(places, (*common[:dim], count, *common[dim + 1 :]))
    return ops.gather(whole, dim=dim, index=places % max(length, 1))


@of_tensor
def masked_select(input: Tensor, mask: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The values where `mask` is True, in one dimension.

    >>> tg.masked_select(tg.tensor([1, 2, 3]), tg.tensor([True, False, True]))
    tensor([1, 3])
    """
    as_tensor_argument(mask, "mask")
    if mask._data.dtype != bool:
        raise TypeError(f"mask must be a bool tensor, got {describe(mask)}")
    try:
        shape = np.broadcast_shapes(input._data.shape, mask._data.shape)
    except ValueError:
        raise RuntimeError(f"{describe(input)} and {describe(mask)} don't broadcast") from None
    if not shape:
        return getitem(reshape(input, shape=(1,)), np.atleast_1d(mask._data))
    return getitem(expand(input, shape=shape), np.broadcast_to(mask._data, shape))


@overload
def nonzero(input: Tensor, *, out: Tensor | None = None, as_tuple: Literal[False] = False) -> Tensor: ...
@overload
def nonzero(input: Tensor, *, as_tuple: Literal[True]) -> tuple[Tensor, ...]: ...
@of_tensor
def nonzero(input: Tensor, *, out: Tensor | None = None, as_tuple: bool = False) -> Any:
    """The places of the values that aren't zero.

    Args:
        as_tuple: Whether to return one tensor of indices for each dimension, which can index `input`.

    Returns:
        The places as rows, of shape (count, dimensions), or the tuple.

    >>> tg.nonzero(tg.tensor([0, 3, 0, 4]))
    tensor([[1],
            [3]])
    """
    values = input._data
    if as_tuple:
        return tuple(wrap(each) for each in np.nonzero(np.atleast_1d(values)))
    return wrap(np.argwhere(values))


@of_tensor
def argwhere(input: Tensor) -> Tensor:
    """The places of the values that aren't zero, as rows: what `nonzero` gives.

    >>> tg.argwhere(tg.tensor([[0, 3], [4, 0]]))
    tensor([[0, 1],
            [1, 0]])
    """
    return wrap(np.argwhere(input._data))


@named
def unravel_index(indices: Tensor, shape: int | Sequence[int]) -> tuple[Tensor, ...]:
    """The places along each dimension of `shape` that the places in the flattened tensor are.

    Raises:
        ValueError: If a length is negative.
        RuntimeError: If there are no places in that shape.

    >>> tg.unravel_index(tg.tensor([5, 1]), (2, 3))
    (tensor([1, 0]), tensor([2, 1]))
    """
    places = as_tensor_argument(indices, "indices")._data
    if places.dtype.kind not in "iu":
        raise TypeError(f"indices must be integers, got {describe(indices)}; convert them with .long() first")
    lengths = as_shape((shape,))
    if min(lengths, default=0) < 0:
        raise ValueError(f"lengths must not be negative, got {lengths}")
    if 0 in lengths and places.size:
        raise RuntimeError(f"a tensor of shape {lengths} has no places, got {describe(indices)}")
    found = []
    for length in reversed(lengths):
        found.append(wrap(places.astype(np.int64) % max(length, 1)))
        places = places // max(length, 1)
    return tuple(reversed(found))


class PickingMethods(TensorBase):
    """Picking values as methods of tensors."""

    __slots__ = ()

    index_select = method(index_select)
    gather = method(gather)
    take_along_dim = method(take_along_dim)
    masked_select = method(masked_select)
    nonzero = method(nonzero)
    take = method(take)
    argwhere = method(argwhere)
