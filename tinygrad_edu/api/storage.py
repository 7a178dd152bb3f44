"""The memory under tensors: where in it they begin, and tensors that take another shape in it.

Source: https://docs.pytorch.org/docs/stable/tensors.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._memory import first_place, room
from tinygrad_edu._size import Size
from tinygrad_edu.api._arguments import as_tensor_argument, wrap
from tinygrad_edu.api._in_place import turning
from tinygrad_edu.api._making import new_shape
from tinygrad_edu.api._reading import named
from tinygrad_edu.api.creation import tensor
from tinygrad_edu.api.windows import as_strided
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.dtypes import of_numpy

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__: list[str] = []  # methods only

_strided = turning(as_strided)


class StorageMethods(TensorBase):
    """The methods of tensors that tell of their memory, or take another shape in it."""

    __slots__ = ()

    @named
    def storage_offset(self: Any) -> int:
        """The place in memory of the first value, counted in values.

        >>> tg.arange(6).reshape(2, 3)[1].storage_offset()
        3
        """
        return first_place(self.owned_array())

    @named
    def resize_(self: Any, *sizes: Any) -> Tensor:
        """Give the tensor itself another shape: the values that lie in memory from its first one on, row by row.

        If there are too few, it moves to memory that is large enough, where zeros follow its old values. Who shared
        its memory before doesn't share that; in PyTorch it does, and what follows is undefined.

        Raises:
            RuntimeError: If it requires a gradient.

        >>> tg.tensor([1, 2, 3, 4, 5]).resize_(2, 2)
        tensor([[1, 2],
                [3, 4]])
        """
        return _resized(self, new_shape(sizes))

    @named
    def resize_as_(self: Any, the_template: Tensor) -> Tensor:
        """Give the tensor itself the shape of another one, as `resize_` does.

        >>> tg.tensor([1, 2, 3, 4]).resize_as_(tg.zeros(2, 2))
        tensor([[1, 2],
                [3, 4]])
        """
        return _resized(self, as_tensor_argument(the_template, "the_template")._data.shape)

    @named
    def new(self: Any, *data: Any) -> Tensor:
        """A tensor of this one's dtype, of data or of a shape: the old way to `new_tensor` and `new_empty`.

        >>> tg.tensor([1.0]).new([1, 2])
        tensor([1., 2.])
        """
        dtype = self._data.dtype
        if len(data) == 1 and isinstance(data[0], TensorBase):
            if data[0]._data.dtype != dtype:
                raise TypeError(f"wanted a tensor of dtype {of_numpy(dtype)}, got {describe(data[0])}")
            source: Any = data[0]
            detached: Tensor = source.detach()
            return detached
        if len(data) == 1 and isinstance(data[0], (list, tuple, np.ndarray)) and not isinstance(data[0], Size):
            return tensor(data[0], dtype=of_numpy(dtype))
        return wrap(np.empty(new_shape(data or (0,)), dtype))


def _resized(x: Any, shape: tuple[int, ...]) -> Tensor:
    if x.requires_grad:
        raise RuntimeError(f"a tensor that requires a gradient keeps its shape, got {describe(x)}; use reshape")
    data, count = x.owned_array(), int(np.prod(shape))
    resized: Tensor = x
    if shape == data.shape:
        return resized
    if count > room(data) - first_place(data):
        larger = np.zeros(count, data.dtype)
        there = as_strided(x, (room(data) - first_place(data),), (1,))._data
        larger[: there.size] = there
        x._data, x._stamp, x._view = larger.reshape(shape), [0], None
        return resized
    steps = np.empty(shape, np.uint8).strides
    return _strided(x, shape, steps)
