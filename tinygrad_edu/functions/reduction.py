"""Reductions: sums, means, extremes and the like, over some dimensions or all of them.

``dim`` is a dimension, or several where PyTorch takes several; negative ones count from the end;
None means all. With ``keepdim=True`` the reduced dimensions stay, of length 1.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#reduction-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._words import describe
from tinygrad_edu.functions._arguments import (
    as_dims,
    as_tensor_argument,
    check_out,
    in_dtype,
    in_range,
    wrap,
)
from tinygrad_edu.functions.arithmetic import maximum, minimum
from tinygrad_edu.ops import indexing
from tinygrad_edu.ops import reduction as ops
from tinygrad_edu.ops.shape import reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "all",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "count_nonzero",
    "logsumexp",
    "max",
    "mean",
    "min",
    "prod",
    "std",
    "std_mean",
    "sum",
    "var",
    "var_mean",
]

Dim = builtins.int | Sequence[builtins.int] | None


class ValuesAndIndices(NamedTuple):
    """The extreme values along a dimension, and where they stood (the first of equals)."""

    values: Any
    indices: Any


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
    return ops.sum(x, dim=as_dims("sum", dim, x._data.ndim), keepdim=keepdim)


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
    return ops.mean(x, dim=as_dims("mean", dim, x._data.ndim), keepdim=keepdim)


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
    return ops.prod(x, dim=as_dims("prod", dim, x._data.ndim), keepdim=keepdim)


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
        tensor(1000.6931)
    """
    check_out("logsumexp", out)
    x = as_tensor_argument("logsumexp", input)
    x = x if x._data.dtype.kind == "f" else in_dtype(x, np.dtype(np.float32))
    return ops.logsumexp(x, dim=as_dims("logsumexp", dim, x._data.ndim), keepdim=keepdim)


def amax(input: Tensor, dim: Dim = (), keepdim: bool = False, *, out: None = None) -> Tensor:
    """Return the largest value over `dim`; equal ones share the gradient.

    Raises:
        IndexError: If there are no values to choose from.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.amax(tg.tensor([[1.0, 5.0], [3.0, 4.0]]), dim=1)
        tensor([5., 4.])
    """
    check_out("amax", out)
    return _extreme("amax", ops.amax, input, dim, keepdim)


def amin(input: Tensor, dim: Dim = (), keepdim: bool = False, *, out: None = None) -> Tensor:
    """Return the smallest value over `dim`; equal ones share the gradient.

    Raises:
        IndexError: If there are no values to choose from.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.amin(tg.tensor([[1.0, 5.0], [3.0, 4.0]]), dim=1)
        tensor([1., 3.])
    """
    check_out("amin", out)
    return _extreme("amin", ops.amin, input, dim, keepdim)


def max(input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None, out: None = None) -> Any:
    """Return the largest value; or along `dim` the largest values and where they are; or `maximum`.

    Args:
        input: The tensor.
        dim: None for the largest value of all (equal ones share its gradient); an integer for the
            pair ``(values, indices)`` along that dimension (the first of equals is taken, and gets
            the gradient); a tensor for ``maximum(input, dim)``.
        keepdim: Keep the reduced dimension, of length 1.
        other: Another name for a tensor in `dim`'s place.
        out: Not supported.

    Raises:
        IndexError: If there are no values to choose from.

    Example:
        >>> import tinygrad_edu as tg
        >>> x = tg.tensor([[1.0, 5.0], [3.0, 4.0]])
        >>> tg.max(x)
        tensor(5.)
        >>> values, indices = tg.max(x, dim=1)
        >>> indices
        tensor([1, 0])
    """
    check_out("max", out)
    return _max_or_min("max", input, dim, keepdim, other)


def min(input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None, out: None = None) -> Any:
    """Return the smallest value; or along `dim` the smallest values and where they are; or `minimum`.

    The arguments are those of `max`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.min(tg.tensor([[1.0, 5.0], [3.0, 4.0]]))
        tensor(1.)
    """
    check_out("min", out)
    return _max_or_min("min", input, dim, keepdim, other)


def argmax(input: Tensor, dim: builtins.int | None = None, keepdim: bool = False) -> Tensor:
    """Return the index of the largest value (the first of equals) along `dim`, or in the flattened tensor.

    Raises:
        IndexError: If there are no values to choose from.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.argmax(tg.tensor([[1.0, 5.0], [7.0, 4.0]]), dim=1)
        tensor([1, 0])
    """
    return _position("argmax", np.argmax, input, dim, keepdim)


def argmin(input: Tensor, dim: builtins.int | None = None, keepdim: bool = False) -> Tensor:
    """Return the index of the smallest value (the first of equals) along `dim`, or in the flattened tensor.

    Raises:
        IndexError: If there are no values to choose from.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.argmin(tg.tensor([[1.0, 5.0], [7.0, 4.0]]), dim=1)
        tensor([0, 1])
    """
    return _position("argmin", np.argmin, input, dim, keepdim)


def all(input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: None = None) -> Tensor:
    """Return whether every value over `dim` is true (not zero).

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.all(tg.tensor([[True, True], [True, False]]), dim=1)
        tensor([ True, False])
    """
    check_out("all", out)
    x = as_tensor_argument("all", input)
    return _truth(np.logical_and.reduce(x._data, axis=as_dims("all", dim, x._data.ndim), keepdims=keepdim), x)


def any(input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: None = None) -> Tensor:
    """Return whether at least one value over `dim` is true (not zero).

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.any(tg.tensor([[False, True], [False, False]]), dim=1)
        tensor([ True, False])
    """
    check_out("any", out)
    x = as_tensor_argument("any", input)
    return _truth(np.logical_or.reduce(x._data, axis=as_dims("any", dim, x._data.ndim), keepdims=keepdim), x)


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
) -> Any:
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if correction is None:
        correction = 0 if unbiased is False else 1
    elif unbiased is not None:
        raise TypeError(f"{operation}: give either unbiased or correction, not both")
    x = _real(operation, input)
    return primitive(x, dim=as_dims(operation, dim, x._data.ndim), keepdim=keepdim, correction=correction)


def _refuse_empty(operation: str, x: Any, dims: tuple[int, ...]) -> None:
    if builtins.any(x._data.shape[dim] == 0 for dim in dims):
        raise IndexError(f"{operation}: there is nothing to choose from in {describe(x)} over dimensions {dims}")


def _extreme(operation: str, primitive: Any, input: Any, dim: Any, keepdim: bool) -> Any:
    x = as_tensor_argument(operation, input)
    dims = as_dims(operation, dim, x._data.ndim)
    _refuse_empty(operation, x, dims)
    return primitive(x, dim=dims, keepdim=keepdim)


def _max_or_min(operation: str, input: Any, dim: Any, keepdim: bool, other: Any) -> Any:
    x = as_tensor_argument(operation, input)
    other = dim if hasattr(dim, "_data") else other
    if other is not None:
        return (maximum if operation == "max" else minimum)(x, other)
    if dim is None:
        return _extreme(operation, ops.amax if operation == "max" else ops.amin, x, None, False)
    axis = in_range(operation, dim, x._data.ndim)
    if x._data.ndim == 0:
        return ValuesAndIndices(reshape(x, shape=()), wrap(np.int64(0)))
    _refuse_empty(operation, x, (axis,))
    places = (np.argmax if operation == "max" else np.argmin)(x._data, axis=axis, keepdims=True)
    values = indexing.gather(x, dim=axis, index=places)
    if not keepdim:
        values = reshape(values, shape=x._data.shape[:axis] + x._data.shape[axis + 1 :])
        places = np.squeeze(places, axis)
    return ValuesAndIndices(values, wrap(places))


def _position(operation: str, locate: Any, input: Any, dim: Any, keepdim: bool) -> Tensor:
    x = as_tensor_argument(operation, input)
    if dim is None:
        _refuse_empty(operation, x, tuple(range(x._data.ndim)))
        place = np.int64(locate(x._data))
        return wrap(place.reshape((1,) * x._data.ndim) if keepdim else place)
    axis = in_range(operation, dim, x._data.ndim)
    if x._data.ndim == 0:
        return wrap(np.int64(0))
    _refuse_empty(operation, x, (axis,))
    return wrap(locate(x._data, axis=axis, keepdims=keepdim))


def _truth(values: Any, x: Any) -> Tensor:
    """PyTorch's results of all and any are bool, but uint8 for uint8."""
    return wrap(values.astype(np.uint8) if x._data.dtype == np.uint8 else values)
