"""The largest and the smallest values, and where they are.

``dim`` is a dimension, or several where PyTorch takes several; negative ones count from the end.
Where values are equal, a function that says where they are takes the first.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#comparison-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from tinygrad_edu import return_types
from tinygrad_edu.api._arguments import as_dims, as_flag, in_range, wrap
from tinygrad_edu.api._choosing import chosen, refuse_nothing
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import of_tensor, refuse_bools
from tinygrad_edu.api.choice import maximum, minimum
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops import extremes as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.api.reduction import Dim

__all__ = ["amax", "amin", "aminmax", "argmax", "argmin", "max", "min"]


@of_tensor
def amax(input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The largest value over `dim`; equal ones share the gradient.

    Raises:
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    >>> tg.amax(tg.tensor([[1.0, 5.0], [3.0, 4.0]]), dim=1)
    tensor([5., 4.])
    """
    return _extreme(ops.amax, input, dim, keepdim)


@of_tensor
def amin(input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The smallest value over `dim`; equal ones share the gradient.

    Raises:
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    >>> tg.amin(tg.tensor([[1.0, 5.0], [3.0, 4.0]]), dim=1)
    tensor([1., 3.])
    """
    return _extreme(ops.amin, input, dim, keepdim)


@of_tensor
def aminmax(
    input: Tensor, *, dim: builtins.int | None = None, keepdim: bool = False, out: Sequence[Tensor] | None = None
) -> return_types.aminmax:
    """The smallest and the largest value over one dimension, or over all: `amin` and `amax`.

    >>> smallest, largest = tg.aminmax(tg.tensor([[1.0, 5.0], [3.0, 4.0]]), dim=1)
    >>> smallest, largest
    (tensor([1., 3.]), tensor([5., 4.]))
    """
    dims = None if dim is None else in_range(dim, input._data.ndim)
    both = [_extreme(rule, input, dims, keepdim) for rule in (ops.amin, ops.amax)]
    return return_types.aminmax(both)


@overload
def max(input: Tensor, dim: None = None, keepdim: bool = False, *, out: Tensor | None = None) -> Tensor: ...
@overload
def max(input: Tensor, dim: builtins.int, keepdim: bool = False, *, out: Any = None) -> return_types.max: ...
@overload
def max(input: Tensor, dim: Tensor, *, out: Tensor | None = None) -> Tensor: ...
@overload
def max(input: Tensor, *, other: Tensor, out: Tensor | None = None) -> Tensor: ...
@of_tensor
def max(input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None, out: Tensor | None = None) -> Any:
    """The largest value; or along `dim` the largest values and where they are; or `maximum`.

    Args:
        dim: None for the largest value of all (equal ones share its gradient); an integer for the
            pair ``(values, indices)`` along that dimension (the first of equals is taken, and gets
            the gradient); a tensor for ``maximum(input, dim)``.
        keepdim: Keep the reduced dimension, of length 1.
        other: Another name for a tensor in `dim`'s place.

    Raises:
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    >>> x = tg.tensor([[1.0, 5.0], [4.0, 3.0]])
    >>> tg.max(x)
    tensor(5.)
    >>> values, indices = tg.max(x, dim=1)
    >>> indices
    tensor([1, 0])
    """
    return _extreme_or_where(return_types.max, ops.amax, np.argmax, maximum, input, dim, keepdim, other)


@overload
def min(input: Tensor, dim: None = None, keepdim: bool = False, *, out: Tensor | None = None) -> Tensor: ...
@overload
def min(input: Tensor, dim: builtins.int, keepdim: bool = False, *, out: Any = None) -> return_types.min: ...
@overload
def min(input: Tensor, dim: Tensor, *, out: Tensor | None = None) -> Tensor: ...
@overload
def min(input: Tensor, *, other: Tensor, out: Tensor | None = None) -> Tensor: ...
@of_tensor
def min(input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None, out: Tensor | None = None) -> Any:
    """The smallest value; or along `dim` the smallest values and where they are; or `minimum`.

    The arguments are those of `max`.

    >>> tg.min(tg.tensor([[1.0, 5.0], [3.0, 4.0]]))
    tensor(1.)
    """
    return _extreme_or_where(return_types.min, ops.amin, np.argmin, minimum, input, dim, keepdim, other)


@of_tensor
def argmax(input: Tensor, dim: builtins.int | None = None, keepdim: bool = False) -> Tensor:
    """The index of the largest value (the first of equals) along `dim`, or in the flattened tensor.

    Raises:
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    >>> tg.argmax(tg.tensor([[1.0, 5.0], [7.0, 4.0]]), dim=1)
    tensor([1, 0])
    """
    return _position(np.argmax, input, dim, keepdim)


@of_tensor
def argmin(input: Tensor, dim: builtins.int | None = None, keepdim: bool = False) -> Tensor:
    """The index of the smallest value (the first of equals) along `dim`, or in the flattened tensor.

    Raises:
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    >>> tg.argmin(tg.tensor([[1.0, 5.0], [7.0, 4.0]]), dim=1)
    tensor([0, 1])
    """
    return _position(np.argmin, input, dim, keepdim)


class ExtremesMethods(TensorBase):
    """Extremes as methods of tensors."""

    __slots__ = ()

    amax = method(amax)
    amin = method(amin)
    aminmax = method(aminmax)
    max = method(max)
    min = method(min)
    argmax = method(argmax)
    argmin = method(argmin)


def _extreme(rule: Primitive, x: Any, dim: Any, keepdim: bool) -> Tensor:
    dims = as_dims(dim, x._data.ndim)
    refuse_nothing(x, dims, RuntimeError if dim is None or dim == () else IndexError)
    return rule(x, dim=dims, keepdim=as_flag("keepdim", keepdim))


def _extreme_or_where(
    kind: type[return_types.ValuesAndIndices],
    rule: Primitive,
    locate: Any,
    of_pairs: Any,
    x: Any,
    dim: Any,
    keepdim: bool,
    other: Any,
) -> Any:
    """The extreme of all values; or along `dim`, and where; or of pairs of values."""
    other = dim if isinstance(dim, TensorBase) else other
    if other is not None:
        return of_pairs(x, other)
    if dim is None and as_flag("keepdim", keepdim):
        raise TypeError(f"keepdim=True needs a dim; {rule.name}(keepdim=True) reduces all dimensions")
    if dim is None:
        return _extreme(rule, x, None, False)
    return chosen(kind, x, dim, keepdim, lambda values, axis: locate(values, axis=axis, keepdims=True))


def _position(locate: Any, x: Any, dim: Any, keepdim: bool) -> Tensor:
    keepdim = as_flag("keepdim", keepdim)
    refuse_bools(x)
    if dim is None:
        refuse_nothing(x, range(x._data.ndim))
        place = np.int64(locate(x._data))
        return wrap(place.reshape((1,) * x._data.ndim) if keepdim else place)
    axis = in_range(dim, x._data.ndim)
    if x._data.ndim == 0:
        return wrap(np.int64(0))
    refuse_nothing(x, (axis,))
    return wrap(locate(x._data, axis=axis, keepdims=keepdim))
