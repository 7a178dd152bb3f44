"""Distinct values: each once, and how often and where they occur; outside the graph.

Source for every function: https://docs.pytorch.org/docs/stable/generated/torch.unique.html
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import in_range, wrap
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.autograd.graph import TensorBase

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["unique", "unique_consecutive"]


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

    Raises:
        RuntimeError: If the slices along `dim` have no values.

    >>> tg.unique(tg.tensor([3, 1, 3]), return_counts=True)
    (tensor([1, 3]), tensor([1, 2]))
    """
    axis = _axis(input, dim)
    values, inverse, counts = np.unique(
        np.asarray(input._data), return_inverse=True, return_counts=True, axis=axis, equal_nan=False
    )
    shape = input._data.shape if axis is None else (input._data.shape[axis],)
    return _results(values, inverse.reshape(shape), counts, return_inverse, return_counts)


@of_tensor
def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: builtins.int | None = None
) -> Any:
    """The values without those that equal the one before; outside the graph.

    Args:
        return_inverse: Also return, for each value of `input`, its index among those that are kept.
        return_counts: Also return how many equal ones stood beside each other.
        dim: None for single values, as of the flattened tensor; a dimension for slices along it.

    Returns:
        The values, or a tuple of them and what else was asked for.

    Raises:
        RuntimeError: If the slices along `dim` have no values.

    >>> tg.unique_consecutive(tg.tensor([3, 3, 1, 3]), return_counts=True)
    (tensor([3, 1, 3]), tensor([2, 1, 1]))
    """
    axis = _axis(input, dim)
    rows = np.asarray(input._data).reshape(-1) if axis is None else np.moveaxis(input._data, axis, 0)
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = (rows[1:] != rows[:-1]).any(axis=tuple(range(1, rows.ndim)))
    starts = np.flatnonzero(begins)
    counts = np.diff(starts, append=len(rows))
    inverse = np.repeat(np.arange(len(starts)), counts)
    values = rows[starts]
    if axis is None:
        return _results(values, inverse.reshape(input._data.shape), counts, return_inverse, return_counts)
    return _results(np.moveaxis(values, 0, axis).copy(), inverse, counts, return_inverse, return_counts)


class DistinctMethods(TensorBase):
    """Distinct values as methods of tensors."""

    __slots__ = ()

    unique = method(unique)
    unique_consecutive = method(unique_consecutive)


def _axis(x: Any, dim: int | None) -> int | None:
    """The dimension, counted from the front; the slices along it must have values, if there are any."""
    if dim is None:
        return None
    axis = in_range(dim, x._data.ndim)
    if x._data.ndim == 0:
        raise IndexError(f"got dim={dim}, but {describe(x)} has no dimensions")
    if 0 in x._data.shape[:axis] + x._data.shape[axis + 1 :]:
        raise RuntimeError(f"the slices of {describe(x)} along dimension {axis} have no values to compare")
    return axis


def _results(values: Any, inverse: Any, counts: Any, return_inverse: bool, return_counts: bool) -> Any:
    wanted = (values, *([inverse] if return_inverse else []), *([counts] if return_counts else []))
    return wrap(values) if len(wanted) == 1 else tuple(wrap(each) for each in wanted)
