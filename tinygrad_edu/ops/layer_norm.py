"""Layer normalisation: each sample is shifted and scaled until its values have mean 0 and variance 1.

Over the n values x of a sample, which are those of its last dimensions:

    μ = Σ x / n    r = 1 / √(Σ (x - μ)² / n + ε)    x̂ = (x - μ) r    y = x̂ w + b

As μ and r depend on every x, so does each x̂. Differentiated, with ĝ = g w and means over the sample:

    dL/dx = r (ĝ - mean(ĝ) - x̂ mean(ĝ x̂))    dL/dw = Σ g x̂    dL/db = Σ g    (sums over the samples)

What was taken off x to make x̂, its mean and a multiple of x̂, is taken off the gradient, too. RMS normalisation is the
same without μ: r = 1 / √(Σ x² / n + ε), and mean(ĝ) isn't taken off.

Source: Ba, Kiros and Hinton, Layer normalization (2016), https://arxiv.org/abs/1607.06450; Zhang and Sennrich, Root
mean square layer normalization (2019), https://arxiv.org/abs/1910.07467
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._constants import ones
from tinygrad_edu._large_arrays import room_for_result
from tinygrad_edu._memory import in_rows
from tinygrad_edu._summation import sums_of_rows
from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops._fresh import less, product, times
from tinygrad_edu.ops.matmul import sum_of_rows
from tinygrad_edu.ops.reduction import mean


def _means(rows: ndarray) -> Any:
    """The mean of each row, as a column."""
    sums = sums_of_rows(rows)
    sums /= rows.shape[1]
    return sums


def _layer_norm(x: Any, weight: Any, bias: Any, *, dims: int, eps: float) -> tuple[Any, Any, Any]:
    """y; and by the way x̂ and r, a row for each sample."""
    rows = in_rows(x, dims)
    return _normalised(np.subtract(rows, _means(rows), out=room_for_result(rows)), weight, bias, x.shape, eps)


def _rms_norm(x: Any, weight: Any, *, dims: int, eps: float) -> tuple[Any, Any, Any]:
    return _normalised(np.array(in_rows(x, dims), order="C"), weight, None, x.shape, eps)


def _normalised(rows: Any, weight: Any, bias: Any, shape: tuple[int, ...], eps: float) -> tuple[Any, Any, Any]:
    """y = x̂ w + b, where the rows times r are x̂, in their own memory."""
    y = product(rows, rows)  # memory that y itself will lie in
    r = _means(y)
    r += eps
    np.sqrt(r, r)
    np.divide(1, r, r)
    rows *= r
    np.multiply(rows, 1 if weight is None else weight.reshape(-1), out=y)
    if bias is not None:
        y += bias.reshape(-1)
    return y.reshape(shape), rows, r


def _centred(x: Any, dims: int) -> Any:
    """x - μ."""
    rows = in_rows(x, dims)
    return rows - mean(rows, dim=(1,), keepdim=True)


def _one_over_root(rows: Any, eps: float) -> Any:
    """1 / √(Σ x² / n + ε) of each row, as a column."""
    return 1 / np.sqrt(mean(rows * rows, dim=(1,), keepdim=True) + eps)


def _product(g: Any, x_hat: Any) -> Any:
    """g x̂, of which dL/dw and mean(ĝ x̂) are made."""
    return product(g.reshape(x_hat.shape), x_hat)


def _gradient(g: Any, x_shape: Any, weight: Any, x_hat: Any, r: Any, g_x_hat: Any) -> Any:
    """r (ĝ - x̂ mean(ĝ x̂)): what remains of the gradient without μ."""
    w = _row(weight, x_hat)
    gradient = less(product(g.reshape(x_hat.shape), w), product(x_hat, _mean_with(g_x_hat, w)))
    return times(gradient, r).reshape(x_shape)


def _centred_gradient(g: Any, x_shape: Any, weight: Any, x_hat: Any, r: Any, g_x_hat: Any) -> Any:
    """r (ĝ - mean(ĝ) - x̂ mean(ĝ x̂))."""
    w, g = _row(weight, x_hat), g.reshape(x_hat.shape)
    gradient = less(less(product(g, w), _mean_with(g, w)), product(x_hat, _mean_with(g_x_hat, w)))
    return times(gradient, r).reshape(x_shape)


def _row(weight: Any, x_hat: Any) -> Any:
    """w in a row, or the ones that stand for it."""
    count = x_hat.shape[1]
    return ones(count, constant(x_hat).dtype) if weight is None else weight.reshape((count,))


def _mean_with(rows: Any, w: Any) -> Any:
    """The means of the rows times w, as a column."""
    return ((rows @ w) / len(w)).reshape((-1, 1))


layer_norm = primitive(
    _layer_norm,
    widens=True,
    residuals={
        "x_hat": lambda x, dims, eps: _centred(x, dims) * _one_over_root(_centred(x, dims), eps),
        "r": lambda x, dims, eps: _one_over_root(_centred(x, dims), eps),
    },
    shared={"g_x_hat": _product},
    x=_centred_gradient,
    weight=lambda g, g_x_hat, weight_shape: sum_of_rows(g_x_hat).reshape(weight_shape),
    bias=lambda g, x_hat, bias_shape: sum_of_rows(g.reshape(x_hat.shape)).reshape(bias_shape),
)
rms_norm = primitive(
    _rms_norm,
    widens=True,
    residuals={
        "x_hat": lambda x, dims, eps: in_rows(x, dims) * _one_over_root(in_rows(x, dims), eps),
        "r": lambda x, dims, eps: _one_over_root(in_rows(x, dims), eps),
    },
    shared={"g_x_hat": _product},
    x=_gradient,
    weight=lambda g, g_x_hat, weight_shape: sum_of_rows(g_x_hat).reshape(weight_shape),
)
