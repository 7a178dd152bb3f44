"""Reductions: sums, means, spreads and truths, over some dimensions or all of them.

``dim`` is a dimension, or several where PyTorch takes several; negative ones count from the end;
None means all. With ``keepdim=True`` the reduced dimensions stay, of length 1.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#reduction-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu.api._arguments import as_dims, as_flag, wrap
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import (
    accumulated,
    made_real,
    of_any_type,
    of_tensor,
    real_already,
    reducing,
)
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import arithmetic, choice
from tinygrad_edu.ops import reduction as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "all",
    "any",
    "count_nonzero",
    "logsumexp",
    "mean",
    "nanmean",
    "nansum",
    "prod",
    "std",
    "std_mean",
    "sum",
    "var",
    "var_mean",
]

Dim = builtins.int | Sequence[builtins.int] | None


@reducing(accumulated)
def sum(
    input: Tensor,
    dim: Dim = None,
    keepdim: bool = False,
    *,
    dtype: dtypes.dtype | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The sum over `dim`; integers and bools add up as int64.

    Args:
        dim: A dimension, several of them, or None for all.
        keepdim: Keep the reduced dimensions, of length 1.
        dtype: Convert to this type first.

    >>> x = tg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> tg.sum(x), tg.sum(x, dim=0)
    (tensor(10.), tensor([4., 6.]))
    """
    return ops.sum(input, dim=dim, keepdim=keepdim)


@reducing(real_already)
def mean(
    input: Tensor,
    dim: Dim = None,
    keepdim: bool = False,
    *,
    dtype: dtypes.dtype | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The mean over `dim`; NaN over no values at all.

    Raises:
        TypeError: If `input` isn't floating-point and no floating `dtype` is given.

    >>> tg.mean(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=1, keepdim=True)
    tensor([[1.5000],
            [3.5000]])
    """
    return ops.mean(input, dim=dim, keepdim=keepdim)


@reducing(of_any_type)
def nansum(
    input: Tensor,
    dim: Dim = None,
    keepdim: bool = False,
    *,
    dtype: dtypes.dtype | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The sum over `dim` of the values that aren't NaN; the arguments are those of `sum`.

    >>> tg.nansum(tg.tensor([1.0, float("nan"), 3.0]))
    tensor(4.)
    """
    return ops.sum(accumulated(_without_nan(input), dtype), dim=dim, keepdim=keepdim)


@reducing(lambda x, dtype: real_already(real_already(x), dtype))
def nanmean(
    input: Tensor,
    dim: Dim = None,
    keepdim: bool = False,
    *,
    dtype: dtypes.dtype | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The mean over `dim` of the values that aren't NaN; NaN if there are no others.

    Raises:
        TypeError: If `input` isn't floating-point.

    >>> tg.nanmean(tg.tensor([1.0, float("nan"), 3.0]))
    tensor(2.)
    """
    numbers = np.count_nonzero(~np.isnan(input._data), axis=as_dims(dim, input._data.ndim), keepdims=keepdim)
    total = ops.sum(_without_nan(input), dim=dim, keepdim=keepdim)
    found: Tensor = arithmetic.div(total, wrap(np.asarray(numbers, total._data.dtype)[()]))
    return found


@reducing(accumulated, several=False)
def prod(
    input: Tensor,
    dim: builtins.int | None = None,
    keepdim: bool = False,
    *,
    dtype: dtypes.dtype | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The product over one dimension, or over all; integers and bools multiply as int64.

    >>> tg.prod(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    tensor([3., 8.])
    """
    return ops.prod(input, dim=dim, keepdim=keepdim)


@of_tensor
def var(
    input: Tensor,
    dim: Dim = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The variance over `dim`: the sum of squared deviations over ``n - correction``.

    Args:
        input: A floating-point tensor.
        dim: A dimension, several of them, or None for all. A bool here is taken for `unbiased`.
        unbiased: True for a correction of 1 (Bessel's), False for 0.
        keepdim: Keep the reduced dimensions, of length 1.
        correction: What to take off the number of values; 1 by default.

    >>> x = tg.tensor([1.0, 2.0, 3.0, 4.0])
    >>> tg.var(x), tg.var(x, correction=0)
    (tensor(1.6667), tensor(1.2500))
    """
    return _spread(ops.var, input, dim, unbiased, keepdim, correction)


@of_tensor
def std(
    input: Tensor,
    dim: Dim = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The standard deviation over `dim`, the square root of `var`; its gradient is 0 where it is 0.

    The arguments are those of `var`.

    >>> tg.std(tg.tensor([1.0, 2.0, 3.0, 4.0]))
    tensor(1.2910)
    """
    return _spread(ops.std, input, dim, unbiased, keepdim, correction)


@of_tensor
def var_mean(
    input: Tensor,
    dim: Dim = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """The pair of `var` and `mean`.

    >>> tg.var_mean(tg.tensor([1.0, 3.0]))
    (tensor(2.), tensor(2.))
    """
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    return var(input, dim, unbiased, keepdim, correction=correction), mean(input, dim, keepdim)


@of_tensor
def std_mean(
    input: Tensor,
    dim: Dim = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """The pair of `std` and `mean`.

    >>> tg.std_mean(tg.tensor([1.0, 3.0]), correction=0)
    (tensor(1.), tensor(2.))
    """
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    return std(input, dim, unbiased, keepdim, correction=correction), mean(input, dim, keepdim)


@reducing(made_real)
def logsumexp(input: Tensor, dim: Dim, keepdim: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The logarithm of the sum of exponentials over `dim`, safe from overflow.

    >>> tg.logsumexp(tg.tensor([1000.0, 1000.0]), dim=0)
    tensor(1000.6932)
    """
    return ops.logsumexp(input, dim=dim, keepdim=keepdim)


@reducing(of_any_type, empty_means_all=False)
def all(input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: Tensor | None = None) -> Tensor:
    """Whether every value over `dim` is true (not zero); a `dim` of () reduces none.

    >>> tg.all(tg.tensor([[True, True], [True, False]]), dim=1)
    tensor([ True, False])
    """
    return _truth(np.logical_and, input, dim, keepdim)


@reducing(of_any_type, empty_means_all=False)
def any(input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: Tensor | None = None) -> Tensor:
    """Whether at least one value over `dim` is true (not zero); a `dim` of () reduces none.

    >>> tg.any(tg.tensor([[False, True], [False, False]]), dim=1)
    tensor([ True, False])
    """
    return _truth(np.logical_or, input, dim, keepdim)


@of_tensor
def count_nonzero(input: Tensor, dim: Dim = None) -> Tensor:
    """The number of values over `dim` that aren't zero, as int64.

    >>> tg.count_nonzero(tg.tensor([0.0, 2.0, 3.0]))
    tensor(2)
    """
    return wrap(np.add.reduce(input._data != 0, axis=as_dims(dim, input._data.ndim), dtype=np.int64))


class ReductionMethods(TensorBase):
    """Reductions as methods of tensors."""

    __slots__ = ()

    sum = method(sum)
    mean = method(mean)
    nansum = method(nansum)
    nanmean = method(nanmean)
    prod = method(prod)
    var = method(var)
    std = method(std)
    logsumexp = method(logsumexp)
    all = method(all)
    any = method(any)
    count_nonzero = method(count_nonzero)


def _without_nan(x: Any) -> Any:
    """The tensor with 0 in place of NaN."""
    return choice.where(wrap(np.isnan(x._data)), x._data.dtype.type(0), x) if x._data.dtype.kind == "f" else x


def _spread(rule: Any, input: Any, dim: Any, unbiased: Any, keepdim: bool, correction: Any) -> Tensor:
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if correction is None:
        correction = 0 if unbiased is False else 1
    elif unbiased is not None:
        raise TypeError("give either unbiased or correction, not both")
    x = real_already(input)
    dims = as_dims(dim, x._data.ndim)
    spread: Tensor = rule(x, dim=dims, keepdim=as_flag("keepdim", keepdim), correction=correction)
    return spread


def _truth(function: np.ufunc, x: Any, dims: Any, keepdim: bool) -> Tensor:
    """Bools; uint8 for uint8, as in PyTorch."""
    values = function.reduce(x._data, axis=dims, keepdims=keepdim)
    return wrap(values.astype(np.uint8) if x._data.dtype == np.uint8 else values)
