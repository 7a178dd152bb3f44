"""Picking values along a dimension, one for each place of an index: what is put back is summed by place."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.indexing import put_sum


def along(index: np.ndarray, dim: int) -> tuple[Any, ...]:
    """The index, for take and put, of the values that `index` picks along `dim`."""
    places: list[Any] = list(np.indices(index.shape, sparse=True))
    places[dim] = index
    return tuple(places)


gather: Primitive = primitive(
    lambda x, *, dim, index: x[along(index, dim)],
    name="gather",
    x=lambda g, dim, index, x_shape: put_sum(g, index=along(index, dim), shape=x_shape),
)
