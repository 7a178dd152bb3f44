"""Embeddings: rows of a table picked by number, and their gradient, which goes back to the rows.

For y_i = W[n_i]: dL/dW[n] is the sum of the g_i of all i where n_i = n, times a factor for each i, if there are any.
Picking rows and summing them by number are each other's derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._summation import sums_of_rows_by_place
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive


def _gradient(g: Any, index: np.ndarray, factors: np.ndarray | None, count: int) -> Any:
    return add_rows(g if factors is None else g * factors[..., None], index=index, count=count)


embedding: Primitive = primitive(
    lambda weight, *, index, factors: weight.take(index, axis=0),
    name="embedding",
    weight=lambda g, index, factors, weight_shape: _gradient(g, index, factors, weight_shape[0]),
)
add_rows: Primitive = primitive(
    lambda x, *, index, count: sums_of_rows_by_place(index.reshape(-1), x.reshape((index.size, x.shape[-1])), count),
    name="add_rows",
    x=lambda g, index: embedding(g, index=index, factors=None),
)
