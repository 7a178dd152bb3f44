"""Putting values into tensors: ``x[...] = y`` and its neighbours.

Source for every method: https://docs.pytorch.org/docs/stable/tensors.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._broadcasting import stretched_axes
from tinygrad_edu._errors import describe, ragged
from tinygrad_edu.api._arguments import as_tensor_argument, check_fits, in_dtype, wrap
from tinygrad_edu.api._in_place import change, changes_graph, check_graph, check_memory, method, overwriting
from tinygrad_edu.api._places import stretched_to_place
from tinygrad_edu.api._reading import named_as, of_tensor
from tinygrad_edu.api.indexing import misplaced, plain_step, split_index
from tinygrad_edu.autograd.grad_mode import is_grad_enabled
from tinygrad_edu.autograd.graph import TensorBase, clock
from tinygrad_edu.ops import indexing as ops
from tinygrad_edu.ops import putting

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__: list[str] = []  # methods only

_FLOAT32, _FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
_LARGE = 3e38  # what a float32 holds, nearly


@of_tensor
def fill_(self: Tensor, value: Tensor | Number) -> Tensor:
    """Set every value to `value`, a number or a 0-d tensor.

    >>> tg.zeros(2).fill_(3)
    tensor([3., 3.])
    """
    if isinstance(value, TensorBase) and value._data.ndim:
        raise RuntimeError(f"wanted a number or a 0-d tensor, got {describe(value)}")
    return _assign("fill_", self, value)


@of_tensor
def zero_(self: Tensor) -> Tensor:
    """Set every value to 0.

    >>> tg.ones(2).zero_()
    tensor([0., 0.])
    """
    return _assign("zero_", self, 0)


@of_tensor
def copy_(self: Tensor, src: Tensor, non_blocking: bool = False) -> Tensor:
    """Set the values to those of `src`, which may broadcast and have another dtype; gradients flow to it.

    >>> tg.zeros(2, 2).copy_(tg.tensor([1, 2]))
    tensor([[1., 2.],
            [1., 2.]])
    """
    given = as_tensor_argument(src, "src")._data.shape
    if stretched_axes(given, self._data.shape) is None:
        raise RuntimeError(f"values of shape {given} don't broadcast to {describe(self)}")
    return _assign("copy_", self, src)


def setitem(self: Tensor, index: Any, value: Any) -> None:
    """Do ``self[index] = value``.

    Raises:
        IndexError: If the index doesn't fit the tensor.
        RuntimeError: If the value doesn't fit the place.

    >>> x = tg.zeros(3)
    >>> x[1:] = tg.tensor([5.0, 6.0])
    >>> x
    tensor([0., 5., 6.])
    """
    if not self._requires_grad and type(self._data) is np.ndarray and _put_plainly(self, index, value):
        return
    _setitem(self, index, value)


@named_as("setitem")
def _setitem(self: Any, index: Any, value: Any) -> None:
    """Do ``self[index] = value``, whatever these are."""
    check_graph("setitem", self)
    view, places = split_index(self, index)
    try:
        target = ops.select(self, index=view) if view else self
        if places is None:
            _assign("setitem", target, value)
        else:
            _put("setitem", target, places, value)
    except IndexError:
        raise IndexError(f"{misplaced(self, index)}; indexed was {describe(self)}") from None


class AssignmentMethods(TensorBase):
    """The methods of tensors that put values into them."""

    __slots__ = ()

    fill_ = method(fill_)
    zero_ = method(zero_)
    copy_ = method(copy_)
    __setitem__ = method(setitem)


def _put_plainly(x: Any, index: Any, value: Any) -> bool:
    """Put a number, or a tensor of the same dtype and the shape of the place, outside the graph; or leave it."""
    step = plain_step(index)
    if step is None or (x._view is not None and x._view.base._requires_grad):
        return False
    data, kind = x._data, type(value)
    try:
        if kind is float or kind is int:
            if data.dtype is _FLOAT32 or data.dtype is _FLOAT64:
                if not -_LARGE < value < _LARGE:
                    return False
            elif kind is float or data.dtype.kind != "i":
                return False
            data[step] = value
        elif isinstance(value, TensorBase) and not (
            value._requires_grad or (value._view is not None and value._view.base._requires_grad)
        ):
            place, values = data[step], value._data
            if values.dtype is not data.dtype or values.shape != place.shape or np.may_share_memory(values, data):
                return False
            place[...] = values
        else:
            return False
    except (IndexError, OverflowError, ValueError):
        return False  # which is said in words elsewhere
    x._stamp[0] = clock()
    return True


def _assign(operation: str, target: Any, value: Any) -> Tensor:
    """Replace all values of `target` by `value`, which may broadcast."""
    check_graph(operation, target)
    values = _fitting(value, target)
    filling = values._data.size == 1
    if changes_graph(target, values) or not filling or values._data.ndim:
        values = stretched_to_place(values, target._data.shape, target)
    check_memory(operation, target, filling=filling and not (is_grad_enabled() and values.requires_grad))
    change(target, values._data, overwriting(target, values))
    changed: Tensor = target
    return changed


def _put(operation: str, target: Any, index: tuple[Any, ...], value: Any) -> None:
    """Do ``target[index] = value`` for an index that gives no view."""
    check_graph(operation, target)
    values = stretched_to_place(_fitting(value, target), target._data[index].shape, target)
    recorded = changes_graph(target, values)
    filling = all(step == 0 or n == 1 for step, n in zip(values._data.strides, values._data.shape, strict=True))
    check_memory(operation, target, filling=filling and not recorded)
    if recorded and target._view is not None:
        _assign(operation, target, putting.put(target, values, index=index))
        return
    change(target, values._data, putting.put.record(target, values, index=index) if recorded else None, index)


def _fitting(value: Any, target: Any) -> Any:
    """A tensor, number, list or array as a tensor in the dtype of `target`."""
    dtype = target._data.dtype
    if not isinstance(value, TensorBase):
        try:
            array = np.asarray(value)
        except ValueError:
            raise ValueError(f"the lists are ragged: {ragged(value, 'value')}") from None
        if array.dtype.kind not in "biuf":
            raise TypeError(f"wanted a number or a tensor, got {describe(value)}")
        check_fits(value, dtype)
        value = wrap(array)
    return in_dtype(value, dtype)
