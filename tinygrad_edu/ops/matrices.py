"""Triangles of matrices: what was set to zero has no gradient."""

from __future__ import annotations

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive

tril: Primitive = primitive(
    lambda x, *, diagonal: np.tril(x, diagonal),
    name="tril",
    x=lambda g, diagonal: tril(g, diagonal=diagonal),
)
triu: Primitive = primitive(
    lambda x, *, diagonal: np.triu(x, diagonal),
    name="triu",
    x=lambda g, diagonal: triu(g, diagonal=diagonal),
)
