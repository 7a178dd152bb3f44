"""Differences of neighbours, and areas under what runs through them: compositions, along one dimension.

Source for every function: https://docs.pytorch.org/docs/stable/generated/torch.trapezoid.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer, as_number, as_tensor_argument, in_range, wrap
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import broadcasting, of_tensor, refuse_bools
from tinygrad_edu.api.arithmetic import add, div, mul, sub
from tinygrad_edu.api.comparison import ne
from tinygrad_edu.api.cumulative import cumsum
from tinygrad_edu.api.indexing import narrow
from tinygrad_edu.api.joining import cat
from tinygrad_edu.api.reduction import sum as sum_of
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops.shape import clone, reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["cumulative_trapezoid", "diff", "trapezoid", "trapz"]


@of_tensor
def diff(
    input: Tensor,
    n: int = 1,
    dim: int = -1,
    prepend: Tensor | None = None,
    append: Tensor | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """Each value less the one before along `dim`, `n` times over; of bools, whether the two differ.

    Args:
        n: How often.
        dim: The dimension to run along.
        prepend: Values to put in front first.
        append: Values to put behind first.

    Raises:
        RuntimeError: If `input` has no dimension, `n` is negative, or the shapes don't fit.

    >>> tg.diff(tg.tensor([1, 4, 9, 16]))
    tensor([3, 5, 7])
    """
    ndim, n = input._data.ndim, as_integer("n", n)
    if ndim == 0:
        raise RuntimeError(f"input must have a dimension, got {describe(input)}")
    if n < 0:
        raise RuntimeError(f"n must not be negative, got {n}")
    axis = in_range(dim, ndim)
    parts = [each for each in (prepend, input, append) if each is not None]
    for each in parts:
        shapes = [list(as_tensor_argument(x, "prepend or append")._data.shape) for x in (input, each)]
        for shape in shapes:
            shape[axis : axis + 1] = []
        if each._data.ndim != ndim or shapes[0] != shapes[1]:
            raise RuntimeError(f"only dimension {axis} may differ, got {describe(each)} beside {describe(input)}")
    x = cat(parts, axis) if len(parts) > 1 else clone(input)
    for _ in range(min(n, x._data.shape[axis])):
        left, right = _neighbours(x, axis)
        x = ne(right, left) if x._data.dtype == bool else sub(right, left)
    return x


@of_tensor
def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    """The area under the line through the points (`x`, `y`), along `dim`.

    Args:
        y: The heights.
        x: Where they are: along `dim` alone, or for each of them.
        dx: In place of `x`, how far they are apart; 1 by default.
        dim: The dimension to run along.

    Raises:
        RuntimeError: If the shapes don't fit, or there are bools.

    >>> tg.trapezoid(tg.tensor([1.0, 5.0, 10.0])), tg.trapezoid(tg.tensor([1.0, 5.0, 10.0]), tg.tensor([1.0, 3.0, 6.0]))
    (tensor(10.5000), tensor(28.5000))
    """
    axis = in_range(dim, _numbers(y, "y")._data.ndim)
    if y._data.ndim == 0:
        raise IndexError(f"y must have a dimension, got {describe(y)}")
    if y._data.shape[axis] == 0:
        return wrap(np.zeros(y._data.shape[:axis] + y._data.shape[axis + 1 :], y._data.dtype)[()])
    width = _widths(y, x, dx, axis)
    left, right = _neighbours(y, axis)
    if x is None:
        return div(mul(sum_of(add(left, right), axis), width), 2)
    return div(sum_of(broadcasting(mul, add(left, right), width), axis), 2)


@of_tensor
def trapz(y: Tensor, x: Tensor | None = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    """Another name of `trapezoid`.

    >>> tg.trapz(tg.tensor([1.0, 5.0, 10.0]), dx=2)
    tensor(21.)
    """
    return trapezoid(y, x, dx=dx, dim=dim)


@of_tensor
def cumulative_trapezoid(y: Tensor, x: Tensor | None = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    """The areas under the line through the points (`x`, `y`) up to each of them but the first, along `dim`.

    The arguments are those of `trapezoid`.

    >>> tg.cumulative_trapezoid(tg.tensor([1.0, 5.0, 10.0]))
    tensor([ 3.0000, 10.5000])
    """
    axis = in_range(dim, _numbers(y, "y")._data.ndim)
    if y._data.ndim == 0:
        raise IndexError(f"y must have a dimension, got {describe(y)}")
    width = _widths(y, x, dx, axis)
    left, right = _neighbours(y, axis)
    half: Any = width / 2 if isinstance(width, (int, float)) else div(width, 2)
    return cumsum(broadcasting(mul, add(left, right), half), axis)


class DifferencesMethods(TensorBase):
    """Differences as a method of tensors."""

    __slots__ = ()

    diff = method(diff)


def _numbers(x: Any, argument: str) -> Any:
    """A tensor of numbers."""
    return refuse_bools(as_tensor_argument(x, argument))


def _neighbours(x: Any, axis: int) -> tuple[Tensor, Tensor]:
    """All values along a dimension but the last, and all but the first."""
    length = max(x._data.shape[axis] - 1, 0)
    return narrow(x, axis, 0, length), narrow(x, axis, min(1, x._data.shape[axis]), length)


def _widths(y: Any, x: Any, dx: Any, axis: int) -> Any:
    """How far the points are apart: a number or a tensor of one, or a tensor that broadcasts against their pairs."""
    if x is None:
        return 1 if dx is None else dx if isinstance(dx, TensorBase) and not dx._data.ndim else as_number("dx", dx)
    if dx is not None:
        raise TypeError(f"give either x or dx, not both; got dx={dx!r}")
    ndim, count = y._data.ndim, y._data.shape[axis]
    if _numbers(x, "x")._data.ndim == 1:
        if x._data.size != count:
            raise RuntimeError(f"there must be an x for each of {count} points, got {describe(x)}")
        x = reshape(x, shape=tuple([count if i == axis else 1 for i in range(ndim)]))
    elif x._data.ndim < ndim:
        x = reshape(x, shape=(1,) * (ndim - x._data.ndim) + x._data.shape)
    left, right = _neighbours(x, axis)
    return sub(right, left)
