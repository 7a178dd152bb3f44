"""Batch normalisation: each channel is shifted and scaled until its values have mean 0 and variance 1 over the batch.

Over the n values x of a channel, which are those of all samples and places:

    μ = Σ x / n    σ² = Σ (x - μ)² / n    r = 1 / √(σ² + ε)    x̂ = (x - μ) r    y = x̂ w + b

As μ and r depend on every x of the channel, so does each x̂. With sums and means over the channel:

    dL/dx = w r (g - mean(g) - x̂ mean(g x̂))    dL/dw = Σ g x̂    dL/db = Σ g

What was taken off x to make x̂, its mean and a multiple of x̂, is taken off the gradient, too. Kept for that are the
differences x - μ, an array like x, and r, a number for each channel.

An input is seen as (N, C, S): samples, channels, places.

Source: S. Ioffe and C. Szegedy, Batch normalization (2015), https://arxiv.org/abs/1502.03167
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._large_arrays import room_for_result
from tinygrad_edu._summation import add_up
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops._fresh import less, product, times
from tinygrad_edu.ops.reduction import mean
from tinygrad_edu.ops.reduction import sum as sum_of


def _in_channels(x: Any) -> Any:
    return x.reshape((*x.shape[:2], prod(x.shape[2:])))


def _sums(x: Any) -> Any:
    """The sum of each channel, of shape (1, C, 1)."""
    return add_up(x, (0, 2), True) if isinstance(x, ndarray) else sum_of(x, dim=(0, 2), keepdim=True)


def _sums_of_products(x: Any, y: Any) -> Any:
    """The sum of x y over each channel; without an array of the products, if channels have places (benchmark W9)."""
    if not (isinstance(x, ndarray) and isinstance(y, ndarray)) or x.shape[2] == 1:
        return _sums(x * y)
    return add_up(np.vecdot(x, y), 0, True)[..., None]


def _count(x: Any) -> Any:
    """How many values a channel has."""
    return x.shape[0] * x.shape[2]


def _batch_norm(x: Any, weight: Any, bias: Any, *, eps: float, note: Any = None) -> tuple[Any, Any, Any]:
    """y; and by the way x - μ and r. `note` is told μ and σ² of the channels."""
    rows = _in_channels(x)
    count = _count(rows)
    means = _sums(rows) / count
    centred = np.subtract(rows, means, out=room_for_result(rows))
    variances = _sums_of_products(centred, centred) / count
    if note is not None:
        note(means.reshape(-1), variances.reshape(-1))
    r = 1 / np.sqrt(variances + eps)
    y = product(centred, _scaled(r, weight))
    if bias is not None:
        y += bias.reshape(-1, 1)
    return y.reshape(x.shape), centred, r


def _scaled(r: Any, weight: Any) -> Any:
    """r w."""
    return r if weight is None else r * weight.reshape((-1, 1))


def _centred(x: Any) -> Any:
    rows = _in_channels(x)
    return rows - mean(rows, dim=(0, 2), keepdim=True)


def _one_over_root(x: Any, eps: float) -> Any:
    centred = _centred(x)
    return 1 / np.sqrt(mean(centred * centred, dim=(0, 2), keepdim=True) + eps)


def _gradient(g: Any, weight: Any, centred: Any, r: Any, g_sum: Any, g_x_hat: Any) -> Any:
    """w r (g - mean(g) - x̂ mean(g x̂)), as -w r (x̂ mean(g x̂) - g + mean(g))."""
    count, shape = _count(centred), g.shape
    gradient = less(less(product(centred, g_x_hat * r / count), _in_channels(g)), -g_sum / count)
    return times(gradient, -_scaled(r, weight)).reshape(shape)


batch_norm = primitive(
    _batch_norm,
    widens=True,
    residuals={"centred": _centred, "r": _one_over_root},
    shared={
        "g_sum": lambda g: _sums(_in_channels(g)),
        "g_x_hat": lambda g, centred, r: _sums_of_products(_in_channels(g), centred) * r,
    },
    x=_gradient,
    weight=lambda g, g_x_hat, weight_shape: g_x_hat.reshape(weight_shape),
    bias=lambda g, g_sum, bias_shape: g_sum.reshape(bias_shape),
)
