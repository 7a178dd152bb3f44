"""The order of dimensions, and of values along them: each derivative is the opposite move."""

from __future__ import annotations

import numpy as np

from tinygrad_edu._axes import undoing
from tinygrad_edu._memory import copied
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive

permute: Primitive = primitive(
    lambda x, *, dims: x.transpose(dims),
    name="permute",
    view=True,
    x=lambda g, dims: permute(g, dims=undoing(dims)),
)
flip: Primitive = primitive(
    lambda x, *, dims: np.flip(copied(x), dims).copy("K"),
    name="flip",
    x=lambda g, dims: flip(g, dims=dims),
)
