"""Indexing: ``x[...]``, and the functions that give such views.

A basic index (integers, slices, None, ...) gives a view; an index with a tensor, an array or a list
gives a copy. Both kinds may be mixed, and places may repeat: gradients of a place picked twice add.

Source: https://docs.pytorch.org/docs/stable/tensor_view.html; https://numpy.org/doc/stable/user/basics.indexing.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe, ragged
from tinygrad_edu.api._arguments import as_integer, in_range
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.autograd.graph import TensorBase, View, new
from tinygrad_edu.ops import indexing as ops
from tinygrad_edu.ops.shape import clone

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "narrow",
    "narrow_copy",
    "select",
]

_INT64 = np.dtype(np.int64)
_ALL = (slice(None),) * 64  # as many dimensions as NumPy has
_NO_SEQUENCES = (str, bytes, dict, np.ndarray, np.generic)
_ENDS = (int, type(None))  # the types of the ends of a plain slice


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
    if not input._requires_grad and type(input._data) is np.ndarray:
        step = plain_step(index)
        if step is not None:
            try:
                return shown(input, step)
            except IndexError:
                pass  # which is said in words below
    if isinstance(index, TensorBase) and index._data.dtype is _INT64 and index._data.ndim and input._data.ndim:
        try:
            return ops.take(input, index=(index._data.copy(), *_ALL[: input._data.ndim - 1]))
        except IndexError:
            pass
    view, places = split_index(input, index)
    try:
        result: Tensor = ops.select(input, index=view) if view else input
        if places is not None:
            result = ops.take(result, index=places)
    except IndexError:
        raise IndexError(f"index: {misplaced(input, index)}; indexed was {describe(input)}") from None
    return result


def plain_step(index: Any) -> tuple[Any, ...] | None:
    """An index of integers and slices as NumPy takes it, if there is nothing else in it to be read."""
    kind = type(index)
    if kind is int:
        return index, ...
    for part in index if kind is tuple else (index,):
        kind = type(part)
        if kind is not int and not (
            kind is slice and part.step is None and type(part.start) in _ENDS and type(part.stop) in _ENDS
        ):
            return None
    return (*index, ...) if type(index) is tuple else (index, ...)


def shown(x: Any, step: tuple[Any, ...]) -> Tensor:
    """The view of a tensor outside the graph that a plain step shows: what `select` gives, sooner.

    Loops over single values spend their time here: a counting of 228,000 pairs of letters, for one.
    """
    above = x._view
    if above is not None:
        base = above.base
        if base._requires_grad:
            return ops.select(x, index=step)
    part: Any = new(TensorBase.result_type)
    part._data = x._data[step]
    part._stamp = x._stamp
    part._node = part._grad = part._hooks = None
    part._requires_grad = False
    part._view = View(x, ((), step)) if above is None else View(base, (above.steps, step))
    view: Tensor = part
    return view


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
    if isinstance(values, (list, tuple, range)) or _is_sequence(values):
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


def _is_sequence(value: Any) -> bool:
    """Whether something that is no list holds numbered values, as a `Subset` or a deque does."""
    return hasattr(value, "__getitem__") and hasattr(value, "__len__") and not isinstance(value, _NO_SEQUENCES)


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
def narrow_copy(input: Tensor, dim: int, start: int, length: int, *, out: Tensor | None = None) -> Tensor:
    """A copy of `length` places along `dim`, from `start` on: what `narrow` shows.

    >>> tg.narrow_copy(tg.arange(5), 0, 1, 3)
    tensor([1, 2, 3])
    """
    return clone(narrow(input, dim, start, length))


class IndexingMethods(TensorBase):
    """Indexing as methods of tensors."""

    __slots__ = ()

    select = method(select)
    narrow = method(narrow)
    narrow_copy = method(narrow_copy)
    __getitem__ = method(getitem)
