"""Moving values about without changing them: shapes, types, copies, joining.

All of these are linear and pick or repeat values, so each derivative is the opposite move: what was
reshaped is reshaped back, what was repeated is summed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive, primitive
from tinygrad_edu.autograd.rules import sum_to

reshape: Primitive = primitive(
    lambda x, *, shape: x.reshape(shape),
    name="reshape",
    view=True,
    x=lambda g, x_shape: reshape(g, shape=x_shape),
)
permute: Primitive = primitive(
    lambda x, *, dims: x.transpose(dims),
    name="permute",
    view=True,
    x=lambda g, dims: permute(g, dims=tuple(np.argsort(dims).tolist())),
)
expand: Primitive = primitive(
    lambda x, *, shape: np.broadcast_to(x, shape),
    name="expand",
    view=True,
    x=lambda g, x_shape: reduce_to(g, shape=x_shape),
)
reduce_to: Primitive = primitive(
    lambda x, *, shape: sum_to(x, shape),
    name="sum_to_size",
    x=lambda g, x_shape: expand(g, shape=x_shape),
)
flip: Primitive = primitive(
    lambda x, *, dims: np.flip(x, dims).copy(),
    name="flip",
    x=lambda g, dims: flip(g, dims=dims),
)
clone: Primitive = primitive(lambda x: x.copy(), name="clone", x=lambda g: g)
cast: Primitive = primitive(
    lambda x, *, dtype: (x.astype(dtype), x.dtype),
    name="to",
    residuals={"origin": None},
    x=lambda g, origin: cast(g, dtype=origin),
)


def _cat_rule(g: Any, x_shape: Any, dim: int) -> list[Any]:
    """Cut the gradient where the operands were joined."""
    pieces = []
    start = 0
    for shape in x_shape:
        pieces.append(g[(slice(None),) * dim + (slice(start, start + shape[dim]),)])
        start += shape[dim]
    return pieces


cat: Primitive = primitive(
    lambda *x, dim: np.concatenate(x, axis=dim),
    name="cat",
    variadic=True,
    x=_cat_rule,
)
