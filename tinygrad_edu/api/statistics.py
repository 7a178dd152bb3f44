"""Statistics of samples: quantiles, covariances and correlations; compositions.

Source for every function: https://docs.pytorch.org/docs/stable/generated/torch.quantile.html,
https://docs.pytorch.org/docs/stable/generated/torch.cov.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe, warn
from tinygrad_edu.api._arguments import (
    as_flag,
    as_integer,
    as_number,
    as_tensor_argument,
    in_range,
    own,
    wrap,
)
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import of_tensor, refuse_bools, widening
from tinygrad_edu.api.arithmetic import add, div, mul, sub
from tinygrad_edu.api.axes import movedim, transpose
from tinygrad_edu.api.choice import clamp, where
from tinygrad_edu.api.diagonals import diag
from tinygrad_edu.api.filling import full_like
from tinygrad_edu.api.matmul import matmul
from tinygrad_edu.api.powers import sqrt
from tinygrad_edu.api.reduction import sum as sum_of
from tinygrad_edu.api.rounding import ceil, floor, round
from tinygrad_edu.api.shape import squeeze, unsqueeze
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops.picking import gather
from tinygrad_edu.ops.shape import reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["corrcoef", "cov", "nanquantile", "quantile"]

_INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


@of_tensor
def quantile(
    input: Tensor,
    q: float | Tensor,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
    out: Tensor | None = None,
) -> Tensor:
    """The value below which the share `q` of the values along `dim` lies; NaN where a value is NaN.

    Args:
        input: A tensor of float32 or float64.
        q: A share from 0 to 1, or a vector of them, in the type of `input`.
        dim: A dimension, or None for all values.
        keepdim: Keep the reduced dimension, of length 1.
        interpolation: What is taken between two values: ``"linear"`` for the share of the way, ``"lower"``,
            ``"higher"``, ``"nearest"`` or ``"midpoint"``.

    Returns:
        The quantiles; if there are several shares, they are the first dimension.

    Raises:
        RuntimeError: If `q` or `interpolation` isn't one of those, or there are no values.

    >>> tg.quantile(tg.tensor([1.0, 2.0, 4.0]), 0.75)
    tensor(3.)
    >>> tg.quantile(tg.tensor([1.0, 2.0, 4.0]), tg.tensor([0.0, 0.5]))
    tensor([1., 2.])
    """
    return _quantiles(input, q, dim, keepdim, interpolation, skip_nan=False)


@of_tensor
def nanquantile(
    input: Tensor,
    q: float | Tensor,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
    out: Tensor | None = None,
) -> Tensor:
    """The `quantile` of the values that aren't NaN; NaN if there are no others.

    The arguments are those of `quantile`.

    >>> tg.nanquantile(tg.tensor([1.0, float("nan"), 4.0]), 0.5)
    tensor(2.5000)
    """
    return _quantiles(input, q, dim, keepdim, interpolation, skip_nan=True)


@of_tensor
def cov(
    input: Tensor, *, correction: int = 1, fweights: Tensor | None = None, aweights: Tensor | None = None
) -> Tensor:
    """How each two variables vary together: their covariances, and on the diagonal the variances.

    Args:
        input: A variable in each row, an observation in each column; or one variable.
        correction: What to take off the number of observations; 1 by default.
        fweights: How often each observation was made: whole numbers.
        aweights: How much each observation counts.

    Raises:
        RuntimeError: If there are more than two dimensions, or the weights don't fit, are negative or all 0.

    >>> tg.cov(tg.tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    return _covariances(input, as_integer("correction", correction), fweights, aweights)


@of_tensor
def corrcoef(input: Tensor) -> Tensor:
    """How each two variables are correlated: their covariances over both standard deviations, from -1 to 1.

    Args:
        input: A variable in each row, an observation in each column; or one variable.

    >>> tg.corrcoef(tg.tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    covariances = _covariances(input, 1, None, None)
    if covariances._data.ndim == 0:
        return div(covariances, covariances)
    deviations = sqrt(diag(covariances))
    return clamp(div(div(covariances, unsqueeze(deviations, 1)), unsqueeze(deviations, 0)), -1, 1)


class StatisticsMethods(TensorBase):
    """Statistics as methods of tensors."""

    __slots__ = ()

    quantile = method(quantile)
    nanquantile = method(nanquantile)
    cov = method(cov)
    corrcoef = method(corrcoef)


def _quantiles(x: Any, q: Any, dim: Any, keepdim: Any, interpolation: Any, *, skip_nan: bool) -> Tensor:
    if x._data.dtype not in (np.float32, np.float64):
        raise RuntimeError(f"wanted float32 or float64, got {describe(x)}")
    shares = _shares(q, x._data.dtype)
    if interpolation not in _INTERPOLATIONS:
        kind = RuntimeError if isinstance(interpolation, str) else TypeError
        raise kind(f"interpolation must be one of {', '.join(_INTERPOLATIONS)}, got {interpolation!r}")
    axis = None if dim is None else in_range(dim, x._data.ndim)
    if x._data.size == 0:
        raise RuntimeError(f"there are no values in {describe(x)}")
    kept = [1 if axis in (None, i) else n for i, n in enumerate(x._data.shape)]
    rows = reshape(x, shape=(-1,)) if axis is None or x._data.ndim == 0 else movedim(x, axis, -1)
    several = reshape(shares, shape=(-1,))
    found = movedim(_between(rows, several, interpolation, skip_nan), -1, 0)
    shape = (*shares._data.shape, *(kept if as_flag("keepdim", keepdim) else found._data.shape[1:]))
    return own(reshape(found, shape=shape))


def _shares(q: Any, dtype: np.dtype) -> Any:
    if not isinstance(q, TensorBase):
        q = wrap(dtype.type(as_number("q", q)))
    if q._data.ndim > 1:
        raise RuntimeError(f"q must be a number or a vector, got {describe(q)}")
    if q._data.dtype != dtype:
        raise RuntimeError(f"q must have the type of input, {dtype}, got {describe(q)}")
    if not ((q._data >= 0) & (q._data <= 1)).all():
        raise RuntimeError(f"q must be from 0 to 1, got {q._data.tolist()}")
    return q


def _between(rows: Any, q: Any, interpolation: str, skip_nan: bool) -> Any:
    """The quantiles of each row, along the last dimension: each lies between the values at two ranks."""
    values = rows._data
    order, is_nan = np.argsort(values, axis=-1, kind="stable"), np.isnan(values)
    last = values.shape[-1] - 1
    if skip_nan:
        lasts = last - np.count_nonzero(is_nan, axis=-1, keepdims=True)
        ranks = where(wrap(lasts < 0), 0.0, mul(q, wrap(lasts.astype(values.dtype))))
    else:
        ranks = where(wrap(is_nan.any(-1, keepdims=True)), float(last), mul(q, float(last)))

    def at(place: Any) -> Any:
        shape = (*values.shape[:-1], q._data.size)
        places = np.broadcast_to(place._data.astype(np.int64), shape)
        return gather(rows, dim=values.ndim - 1, index=np.take_along_axis(order, places, -1))

    if interpolation in ("lower", "higher", "nearest"):
        return at({"lower": floor, "higher": ceil, "nearest": round}[interpolation](ranks))
    below = floor(ranks)
    share = full_like(ranks, 0.5) if interpolation == "midpoint" else sub(ranks, below)
    low, high = at(below), at(ceil(ranks))
    way = sub(high, low)  # a share of it is counted from the nearer end
    return where(wrap(share._data < 0.5), add(low, mul(way, share)), add(high, mul(way, sub(share, 1))))


@widening
def _covariances(x: Any, correction: int, fweights: Any, aweights: Any) -> Tensor:
    if refuse_bools(x)._data.ndim > 2:
        raise RuntimeError(f"input must have two dimensions at most, got {describe(x)}")
    rows = reshape(x, shape=(1, x._data.size)) if x._data.ndim < 2 else x
    count = rows._data.shape[1]
    weights = _weights(fweights, aweights, count)
    if weights is None:
        total: Any = count
        centre, divisor = div(sum_of(rows, 1, True), wrap(np.int64(count))), wrap(np.int64(count - correction))
    else:
        total = sum_of(weights)
        if total._data == 0:
            raise RuntimeError(f"the weights must not sum up to 0, got {weights._data.tolist()}")
        centre = div(sum_of(mul(rows, weights), 1, True), total)
        bias = 1 if aweights is None else div(sum_of(mul(weights, aweights)), total)
        divisor = sub(total, mul(wrap(np.int64(correction)), bias))
    if divisor._data <= 0:
        warn("cov: correction leaves no degrees of freedom; it should be less than the number of observations")
        divisor = wrap(np.int64(0))
    centred = sub(rows, centre)
    weighted = centred if weights is None else mul(centred, weights)
    return squeeze(div(matmul(centred, transpose(weighted, 0, 1)), divisor))


def _weights(fweights: Any, aweights: Any, count: int) -> Any:
    """How much each of the observations counts, if they don't all count alike."""
    for name, each, kinds in (("fweights", fweights, "iu"), ("aweights", aweights, "f")):
        if each is None:
            continue
        data = as_tensor_argument(each, name)._data
        if data.dtype.kind not in kinds:
            raise RuntimeError(f"{name} must hold {'whole' if kinds == 'iu' else 'real'} numbers, got {describe(each)}")
        if data.ndim > 1 or data.size != count:
            raise RuntimeError(f"{name} must have a weight for each of {count} observations, got {describe(each)}")
        if (data < 0).any():
            raise RuntimeError(f"{name} must not be negative, got {data.tolist()}")
    return fweights if aweights is None else aweights if fweights is None else mul(fweights, aweights)
