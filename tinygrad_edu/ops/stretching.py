"""Stretching and summing back, each other's derivative: what was repeated is summed."""

from __future__ import annotations

import numpy as np

from tinygrad_edu._broadcasting import sum_to
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive

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
