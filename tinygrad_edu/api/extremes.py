"""The largest and the smallest: extremes, where they are, and values in order.

``dim`` is a dimension, or several where PyTorch takes several; negative ones count from the end.
Where values are equal, a function that says where they are takes the first.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#comparison-ops
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_dims, as_flag, in_range, own, wrap
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.api.choice import maximum, minimum
from tinygrad_edu.autograd.graph import TensorBase, TensorMethods
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops import extremes as ops
from tinygrad_edu.ops import indexing, picking
from tinygrad_edu.ops.shape import clone, reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.api.reduction import Dim

__all__ = ["amax", "amin", "argmax", "argmin", "argsort", "max", "min", "sort", "topk", "unique"]


class ValuesAndIndices(NamedTuple):
    """Values picked along a dimension, and where they stood."""

    values: Any
    indices: Any

    def __repr__(self) -> str:
        return f"ValuesAndIndices(\nvalues={self.values!r},\nindices={self.indices!r})"


@of_tensor
def amax(input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: None = None) -> Tensor:
    """The largest value over `dim`; equal ones share the gradient.

    Raises:
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    >>> tg.amax(tg.tensor([[1.0, 5.0], [3.0, 4.0]]), dim=1)
    tensor([5., 4.])
    """
    return _extreme(ops.amax, input, dim, keepdim)


@of_tensor
def amin(input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: None = None) -> Tensor:
    """The smallest value over `dim`; equal ones share the gradient.

    Raises:
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    >>> tg.amin(tg.tensor([[1.0, 5.0], [3.0, 4.0]]), dim=1)
    tensor([1., 3.])
    """
    return _extreme(ops.amin, input, dim, keepdim)


@of_tensor
def max(input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None, out: None = None) -> Any:
    """The largest value; or along `dim` the largest values and where they are; or `maximum`.

    Args:
        dim: None for the largest value of all (equal ones share its gradient); an integer for the
            pair ``(values, indices)`` along that dimension (the first of equals is taken, and gets
            the gradient); a tensor for ``maximum(input, dim)``.
        keepdim: Keep the reduced dimension, of length 1.
        other: Another name for a tensor in `dim`'s place.

    Raises:
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    >>> x = tg.tensor([[1.0, 5.0], [4.0, 3.0]])
    >>> tg.max(x)
    tensor(5.)
    >>> values, indices = tg.max(x, dim=1)
    >>> indices
    tensor([1, 0])
    """
    return _extreme_or_where(ops.amax, np.argmax, maximum, input, dim, keepdim, other)


@of_tensor
def min(input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None, out: None = None) -> Any:
    """The smallest value; or along `dim` the smallest values and where they are; or `minimum`.

    The arguments are those of `max`.

    >>> tg.min(tg.tensor([[1.0, 5.0], [3.0, 4.0]]))
    tensor(1.)
    """
    return _extreme_or_where(ops.amin, np.argmin, minimum, input, dim, keepdim, other)


@of_tensor
def argmax(input: Tensor, dim: builtins.int | None = None, keepdim: bool = False) -> Tensor:
    """The index of the largest value (the first of equals) along `dim`, or in the flattened tensor.

    Raises:
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    >>> tg.argmax(tg.tensor([[1.0, 5.0], [7.0, 4.0]]), dim=1)
    tensor([1, 0])
    """
    return _position(np.argmax, input, dim, keepdim)


@of_tensor
def argmin(input: Tensor, dim: builtins.int | None = None, keepdim: bool = False) -> Tensor:
    """The index of the smallest value (the first of equals) along `dim`, or in the flattened tensor.

    Raises:
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    >>> tg.argmin(tg.tensor([[1.0, 5.0], [7.0, 4.0]]), dim=1)
    tensor([0, 1])
    """
    return _position(np.argmin, input, dim, keepdim)


@of_tensor
def sort(
    input: Tensor,
    dim: builtins.int = -1,
    descending: bool = False,
    *,
    stable: bool = False,
    out: None = None,
) -> ValuesAndIndices:
    """The values along `dim` in order, and where each came from. NaN counts as the largest.

    Args:
        dim: The dimension to put in order.
        descending: From the largest to the smallest.
        stable: Accepted for PyTorch's sake: equal values always keep their order.

    Returns:
        The pair ``(values, indices)``.

    >>> values, indices = tg.sort(tg.tensor([3.0, 1.0, 2.0]))
    >>> values, indices
    (tensor([1., 2., 3.]), tensor([1, 2, 0]))
    """
    axis = in_range(dim, input._data.ndim)
    if input._data.ndim == 0:
        return ValuesAndIndices(clone(input), wrap(np.int64(0)))
    order = _order(input._data, axis, as_flag("descending", descending))
    return _picked(input, axis, order)


@of_tensor
def argsort(
    input: Tensor,
    dim: builtins.int = -1,
    descending: bool = False,
    *,
    stable: bool = False,
) -> Tensor:
    """The indices that put the values along `dim` in order; see `sort`.

    >>> tg.argsort(tg.tensor([3.0, 1.0, 2.0]), descending=True)
    tensor([0, 2, 1])
    """
    axis = in_range(dim, input._data.ndim)
    descending = as_flag("descending", descending)
    return wrap(_order(input._data, axis, descending) if input._data.ndim else np.int64(0))


@of_tensor
def topk(
    input: Tensor,
    k: builtins.int,
    dim: builtins.int = -1,
    largest: bool = True,
    sorted: bool = True,
    *,
    out: None = None,
) -> ValuesAndIndices:
    """The `k` largest values along `dim`, the largest first, and where they are.

    Args:
        k: How many.
        dim: The dimension to choose along.
        largest: False for the smallest instead.
        sorted: Accepted for PyTorch's sake: they always come in order.

    Returns:
        The pair ``(values, indices)``.

    Raises:
        RuntimeError: If there are fewer than `k`.

    >>> values, indices = tg.topk(tg.tensor([3.0, 1.0, 2.0]), 2)
    >>> values, indices
    (tensor([3., 2.]), tensor([0, 2]))
    """
    axis = in_range(dim, input._data.ndim)
    length = input._data.shape[axis] if input._data.ndim else 1
    if not 0 <= k <= length:
        raise RuntimeError(f"can't choose {k} of the {length} values along dimension {axis} of {describe(input)}")
    if input._data.ndim == 0:
        kept = clone(input) if k else indexing.select(reshape(input, shape=(1,)), index=(slice(0),))
        return ValuesAndIndices(kept, wrap(np.zeros(kept._data.shape, dtype=np.int64)[()]))
    order = np.take(_order(input._data, axis, as_flag("largest", largest)), range(k), axis=axis)
    return _picked(input, axis, order)


@of_tensor
def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: builtins.int | None = None,
) -> Any:
    """The distinct values, in order; outside the graph.

    Args:
        sorted: Accepted for PyTorch's sake: they always come in order.
        return_inverse: Also return, for each value of `input`, its index among the distinct ones.
        return_counts: Also return how often each occurs.
        dim: None for single values; a dimension for distinct slices along it.

    Returns:
        The values, or a tuple of them and what else was asked for.

    >>> tg.unique(tg.tensor([3, 1, 3]), return_counts=True)
    (tensor([1, 3]), tensor([1, 2]))
    """
    axis = None if dim is None else in_range(dim, input._data.ndim)
    values, inverse, counts = np.unique(
        np.asarray(input._data), return_inverse=True, return_counts=True, axis=axis, equal_nan=False
    )
    wanted = (values, *([inverse] if return_inverse else []), *([counts] if return_counts else []))
    return wrap(values) if len(wanted) == 1 else tuple(wrap(each) for each in wanted)


class ExtremesMethods(TensorMethods):
    """Extremes and order as methods of tensors."""

    __slots__ = ()

    amax = method(amax)
    amin = method(amin)
    max = method(max)
    min = method(min)
    argmax = method(argmax)
    argmin = method(argmin)
    sort = method(sort)
    argsort = method(argsort)
    topk = method(topk)
    unique = method(unique)


def _refuse_empty(x: Any, dims: tuple[int, ...], error: type[Exception] = IndexError) -> None:
    if builtins.any(x._data.shape[dim] == 0 for dim in dims):
        raise error(f"there is nothing to choose from in {describe(x)} over dimensions {dims}")


def _extreme(rule: Primitive, x: Any, dim: Any, keepdim: bool) -> Tensor:
    dims = as_dims(dim, x._data.ndim)
    _refuse_empty(x, dims, RuntimeError if dim is None or dim == () else IndexError)
    return rule(x, dim=dims, keepdim=as_flag("keepdim", keepdim))


def _extreme_or_where(rule: Primitive, locate: Any, of_pairs: Any, x: Any, dim: Any, keepdim: bool, other: Any) -> Any:
    """The extreme of all values; or along `dim`, and where; or of pairs of values."""
    other = dim if isinstance(dim, TensorBase) else other
    if other is not None:
        return of_pairs(x, other)
    keepdim = as_flag("keepdim", keepdim)
    if dim is None and keepdim:
        raise TypeError(f"keepdim=True needs a dim; {rule.name}(keepdim=True) reduces all dimensions")
    if dim is None:
        return _extreme(rule, x, None, False)
    axis = in_range(dim, x._data.ndim)
    if x._data.ndim == 0:
        return ValuesAndIndices(clone(x), wrap(np.int64(0)))
    _refuse_empty(x, (axis,))
    places = locate(x._data, axis=axis, keepdims=True)
    picked = _picked(x, axis, places)
    if keepdim:
        return picked
    shape = x._data.shape[:axis] + x._data.shape[axis + 1 :]
    return ValuesAndIndices(*[own(reshape(each, shape=shape)) for each in picked])


def _picked(x: Any, axis: int, places: np.ndarray) -> ValuesAndIndices:
    """The values at `places` along `axis`, and the places: what is handed out is what the graph keeps."""
    values, indices = picking.gather(x, dim=axis, index=places), wrap(places)
    node = values._node
    if node is not None:
        node.stamps = (*node.stamps, indices._stamp)  # so backward refuses if they have been changed
    return ValuesAndIndices(values, indices)


def _position(locate: Any, x: Any, dim: Any, keepdim: bool) -> Tensor:
    keepdim = as_flag("keepdim", keepdim)
    if dim is None:
        _refuse_empty(x, tuple(range(x._data.ndim)))
        place = np.int64(locate(x._data))
        return wrap(place.reshape((1,) * x._data.ndim) if keepdim else place)
    axis = in_range(dim, x._data.ndim)
    if x._data.ndim == 0:
        return wrap(np.int64(0))
    _refuse_empty(x, (axis,))
    return wrap(locate(x._data, axis=axis, keepdims=keepdim))


def _order(values: np.ndarray, axis: int, descending: bool) -> np.ndarray:
    """The indices that sort `values` along `axis`, equal ones in their order."""
    if not descending:
        return np.argsort(values, axis=axis, kind="stable")
    backwards = np.argsort(np.flip(values, axis), axis=axis, kind="stable")
    order: np.ndarray = values.shape[axis] - 1 - np.flip(backwards, axis)
    return order
