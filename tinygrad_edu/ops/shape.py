"""Other shapes for the same values, and copies: what was reshaped is reshaped back.

A copy lies in memory as the original does, if that fills its memory, and otherwise row by row.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive, primitive

reshape: Primitive = primitive(
    lambda x, *, shape: x.reshape(shape),
    name="reshape",
    view=True,
    x=lambda g, x_shape: reshape(g, shape=x_shape),
)


def order_of(x: np.ndarray) -> Literal["C", "K"]:
    """How a copy of `x` lies in memory: in rows (C), or as `x` does (K) if that has no gaps and shows nothing twice."""
    if x.ndim < 2 or x.flags.c_contiguous:
        return "C"
    by_steps = sorted(range(x.ndim), key=lambda axis: -x.strides[axis])
    return "K" if x.transpose(by_steps).flags.c_contiguous else "C"


clone: Primitive = primitive(
    lambda x, *, in_rows=False: x.copy("C" if in_rows else order_of(x)),
    name="clone",
    x=lambda g: g,
)
