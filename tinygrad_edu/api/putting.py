"""Putting values into a copy: by index, by mask, in the flattened tensor, in a slice.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer, as_tensor_argument, check_fits, in_dtype, in_range, kind_of
from tinygrad_edu.api._in_place import both, method
from tinygrad_edu.api._places import integers, refuse_outside, slices, stretched_to_place
from tinygrad_edu.api._reading import broadcasting, of_tensor
from tinygrad_edu.api.choice import where
from tinygrad_edu.api.indexing import misplaced, split_index
from tinygrad_edu.api.scattering import put_or_add, same_dtype
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import putting as ops
from tinygrad_edu.ops.indexing import select
from tinygrad_edu.ops.shape import clone, reshape
from tinygrad_edu.ops.stretching import expand

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = ["index_put", "masked_fill", "masked_scatter", "put", "select_scatter", "slice_scatter"]


@of_tensor
def index_put(input: Tensor, indices: Sequence[Tensor], values: Tensor, accumulate: bool = False) -> Tensor:
    """`input` with ``input[indices] = values`` done.

    Args:
        indices: For each dimension a tensor of places, or a mask.
        values: What to put there, of the dtype of `input`; it may broadcast.
        accumulate: Whether to add to what is there; values that go to one place then add up.

    >>> tg.index_put(tg.zeros(3), (tg.tensor([0, 2, 2]),), tg.ones(3), accumulate=True)
    tensor([1., 0., 2.])
    """
    if isinstance(indices, TensorBase):
        raise TypeError(f"indices must be a tuple of tensors, got {describe(indices)}")
    given = [as_tensor_argument(each, f"index {i}")._data for i, each in enumerate(indices)]
    same_dtype(input, values, "values")
    if not given or any(each.ndim == 0 and each.dtype == bool for each in given):
        raise IndexError(f"wanted a tensor of places, or a mask, for at least one dimension, got {tuple(indices)}")
    taken = sum(each.ndim if each.dtype == bool else 1 for each in given)
    if taken > input._data.ndim:
        raise IndexError(f"got indices for {taken} dimensions of {describe(input)}")
    _, index = split_index(input, tuple([np.atleast_1d(each) for each in given]))
    assert index is not None  # of arrays alone
    try:
        shape = input._data[index].shape
    except IndexError:
        raise IndexError(f"{misplaced(input, tuple(given))}; indexed was {describe(input)}") from None
    return put_or_add(input, stretched_to_place(values, shape, input), index, accumulate)


@of_tensor
def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """`input` with the values of `source` put at these places of the flattened tensor: the opposite of `take`.

    Args:
        index: int64; negative places count from the end.
        source: As many values, of the dtype of `input`.
        accumulate: Whether to add to what is there; values that go to one place then add up.

    >>> tg.put(tg.zeros(2, 2), tg.tensor([0, -1]), tg.tensor([5.0, 6.0]))
    tensor([[5., 0.],
            [0., 6.]])
    """
    places = integers(index, only_int64=True).ravel()
    same_dtype(input, source, "source")
    if source._data.size != places.size:
        raise IndexError(f"index and source must hold equally many, got {describe(index)} and {describe(source)}")
    refuse_outside(places, input._data.size, IndexError, backwards=True)
    flat, values = reshape(input, shape=(-1,)), reshape(source, shape=(-1,))
    changed = put_or_add(flat, values, (np.where(places < 0, places + input._data.size, places),), accumulate)
    return clone(reshape(changed, shape=input._data.shape))


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
    return filled if filled._data.flags.c_contiguous else clone(filled, in_rows=True)


@of_tensor
def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """`input` with the values of `source`, one after the other, put where `mask` is True.

    Raises:
        RuntimeError: If `source` has another dtype, or too few values.

    >>> tg.masked_scatter(tg.zeros(3), tg.tensor([True, False, True]), tg.tensor([5.0, 6.0]))
    tensor([5., 0., 6.])
    """
    as_tensor_argument(mask, "mask")
    if mask._data.dtype != bool:
        raise TypeError(f"mask must be a bool tensor such as x > 0, got {describe(mask)}")
    same_dtype(input, source, "source")
    shape = broadcasting(np.broadcast_arrays, np.empty(input._data.shape), mask._data)[0].shape
    chosen = np.broadcast_to(mask._data, shape)
    count = int(np.count_nonzero(chosen))
    if source._data.size < count:
        raise RuntimeError(f"mask is True at {count} places, but source is {describe(source)}")
    values = select(reshape(source, shape=(-1,)), index=(slice(count),))
    if not shape:
        return clone(reshape(values, shape=())) if count else clone(input)
    return ops.put(expand(input, shape=shape), values, index=(chosen,))


@of_tensor
def select_scatter(input: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """`input` with `src` in the place of ``input.select(dim, index)``.

    Raises:
        RuntimeError: If `src` hasn't the shape of its place.

    >>> tg.select_scatter(tg.zeros(2, 2), tg.ones(2), 0, 1)
    tensor([[0., 0.],
            [1., 1.]])
    """
    axis = in_range(dim, input._data.ndim)
    number = as_integer("index", index)
    if input._data.ndim == 0:
        raise IndexError(f"a 0-d tensor has no dimension to select from, got {describe(input)}")
    if not -input._data.shape[axis] <= number < input._data.shape[axis]:
        raise IndexError(f"index {index} is out of range for dimension {dim} of {describe(input)}")
    return _put_exactly(input, src, slices(axis, number))


@of_tensor
def slice_scatter(
    input: Tensor, src: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """`input` with `src` in the place of its slice ``start:end:step`` along `dim`.

    Raises:
        RuntimeError: If `src` hasn't the shape of its place, or the step isn't positive.

    >>> tg.slice_scatter(tg.zeros(3), tg.ones(2), start=1)
    tensor([0., 1., 1.])
    """
    axis = in_range(dim, input._data.ndim)
    if input._data.ndim == 0:
        raise IndexError(f"a 0-d tensor has no dimension to cut, got {describe(input)}")
    first, last = (None if each is None else as_integer("an end of a slice", each) for each in (start, end))
    if as_integer("step", step) <= 0:
        raise RuntimeError(f"step must be positive, got {step}")
    return _put_exactly(input, src, slices(axis, slice(first, last, step)))


class PuttingMethods(TensorBase):
    """Putting values in as methods of tensors."""

    __slots__ = ()

    index_put, index_put_ = both(index_put)
    put, put_ = both(put)
    masked_fill, masked_fill_ = both(masked_fill)
    masked_scatter, masked_scatter_ = both(masked_scatter)
    select_scatter = method(select_scatter)
    slice_scatter = method(slice_scatter)


def _put_exactly(x: Any, src: Any, index: tuple[Any, ...]) -> Tensor:
    """`x` with `src` at a place that must have its shape."""
    shape = x._data[index].shape
    if as_tensor_argument(src, "src")._data.shape != shape:
        raise RuntimeError(f"src must have the shape {shape} of its place, got {describe(src)}")
    return ops.put(x, in_dtype(src, x._data.dtype), index=index)
