"""Places in a tensor as functions take them: tensors of integers, held against the lengths that they count along."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._broadcasting import stretched_axes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_tensor_argument, in_range
from tinygrad_edu.ops.shape import reshape
from tinygrad_edu.ops.stretching import expand

__all__ = [
    "counted_from_0",
    "in_one_dimension",
    "integers",
    "places_along",
    "refuse_outside",
    "slices",
    "stretched_to_place",
    "vector",
]

Index = tuple[Any, ...]  # as NumPy takes it between brackets


def integers(
    index: Any, argument: str = "index", *, only_int64: bool = False, error: type[Exception] = TypeError
) -> np.ndarray:
    """The places that a tensor holds, in int64."""
    values = as_tensor_argument(index, argument)._data
    if values.dtype != np.int64 and (only_int64 or values.dtype != np.int32):
        wanted = "int64" if only_int64 else "int64 or int32"
        raise error(f"{argument} must be {wanted}, got {describe(index)}; convert it with .long() first")
    return np.array(values, dtype=np.int64, order="C")  # a copy: the graph must not see later changes of the index


def slices(dim: int, part: Any) -> Index:
    """The index of `part` along `dim`, and of everything along the dimensions before it."""
    return (*(slice(None),) * dim, part)


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
    return in_one_dimension(x), dim, places


def vector(index: Any, *, only_int64: bool = False, error: type[Exception] = TypeError) -> np.ndarray:
    """The places that a vector, or a tensor of one number, holds."""
    places = integers(index, only_int64=only_int64, error=error)
    if places.ndim > 1:
        raise IndexError(f"index must have one dimension, got {describe(index)}")
    return np.atleast_1d(places)


def in_one_dimension(x: Any) -> Any:
    """The tensor; a 0-d one as a vector of one value."""
    return x if x._data.ndim else reshape(x, shape=(1,))


def refuse_outside(places: np.ndarray, length: int, error: type[Exception], *, backwards: bool = False) -> None:
    """Refuse places that there aren't; negative ones count from the end if they may go `backwards`."""
    first = -length if backwards else 0
    if places.size and not (places.min() >= first and places.max() < length):
        wanted = f"index must lie between {first} and {length - 1}" if length else "there is nothing to pick from"
        raise error(f"{wanted}, got values from {places.min()} to {places.max()}")


def counted_from_0(places: np.ndarray, length: int, error: type[Exception]) -> np.ndarray:
    """Places of which negative ones counted from the end."""
    refuse_outside(places, length, error, backwards=True)
    return np.where(places < 0, places + length, places)


def stretched_to_place(values: Any, shape: tuple[int, ...], target: Any) -> Any:
    """The values stretched to the shape of their place; dimensions of length 1 in front may be too many."""
    given = values._data.shape
    if given == shape:
        return values
    extra = max(len(given) - len(shape), 0)
    if any(length != 1 for length in given[:extra]) or stretched_axes(given[extra:], shape) is None:
        raise RuntimeError(f"values of shape {given} don't fit the shape {shape} of the place in {describe(target)}")
    return expand(reshape(values, shape=given[extra:]) if extra else values, shape=shape)
