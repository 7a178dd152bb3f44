"""From one element type to another."""

from __future__ import annotations

from tinygrad_edu._memory import copied
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive

cast: Primitive = primitive(
    lambda x, *, dtype: copied(x, dtype),
    name="to",
    x=lambda g, x_dtype: cast(g, dtype=x_dtype),
)
