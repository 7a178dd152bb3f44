"""From one element type to another, and from tensors to Python and NumPy.

These are methods of `Tensor`: ``x.to(tinygrad_edu.float64)``, ``x.item()``, ``x.numpy()``.

Source for every method: https://docs.pytorch.org/docs/stable/tensors.html
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import in_dtype
from tinygrad_edu.api.creation import check_options
from tinygrad_edu.autograd.grad_mode import is_grad_enabled
from tinygrad_edu.ops.shape import clone

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["array_of", "item", "numpy", "one_number", "to", "tolist", "type_as"]


def to(input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """Return the tensor in another element type: ``to(dtype)``, ``to(device)``, ``to(other)``.

    Args:
        input: The tensor.
        args: A dtype, a device (only the CPU exists), both, or a tensor to take them from; then
            `non_blocking` and `copy`.
        kwargs: The same by name: dtype, device, non_blocking, copy, memory_format.

    Returns:
        The tensor itself if nothing changes and no copy is asked for.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.tensor([1.5, 2.5]).to(tg.int64)
        tensor([1, 2])
    """
    known = dict(zip(("non_blocking", "copy"), [each for each in args if isinstance(each, bool)], strict=False))
    unknown = set(kwargs) - {"dtype", "device", "other", "non_blocking", "copy", "memory_format"}
    if unknown:
        raise TypeError(f"to: unknown argument {sorted(unknown)[0]!r}")
    dtype = kwargs.get("dtype")
    device = kwargs.get("device")
    for each in (*args, kwargs.get("other")):
        if hasattr(each, "_data"):
            dtype = each.dtype
        elif isinstance(each, bool) or each is None:
            continue
        elif isinstance(each, str) or type(each).__name__ == "device":
            device = each
        else:
            dtype = each
    check_options("to", device=device)
    wanted = input._data.dtype if dtype is None else dtypes.to_numpy(dtype, "to")
    if wanted != input._data.dtype:
        converted: Tensor = in_dtype(input, wanted)
        return converted
    copied: Tensor = clone(input) if kwargs.get("copy", known.get("copy", False)) else input
    return copied


def type_as(input: Tensor, other: Tensor) -> Tensor:
    """Return `input` in the dtype of `other`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.tensor([1, 2]).type_as(tg.tensor(0.5))
        tensor([1., 2.])
    """
    converted: Tensor = in_dtype(input, other._data.dtype)
    return converted


def one_number(operation: str, input: Tensor) -> Any:
    """Return the single value for Python's ``float()``, ``int()`` and the like.

    Raises:
        ValueError: If there isn't exactly one value.
    """
    if input._data.size != 1:
        raise ValueError(f"{operation}: only a tensor with one value is a number, got {describe(input)}")
    return input._data.item()


def item(input: Tensor) -> builtins.int | builtins.float | builtins.bool:
    """Return the single value as a Python number.

    Raises:
        RuntimeError: If there isn't exactly one value.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.tensor([2.5]).item()
        2.5
    """
    if input._data.size != 1:
        raise RuntimeError(f"item: wanted a tensor with exactly one value, got {describe(input)}; use .tolist()")
    number: builtins.float = input._data.item()
    return number


def tolist(input: Tensor) -> Any:
    """Return the values as nested lists of Python numbers; of a 0-d tensor, the number.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.tensor([[1, 2], [3, 4]]).tolist()
        [[1, 2], [3, 4]]
    """
    return input._data.tolist()


def numpy(input: Tensor, *, force: bool = False) -> np.ndarray:
    """Return the values as a NumPy array that shares the tensor's memory.

    Args:
        input: The tensor.
        force: Detach first, so that it works for tensors that require a gradient.

    Raises:
        RuntimeError: If the tensor requires a gradient and recording is on: what NumPy computes from the array
            couldn't be recorded.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.tensor([1.0, 2.0]).numpy()
        array([1., 2.], dtype=float32)
    """
    if input.requires_grad and not force and is_grad_enabled():
        raise RuntimeError(
            f"numpy: got {describe(input)} that requires a gradient, and NumPy can't record; use .detach().numpy()"
        )
    return input.owned_array()


def array_of(input: Tensor, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
    """Answer ``numpy.asarray(tensor)``; see `numpy`."""
    array = numpy(input)
    if dtype is not None and array.dtype != dtype:
        if copy is False:
            raise ValueError(f"numpy.asarray: {describe(input)} can't become {np.dtype(dtype)} without a copy")
        return array.astype(dtype)
    return array.copy() if copy else array
