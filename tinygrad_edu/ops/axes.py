"""The order of dimensions, and of values along them: each derivative is the opposite move."""

from __future__ import annotations

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive, primitive
from tinygrad_edu.ops.shape import order_of

permute: Primitive = primitive(
    lambda x, *, dims: x.transpose(dims),
    name="permute",
    view=True,
    x=lambda g, dims: permute(g, dims=tuple(np.argsort(dims).tolist())),
)
flip: Primitive = primitive(
    lambda x, *, dims: np.flip(x, dims).copy(order_of(x)),
    name="flip",
    x=lambda g, dims: flip(g, dims=dims),
)
