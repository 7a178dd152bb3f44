"""Running sums: each result is made of the values up to its place."""

from __future__ import annotations

from tinygrad_edu._summation import running_sums
from tinygrad_edu.autograd.primitive import Primitive, primitive
from tinygrad_edu.ops.axes import flip

cumsum: Primitive = primitive(
    lambda x, *, dim: running_sums(x, dim),
    name="cumsum",
    widens=True,
    x=lambda g, dim: flip(cumsum(flip(g, dims=(dim,)), dim=dim), dims=(dim,)),
)
