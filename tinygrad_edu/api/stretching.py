"""Stretching dimensions of length 1, as broadcasting does, and summing them back.

What is stretched is a view: the values aren't copied.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._broadcasting import stretched_axes
from tinygrad_edu._errors import describe
from tinygrad_edu._size import Size
from tinygrad_edu.api._arguments import as_shape, as_tensor_argument, in_dtype
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import misfit, named, of_tensor
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import stretching as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["broadcast_shapes", "broadcast_tensors", "broadcast_to"]

_INT64 = np.dtype(np.int64)


@of_tensor
def broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """A view stretched to `size`, as broadcasting does; the values aren't copied.

    Raises:
        RuntimeError: If the shape can't be stretched to `size`.

    >>> tg.broadcast_to(tg.tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    return _stretched(input, as_shape((size,)))


@named
def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """The tensors as views stretched to their common shape.

    >>> a, b = tg.broadcast_tensors(tg.zeros(3, 1), tg.zeros(2))
    >>> a.shape == b.shape == (3, 2)
    True
    """
    error = misfit(*map(as_tensor_argument, tensors))
    if error is not None:
        raise error
    common = np.broadcast_shapes(*[each._data.shape for each in tensors])
    return tuple(each if each._data.shape == common else ops.expand(each, shape=common) for each in tensors)


@named
def broadcast_shapes(*shapes: int | Sequence[int]) -> Size:
    """The shape that tensors of these shapes are stretched to when they meet.

    Raises:
        RuntimeError: If they don't broadcast.

    >>> tg.broadcast_shapes((2, 1), (3,))
    tinygrad_edu.Size([2, 3])
    """
    given = [as_shape((each,)) for each in shapes]
    if any(length < 0 for each in given for length in each):
        raise ValueError(f"lengths must not be negative, got {' and '.join(map(str, given))}")
    try:
        return Size(np.broadcast_shapes(*given))
    except ValueError:
        raise RuntimeError(f"shapes {' and '.join(map(str, given))} don't broadcast") from None


class StretchingMethods(TensorBase):
    """Stretching as methods of tensors."""

    __slots__ = ()

    broadcast_to = method(broadcast_to)

    @named
    def expand(self: Any, *lengths: Any, size: Any = None) -> Tensor:
        """A view stretched to the lengths given, in which -1 keeps one; the values aren't copied.

        Raises:
            RuntimeError: If a length other than 1 would have to stretch.

        >>> tg.tensor([[1], [2]]).expand(-1, 3)
        tensor([[1, 1, 1],
                [2, 2, 2]])
        """
        return _stretched(self, as_shape(lengths, size))

    @named
    def expand_as(self: Any, other: Tensor) -> Tensor:
        """A view stretched to the shape of `other`.

        >>> tg.tensor([[1], [2]]).expand_as(tg.zeros(2, 3))
        tensor([[1, 1, 1],
                [2, 2, 2]])
        """
        return _stretched(self, other._data.shape)

    @named
    def sum_to_size(self: Any, *lengths: Any, size: Any = None) -> Tensor:
        """The sum over the directions in which a tensor of `size` would be stretched to this one.

        Integers and bools add up as int64, unless there is nothing to add.

        Raises:
            RuntimeError: If a tensor of `size` can't be stretched to this one's shape.

        >>> tg.ones(2, 3).sum_to_size(1, 3)
        tensor([[2., 2., 2.]])
        """
        shape = as_shape(lengths, size)
        if stretched_axes(shape, self._data.shape) is None:
            raise RuntimeError(f"{describe(self)} isn't a stretched tensor of shape {shape}")
        if shape and shape == self._data.shape:
            itself: Tensor = self
            return itself
        return ops.reduce_to(self if self._data.dtype.kind == "f" else in_dtype(self, _INT64), shape=shape)


def _stretched(x: Any, size: Sequence[int]) -> Tensor:
    shape = x._data.shape
    extra = len(size) - len(shape)
    wanted = tuple(shape[i - extra] if n == -1 and i >= extra else n for i, n in enumerate(size))
    if builtins.min(wanted, default=0) < 0 or stretched_axes(shape, wanted) is None:
        raise RuntimeError(f"{describe(x)} can't be stretched to {tuple(size)}; only lengths of 1 stretch")
    return ops.expand(x, shape=wanted)
