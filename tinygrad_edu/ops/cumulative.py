"""Running sums: each result is made of the values up to its place."""

from __future__ import annotations

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive, primitive
from tinygrad_edu.ops.axes import flip

cumsum: Primitive = primitive(
    lambda x, *, dim: np.add.accumulate(x, axis=dim, dtype=x.dtype),
    name="cumsum",
    x=lambda g, dim: flip(cumsum(flip(g, dims=(dim,)), dim=dim), dims=(dim,)),
)
