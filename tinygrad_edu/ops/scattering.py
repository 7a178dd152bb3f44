"""The largest or the smallest of the values that meet in one place; those that tie share its gradient.

(The sum of such values is what `put_sum` of indexing.py makes, and their product a tree of products.)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.indexing import put_sum, take


def _extreme(x: Any, values: Any, *, index: tuple[Any, ...], largest: bool, include_self: bool) -> Any:
    whole = np.array(x)
    if not include_self:
        whole[index] = values  # any of those that go there
    (np.maximum if largest else np.minimum).at(whole, index, values)
    return whole


def _shares(x: Any, values: Any, out: Any, index: tuple[Any, ...], include_self: bool) -> tuple[Any, Any]:
    """The part of its place's gradient that each value of `x`, and each of `values`, gets: 1/n if n of them tie."""
    x, values, out = constant(x), constant(values), constant(out)
    here, there = x == out, (values == out[index]).astype(x.dtype)
    if not include_self:
        here[index] = 0
    count = here + put_sum(there, index=index, shape=x.shape)
    return here / count, there / count[index]


extreme: Primitive = primitive(
    _extreme,
    name="scatter_extreme",
    x=lambda g, x, values, out, index, include_self: g * _shares(x, values, out, index, include_self)[0],
    values=lambda g, x, values, out, index, include_self: (
        take(g, index=index) * _shares(x, values, out, index, include_self)[1]
    ),
)
