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
from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import (
    as_dims,
    as_flag,
    as_tensor_argument,
    check_out,
    floating,
    in_dtype,
    in_range,
    wrap,
)
from tinygrad_edu.api.arithmetic import where
from tinygrad_edu.ops import cumulative, extremes
from tinygrad_edu.ops import reduction as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "all",
    "any",
    "count_nonzero",
    "cumsum",
    "logsumexp",
    "mean",
    "norm",
    "prod",
    "std",
    "std_mean",
    "sum",
    "var",
    "var_mean",
]

Dim = builtins.int | Sequence[builtins.int] | None


def sum(
    input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None, out: None = None
) -> Tensor:
    """Return the sum over `dim`; integers and bools add up as int64.

    Args:
        input: The tensor.
        dim: A dimension, several of them, or None for all.
        keepdim: Keep the reduced dimensions, of length 1.
        dtype: Convert to this type first.
        out: Not supported.

    Example:
        >>> import tinygrad_edu as tg
        >>> x = tg.tensor([[1.0, 2.0], [3.0, 4.0]])
        >>> tg.sum(x), tg.sum(x, dim=0)
        (tensor(10.), tensor([4., 6.]))
    """
    check_out("sum", out)
    x = _accumulating("sum", input, dtype)
    return _reduced("sum", ops.sum, x, dim, keepdim)


def mean(
    input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None, out: None = None
) -> Tensor:
    """Return the mean over `dim`; NaN over no values at all.

    Raises:
        TypeError: If `input` isn't floating-point and no floating `dtype` is given.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.mean(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=1, keepdim=True)
        tensor([[1.5000],
                [3.5000]])
    """
    check_out("mean", out)
    x = _real("mean", input, dtype)
    return _reduced("mean", ops.mean, x, dim, keepdim)


def prod(
    input: Tensor,
    dim: builtins.int | None = None,
    keepdim: bool = False,
    *,
    dtype: dtypes.dtype | None = None,
    out: None = None,
) -> Tensor:
    """Return the product over one dimension, or over all; integers and bools multiply as int64.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.prod(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0)
        tensor([3., 8.])
    """
    check_out("prod", out)
    x = _accumulating("prod", input, dtype)
    if isinstance(dim, (tuple, list)):
        raise TypeError(f"prod: dim must be one integer or None, got {describe(dim)}")
    return _reduced("prod", ops.prod, x, dim, keepdim)


def var(
    input: Tensor,
    dim: Dim = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
    out: None = None,
) -> Tensor:
    """Return the variance over `dim`: the sum of squared deviations over ``n - correction``.

    Args:
        input: A floating-point tensor.
        dim: A dimension, several of them, or None for all. A bool here is taken for `unbiased`.
        unbiased: True for a correction of 1 (Bessel's), False for 0.
        keepdim: Keep the reduced dimensions, of length 1.
        correction: What to take off the number of values; 1 by default.
        out: Not supported.

    Example:
        >>> import tinygrad_edu as tg
        >>> x = tg.tensor([1.0, 2.0, 3.0, 4.0])
        >>> tg.var(x), tg.var(x, correction=0)
        (tensor(1.6667), tensor(1.2500))
    """
    check_out("var", out)
    return _spread("var", ops.var, input, dim, unbiased, keepdim, correction)


def std(
    input: Tensor,
    dim: Dim = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
    out: None = None,
) -> Tensor:
    """Return the standard deviation over `dim`, the square root of `var`; its gradient is 0 where it is 0.

    The arguments are those of `var`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.std(tg.tensor([1.0, 2.0, 3.0, 4.0]))
        tensor(1.2910)
    """
    check_out("std", out)
    return _spread("std", ops.std, input, dim, unbiased, keepdim, correction)


def var_mean(
    input: Tensor,
    dim: Dim = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """Return the pair of `var` and `mean`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.var_mean(tg.tensor([1.0, 3.0]))
        (tensor(2.), tensor(2.))
    """
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    return var(input, dim, unbiased, keepdim, correction=correction), mean(input, dim, keepdim)


def std_mean(
    input: Tensor,
    dim: Dim = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """Return the pair of `std` and `mean`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.std_mean(tg.tensor([1.0, 3.0]), correction=0)
        (tensor(1.), tensor(2.))
    """
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    return std(input, dim, unbiased, keepdim, correction=correction), mean(input, dim, keepdim)


def logsumexp(input: Tensor, dim: Dim, keepdim: bool = False, *, out: None = None) -> Tensor:
    """Return the logarithm of the sum of exponentials over `dim`, safe from overflow.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.logsumexp(tg.tensor([1000.0, 1000.0]), dim=0)
        tensor(1000.6932)
    """
    check_out("logsumexp", out)
    return _reduced("logsumexp", ops.logsumexp, floating("logsumexp", input), dim, keepdim)


def norm(
    input: Tensor,
    p: float | str | None = "fro",
    dim: Dim = None,
    keepdim: bool = False,
    out: None = None,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """Return the length of the vector of values over `dim`: the root of the sum of their squares.

    Args:
        input: A floating-point tensor.
        p: ``"fro"``, None or 2 for that; another number for ``sum(abs(input) ** p) ** (1 / p)``; inf
            for the largest absolute value, -inf for the smallest, 0 for how many aren't zero.
        dim: A dimension, several of them, or None for all.
        keepdim: Keep the reduced dimensions, of length 1.
        out: Not supported.
        dtype: Convert to this type first.

    Returns:
        The norm; where it is 0, its gradient is 0 too.

    Raises:
        TypeError: If `input` isn't floating-point.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.norm(tg.tensor([3.0, -4.0])), tg.norm(tg.tensor([3.0, -4.0]), p=1)
        (tensor(5.), tensor(7.))
    """
    check_out("norm", out)
    x = _real("norm", input, dtype)
    if p in ("fro", None, 2):
        return _reduced("norm", ops.norm, x, dim, keepdim)
    if isinstance(p, str):
        raise ValueError(f"norm: p must be a number or 'fro', got {p!r}")
    sizes: Any = x.abs()
    if p in (np.inf, -np.inf):
        return _reduced("norm", extremes.amax if p > 0 else extremes.amin, sizes, dim, keepdim)
    if p == 0:
        return _reduced("norm", ops.sum, in_dtype(sizes != 0, x._data.dtype), dim, keepdim)
    if p == 1:
        return _reduced("norm", ops.sum, sizes, dim, keepdim)
    total = _reduced("norm", ops.sum, _flat_power(sizes, p), dim, keepdim)
    return _flat_power(total, 1 / p)


def _flat_power(x: Tensor, exponent: float) -> Tensor:
    """Return ``x ** exponent`` for an `x` >= 0, with gradient 0 where `x` is 0."""
    zero = x == 0
    at_zero = 0.0 if exponent > 0 else np.inf
    result: Tensor = where(zero, at_zero, where(zero, 1.0, x) ** exponent)
    return result


def cumsum(input: Tensor, dim: builtins.int, *, dtype: dtypes.dtype | None = None, out: None = None) -> Tensor:
    """Return the running sums along `dim`; integers and bools add up as int64.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.cumsum(tg.tensor([1.0, 2.0, 3.0]), dim=0)
        tensor([1., 3., 6.])
    """
    check_out("cumsum", out)
    x = _accumulating("cumsum", input, dtype)
    axis = in_range("cumsum", dim, x._data.ndim)
    sums: Tensor = cumulative.cumsum(x, dim=axis) if x._data.ndim else x.clone()
    return sums


def all(input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: None = None) -> Tensor:
    """Return whether every value over `dim` is true (not zero); a `dim` of () reduces none.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.all(tg.tensor([[True, True], [True, False]]), dim=1)
        tensor([ True, False])
    """
    check_out("all", out)
    x = as_tensor_argument("all", input)
    return _truth("all", np.logical_and, x, dim, keepdim)


def any(input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: None = None) -> Tensor:
    """Return whether at least one value over `dim` is true (not zero); a `dim` of () reduces none.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.any(tg.tensor([[False, True], [False, False]]), dim=1)
        tensor([ True, False])
    """
    check_out("any", out)
    x = as_tensor_argument("any", input)
    return _truth("any", np.logical_or, x, dim, keepdim)


def count_nonzero(input: Tensor, dim: Dim = None) -> Tensor:
    """Return how many values over `dim` are not zero, as int64.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.count_nonzero(tg.tensor([0.0, 2.0, 3.0]))
        tensor(2)
    """
    x = as_tensor_argument("count_nonzero", input)
    dims = as_dims("count_nonzero", dim, x._data.ndim)
    return wrap(np.add.reduce(x._data != 0, axis=dims, dtype=np.int64))


def _accumulating(operation: str, input: Any, dtype: dtypes.dtype | None) -> Any:
    """Return the tensor in the type in which to add or multiply up."""
    x = as_tensor_argument(operation, input)
    if dtype is not None:
        return in_dtype(x, dtypes.to_numpy(dtype, operation))
    return x if x._data.dtype.kind == "f" else in_dtype(x, np.dtype(np.int64))


def _real(operation: str, input: Any, dtype: dtypes.dtype | None = None) -> Any:
    x = as_tensor_argument(operation, input)
    if dtype is not None:
        x = in_dtype(x, dtypes.to_numpy(dtype, operation))
    if x._data.dtype.kind != "f":
        raise TypeError(f"{operation}: wanted floating-point values, got {describe(x)}; convert it with .float() first")
    return x


def _spread(
    operation: str, primitive: Any, input: Any, dim: Any, unbiased: Any, keepdim: bool, correction: Any
) -> Tensor:
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if correction is None:
        correction = 0 if unbiased is False else 1
    elif unbiased is not None:
        raise TypeError(f"{operation}: give either unbiased or correction, not both")
    x = _real(operation, input)
    return _reduced(operation, primitive, x, dim, keepdim, correction=correction)


def _reduced(operation: str, primitive: Any, x: Any, dim: Any, keepdim: bool, **settings: Any) -> Tensor:
    """Call a reducing primitive."""
    dims = as_dims(operation, dim, x._data.ndim)
    result: Tensor = primitive(x, dim=dims, keepdim=as_flag(operation, "keepdim", keepdim), **settings)
    return result


def _truth(operation: str, function: Any, x: Any, dim: Any, keepdim: bool) -> Tensor:
    """Reduce to bools; to uint8 for uint8, as in PyTorch."""
    dims = as_dims(operation, dim, x._data.ndim, empty_means_all=False)
    values = function.reduce(x._data, axis=dims, keepdims=as_flag(operation, "keepdim", keepdim))
    return wrap(values.astype(np.uint8) if x._data.dtype == np.uint8 else values)
