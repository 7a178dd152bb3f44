"""Values in order: sorted, the first of them, those in the middle or at any rank, and where they come from.

NaN counts as the largest value. Equal values keep their order: a rank among them is the place of one of them.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#comparison-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from tinygrad_edu import return_types
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_flag, as_integer, in_range, wrap
from tinygrad_edu.api._choosing import chosen, picked
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import of_tensor, refuse_bools
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import order as ops
from tinygrad_edu.ops.shape import clone

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["argsort", "kthvalue", "median", "mode", "msort", "nanmedian", "sort", "topk"]


@of_tensor
def sort(
    input: Tensor,
    dim: builtins.int = -1,
    descending: bool = False,
    *,
    stable: bool | None = False,
    out: Sequence[Tensor] | None = None,
) -> return_types.sort:
    """The values along `dim` in order, and where each came from.

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
        return return_types.sort((clone(input), wrap(np.int64(0))))
    return picked(return_types.sort, input, axis, _order(input._data, axis, as_flag("descending", descending)))


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
def msort(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The values along the first dimension in order.

    >>> tg.msort(tg.tensor([[3, 1], [2, 4]]))
    tensor([[2, 1],
            [3, 4]])
    """
    return sort(input, 0).values


@of_tensor
def topk(
    input: Tensor,
    k: builtins.int,
    dim: builtins.int = -1,
    largest: bool = True,
    sorted: bool = True,
    *,
    out: Sequence[Tensor] | None = None,
) -> return_types.topk:
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
    axis = in_range(dim, refuse_bools(input)._data.ndim)
    length, k = input._data.shape[axis] if input._data.ndim else 1, as_integer("k", k)
    if not 0 <= k <= length:
        raise RuntimeError(f"can't choose {k} of the {length} values along dimension {axis} of {describe(input)}")
    if input._data.ndim == 0:
        return return_types.topk((clone(input), wrap(np.int64(0))))
    order = np.take(_order(input._data, axis, as_flag("largest", largest)), range(k), axis=axis)
    return picked(return_types.topk, input, axis, order)


@of_tensor
def kthvalue(
    input: Tensor,
    k: builtins.int,
    dim: builtins.int = -1,
    keepdim: bool = False,
    *,
    out: Sequence[Tensor] | None = None,
) -> return_types.kthvalue:
    """The `k`-th smallest value along `dim`, and where it is.

    Args:
        k: The rank, from 1.
        dim: The dimension to choose along.
        keepdim: Keep the reduced dimension, of length 1.

    Returns:
        The pair ``(values, indices)``.

    Raises:
        RuntimeError: If there are fewer than `k` values.
        IndexError: If there are none.

    >>> tg.kthvalue(tg.tensor([3.0, 1.0, 2.0]), 2)
    tinygrad_edu.return_types.kthvalue(
    values=tensor(2.),
    indices=tensor(2))
    """
    k = as_integer("k", k)

    def locate(values: np.ndarray, axis: builtins.int) -> np.ndarray:
        if not 1 <= k <= values.shape[axis]:
            raise RuntimeError(f"k must be a rank from 1 to {values.shape[axis]}, got {k} for {describe(input)}")
        return _at_rank(values, axis, k - 1)

    return chosen(return_types.kthvalue, refuse_bools(input), dim, keepdim, locate)


@overload
def median(input: Tensor, dim: None = None, keepdim: bool = False, *, out: Tensor | None = None) -> Tensor: ...
@overload
def median(input: Tensor, dim: builtins.int, keepdim: bool = False, *, out: Any = None) -> return_types.median: ...
@of_tensor
def median(input: Tensor, dim: Any = None, keepdim: bool = False, *, out: Tensor | None = None) -> Any:
    """The value in the middle, of two in the middle the lower one; or along `dim`, and where it is.

    Args:
        dim: None for the median of all (equal values share its gradient); an integer for the pair
            ``(values, indices)`` along that dimension.
        keepdim: Keep the reduced dimension, of length 1.

    Returns:
        The median; NaN where a value is NaN.

    >>> x = tg.tensor([[3.0, 1.0, 2.0], [4.0, 6.0, 5.0]])
    >>> tg.median(x)
    tensor(3.)
    >>> tg.median(x, dim=1).indices
    tensor([2, 2])
    """
    if dim is None:
        return ops.median(_all_of(input, keepdim))
    return chosen(return_types.median, refuse_bools(input), dim, keepdim, _middle)


@overload
def nanmedian(input: Tensor, dim: None = None, keepdim: bool = False, *, out: Tensor | None = None) -> Tensor: ...
@overload
def nanmedian(
    input: Tensor, dim: builtins.int, keepdim: bool = False, *, out: Any = None
) -> return_types.nanmedian: ...
@of_tensor
def nanmedian(input: Tensor, dim: Any = None, keepdim: bool = False, *, out: Tensor | None = None) -> Any:
    """The `median` of the values that aren't NaN; NaN if there are no others.

    The arguments are those of `median`.

    >>> nan = float("nan")
    >>> tg.nanmedian(tg.tensor([nan, 3.0, 1.0, 2.0]))
    tensor(2.)
    """
    if dim is None:
        return ops.nanmedian(_all_of(input, keepdim))
    return chosen(return_types.nanmedian, refuse_bools(input), dim, keepdim, _middle_of_numbers)


@of_tensor
def mode(input: Tensor, dim: builtins.int = -1, keepdim: bool = False, *, out: Any = None) -> return_types.mode:
    """The value that is the most frequent along `dim`, the smallest of several, and the last place where it is.

    Args:
        dim: The dimension to choose along.
        keepdim: Keep the reduced dimension, of length 1.

    Returns:
        The pair ``(values, indices)``.

    >>> values, indices = tg.mode(tg.tensor([3, 1, 3, 1, 2]))
    >>> values, indices
    (tensor(1), tensor(3))
    """
    return chosen(return_types.mode, input, dim, keepdim, _most_frequent)


class OrderMethods(TensorBase):
    """Order as methods of tensors."""

    __slots__ = ()

    sort = method(sort)
    argsort = method(argsort)
    msort = method(msort)
    topk = method(topk)
    kthvalue = method(kthvalue)
    median = method(median)
    nanmedian = method(nanmedian)
    mode = method(mode)


def _all_of(x: Tensor, keepdim: Any) -> Any:
    """The tensor, of whose values there is one median: it has no dimension to keep."""
    if as_flag("keepdim", keepdim):
        raise TypeError("keepdim=True needs a dim")
    return refuse_bools(x)


def _order(values: np.ndarray, axis: int, descending: bool) -> np.ndarray:
    """The indices that sort `values` along `axis`, equal ones in their order."""
    if not descending:
        return np.argsort(values, axis=axis, kind="stable")
    backwards = np.argsort(np.flip(values, axis), axis=axis, kind="stable")
    order: np.ndarray = values.shape[axis] - 1 - np.flip(backwards, axis)
    return order


def _at_rank(values: np.ndarray, axis: int, rank: Any) -> np.ndarray:
    """The place of the value of that rank, from 0, in each row: of equal ones as if they were sorted in their order."""
    shape = tuple([1 if i == axis else n for i, n in enumerate(values.shape)])
    order = np.argsort(values, axis=axis, kind="stable")
    return np.take_along_axis(order, np.broadcast_to(rank, shape), axis)


def _middle(values: np.ndarray, axis: int) -> np.ndarray:
    """The place of the median in each row; of the first NaN, if there is one."""
    places = _at_rank(values, axis, (values.shape[axis] - 1) // 2)
    if values.dtype.kind != "f":
        return places
    is_nan = np.isnan(values)
    first: np.ndarray = is_nan.argmax(axis, keepdims=True)
    return np.where(is_nan.any(axis, keepdims=True), first, places)


def _middle_of_numbers(values: np.ndarray, axis: int) -> np.ndarray:
    """The place of the median of what isn't NaN in each row; in the middle if all are NaN."""
    if values.dtype.kind != "f":
        return _middle(values, axis)
    numbers = np.count_nonzero(~np.isnan(values), axis=axis, keepdims=True)
    numbers[numbers == 0] = values.shape[axis]
    return _at_rank(values, axis, (numbers - 1) // 2)


def _most_frequent(values: np.ndarray, axis: int) -> np.ndarray:
    """The last place of the most frequent value in each row, the smallest of several."""
    order = np.argsort(values, axis=axis, kind="stable")
    rows = np.moveaxis(np.take_along_axis(values, order, axis), axis, -1)
    places = np.arange(rows.shape[-1])
    begins = np.ones(rows.shape, dtype=bool)
    begins[..., 1:] = rows[..., 1:] != rows[..., :-1]
    length = places - np.maximum.accumulate(np.where(begins, places, 0), axis=-1)  # of each run so far, less 1
    ends = np.moveaxis(length.argmax(-1, keepdims=True), -1, axis)
    return np.take_along_axis(order, ends, axis)
