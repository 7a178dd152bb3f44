"""Places in a tensor as functions take them: tensors of integers, held against the lengths that they count along."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_tensor_argument, in_range
from tinygrad_edu.ops.shape import reshape

__all__ = ["integers", "places_along", "refuse_outside"]


def integers(index: Any) -> Any:
    values = as_tensor_argument(index, "index")._data
    if values.dtype not in (np.int64, np.int32):
        raise TypeError(f"index must be int64, got {describe(index)}; convert it with .long() first")
    return np.asarray(values)


def places_along(x: Any, dim: int, index: Any) -> tuple[Any, int, np.ndarray]:
    """The tensor, the dimension and the places in it that `index` names, of 0-d ones as if they had one dimension."""
    places = np.atleast_1d(integers(index))
    dim = in_range(dim, x._data.ndim)
    shape = x._data.shape or (1,)
    if places.ndim != len(shape) or any(
        n > m for i, (n, m) in enumerate(zip(places.shape, shape, strict=True)) if i != dim
    ):
        raise RuntimeError(f"index of shape {places.shape} doesn't fit {describe(x)} along dimension {dim}")
    refuse_outside(places, shape[dim], RuntimeError)
    return (x if x._data.ndim else reshape(x, shape=(1,))), dim, np.array(places)  # a copy: see _index_part


def refuse_outside(places: np.ndarray, length: int, error: type[Exception]) -> None:
    if places.size and not (places.min() >= 0 and places.max() < length):
        wanted = f"index must lie between 0 and {length - 1}" if length else "there is nothing to pick from"
        raise error(f"{wanted}, got values from {places.min()} to {places.max()}")
