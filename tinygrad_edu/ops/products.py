"""Products beside those of matrices: a product added to something, and the cross product of vectors in space.

For Y = β M + α A B, with dL/dY = g: dL/dM = β g, dL/dA = α g Bᵀ and dL/dB = α Aᵀ g.

For y = a × b: as g · (a × b) = a · (b × g) = b · (g × a), dL/da = b × g and dL/db = g × a.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.arithmetic import scale
from tinygrad_edu.ops.matmul import matmul
from tinygrad_edu.ops.stretching import reduce_to


def _scaled(x: Any, by: float) -> Any:
    return x if by == 1 else scale(x, by=by)


def _sum_with_product(m: Any, x: Any, y: Any, *, beta: float, alpha: float) -> Any:
    """β M + α X Y, where a number that is 0 hides what it stands before, even NaN; M is stretched."""
    if alpha == 0:
        product = np.zeros((*x.shape[:-1], y.shape[-1]), x.dtype)
    else:
        product = x @ y
        if alpha != 1:
            product *= alpha
    if beta != 0:
        product += m if beta == 1 else m * np.asarray(beta, m.dtype)
    return product


# X and Y have two dimensions or more, and the same ones in front.
sum_with_product = primitive(
    _sum_with_product,
    widens=True,
    m=lambda g, m_shape, beta: _scaled(reduce_to(g, shape=m_shape), beta),
    x=lambda g, y, alpha: _scaled(matmul(g, y.mT), alpha),
    y=lambda g, x, alpha: _scaled(matmul(x.mT, g), alpha),
)

cross: Primitive = primitive(
    lambda x, y, *, dim: np.ascontiguousarray(np.cross(x, y, axis=dim)),
    name="cross",
    widens=True,
    x=lambda g, y, x_shape, dim: reduce_to(cross(y, g, dim=dim), shape=x_shape),
    y=lambda g, x, y_shape, dim: reduce_to(cross(g, x, dim=dim), shape=y_shape),
)
