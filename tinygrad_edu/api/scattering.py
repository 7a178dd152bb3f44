"""Putting values into a copy along a dimension, where some may meet in one place: the opposite of gathering.

``scatter…`` has a place for each value; ``index_…`` one for each slice. Of values that meet, the last one stays, or
their sum, product, mean, largest or smallest. `scatter` with `reduce` has its derivative here; PyTorch has none.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import (
    as_flag,
    as_number,
    as_tensor_argument,
    check_fits,
    in_dtype,
    in_range,
    own,
    wrap,
)
from tinygrad_edu.api._in_place import both
from tinygrad_edu.api._places import (
    counted_from_0,
    in_one_dimension,
    places_along,
    refuse_outside,
    slices,
    vector,
)
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.api.arithmetic import add, div
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import scattering as ops
from tinygrad_edu.ops.arithmetic import mul
from tinygrad_edu.ops.indexing import put_sum, select, take
from tinygrad_edu.ops.joining import cat
from tinygrad_edu.ops.picking import along
from tinygrad_edu.ops.putting import put
from tinygrad_edu.ops.shape import clone, reshape
from tinygrad_edu.ops.stretching import expand

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = ["index_add", "index_copy", "index_fill", "index_reduce", "scatter", "scatter_add", "scatter_reduce"]

Index = tuple[Any, ...]  # as NumPy takes it between brackets

_BY_SCATTER = {"add": "sum", "multiply": "prod"}


@of_tensor
def scatter(
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Tensor | Number | None = None,
    *,
    value: Number | None = None,
    reduce: str | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """`input` with the values of `src` put where `index` says along `dim`: the opposite of `gather`.

    Args:
        dim: The dimension along which `index` counts.
        index: int64 or int32, with as many dimensions as `input`. Where places repeat, the last value stays.
        src: The values, of the dtype of `input` and at least as long as `index`; or a number.
        value: The number, by this name.
        reduce: ``"add"`` or ``"multiply"`` to do that with the value that is there.

    Raises:
        RuntimeError: If the shapes or dtypes don't fit, or an index lies outside.

    >>> tg.zeros(2, 3).scatter(1, tg.tensor([[2], [0]]), 1)  # one-hot rows
    tensor([[0., 0., 1.],
            [1., 0., 0.]])
    """
    if (src is None) == (value is None):
        raise TypeError(f"wanted src, the values to put there, or a number as value, got {src=} and {value=}")
    src = as_number("value", value) if src is None else src
    if reduce is not None and reduce not in _BY_SCATTER:
        raise RuntimeError(f"reduce must be 'add' or 'multiply', got {reduce!r}")
    return _scattered(input, dim, index, src, "put" if reduce is None else _BY_SCATTER[reduce])


@of_tensor
def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """`input` with the values of `src` added where `index` says along `dim`; those that meet add up.

    The arguments are those of `scatter`.

    >>> tg.scatter_add(tg.zeros(3), 0, tg.tensor([0, 2, 2]), tg.ones(3))
    tensor([1., 0., 2.])
    """
    return _scattered(input, dim, index, as_tensor_argument(src, "src"), "sum")


@of_tensor
def scatter_reduce(
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
    out: Tensor | None = None,
) -> Tensor:
    """`input` with what becomes of the values of `src` that meet where `index` says along `dim`.

    Args:
        dim: The dimension along which `index` counts.
        index: int64 or int32, with as many dimensions as `input`.
        src: The values, of the dtype of `input` and at least as long as `index`.
        reduce: ``"sum"``, ``"prod"``, ``"mean"``, ``"amax"`` or ``"amin"``. Of those that tie for the largest or
            smallest, each gets an equal share of the gradient.
        include_self: Whether the value that is there takes part.

    >>> index = tg.tensor([0, 0, 1])
    >>> tg.scatter_reduce(tg.zeros(3), 0, index, tg.tensor([1.0, 3.0, 5.0]), "mean", include_self=False)
    tensor([2., 5., 0.])
    """
    known = ("sum", "prod", "mean", "amax", "amin")
    return _scattered(input, dim, index, as_tensor_argument(src, "src"), _chosen(reduce, known), include_self)


@of_tensor
def index_add(
    input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Number = 1, out: Tensor | None = None
) -> Tensor:
    """`input` with the slices of `source`, times `alpha`, added to those along `dim` that `index` names.

    Args:
        index: A vector of int64 or int32: one place for each slice. Those that meet add up.
        source: Slices of the shape and dtype of those of `input`.

    >>> tg.index_add(tg.zeros(3, 2), 0, tg.tensor([0, 2, 2]), tg.ones(3, 2))
    tensor([[1., 1.],
            [0., 0.],
            [2., 2.]])
    """
    factor = as_number("alpha", alpha)
    places = _places_of_slices(input, dim, index, source)
    factor = factor if input._data.dtype.kind == "f" else int(factor)
    values = source if factor == 1 else mul(source, in_dtype(factor, input._data.dtype))
    return _in_slices(input, dim, places, values, "sum")


@of_tensor
def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor, *, out: Tensor | None = None) -> Tensor:
    """`input` with the slices of `source` in the place of those along `dim` that `index` names.

    Args:
        index: A vector of int64: one place for each slice. Where places repeat, the last slice stays.
        source: Slices of the shape and dtype of those of `input`.

    >>> tg.index_copy(tg.zeros(3, 2), 0, tg.tensor([2, 0]), tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[3., 4.],
            [0., 0.],
            [1., 2.]])
    """
    places = _places_of_slices(input, dim, index, source, IndexError, only_int64=True)
    return _in_slices(input, dim, places, source, "put")


@of_tensor
def index_fill(input: Tensor, dim: int, index: Tensor, value: Tensor | Number) -> Tensor:
    """`input` with `value` in the slices along `dim` that `index` names.

    Args:
        index: A vector of int64; negative places count from the end.
        value: A number, or a 0-d tensor.

    >>> tg.index_fill(tg.zeros(2, 3), 1, tg.tensor([0, -1]), 7)
    tensor([[7., 0., 7.],
            [7., 0., 7.]])
    """
    axis = in_range(dim, input._data.ndim)
    x = in_one_dimension(input)
    places = counted_from_0(vector(index, only_int64=True, error=IndexError), x._data.shape[axis], IndexError)
    if isinstance(value, TensorBase):
        if value._data.ndim:
            raise RuntimeError(f"value must be a number or a 0-d tensor, got {describe(value)}")
        filling = expand(in_dtype(value, x._data.dtype), shape=x._data[slices(axis, places)].shape)
    else:
        filling = in_dtype(_fitting_number("value", value, x), x._data.dtype)
    return _shaped_as(input, put(x, filling, index=slices(axis, places)))


@of_tensor
def index_reduce(
    input: Tensor,
    dim: int,
    index: Tensor,
    source: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
    out: Tensor | None = None,
) -> Tensor:
    """`input` with what becomes of the slices of `source` that meet in those along `dim` that `index` names.

    Args:
        index: A vector of int64 or int32: one place for each slice.
        source: Slices of the shape and dtype of those of `input`.
        reduce: ``"prod"``, ``"mean"``, ``"amax"`` or ``"amin"``.
        include_self: Whether the slice that is there takes part.

    >>> tg.index_reduce(tg.ones(2), 0, tg.tensor([0, 0]), tg.tensor([2.0, 3.0]), "prod")
    tensor([6., 1.])
    """
    how = _chosen(reduce, ("prod", "mean", "amax", "amin"))
    places = _places_of_slices(input, dim, index, source)
    return _in_slices(input, dim, places, source, how, include_self)


class ScatteringMethods(TensorBase):
    """Putting values along a dimension as methods of tensors."""

    __slots__ = ()

    scatter, scatter_ = both(scatter)
    scatter_add, scatter_add_ = both(scatter_add)
    scatter_reduce, scatter_reduce_ = both(scatter_reduce)
    index_add, index_add_ = both(index_add)
    index_copy, index_copy_ = both(index_copy)
    index_fill, index_fill_ = both(index_fill)
    index_reduce, index_reduce_ = both(index_reduce)


# What becomes of the values


def put_or_add(x: Any, values: Any, index: Index, accumulate: bool) -> Tensor:
    """`x` with values at `index`, in the place of what is there or added to it."""
    return _met(x, values, index, "sum" if as_flag("accumulate", accumulate) else "put", True)


def _met(x: Any, values: Any, index: Index, how: str, include_self: bool) -> Tensor:
    """`x` with what becomes of the values that meet at a place, and of the one that is there if it is included."""
    if how == "put":
        return put(x, values, index=index)
    if how in ("amax", "amin"):
        return ops.extreme(x, values, index=index, largest=how == "amax", include_self=as_flag("", include_self))
    if not include_self:
        x = put(x, 1 if how == "prod" else 0, index=index)
    if how == "prod":
        return _product(x, values, index)
    total = add(x, put_sum(values, index=index, shape=x._data.shape))
    if how == "sum":
        return total
    if x._data.dtype == bool:
        raise TypeError(f"bools have no mean, got {describe(x)}; use .float() first")
    counts = put_sum(np.ones(values._data.shape, np.int64), index=index, shape=x._data.shape) + int(include_self)
    counts = wrap(np.maximum(counts, 1).astype(x._data.dtype))
    return div(total, counts, rounding_mode=None if x._data.dtype.kind == "f" else "floor")


def _product(x: Any, values: Any, index: Index) -> Tensor:
    """`x` times all values that meet at a place.

    They are multiplied two by two, until there is one for each place, so that derivatives of any order are right
    where some are zero, too.
    """
    places = np.arange(x._data.size).reshape(x._data.shape)[index].ravel()
    flat = reshape(x, shape=(-1,))
    there = np.unique(places)
    factors = cat(take(flat, index=(there,)), reshape(values, shape=(-1,)), dim=0)
    places = np.concatenate([there, places])
    order = np.argsort(places, kind="stable")
    factors, places = take(factors, index=(order,)), places[order]
    while len(places) > len(there):
        starts = np.searchsorted(places, places)
        first = np.flatnonzero((np.arange(len(places)) - starts) % 2 == 0)
        paired = np.append(places[1:], -1)[first] == places[first]
        pairs = first[paired]
        products = mul(take(factors, index=(pairs,)), take(factors, index=(pairs + 1,)))
        factors = put(take(factors, index=(first,)), products, index=(np.flatnonzero(paired),))
        places = places[first]
    return own(reshape(put(flat, factors, index=(places,)), shape=x._data.shape))


# How arguments are read


def _chosen(reduce: str, known: tuple[str, ...]) -> str:
    if reduce not in known:
        raise RuntimeError(f"reduce must be one of {', '.join(map(repr, known))}, got {reduce!r}")
    return reduce


def same_dtype(x: Any, values: Any, argument: str) -> None:
    """Refuse values of another dtype than that of `x`."""
    if as_tensor_argument(values, argument)._data.dtype != x._data.dtype:
        raise RuntimeError(f"{argument} must have the dtype of {describe(x)}, got {describe(values)}")


def _fitting_number(argument: str, value: Any, x: Any) -> Any:
    number = as_number(argument, value)
    check_fits(number, x._data.dtype)
    return number


def _scattered(input: Any, dim: int, index: Any, src: Any, how: str, include_self: bool = True) -> Tensor:
    """Do what `how` says with each value of `src`, or with a number, where `index` says along `dim`."""
    if as_tensor_argument(index, "index")._data.size == 0:
        in_range(dim, input._data.ndim)
        return clone(input)
    x, axis, places = places_along(input, dim, index)
    if isinstance(src, TensorBase):
        same_dtype(input, src, "src")
        values = in_one_dimension(src)
        if values._data.ndim != places.ndim or any(
            n > m for n, m in zip(places.shape, values._data.shape, strict=True)
        ):
            raise RuntimeError(f"index of shape {places.shape} reaches beyond src, {describe(src)}")
        if values._data.shape != places.shape:
            values = select(values, index=tuple(slice(n) for n in places.shape))
    else:
        number = in_dtype(_fitting_number("src", src, x), x._data.dtype)
        values = wrap(np.full(places.shape, number, x._data.dtype))
    return _shaped_as(input, _met(x, values, along(places, axis), how, include_self))


def _places_of_slices(
    x: Any, dim: int, index: Any, source: Any, error: type[Exception] = RuntimeError, *, only_int64: bool = False
) -> np.ndarray:
    """The places along `dim` that `index` names for the slices of `source`, which must fit."""
    axis = in_range(dim, x._data.ndim)
    places = vector(index, only_int64=only_int64)
    same_dtype(x, source, "source")
    shape, given = x._data.shape or (1,), source._data.shape or (1,)
    if len(given) != len(shape) or given[axis] != places.size:
        raise error(f"wanted a slice of source along dimension {dim} for each place, got {places.size} places")
    if given[:axis] + given[axis + 1 :] != shape[:axis] + shape[axis + 1 :]:
        raise error(f"the slices of {describe(source)} along dimension {dim} don't fit those of {describe(x)}")
    refuse_outside(places, shape[axis], error)
    return places


def _in_slices(input: Any, dim: int, places: np.ndarray, source: Any, how: str, include_self: bool = True) -> Tensor:
    """Do what `how` says with the slices of `source` at these places along `dim`."""
    x, index = in_one_dimension(input), slices(in_range(dim, input._data.ndim), places)
    return _shaped_as(input, _met(x, in_one_dimension(source), index, how, include_self))


def _shaped_as(input: Any, result: Tensor) -> Tensor:
    return result if input._data.ndim else own(reshape(result, shape=()))
