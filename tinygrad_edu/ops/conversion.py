"""From one element type to another."""

from __future__ import annotations

from tinygrad_edu.autograd.primitive import Primitive, primitive

cast: Primitive = primitive(
    lambda x, *, dtype: x.astype(dtype),
    name="to",
    x=lambda g, x_dtype: cast(g, dtype=x_dtype),
)
