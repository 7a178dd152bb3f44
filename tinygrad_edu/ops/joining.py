"""Joining: what was joined is cut apart again on the way back."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive


def _cat_rule(g: Any, x_shape: Any, dim: int) -> list[Any]:
    """Cut the gradient where the operands were joined."""
    pieces = []
    start = 0
    for shape in x_shape:
        pieces.append(g[(slice(None),) * dim + (slice(start, start + shape[dim]),)])
        start += shape[dim]
    return pieces


cat: Primitive = primitive(
    lambda *x, dim: np.ascontiguousarray(np.concatenate(x, axis=dim)),
    name="cat",
    variadic=True,
    x=_cat_rule,
)
