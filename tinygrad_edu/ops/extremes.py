"""The largest and the smallest value over the dimensions in ``dim`` (a tuple; () is none of them).

Equal extremes share the gradient equally, as in PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._summation import add_up
from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.reduction import Dims, spread


def shared_by_equals(g: Any, x: Any, out: Any, dim: Dims, keepdim: bool) -> Any:
    """Share the gradient equally among the values that equal the one that was chosen (NaN equals NaN)."""
    values = constant(x)
    value = spread(constant(out), x.shape, dim, keepdim)
    chosen = (values == value) | (np.isnan(values) & np.isnan(value))
    shares = add_up(chosen.astype(np.int64), dim, keepdim).astype(values.dtype)
    return np.where(chosen, spread(g / shares, x.shape, dim, keepdim), 0)


amax = primitive(
    lambda x, *, dim, keepdim: np.maximum.reduce(x, axis=dim, keepdims=keepdim),
    name="amax",
    widens=True,
    x=shared_by_equals,
)
amin = primitive(
    lambda x, *, dim, keepdim: np.minimum.reduce(x, axis=dim, keepdims=keepdim),
    name="amin",
    widens=True,
    x=shared_by_equals,
)
