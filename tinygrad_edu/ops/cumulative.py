"""Running results along a dimension: each is made of the values up to its place.

Where a value is a factor of all later results, its gradient is a sum of products, which needs no division:

    r_i = g_i + a_i · r_(i+1)        (`discounted`: what lies ahead counts less and less)

With a_i = x_(i+1) that is what a running product needs, with zeros or without: dx_i = r_i · Π_(j<i) x_j.
With a_i = exp(y_i - y_(i+1)) <= 1 it is what a running log Σ exp needs: dx_i = r_i · exp(x_i - y_i).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._summation import running_sums
from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.axes import flip

cumsum: Primitive = primitive(
    lambda x, *, dim: running_sums(x, dim),
    name="cumsum",
    widens=True,
    x=lambda g, dim: flip(cumsum(flip(g, dims=(dim,)), dim=dim), dims=(dim,)),
)


def _part(x: Any, dim: int, start: int | None, stop: int | None) -> Any:
    return x[(slice(None),) * dim + (slice(start, stop),)]


def _after(x: Any, dim: int) -> Any:
    """The value at the next place along `dim`; after the last, the last once more."""
    return np.concatenate([_part(x, dim, 1, None), _part(x, dim, -1, None)], axis=dim)


def _before(x: Any, dim: int) -> Any:
    """The value at the place before along `dim`; before the first, 1."""
    return np.concatenate([np.ones_like(_part(x, dim, 0, 1)), _part(x, dim, 0, -1)], axis=dim)


def _discounted(x: Any, a: Any, *, dim: int) -> Any:
    result = np.array(x, np.float64 if x.dtype.kind == "f" else x.dtype)
    sums, factors = np.moveaxis(result, dim, 0), np.moveaxis(a, dim, 0)
    for i in range(len(sums) - 2, -1, -1):
        sums[i] += factors[i] * sums[i + 1]
    return result.astype(x.dtype, copy=False)


def _carried(g: Any, a: Any, dim: int) -> Any:
    """What of `g` reaches each place from those before: t_i = g_i + a_(i-1) · t_(i-1)."""
    turned = discounted(flip(g, dims=(dim,)), flip(_before(a, dim), dims=(dim,)), dim=dim)
    return flip(turned, dims=(dim,))


def _ahead(x: Any, dim: int) -> Any:
    """The value at the next place, 0 after the last."""
    return np.concatenate([_part(x, dim, 1, None), np.zeros_like(_part(x, dim, -1, None))], axis=dim)


discounted: Primitive = primitive(
    _discounted,
    x=lambda g, a, dim: _carried(g, a, dim),
    a=lambda g, a, out, dim: _carried(g, a, dim) * _ahead(out, dim),
)


def _product_rule(g: Any, x: Any, out: Any, dim: int) -> Any:
    """dx_i = Σ over the places from i on of g · Π of the other factors: out / x_i, unless a zero makes that 0 / 0."""
    if constant(x).all():
        return flip(cumsum(flip(g * out, dims=(dim,)), dim=dim), dims=(dim,)) / x
    return discounted(g, _after(x, dim), dim=dim) * cumprod(_before(x, dim), dim=dim)


cumprod: Primitive = primitive(
    lambda x, *, dim: np.multiply.accumulate(x, axis=dim, dtype=np.float64 if x.dtype.kind == "f" else x.dtype).astype(
        x.dtype, copy=False
    ),
    name="cumprod",
    widens=True,
    x=_product_rule,
)


def _log_sum_rule(g: Any, x: Any, out: Any, dim: int) -> Any:
    """dx_i = Σ over the places from i on of g · exp(x_i - out); sums that are infinite and equal differ by 0."""
    after = _after(out, dim)
    falls = np.where(constant(out) == constant(after), 0, out - after)
    return discounted(g, np.exp(falls), dim=dim) * np.exp(x - out)


logcumsumexp: Primitive = primitive(
    lambda x, *, dim: np.logaddexp.accumulate(x, axis=dim, dtype=np.float64).astype(x.dtype, copy=False),
    name="logcumsumexp",
    widens=True,
    x=_log_sum_rule,
)
