"""Questions about tensors, answered in Python's own types.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#tensors
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import as_tensor_argument, meeting_dtype
from tinygrad_edu.autograd.graph import TensorBase

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.api.arithmetic import Number

__all__ = ["is_floating_point", "is_nonzero", "is_tensor", "numel", "result_type"]


def is_tensor(obj: object) -> bool:
    """Return whether `obj` is a tensor.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.is_tensor(tg.zeros(2)), tg.is_tensor([0.0, 0.0])
        (True, False)
    """
    return isinstance(obj, TensorBase)


def is_floating_point(input: Tensor) -> bool:
    """Return whether the elements are real numbers: only then can there be a gradient.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.is_floating_point(tg.zeros(2)), tg.is_floating_point(tg.arange(2))
        (True, False)
    """
    return bool(as_tensor_argument("is_floating_point", input)._data.dtype.kind == "f")


def numel(input: Tensor) -> int:
    """Return how many values there are.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.numel(tg.zeros(2, 3))
        6
    """
    return int(as_tensor_argument("numel", input)._data.size)


def is_nonzero(input: Tensor) -> bool:
    """Return whether the single value isn't zero: what ``if tensor:`` asks.

    Raises:
        RuntimeError: If there isn't exactly one value.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.is_nonzero(tg.tensor([3.0]))
        True
    """
    x: Any = as_tensor_argument("is_nonzero", input)
    if x._data.size != 1:
        raise RuntimeError(f"bool: {describe(x)} is neither true nor false as a whole; use .any() or .all()")
    return bool(x._data.item())


def result_type(tensor1: Tensor | Number, tensor2: Tensor | Number) -> dtypes.dtype:
    """Return the dtype that an operation on the two would compute in.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.result_type(tg.tensor([1, 2]), 1.5)
        tinygrad_edu.float32
    """
    return dtypes.of_numpy(np.dtype(meeting_dtype("result_type", (tensor1, tensor2))))
