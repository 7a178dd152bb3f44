"""Other shapes for the same values, and copies: what was reshaped is reshaped back.

A copy lies in memory as the original does, if that fills its memory, and otherwise row by row.
"""

from __future__ import annotations

from tinygrad_edu._memory import copied
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive

reshape: Primitive = primitive(
    lambda x, *, shape: x.reshape(shape),
    name="reshape",
    view=True,
    x=lambda g, x_shape: reshape(g, shape=x_shape),
)


clone: Primitive = primitive(
    lambda x, *, in_rows=False: x.copy() if in_rows else copied(x),
    name="clone",
    x=lambda g: g,
)
