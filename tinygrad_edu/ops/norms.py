"""Norms: how long a vector is, over the dimensions in ``dim`` (a tuple; () is none of them); how far rows are apart.

    ‖x‖ = (Σ |x|^p)^(1/p)        d ‖x‖ / dx = sign(x) · (|x| / ‖x‖)^(p - 1)

The gradient is 0 where a norm or a distance is 0, and where ``x`` is. Where p is infinite, each of several differences
that are as large as the distance gets the whole gradient in ``cdist``; in ``p_norm`` they share it. Both as in PyTorch.
"""

from __future__ import annotations

from math import prod as product
from typing import Any

import numpy as np

from tinygrad_edu._summation import add_up
from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops._flat import flat
from tinygrad_edu.ops.arithmetic import abs as size
from tinygrad_edu.ops.arithmetic import sign
from tinygrad_edu.ops.axes import permute
from tinygrad_edu.ops.choice import where
from tinygrad_edu.ops.extremes import amax, amin
from tinygrad_edu.ops.powers import pow as power
from tinygrad_edu.ops.reduction import Dims, spread
from tinygrad_edu.ops.reduction import sum as sum_of

_MANY = 2**20  # how many differences are looked at at once: they stay in the processor's cache


def _norm(x: Any, *, dim: Dims, keepdim: bool) -> Any:
    return np.sqrt(add_up(x * x, dim, keepdim))


def _norm_rule(g: Any, x: Any, out: Any, dim: Dims, keepdim: bool) -> Any:
    """d √(Σ x²) / dx = x / √(Σ x²), and 0 where the norm is 0."""
    return spread(np.where(out == 0, 0, g / np.where(out == 0, 1, out)), x.shape, dim, keepdim) * x


norm = primitive(_norm, widens=True, x=_norm_rule)


def p_norm(x: Any, p: float, dim: Dims, keepdim: bool) -> Any:
    """The p-norm of a tensor, for any p: inf for the largest size, -inf for the smallest, 0 for how many aren't 0."""
    if p == 2:
        return norm(x, dim=dim, keepdim=keepdim)
    if p == 0:
        values = constant(x)
        return sum_of(where(values != 0, values.dtype.type(1), sign(x)), dim=dim, keepdim=keepdim)
    sizes = size(x)
    if p == 1:
        return sum_of(sizes, dim=dim, keepdim=keepdim)
    if p in (np.inf, -np.inf):
        return (amax if p > 0 else amin)(sizes, dim=dim, keepdim=keepdim)
    return _flat_power(sum_of(_flat_power(sizes, p), dim=dim, keepdim=keepdim), 1 / p)


def _flat_power(x: Any, exponent: float) -> Any:
    """``x ** exponent`` for an `x` >= 0, with gradient 0 where `x` is 0."""
    values = constant(x)
    zero, dtype = values == 0, values.dtype.type
    return where(zero, dtype(0 if exponent > 0 else np.inf), power(where(zero, dtype(1), x), exponent))


def _apart(x: Any, y: Any) -> Any:
    """For each row of `x` beside each row of `y`, how far their values are apart."""
    return x[..., :, None, :] - y[..., None, :, :]


def _in_blocks(function: Any, x: Any, y: Any, *more: Any) -> Any:
    """``function(x, y, *more)``, of some rows of all but `y` at a time, so that the differences need little memory."""
    rows = x.shape[-2]
    step = max(1, rows * _MANY // max(1, y.shape[-2] * product(x.shape)))
    if step >= rows or not isinstance(x, np.ndarray):
        return function(x, y, *more)
    begins = range(0, rows, step)
    blocks = [function(x[..., i : i + step, :], y, *[each[..., i : i + step, :] for each in more]) for i in begins]
    return np.concatenate(blocks, axis=-2)


def _distances(x: Any, y: Any, *, p: float) -> Any:
    def of_rows(x: Any, y: Any) -> Any:
        apart = _apart(x, y)
        if p == 2:
            return np.sqrt(add_up(np.multiply(apart, apart, out=apart), apart.ndim - 1))
        if p == 0:
            return add_up((apart != 0).astype(x.dtype), apart.ndim - 1)
        sizes = np.abs(apart, out=apart)
        if p == np.inf:
            return np.maximum.reduce(sizes, axis=-1, initial=0)
        total = add_up(sizes if p == 1 else sizes**p, apart.ndim - 1)
        return total if p == 1 else total ** (1 / p)

    found = _by_product(x, y) if p == 2 and x.dtype == np.float32 else None
    return _in_blocks(of_rows, x, y) if found is None else found


def _by_product(x: Any, y: Any) -> Any:
    """The distances of float32 by a product of matrices, √(‖x‖² + ‖y‖² - 2 x·y) in float64, which is faster.

    Where that would cost digits, for rows are near, they come from differences; if many are, there is no result.
    """
    wide = x.astype(np.float64), y.astype(np.float64)
    of_x, of_y = (add_up(each * each, each.ndim - 1) for each in wide)
    squares = of_x[..., :, None] + of_y[..., None, :]
    near_below = 1e-7 * squares
    squares -= 2 * (wide[0] @ np.swapaxes(wide[1], -1, -2))
    near = ~(squares > near_below)  # NaN among them
    if np.count_nonzero(near) * x.shape[-1] > _MANY:
        return None
    *batch, row, column = np.nonzero(near)
    apart = x[(*batch, row)] - y[(*batch, column)]
    distances = np.sqrt(squares).astype(np.float32)
    distances[near] = np.sqrt(add_up(apart * apart, 1))
    return distances


def _distance_rule(g: Any, x: Any, y: Any, out: Any, p: float) -> Any:
    """Σ over the rows of y of g · sign(x - y) · (|x - y| / distance)^(p - 1)."""
    if p == 0:
        return flat(x)

    def of_rows(x: Any, y: Any, g: Any, out: Any) -> Any:
        apart, equal = _apart(x, y), constant(out) == 0
        if p == 2:
            slopes = apart * np.where(equal, 0, g / np.where(equal, 1, out))[..., None]
        elif p == 1:
            slopes = np.sign(apart) * g[..., None]
        elif p == np.inf:
            slopes = np.sign(apart) * (np.abs(constant(apart)) == constant(out)[..., None]) * g[..., None]
        else:
            shares: Any = size(apart) / np.where(equal, 1, out)[..., None]
            shares = np.where(constant(apart) == 0, 1, shares)  # 1 times a sign of 0
            slopes = np.sign(apart) * power(shares, p - 1) * g[..., None]
        return sum_of(slopes, dim=(slopes.ndim - 2,), keepdim=False)

    return _in_blocks(of_rows, x, y, g, out)


def _turned(x: Any) -> Any:
    """The matrices, rows for columns."""
    return permute(x, dims=(*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


cdist: Primitive = primitive(
    _distances,
    name="cdist",
    widens=True,
    x=_distance_rule,
    y=lambda g, x, y, out, p: _distance_rule(_turned(g), y, x, _turned(out), p),
)
