"""Picking and changing parts of tensors: ``x[...]``, ``x[...] = y``, and the functions like it.

A basic index (integers, slices, None, ...) gives a view; an index with a tensor, an array or a list
gives a copy. Both kinds may be mixed, and places may repeat: gradients of a place picked twice add.

Source: https://docs.pytorch.org/docs/stable/tensor_view.html; https://numpy.org/doc/stable/user/basics.indexing.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._words import describe
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.functions._arguments import as_tensor_argument, check_out, in_range
from tinygrad_edu.functions.arithmetic import where
from tinygrad_edu.ops import indexing as ops

if TYPE_CHECKING:
    from tinygrad_edu.functions.arithmetic import Number
    from tinygrad_edu._tensor import Tensor

__all__ = ["gather", "getitem", "index_select", "masked_fill", "masked_select", "narrow", "select", "take_along_dim"]


def getitem(input: Tensor, index: Any) -> Tensor:
    """Return ``input[index]``.

    Raises:
        IndexError: If the index doesn't fit the tensor.

    Example:
        >>> import tinygrad_edu as tg
        >>> x = tg.tensor([[1, 2, 3], [4, 5, 6]])
        >>> x[1, ::2], x[x > 4]
        (tensor([4, 6]), tensor([5, 6]))
    """
    parts, basic = as_index(input, index)
    try:
        return (ops.select if basic else ops.take)(input, index=parts)
    except IndexError as error:
        raise IndexError(f"index: {error}; indexed was {describe(input)}") from None


def as_index(input: Any, index: Any) -> tuple[tuple[Any, ...], bool]:
    """Return the index as a tuple that NumPy takes, and whether it is a basic one."""
    if isinstance(index, list) and any(isinstance(part, (slice, tuple, type(None), type(...))) for part in index):
        index = tuple(index)
    parts = tuple(_index_part(part) for part in (index if isinstance(index, tuple) else (index,)))
    return parts, not any(isinstance(part, (np.ndarray, bool)) for part in parts)


def _index_part(part: Any) -> Any:
    if part is None or part is Ellipsis or isinstance(part, bool):
        return part
    if isinstance(part, slice):
        step = part.step
        if step is not None and step <= 0:
            raise ValueError(f"index: the step of a slice must be positive, got {step}; use flip to reverse")
        return slice(*(None if each is None else int(each) for each in (part.start, part.stop, part.step)))
    if isinstance(part, (int, np.integer)):
        return int(part)
    values = part._data if isinstance(part, TensorBase) else part
    if isinstance(values, np.ndarray) and values.ndim == 0:
        values = values[()]
    if isinstance(values, np.integer):
        return int(values)
    places = np.array(values)  # a copy: the graph must not see later changes of the index
    if places.size == 0 and not isinstance(values, np.ndarray):
        places = places.astype(np.int64)
    if places.dtype.kind not in "biu":
        raise IndexError(
            f"index: places must be integers, bools or slices, got {describe(part)}; convert it with .long() first"
        )
    return places.astype(bool) if places.dtype == bool else places.astype(np.int64)


def select(input: Tensor, dim: int, index: int) -> Tensor:
    """Return a view of number `index` along `dim`, without that dimension.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.select(tg.tensor([[1, 2], [3, 4]]), 1, 0)
        tensor([1, 3])
    """
    x = as_tensor_argument("select", input)
    dim = in_range("select", dim, x._data.ndim)
    return getitem(x, (slice(None),) * dim + (int(index),))


def narrow(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """Return a view of `length` places along `dim`, from `start` on.

    Raises:
        RuntimeError: If that reaches beyond the end.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.narrow(tg.arange(5), 0, 1, 3)
        tensor([1, 2, 3])
    """
    x = as_tensor_argument("narrow", input)
    dim = in_range("narrow", dim, x._data.ndim)
    size = x._data.shape[dim]
    first = start + size if start < 0 else start
    if not 0 <= first <= first + length <= size:
        raise RuntimeError(f"narrow: {length} places from {start} on don't fit dimension {dim} of {describe(x)}")
    return ops.select(x, index=(slice(None),) * dim + (slice(first, first + length),))


def index_select(input: Tensor, dim: int, index: Tensor, *, out: None = None) -> Tensor:
    """Return the slices along `dim` that `index` names, in its order; places may repeat.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.index_select(tg.tensor([[1, 2], [3, 4]]), 0, tg.tensor([1, 1]))
        tensor([[3, 4],
                [3, 4]])
    """
    check_out("index_select", out)
    x = as_tensor_argument("index_select", input)
    places = _integers("index_select", index)
    if places.ndim > 1:
        raise IndexError(f"index_select: index must have one dimension, got {describe(index)}")
    dim = in_range("index_select", dim, x._data.ndim)
    return getitem(x, (slice(None),) * dim + (np.atleast_1d(places),))


def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False, out: None = None) -> Tensor:
    """Return, at each place of `index`, the value that it names along `dim`.

    Args:
        input: The tensor.
        dim: The dimension along which `index` counts.
        index: int64, with as many dimensions as `input` and no longer than it in the others.
        sparse_grad: Accepted for PyTorch's sake; changes nothing.
        out: Not supported.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.gather(tg.tensor([[1, 2], [3, 4]]), 1, tg.tensor([[0], [1]]))
        tensor([[1],
                [4]])
    """
    check_out("gather", out)
    x = as_tensor_argument("gather", input)
    places = _integers("gather", index)
    dim = in_range("gather", dim, x._data.ndim)
    shape = x._data.shape
    if places.ndim != len(shape) or any(
        n > m for i, (n, m) in enumerate(zip(places.shape, shape, strict=True)) if i != dim
    ):
        raise RuntimeError(f"gather: index of shape {places.shape} doesn't fit {describe(x)} along dimension {dim}")
    if len(shape) == 0:
        return getitem(x, ...)
    if places.size and not (places.min() >= 0 and places.max() < shape[dim]):
        raise IndexError(
            f"gather: index must lie between 0 and {shape[dim] - 1}, got values from {places.min()} to {places.max()}"
        )
    return ops.gather(x, dim=dim, index=np.array(places))


def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None, *, out: None = None) -> Tensor:
    """Return, at each place of `indices`, the value that it names along `dim`, or in the flattened tensor.

    Example:
        >>> import tinygrad_edu as tg
        >>> x = tg.tensor([[3, 1], [2, 4]])
        >>> tg.take_along_dim(x, x.argmax(1, keepdim=True), 1)
        tensor([[3],
                [4]])
    """
    check_out("take_along_dim", out)
    x = as_tensor_argument("take_along_dim", input)
    if dim is None:
        return gather(getitem(x.reshape(-1), ...), 0, indices.reshape(-1))
    return gather(x, dim, indices)


def masked_fill(input: Tensor, mask: Tensor, value: Tensor | Number) -> Tensor:
    """Return `input` with `value` where `mask` is True.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.masked_fill(tg.tensor([1.0, 2.0]), tg.tensor([True, False]), 0)
        tensor([0., 2.])
    """
    x = as_tensor_argument("masked_fill", input)
    if isinstance(value, TensorBase) and value._data.ndim:
        raise RuntimeError(f"masked_fill: value must be a number or a 0-d tensor, got {describe(value)}")
    return where(mask, value, x).to(x.dtype)


def masked_select(input: Tensor, mask: Tensor, *, out: None = None) -> Tensor:
    """Return the values where `mask` is True, in one dimension.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.masked_select(tg.tensor([1, 2, 3]), tg.tensor([True, False, True]))
        tensor([1, 3])
    """
    check_out("masked_select", out)
    x = as_tensor_argument("masked_select", input)
    as_tensor_argument("masked_select", mask, "mask")
    if mask._data.dtype != bool:
        raise TypeError(f"masked_select: mask must be a bool tensor, got {describe(mask)}")
    shape = np.broadcast_shapes(x._data.shape, mask._data.shape)
    return getitem(x.expand(shape), np.broadcast_to(mask._data, shape))


def _integers(operation: str, index: Any) -> Any:
    values = as_tensor_argument(operation, index, "index")._data
    if values.dtype not in (np.int64, np.int32):
        raise TypeError(f"{operation}: index must be int64, got {describe(index)}; convert it with .long() first")
    return np.asarray(values)
