"""Reductions: many values become one, over the dimensions in ``dim`` (a tuple; () is none of them).

The gradient of a sum reaches every summand alike, so most rules begin with `spread`, which
stretches the upstream gradient back over the reduced dimensions.

As in PyTorch, the standard deviation of equal values has gradient 0.
"""

from __future__ import annotations

from math import prod as product
from typing import Any

import numpy as np

from tinygrad_edu._axes import undoing
from tinygrad_edu._summation import add_up
from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.axes import permute
from tinygrad_edu.ops.shape import reshape
from tinygrad_edu.ops.stretching import expand

Dims = tuple[int, ...]


def spread(g: Any, shape: tuple[int, ...], dim: Dims, keepdim: bool) -> Any:
    """Stretch `g`, the result of reducing `shape` over `dim`, back to `shape`."""
    if not keepdim:
        g = reshape(g, shape=tuple(1 if i in dim else n for i, n in enumerate(shape)))
    return expand(g, shape=shape)


def count(shape: tuple[int, ...], dim: Dims) -> int:
    """The number of values of an array of `shape` that a reduction over `dim` puts together."""
    return product(shape[i] for i in dim)


sum = primitive(
    lambda x, *, dim, keepdim: add_up(x, dim, keepdim),
    name="sum",
    x=lambda g, x_shape, dim, keepdim: spread(g, x_shape, dim, keepdim),
)
mean = primitive(
    lambda x, *, dim, keepdim: add_up(x, dim, keepdim) / count(x.shape, dim),
    name="mean",
    widens=True,
    x=lambda g, x_shape, dim, keepdim: spread(g / max(count(x_shape, dim), 1), x_shape, dim, keepdim),
)


def _variance(x: Any, dim: Dims, keepdim: bool, correction: float) -> Any:
    """Σ (x - mean)² / (n - correction), in float64; a divisor below 0 counts as 0, as in PyTorch.

    The mean is found of the differences to the first value, so that equal values have no variance at all.
    """
    first = x[tuple([slice(1) if i in dim else slice(None) for i in range(x.ndim)])]
    centred = np.subtract(x, first, dtype=np.float64)
    centred -= add_up(centred, dim, True) / max(count(x.shape, dim), 1)
    centred *= centred
    return add_up(centred, dim, keepdim) / np.float64(max(count(x.shape, dim) - correction, 0))


def _variance_rule(g: Any, x: Any, dim: Dims, keepdim: bool, correction: float) -> Any:
    """d var / dx = 2 (x - mean) / (n - correction)."""
    centred = x - mean(x, dim=dim, keepdim=True)
    divisor = max(count(x.shape, dim) - correction, 0)
    scale = 2 / divisor if divisor else float("inf")
    return spread(g, x.shape, dim, keepdim) * centred * scale


def _std_rule(g: Any, x: Any, out: Any, dim: Dims, keepdim: bool, correction: float) -> Any:
    """d sqrt(var) / dx = d var / dx / (2 std), and 0 where std is 0."""
    by_variance = np.where(out == 0, 0, g / (2 * np.where(out == 0, 1, out)))
    return _variance_rule(by_variance, x, dim, keepdim, correction)


var = primitive(
    lambda x, *, dim, keepdim, correction: _variance(x, dim, keepdim, correction).astype(x.dtype),
    name="var",
    widens=True,
    x=_variance_rule,
)
std = primitive(
    lambda x, *, dim, keepdim, correction: np.sqrt(_variance(x, dim, keepdim, correction)).astype(x.dtype),
    name="std",
    widens=True,
    x=_std_rule,
)


def _others(x: Any) -> Any:
    """For a 2-d `x`: at each place, the product of the other values in its row, zeros or not."""
    if isinstance(x, np.ndarray):
        one = np.ones_like(x[:, :1])
        before = np.concatenate([one, np.multiply.accumulate(x[:, :-1], axis=1)], axis=1)
        after = np.concatenate([one, np.multiply.accumulate(x[:, :0:-1], axis=1)], axis=1)[:, ::-1]
        return before * after
    # On tensors, so that it can be differentiated in turn: each row beside itself, diagonal left out.
    rows, n = x.shape
    beside = expand(reshape(x, shape=(rows, 1, n)), shape=(rows, n, n))
    return prod(np.where(np.eye(n, dtype=bool), 1, beside), dim=(2,), keepdim=False)


def _product_rule(g: Any, x: Any, out: Any, dim: Dims, keepdim: bool) -> Any:
    """d (Π x) / dx_i = Π of the others: out / x_i, unless a zero makes that 0 / 0."""
    if constant(x).all():
        return spread(g * out, x.shape, dim, keepdim) / x
    kept = tuple(i for i in range(x.ndim) if i not in dim)
    order = (*kept, *dim)
    moved = permute(x, dims=order)
    rows = reshape(moved, shape=(count(x.shape, kept), count(x.shape, dim)))
    others = reshape(_others(rows), shape=moved.shape)
    back = permute(others, dims=undoing(order))
    return spread(g, x.shape, dim, keepdim) * back


prod: Primitive = primitive(
    lambda x, *, dim, keepdim: np.multiply.reduce(x, axis=dim, keepdims=keepdim, dtype=x.dtype),
    name="prod",
    widens=True,
    x=_product_rule,
)


def _logsumexp(x: Any, *, dim: Dims, keepdim: bool) -> Any:
    """log Σ exp(x), with the maximum taken out against overflow (an infinite one stays in)."""
    if count(x.shape, dim) == 0:
        return np.log(add_up(x, dim, keepdim))
    top = np.maximum.reduce(x, axis=dim, keepdims=True)
    top = np.where(np.isinf(top), 0, top).astype(x.dtype)
    total = np.log(add_up(np.exp(x - top), dim, True)) + top
    return total if keepdim else total.reshape(tuple(n for i, n in enumerate(x.shape) if i not in dim))


logsumexp = primitive(
    _logsumexp,
    widens=True,
    x=lambda g, x, out, dim, keepdim: spread(g, x.shape, dim, keepdim) * np.exp(x - spread(out, x.shape, dim, keepdim)),
)
