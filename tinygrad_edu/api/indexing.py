"""Picking parts of tensors: ``x[...]``, and the functions like it.

A basic index (integers, slices, None, ...) gives a view; an index with a tensor, an array or a list
gives a copy. Both kinds may be mixed, and places may repeat: gradients of a place picked twice add.

Source: https://docs.pytorch.org/docs/stable/tensor_view.html; https://numpy.org/doc/stable/user/basics.indexing.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe, ragged
from tinygrad_edu.api._arguments import (
    as_integer,
    as_number,
    as_tensor_argument,
    check_fits,
    in_dtype,
    in_range,
    kind_of,
    own,
    wrap,
)
from tinygrad_edu.api._in_place import both, method
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.api.choice import where
from tinygrad_edu.autograd.graph import TensorBase, TensorMethods
from tinygrad_edu.ops import indexing as ops
from tinygrad_edu.ops.shape import clone, reshape
from tinygrad_edu.ops.stretching import expand

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = [
    "gather",
    "index_select",
    "masked_fill",
    "masked_select",
    "narrow",
    "nonzero",
    "scatter",
    "select",
    "take_along_dim",
]


def getitem(input: Tensor, index: Any) -> Tensor:
    """``input[index]``.

    As in PyTorch, integers are taken first: ``x[0, :, [1, 2]]`` is ``x[0][:, [1, 2]]`` (NumPy gives
    its transpose). A list that holds lists, slices or None counts as a tuple.

    Raises:
        IndexError: If the index doesn't fit the tensor.
        ValueError: If the step of a slice isn't positive.

    >>> x = tg.tensor([[1, 2, 3], [4, 5, 6]])
    >>> x[1, ::2], x[x > 4]
    (tensor([4, 6]), tensor([5, 6]))
    """
    view, places = split_index(input, index)
    try:
        result: Tensor = ops.select(input, index=view) if view else input
        if places is not None:
            result = ops.take(result, index=places)
    except IndexError:
        raise IndexError(f"index: {misplaced(input, index)}; indexed was {describe(input)}") from None
    return result


def misplaced(input: Any, index: Any) -> str:
    """Why an index fits a tensor in no way, in words."""
    dim = 0
    arrays = []
    for part in _parts(input, index):
        lengths = input._data.shape[dim : dim + _span(part)]
        dim += _span(part)
        if isinstance(part, np.ndarray) and part.dtype == bool:
            if part.shape != lengths:
                return f"a mask of shape {part.shape} doesn't fit dimensions of lengths {lengths}"
        elif isinstance(part, (int, np.ndarray)) and not isinstance(part, bool):
            arrays.append(np.asarray(part))
            outside = [place for place in arrays[-1].ravel().tolist() if not -lengths[0] <= place < lengths[0]]
            if outside:
                return f"index {outside[0]} is out of range for dimension {dim - 1} of length {lengths[0]}"
    return f"places of shapes {' and '.join(str(each.shape) for each in arrays)} don't broadcast"


def split_index(input: Any, index: Any) -> tuple[tuple[Any, ...], tuple[Any, ...] | None]:
    """The two steps of indexing: what gives a view, and the places to pick from that view.

    The first is () if the view would show all of the tensor as it is; the second is None if the view
    is the result.
    """
    view: list[Any] = []
    places: list[Any] = []
    for part in _parts(input, index):
        if isinstance(part, bool):
            view.append(None)
            places.append(np.array([part]))
        elif isinstance(part, np.ndarray):
            view += [slice(None)] * _span(part)
            places.append(part)
        else:
            view.append(part)
            places += [] if isinstance(part, int) else [slice(None)]
    shows_all = bool(view) and all(part == slice(None) if isinstance(part, slice) else False for part in view)
    picks = any(isinstance(place, np.ndarray) for place in places)
    return () if shows_all and picks else (*view, ...), tuple(places) if picks else None


def _parts(input: Any, index: Any) -> list[Any]:
    """The parts of an index as NumPy takes them, for all dimensions."""
    if isinstance(index, list) and any(
        isinstance(part, (slice, tuple, list, TensorBase, np.ndarray, type(None), type(...))) for part in index
    ):
        index = tuple(index)
    parts = [_index_part(part) for part in (index if isinstance(index, tuple) else (index,))]
    spans = [_span(part) for part in parts]
    ndim = input._data.ndim
    if sum(spans) > ndim:
        raise IndexError(f"index: got an index for {sum(spans)} dimensions, but indexed was {describe(input)}")
    gaps = [place for place, part in enumerate(parts) if part is Ellipsis]
    if len(gaps) > 1:
        raise IndexError("index: only one ... can stand in an index, as it means all dimensions that aren't named")
    rest = [slice(None)] * (ndim - sum(spans))
    where_rest = gaps[0] if gaps else len(parts)
    parts[where_rest : where_rest + len(gaps)] = rest
    return parts


def _span(part: Any) -> int:
    """The number of dimensions that a part of an index takes."""
    if part is None or part is Ellipsis or isinstance(part, bool):
        return 0
    return part.ndim if isinstance(part, np.ndarray) and part.dtype == bool else 1


def _index_part(part: Any) -> Any:
    """A part of an index as NumPy takes it: an int, a bool, a slice, None, ... or an array of places."""
    if part is None or part is Ellipsis or isinstance(part, bool):
        return part
    if isinstance(part, slice):
        ends = part.start, part.stop, part.step
        start, stop, step = (each if each is None or type(each) is int else _slice_end(each) for each in ends)
        if step is not None and step <= 0:
            raise ValueError(f"index: the step of a slice must be positive, got {step}; use flip to reverse")
        return slice(start, stop, step)
    if isinstance(part, (int, np.integer)):
        return int(part)
    values = part._data if isinstance(part, TensorBase) else part
    if isinstance(values, (list, tuple, range)):
        try:
            values = np.array([each._data if isinstance(each, TensorBase) else each for each in values])
        except ValueError:
            raise IndexError(f"index: the lists are ragged: {ragged(values, 'index')}") from None
        values = values.astype(np.int64) if values.size == 0 else values
    if not isinstance(values, (np.ndarray, np.generic)):
        raise IndexError(
            f"index: wanted integers, slices, bools, None, ... or a tensor of places, got {describe(part)}"
        )
    if values.dtype.kind == "b" or values.dtype == np.uint8:
        return values.astype(bool) if values.ndim else bool(values)
    if values.dtype not in (np.int64, np.int32):
        raise IndexError(
            f"index: a tensor of places must be int64, int32 or bool, got {describe(part)}; "
            "convert it with .long() first"
        )
    # A copy: the graph must not see later changes of the index.
    return values.astype(np.int64) if values.ndim else int(values)


def _slice_end(end: Any) -> int:
    try:
        return as_integer("an end of a slice", end)
    except TypeError as error:
        raise TypeError(f"index: {error}") from None


@of_tensor
def select(input: Tensor, dim: int, index: int) -> Tensor:
    """A view of number `index` along `dim`, without that dimension.

    >>> tg.select(tg.tensor([[1, 2], [3, 4]]), 1, 0)
    tensor([1, 3])
    """
    dim = in_range(dim, input._data.ndim)
    if input._data.ndim == 0:
        raise IndexError("a 0-d tensor has no dimension to select from")
    index, length = as_integer("index", index), input._data.shape[dim]
    if not -length <= index < length:
        raise IndexError(f"index {index} is out of range for dimension {dim} of {describe(input)}")
    return getitem(input, (slice(None),) * dim + (index,))


@of_tensor
def narrow(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """A view of `length` places along `dim`, from `start` on.

    Raises:
        RuntimeError: If that reaches beyond the end.

    >>> tg.narrow(tg.arange(5), 0, 1, 3)
    tensor([1, 2, 3])
    """
    dim = in_range(dim, input._data.ndim)
    if input._data.ndim == 0:
        raise RuntimeError("a 0-d tensor has no dimension to narrow")
    size = input._data.shape[dim]
    start, length = as_integer("start", start), as_integer("length", length)
    first = start + size if start < 0 else start
    if not 0 <= first <= first + length <= size:
        raise RuntimeError(f"{length} places from {start} on don't fit dimension {dim} of {describe(input)}")
    return ops.select(input, index=(slice(None),) * dim + (slice(first, first + length),))


@of_tensor
def index_select(input: Tensor, dim: int, index: Tensor, *, out: None = None) -> Tensor:
    """The slices along `dim` that `index` names, in its order; places may repeat.

    >>> tg.index_select(tg.tensor([[1, 2], [3, 4]]), 0, tg.tensor([1, 1]))
    tensor([[3, 4],
            [3, 4]])
    """
    places = _integers(index)
    if places.ndim > 1:
        raise IndexError(f"index must have one dimension, got {describe(index)}")
    dim = in_range(dim, input._data.ndim)
    shape = input._data.shape or (1,)
    _refuse_outside(places, shape[dim], IndexError)
    if input._data.ndim == 0:
        if places.size != 1:
            raise RuntimeError(f"a 0-d tensor has one place to select, got {describe(index)}")
        return clone(input)
    return getitem(input, (slice(None),) * dim + (np.atleast_1d(places),))


@of_tensor
def gather(
    input: Tensor,
    dim: int,
    index: Tensor,
    *,
    sparse_grad: bool = False,
    out: None = None,
) -> Tensor:
    """At each place of `index`, the value that it names along `dim`.

    Args:
        dim: The dimension along which `index` counts.
        index: int64, with as many dimensions as `input` and no longer than it in the others.
        sparse_grad: Accepted for PyTorch's sake; changes nothing.

    >>> tg.gather(tg.tensor([[1, 2], [3, 4]]), 1, tg.tensor([[0], [1]]))
    tensor([[1],
            [4]])
    """
    x, dim, places = _places_along(input, dim, index)
    picked = ops.gather(x, dim=dim, index=places)
    return picked if index._data.ndim else own(reshape(picked, shape=()))


@of_tensor
def scatter(input: Tensor, dim: int, index: Tensor, src: Tensor | Number) -> Tensor:
    """`input` with the values of `src` put where `index` says along `dim`: the opposite of `gather`.

    Args:
        dim: The dimension along which `index` counts.
        index: int64, with as many dimensions as `input`. Where places repeat, the last value stays.
        src: The values, of the dtype of `input` and at least as long as `index`; or a number.

    Raises:
        RuntimeError: If the shapes or dtypes don't fit, or an index lies outside.

    >>> tg.zeros(2, 3).scatter(1, tg.tensor([[2], [0]]), 1)  # one-hot rows
    tensor([[0., 0., 1.],
            [1., 0., 0.]])
    """
    x, dim, places = _places_along(input, dim, index)
    values: Any = src
    if isinstance(src, TensorBase):
        if src._data.dtype != x._data.dtype:
            raise RuntimeError(f"src must have the dtype of {describe(input)}, got {describe(src)}")
        values = reshape(src, shape=(1,)) if src._data.ndim == 0 else src
        if values._data.ndim != places.ndim or any(
            n > m for n, m in zip(places.shape, values._data.shape, strict=True)
        ):
            raise RuntimeError(f"index of shape {places.shape} reaches beyond src, {describe(src)}")
        values = getitem(values, tuple(slice(n) for n in places.shape))
    else:
        number = as_number("src", src)
        check_fits(number, x._data.dtype)
        values = in_dtype(number, x._data.dtype)
    put = ops.put(x, values, index=ops.along(places, dim))
    return put if input._data.ndim else own(reshape(put, shape=()))


@of_tensor
def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None, *, out: None = None) -> Tensor:
    """At each place of `indices`, the value that it names along `dim`, or in the flattened tensor.

    >>> x = tg.tensor([[3, 1], [2, 4]])
    >>> tg.take_along_dim(x, x.argmax(1, keepdim=True), 1)
    tensor([[3],
            [4]])
    """
    places = as_tensor_argument(indices, "indices")
    if dim is None:
        return gather(reshape(input, shape=(-1,)), 0, reshape(places, shape=(-1,)))
    dim = in_range(dim, input._data.ndim)
    shape, other = list(input._data.shape), list(places._data.shape)
    if len(shape) != len(other) or not shape:
        raise RuntimeError(
            f"input and indices must have equally many dimensions, got {describe(input)} and {describe(places)}"
        )
    length, count = shape[dim], other[dim]
    shape[dim] = other[dim] = 1
    try:
        common = list(np.broadcast_shapes(tuple(shape), tuple(other)))
    except ValueError:
        raise RuntimeError(f"the shapes of {describe(input)} and {describe(places)} don't broadcast") from None
    whole = expand(input, shape=(*common[:dim], length, *common[dim + 1 :]))
    return gather(whole, dim, expand(places, shape=(*common[:dim], count, *common[dim + 1 :])))


@of_tensor
def masked_fill(input: Tensor, mask: Tensor, value: Tensor | Number) -> Tensor:
    """`input` with `value` where `mask` is True.

    >>> tg.masked_fill(tg.tensor([1.0, 2.0]), tg.tensor([True, False]), 0)
    tensor([0., 2.])
    """
    if isinstance(value, TensorBase) and value._data.ndim:
        raise RuntimeError(f"value must be a number or a 0-d tensor, got {describe(value)}")
    as_tensor_argument(mask, "mask")
    if mask._data.dtype != bool:
        raise TypeError(f"mask must be a bool tensor such as x > 0, got {describe(mask)}")
    if kind_of(value) == "f" and kind_of(input) != "f" and isinstance(value, TensorBase):
        raise RuntimeError(f"{describe(value)} can't be put into {describe(input)}; convert it first")
    check_fits(value, input._data.dtype)
    filled: Tensor = where(mask, in_dtype(value, input._data.dtype), input)
    return filled


@of_tensor
def masked_select(input: Tensor, mask: Tensor, *, out: None = None) -> Tensor:
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


@of_tensor
def nonzero(input: Tensor, *, out: None = None, as_tuple: bool = False) -> Any:
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


class IndexingMethods(TensorMethods):
    """Picking parts as methods of tensors."""

    __slots__ = ()

    select = method(select)
    narrow = method(narrow)
    index_select = method(index_select)
    gather = method(gather)
    scatter, scatter_ = both(scatter)
    take_along_dim = method(take_along_dim)
    masked_fill, masked_fill_ = both(masked_fill)
    masked_select = method(masked_select)
    nonzero = method(nonzero)
    __getitem__ = method(getitem)


def _integers(index: Any) -> Any:
    values = as_tensor_argument(index, "index")._data
    if values.dtype not in (np.int64, np.int32):
        raise TypeError(f"index must be int64, got {describe(index)}; convert it with .long() first")
    return np.asarray(values)


def _places_along(x: Any, dim: int, index: Any) -> tuple[Any, int, np.ndarray]:
    """The tensor, the dimension and the places in it that `index` names, of 0-d ones as if they had one dimension."""
    places = np.atleast_1d(_integers(index))
    dim = in_range(dim, x._data.ndim)
    shape = x._data.shape or (1,)
    if places.ndim != len(shape) or any(
        n > m for i, (n, m) in enumerate(zip(places.shape, shape, strict=True)) if i != dim
    ):
        raise RuntimeError(f"index of shape {places.shape} doesn't fit {describe(x)} along dimension {dim}")
    _refuse_outside(places, shape[dim], RuntimeError)
    return (x if x._data.ndim else reshape(x, shape=(1,))), dim, np.array(places)  # a copy: see _index_part


def _refuse_outside(places: np.ndarray, length: int, error: type[Exception]) -> None:
    if places.size and not (places.min() >= 0 and places.max() < length):
        wanted = f"index must lie between 0 and {length - 1}" if length else "there is nothing to pick from"
        raise error(f"{wanted}, got values from {places.min()} to {places.max()}")
