"""The largest and the smallest: extremes, where they are, and values in order.

``dim`` is a dimension, or several where PyTorch takes several; negative ones count from the end.
Where values are equal, a function that says where they are takes the first.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#comparison-ops
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import as_dims, as_flag, as_tensor_argument, check_out, in_range, wrap
from tinygrad_edu.api.arithmetic import maximum, minimum
from tinygrad_edu.ops import extremes as ops
from tinygrad_edu.ops import indexing
from tinygrad_edu.ops.shape import clone, reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.api.reduction import Dim

__all__ = ["amax", "amin", "argmax", "argmin", "argsort", "max", "min", "sort", "topk", "unique"]


class ValuesAndIndices(NamedTuple):
    """Values picked along a dimension, and where they stood."""

    values: Any
    indices: Any

    def __repr__(self) -> str:
        return f"ValuesAndIndices(\nvalues={self.values!r},\nindices={self.indices!r})"


def amax(input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: None = None) -> Tensor:
    """Return the largest value over `dim`; equal ones share the gradient.

    Raises:
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.amax(tg.tensor([[1.0, 5.0], [3.0, 4.0]]), dim=1)
        tensor([5., 4.])
    """
    check_out("amax", out)
    return _extreme("amax", ops.amax, input, dim, keepdim)


def amin(input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: None = None) -> Tensor:
    """Return the smallest value over `dim`; equal ones share the gradient.

    Raises:
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

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
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    Example:
        >>> import tinygrad_edu as tg
        >>> x = tg.tensor([[1.0, 5.0], [4.0, 3.0]])
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
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.argmax(tg.tensor([[1.0, 5.0], [7.0, 4.0]]), dim=1)
        tensor([1, 0])
    """
    return _position("argmax", np.argmax, input, dim, keepdim)


def argmin(input: Tensor, dim: builtins.int | None = None, keepdim: bool = False) -> Tensor:
    """Return the index of the smallest value (the first of equals) along `dim`, or in the flattened tensor.

    Raises:
        IndexError: If there are no values to choose from along `dim`.
        RuntimeError: If there are none at all, and no `dim`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.argmin(tg.tensor([[1.0, 5.0], [7.0, 4.0]]), dim=1)
        tensor([0, 1])
    """
    return _position("argmin", np.argmin, input, dim, keepdim)


def sort(
    input: Tensor,
    dim: builtins.int = -1,
    descending: bool = False,
    *,
    stable: bool = False,
    out: None = None,
) -> ValuesAndIndices:
    """Return the values along `dim` in order, and where each came from. NaN counts as the largest.

    Args:
        input: The tensor.
        dim: The dimension to put in order.
        descending: From the largest to the smallest.
        stable: Accepted for PyTorch's sake: equal values always keep their order.
        out: Not supported.

    Returns:
        The pair ``(values, indices)``.

    Example:
        >>> import tinygrad_edu as tg
        >>> values, indices = tg.sort(tg.tensor([3.0, 1.0, 2.0]))
        >>> values, indices
        (tensor([1., 2., 3.]), tensor([1, 2, 0]))
    """
    check_out("sort", out)
    x = as_tensor_argument("sort", input)
    axis = in_range("sort", dim, x._data.ndim)
    if x._data.ndim == 0:
        return ValuesAndIndices(clone(x), wrap(np.int64(0)))
    order = _order(x._data, axis, as_flag("sort", "descending", descending))
    return ValuesAndIndices(indexing.gather(x, dim=axis, index=order), wrap(order))


def argsort(
    input: Tensor,
    dim: builtins.int = -1,
    descending: bool = False,
    *,
    stable: bool = False,
) -> Tensor:
    """Return the indices that put the values along `dim` in order; see `sort`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.argsort(tg.tensor([3.0, 1.0, 2.0]), descending=True)
        tensor([0, 2, 1])
    """
    x = as_tensor_argument("argsort", input)
    axis = in_range("argsort", dim, x._data.ndim)
    descending = as_flag("argsort", "descending", descending)
    return wrap(_order(x._data, axis, descending) if x._data.ndim else np.int64(0))


def topk(
    input: Tensor,
    k: builtins.int,
    dim: builtins.int = -1,
    largest: bool = True,
    sorted: bool = True,
    *,
    out: None = None,
) -> ValuesAndIndices:
    """Return the `k` largest values along `dim`, the largest first, and where they are.

    Args:
        input: The tensor.
        k: How many.
        dim: The dimension to choose along.
        largest: False for the smallest instead.
        sorted: Accepted for PyTorch's sake: they always come in order.
        out: Not supported.

    Returns:
        The pair ``(values, indices)``.

    Raises:
        RuntimeError: If there are fewer than `k`.

    Example:
        >>> import tinygrad_edu as tg
        >>> values, indices = tg.topk(tg.tensor([3.0, 1.0, 2.0]), 2)
        >>> values, indices
        (tensor([3., 2.]), tensor([0, 2]))
    """
    check_out("topk", out)
    x = as_tensor_argument("topk", input)
    axis = in_range("topk", dim, x._data.ndim)
    length = x._data.shape[axis] if x._data.ndim else 1
    if not 0 <= k <= length:
        raise RuntimeError(f"topk: can't choose {k} of the {length} values along dimension {axis} of {describe(x)}")
    if x._data.ndim == 0:
        shape = () if k else (0,)
        return ValuesAndIndices(clone(x) if k else x.reshape(1)[:0], wrap(np.zeros(shape, dtype=np.int64)[()]))
    order = np.take(_order(x._data, axis, as_flag("topk", "largest", largest)), range(k), axis=axis)
    return ValuesAndIndices(indexing.gather(x, dim=axis, index=order), wrap(order))


def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: builtins.int | None = None,
) -> Any:
    """Return the distinct values, in order; outside the graph.

    Args:
        input: The tensor.
        sorted: Accepted for PyTorch's sake: they always come in order.
        return_inverse: Also return, for each value of `input`, its index among the distinct ones.
        return_counts: Also return how often each occurs.
        dim: None for single values; a dimension for distinct slices along it.

    Returns:
        The values, or a tuple of them and what else was asked for.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.unique(tg.tensor([3, 1, 3]), return_counts=True)
        (tensor([1, 3]), tensor([1, 2]))
    """
    x = as_tensor_argument("unique", input)
    axis = None if dim is None else in_range("unique", dim, x._data.ndim)
    values, inverse, counts = np.unique(
        np.asarray(x._data), return_inverse=True, return_counts=True, axis=axis, equal_nan=False
    )
    wanted = (values, *([inverse] if return_inverse else []), *([counts] if return_counts else []))
    return wrap(values) if len(wanted) == 1 else tuple(wrap(each) for each in wanted)


def _refuse_empty(operation: str, x: Any, dims: tuple[int, ...], error: type[Exception] = IndexError) -> None:
    if builtins.any(x._data.shape[dim] == 0 for dim in dims):
        raise error(f"{operation}: there is nothing to choose from in {describe(x)} over dimensions {dims}")


def _extreme(operation: str, primitive: Any, input: Any, dim: Any, keepdim: bool) -> Tensor:
    x = as_tensor_argument(operation, input)
    dims = as_dims(operation, dim, x._data.ndim)
    _refuse_empty(operation, x, dims, RuntimeError if dim is None or dim == () else IndexError)
    result: Tensor = primitive(x, dim=dims, keepdim=as_flag(operation, "keepdim", keepdim))
    return result


def _max_or_min(operation: str, input: Any, dim: Any, keepdim: bool, other: Any) -> Any:
    x = as_tensor_argument(operation, input)
    other = dim if hasattr(dim, "_data") else other
    if other is not None:
        return (maximum if operation == "max" else minimum)(x, other)
    keepdim = as_flag(operation, "keepdim", keepdim)
    if dim is None and keepdim:
        raise TypeError(f"{operation}: keepdim=True needs a dim; a{operation}(keepdim=True) reduces all dimensions")
    if dim is None:
        return _extreme(operation, ops.amax if operation == "max" else ops.amin, x, None, False)
    axis = in_range(operation, dim, x._data.ndim)
    if x._data.ndim == 0:
        return ValuesAndIndices(clone(x), wrap(np.int64(0)))
    _refuse_empty(operation, x, (axis,))
    places = (np.argmax if operation == "max" else np.argmin)(x._data, axis=axis, keepdims=True)
    values = indexing.gather(x, dim=axis, index=places)
    if not keepdim:
        values = reshape(values, shape=x._data.shape[:axis] + x._data.shape[axis + 1 :])
        places = np.squeeze(places, axis)
    return ValuesAndIndices(values, wrap(places))


def _position(operation: str, locate: Any, input: Any, dim: Any, keepdim: bool) -> Tensor:
    x = as_tensor_argument(operation, input)
    keepdim = as_flag(operation, "keepdim", keepdim)
    if dim is None:
        _refuse_empty(operation, x, tuple(range(x._data.ndim)))
        place = np.int64(locate(x._data))
        return wrap(place.reshape((1,) * x._data.ndim) if keepdim else place)
    axis = in_range(operation, dim, x._data.ndim)
    if x._data.ndim == 0:
        return wrap(np.int64(0))
    _refuse_empty(operation, x, (axis,))
    return wrap(locate(x._data, axis=axis, keepdims=keepdim))


def _order(values: np.ndarray, axis: int, descending: bool) -> np.ndarray:
    """Return the indices that sort `values` along `axis`, equal ones in their order."""
    if not descending:
        return np.argsort(values, axis=axis, kind="stable")
    backwards = np.argsort(np.flip(values, axis), axis=axis, kind="stable")
    order: np.ndarray = values.shape[axis] - 1 - np.flip(backwards, axis)
    return order
