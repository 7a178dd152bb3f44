"""Choosing values along a dimension: places are found in each row, and what is handed out is what the graph keeps."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from tinygrad_edu import return_types
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_flag, in_range, own, wrap
from tinygrad_edu.ops import picking
from tinygrad_edu.ops.shape import clone, reshape

__all__ = ["chosen", "picked", "refuse_nothing"]

R = TypeVar("R", bound=return_types.ValuesAndIndices)
Locate = Callable[[np.ndarray, int], np.ndarray]  # of values and a dimension: the place in each row, the dimension kept


def refuse_nothing(x: Any, dims: Sequence[int], error: type[Exception] = IndexError) -> None:
    """Refuse a tensor that has no values to choose from along `dims`."""
    if builtins.any(x._data.shape[dim] == 0 for dim in dims):
        raise error(f"there is nothing to choose from in {describe(x)} over dimensions {tuple(dims)}")


def chosen(kind: type[R], x: Any, dim: Any, keepdim: Any, locate: Locate) -> R:
    """One value of each row along `dim`, and its place, which `locate` finds."""
    axis = in_range(dim, x._data.ndim)
    keepdim = as_flag("keepdim", keepdim)
    if x._data.ndim == 0:
        locate(x._data.reshape(1), 0)  # which may refuse it
        return kind((clone(x), wrap(np.int64(0))))
    refuse_nothing(x, (axis,))
    found = picked(kind, x, axis, locate(x._data, axis))
    if keepdim:
        return found
    shape = x._data.shape[:axis] + x._data.shape[axis + 1 :]
    return kind([own(reshape(each, shape=shape)) for each in found])


def picked(kind: type[R], x: Any, axis: int, places: np.ndarray) -> R:
    """The values at `places` along `axis`, and the places."""
    values, indices = picking.gather(x, dim=axis, index=places), wrap(places)
    node = values._node
    if node is not None:
        node.stamps = (*node.stamps, indices._stamp)  # so backward refuses if they have been changed
    return kind((values, indices))
