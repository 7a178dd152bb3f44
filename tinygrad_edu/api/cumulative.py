"""Running results along a dimension: each is made of the values up to its place.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#other-operations
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from tinygrad_edu import dtypes, return_types
from tinygrad_edu.api._arguments import in_range, wrap
from tinygrad_edu.api._choosing import picked
from tinygrad_edu.api._in_place import both, method
from tinygrad_edu.api._reading import accumulated, along, of_tensor, real_already
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import cumulative as ops
from tinygrad_edu.ops.shape import clone

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["cummax", "cummin", "cumprod", "cumsum", "logcumsumexp"]

R = TypeVar("R", bound=return_types.ValuesAndIndices)


@along(accumulated)
def cumsum(input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None, out: Tensor | None = None) -> Tensor:
    """The running sums along `dim`; integers and bools add up as int64.

    >>> tg.cumsum(tg.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 3., 6.])
    """
    return ops.cumsum(input, dim=dim)


@along(accumulated)
def cumprod(input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None, out: Tensor | None = None) -> Tensor:
    """The running products along `dim`; integers and bools multiply as int64.

    >>> tg.cumprod(tg.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 2., 6.])
    """
    return ops.cumprod(input, dim=dim)


@along(real_already)
def logcumsumexp(input: Tensor, dim: int, *, out: Tensor | None = None) -> Tensor:
    """The logarithms of the running sums of exponentials along `dim`, safe from overflow.

    >>> tg.logcumsumexp(tg.tensor([1000.0, 1000.0]), dim=0)
    tensor([1000.0000, 1000.6932])
    """
    return ops.logcumsumexp(input, dim=dim)


@of_tensor
def cummax(input: Tensor, dim: int, *, out: Sequence[Tensor] | None = None) -> return_types.cummax:
    """The largest values up to each place along `dim`, and the last places where they are; NaN counts as the largest.

    Returns:
        The pair ``(values, indices)``.

    >>> values, indices = tg.cummax(tg.tensor([1.0, 3.0, 2.0]), dim=0)
    >>> values, indices
    (tensor([1., 3., 3.]), tensor([0, 1, 1]))
    """
    return _extremes(return_types.cummax, np.maximum, input, dim)


@of_tensor
def cummin(input: Tensor, dim: int, *, out: Sequence[Tensor] | None = None) -> return_types.cummin:
    """The smallest values up to each place along `dim`, and the last places where they are; NaN counts as the smallest.

    Returns:
        The pair ``(values, indices)``.

    >>> values, indices = tg.cummin(tg.tensor([2.0, 1.0, 3.0]), dim=0)
    >>> values, indices
    (tensor([2., 1., 1.]), tensor([0, 1, 1]))
    """
    return _extremes(return_types.cummin, np.minimum, input, dim)


class CumulativeMethods(TensorBase):
    """Running results as methods of tensors."""

    __slots__ = ()

    cumsum, cumsum_ = both(cumsum)
    cumprod, cumprod_ = both(cumprod)
    logcumsumexp = method(logcumsumexp)
    cummax = method(cummax)
    cummin = method(cummin)


def _extremes(kind: type[R], extreme: np.ufunc, x: Any, dim: Any) -> R:
    axis = in_range(dim, x._data.ndim)
    if x._data.ndim == 0:
        return kind((clone(x), wrap(np.int64(0))))
    so_far = extreme.accumulate(x._data, axis=axis)
    is_extreme = x._data == so_far
    if x._data.dtype.kind == "f":
        is_extreme |= np.isnan(x._data)
    shape = [-1 if i == axis else 1 for i in range(x._data.ndim)]
    places = np.where(is_extreme, np.arange(x._data.shape[axis]).reshape(shape), 0)
    return picked(kind, x, axis, np.maximum.accumulate(places, axis=axis))
