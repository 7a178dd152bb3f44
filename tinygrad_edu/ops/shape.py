"""Moving values about without changing them: shapes and copies.

All of these are linear and pick or repeat values, so each derivative is the opposite move: what was
reshaped is reshaped back, what was repeated is summed.
"""

from __future__ import annotations

import numpy as np

from tinygrad_edu._broadcasting import sum_to
from tinygrad_edu.autograd.primitive import Primitive, primitive

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
