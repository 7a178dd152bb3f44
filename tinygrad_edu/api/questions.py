"""Questions about tensors, answered in Python's own types.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#tensors
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import meeting_dtype
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import named, of_tensor
from tinygrad_edu.api.conversion import TYPE_NAMES
from tinygrad_edu.autograd.graph import TensorBase

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = ["is_floating_point", "is_nonzero", "is_tensor", "numel", "result_type", "typename"]


def typename(obj: Any, /) -> str:
    """The name of an object's type; a tensor's says its dtype.

    >>> tg.typename(tg.ones(1)), tg.typename(3)
    ('tinygrad_edu.FloatTensor', 'int')
    """
    if isinstance(obj, TensorBase):
        return f"tinygrad_edu.{TYPE_NAMES[obj._data.dtype.name]}"
    kind = type(obj)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def is_tensor(obj: object) -> bool:
    """Whether `obj` is a tensor.

    >>> tg.is_tensor(tg.zeros(2)), tg.is_tensor([0.0, 0.0])
    (True, False)
    """
    return isinstance(obj, TensorBase)


@of_tensor
def is_floating_point(input: Tensor) -> bool:
    """Whether the elements are real numbers: only then can there be a gradient.

    >>> tg.is_floating_point(tg.zeros(2)), tg.is_floating_point(tg.arange(2))
    (True, False)
    """
    return bool(input._data.dtype.kind == "f")


@of_tensor
def numel(input: Tensor) -> int:
    """The number of values.

    >>> tg.numel(tg.zeros(2, 3))
    6
    """
    return int(input._data.size)


@of_tensor
def is_nonzero(input: Tensor) -> bool:
    """Whether the single value isn't zero: what ``if tensor:`` asks.

    Raises:
        RuntimeError: If there isn't exactly one value.

    >>> tg.is_nonzero(tg.tensor([3.0]))
    True
    """
    if input._data.size != 1:
        raise RuntimeError(f"bool: {describe(input)} is neither true nor false as a whole; use .any() or .all()")
    return bool(input._data.item())


@named
def result_type(tensor1: Tensor | Number, tensor2: Tensor | Number) -> dtypes.dtype:
    """The dtype that an operation on the two would compute in.

    >>> tg.result_type(tg.tensor([1, 2]), 1.5)
    tinygrad_edu.float32
    """
    for name, each in (("tensor1", tensor1), ("tensor2", tensor2)):
        if each is None:
            raise TypeError(f"{name} must be a tensor or a number, got None")
    return dtypes.of_numpy(np.dtype(meeting_dtype((tensor1, tensor2))))


class QuestionsMethods(TensorBase):
    """Questions as methods of tensors."""

    __slots__ = ()

    is_floating_point = method(is_floating_point)
    is_nonzero = method(is_nonzero)
    numel = nelement = method(numel)
