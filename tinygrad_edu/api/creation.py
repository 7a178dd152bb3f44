"""Making tensors from data: numbers, lists, NumPy arrays.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#creation-ops
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe, ragged
from tinygrad_edu.api._arguments import check_fits, in_dtype, wrap
from tinygrad_edu.api._making import check_options, check_requires_grad, finished
from tinygrad_edu.api._reading import named
from tinygrad_edu.autograd.graph import TensorBase

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "as_tensor",
    "asarray",
    "e",
    "from_numpy",
    "inf",
    "nan",
    "newaxis",
    "pi",
    "tensor",
]

OptionalDtype = dtypes.dtype | None

inf, nan, pi, e = math.inf, math.nan, math.pi, math.e
newaxis = None


@named
def tensor(
    data: Any,
    *,
    dtype: OptionalDtype = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """A new tensor with a copy of `data`.

    Args:
        data: A number, nested lists or tuples of numbers, an array or a tensor.
        dtype: The element type; by default float32 for Python's floats, int64 for integers, bool for
            bools, and an array's own.
        device: Only the CPU exists.
        requires_grad: Whether gradients with respect to this tensor are wanted.
        pin_memory: Must be False.

    Raises:
        ValueError: If the lists are ragged.
        TypeError: If `data` holds anything but real numbers.
        RuntimeError: If `requires_grad` is asked of integers or bools.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.tensor.html

    >>> tg.tensor([[1, 2], [3, 4.5]])
    tensor([[1.0000, 2.0000],
            [3.0000, 4.5000]])
    """
    array = array_of_data(data, dtype, copy=True)
    return finished(array, requires_grad=requires_grad, device=device, pin_memory=pin_memory)


@named
def as_tensor(data: Any, dtype: OptionalDtype = None, device: Any = None) -> Tensor:
    """`data` as a tensor, sharing its memory (and its graph) where the type allows.

    >>> array = np.zeros(2, dtype=np.float32)
    >>> tg.as_tensor(array)[0] = 7
    >>> array
    array([7., 0.], dtype=float32)
    """
    check_options(device=device)
    if isinstance(data, TensorBase):
        same: Tensor = in_dtype(data, data._data.dtype if dtype is None else dtypes.to_numpy(dtype))
        return same
    return wrap(array_of_data(data, dtype, copy=False))


@named
def asarray(
    obj: Any,
    *,
    dtype: OptionalDtype = None,
    device: Any = None,
    copy: bool | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """`obj` as a tensor, copied only if asked for or needed.

    >>> tg.asarray([1, 2])
    tensor([1, 2])
    """
    if copy:
        return tensor(obj, dtype=dtype, device=device, requires_grad=requires_grad)
    same = as_tensor(obj, dtype, device)
    if requires_grad and not same.requires_grad:
        check_requires_grad(same._data)
        same._requires_grad = True
    return same


@named
def from_numpy(ndarray: np.ndarray) -> Tensor:
    """A tensor that shares the memory of a NumPy array: a change in one shows in the other.

    Raises:
        TypeError: If it isn't an array, or of a type no tensor can hold.

    >>> tg.from_numpy(np.array([1.0, 2.0]))
    tensor([1., 2.], dtype=tinygrad_edu.float64)
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"wanted a NumPy array, got {describe(ndarray)}; tensor(...) takes other data")
    dtypes.of_numpy(ndarray.dtype)
    return wrap(ndarray if ndarray.dtype.isnative else ndarray.astype(ndarray.dtype.newbyteorder("=")))


class CreationMethods(TensorBase):
    """A new tensor from data, by default of the dtype of one that is there."""

    __slots__ = ()

    @named
    def new_tensor(self: Any, data: Any, *, dtype: OptionalDtype = None, **options: Any) -> Tensor:
        """A new tensor with a copy of `data` and, by default, this tensor's dtype.

        >>> tg.zeros(2, dtype=tg.int64).new_tensor([1.0, 2.0])
        tensor([1, 2])
        """
        return tensor(data, dtype=dtype or self.dtype, **options)


def array_of_data(data: Any, dtype: OptionalDtype, *, copy: bool) -> Any:
    """`data` as an array of a type that tensors hold."""
    wanted = None if dtype is None else dtypes.to_numpy(dtype)
    natural = None
    if isinstance(data, TensorBase):
        data = data._data
    elif isinstance(data, (list, tuple)):
        data = _plain_lists(data)
        natural = _natural_dtype(data)
    elif isinstance(data, builtins.float) and not isinstance(data, np.generic):
        natural = dtypes.default()
    try:
        array = np.array(data) if copy else np.asarray(data)
    except ValueError:
        raise ValueError(f"the lists are ragged: {ragged(data)}; at each depth all must be equally long") from None
    if array.dtype.kind in "uO" and array.size and isinstance(data, (int, list, tuple)) and _is_too_large(array):
        raise OverflowError(f"an integer is too large for int64, got {describe(data)}; write it as a float")
    if array.dtype.kind not in "biuf":
        raise TypeError(f"wanted real numbers, got {describe(data)} (NumPy sees {array.dtype.name})")
    if wanted is None:
        wanted = array.dtype if natural is None else natural
    elif array.size and isinstance(data, (builtins.int, list, tuple)):
        for extreme in (array.min(), array.max()):
            check_fits(extreme.item(), wanted)
    dtypes.of_numpy(wanted)
    with np.errstate(all="ignore"):  # what is too large for the type becomes an infinity
        return array.astype(wanted.newbyteorder("="), copy=False)


def _is_too_large(array: np.ndarray) -> bool:
    flat = array.ravel().tolist()
    return builtins.all(isinstance(each, (int, float)) for each in flat) and builtins.max(flat) >= 2**63


def _plain_lists(data: Any) -> Any:
    """Replace the tensors inside lists by their values."""
    if isinstance(data, (list, tuple)):
        return [_plain_lists(each) for each in data] if _holds_tensors(data) else data
    if not isinstance(data, TensorBase):
        return data
    if data._data.size != 1:
        raise ValueError(
            f"a list may hold tensors of one value only, got {describe(data)}; "
            "stack([...]) joins tensors, and keeps their gradients"
        )
    return data._data.reshape(())[()]


def _holds_tensors(data: Any) -> bool:
    return builtins.any(
        isinstance(each, TensorBase) or (isinstance(each, (list, tuple)) and _holds_tensors(each)) for each in data
    )


def _natural_dtype(data: Sequence[Any]) -> np.dtype:
    """The type in which the elements of nested lists meet; Python's numbers have no width."""
    found: set[np.dtype] = set()
    _collect_dtypes(data, found)
    return dtypes.widest(*found) if found else dtypes.default()


def _collect_dtypes(data: Sequence[Any], found: set[np.dtype]) -> None:
    for kind in set(map(type, data)):
        if issubclass(kind, np.generic):
            found.add(np.dtype(kind))
        elif kind in dtypes.OF_NUMBER:
            found.add(dtypes.OF_NUMBER[kind])
    for each in data:
        if isinstance(each, (list, tuple)):
            _collect_dtypes(each, found)
        elif isinstance(each, np.ndarray):
            found.add(each.dtype)
        else:
            break  # numbers all the way, or ragged
