"""Making tensors from data: numbers, lists, NumPy arrays.

Every function takes PyTorch's keywords. ``device``, ``layout`` and ``pin_memory`` are accepted where
they change nothing (the CPU, strided memory, no pinning) and refused in words otherwise.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#creation-ops
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import check_fits, wrap
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

Number = builtins.bool | builtins.int | builtins.float
OptionalDtype = dtypes.dtype | None

inf, nan, pi, e = math.inf, math.nan, math.pi, math.e
newaxis = None

_DTYPE_OF_NUMBER = {
    builtins.bool: np.dtype(np.bool_),
    builtins.int: np.dtype(np.int64),
    builtins.float: np.dtype(np.float32),
}


def tensor(
    data: Any,
    *,
    dtype: OptionalDtype = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """Return a new tensor with a copy of `data`.

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

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.tensor([[1, 2], [3, 4.5]])
        tensor([[1.0000, 2.0000],
                [3.0000, 4.5000]])
    """
    array = array_of_data("tensor", data, dtype, copy=True)
    return finished("tensor", array, requires_grad, device=device, pin_memory=pin_memory)


def as_tensor(data: Any, dtype: OptionalDtype = None, device: Any = None) -> Tensor:
    """Return `data` as a tensor, sharing its memory (and its graph) where the type allows.

    Example:
        >>> import numpy as np
        >>> import tinygrad_edu as tg
        >>> array = np.zeros(2, dtype=np.float32)
        >>> tg.as_tensor(array)[0] = 7
        >>> array
        array([7., 0.], dtype=float32)
    """
    check_options("as_tensor", device=device)
    if isinstance(data, TensorBase):
        same: Any = data
        converted: Tensor = same if dtype is None else same.to(dtype)
        return converted
    return wrap(array_of_data("as_tensor", data, dtype, copy=False))


def asarray(
    obj: Any,
    *,
    dtype: OptionalDtype = None,
    device: Any = None,
    copy: bool | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return `obj` as a tensor, copied only if asked for or needed.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.asarray([1, 2])
        tensor([1, 2])
    """
    if copy:
        return tensor(obj, dtype=dtype, device=device, requires_grad=requires_grad)
    made = as_tensor(obj, dtype, device)
    if requires_grad and not made.requires_grad:
        made.requires_grad_()
    return made


def from_numpy(ndarray: np.ndarray) -> Tensor:
    """Return a tensor that shares the memory of a NumPy array: a change in one shows in the other.

    Raises:
        TypeError: If it isn't an array, or of a type no tensor can hold.

    Example:
        >>> import numpy as np
        >>> import tinygrad_edu as tg
        >>> tg.from_numpy(np.array([1.0, 2.0]))
        tensor([1., 2.], dtype=tinygrad_edu.float64)
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"from_numpy: wanted a NumPy array, got {describe(ndarray)}; tensor(...) takes other data")
    dtypes.of_numpy(ndarray.dtype)
    return wrap(ndarray if ndarray.dtype.isnative else ndarray.astype(ndarray.dtype.newbyteorder("=")))


def check_options(
    operation: str, *, device: Any = None, layout: Any = None, pin_memory: bool = False, memory_format: Any = None
) -> None:
    """Refuse, in words, what real arrays in main memory can't do."""
    if device is not None and str(device) not in ("cpu", "cpu:0"):
        raise RuntimeError(f"{operation}: got device={str(device)!r}, but only 'cpu' exists here")
    if layout is not None and "strided" not in str(layout):
        raise NotImplementedError(f"{operation}: layout={layout} is not supported; tensors are strided arrays")
    if memory_format is not None:
        raise NotImplementedError(f"{operation}: memory_format= is not supported; values lie row by row")
    if pin_memory:
        raise NotImplementedError(f"{operation}: pin_memory=True is not supported; there is no GPU to copy to")


def check_requires_grad(operation: str, array: Any) -> None:
    """Refuse a gradient for values that can't move by a little."""
    if array.dtype.kind != "f":
        raise RuntimeError(
            f"{operation}: only floating-point tensors can require a gradient, got {array.dtype.name} of shape "
            f"{array.shape}; make it with dtype=tinygrad_edu.float32, or convert it with .float() first"
        )


def finished(operation: str, array: Any, requires_grad: bool, **options: Any) -> Tensor:
    """Return a new array as a tensor, after the checks that all creation functions share."""
    check_options(operation, **options)
    made = wrap(array if array.ndim else array[()])
    if requires_grad:
        check_requires_grad(operation, array)
        made._requires_grad = True
    return made


def chosen(operation: str, dtype: OptionalDtype, default: Any) -> np.dtype:
    """Return NumPy's dtype for `dtype`, or `default` if there is none."""
    return np.dtype(default) if dtype is None else dtypes.to_numpy(dtype, operation)


def array_of_data(operation: str, data: Any, dtype: OptionalDtype, *, copy: bool) -> Any:
    """Return `data` as an array of a type that tensors hold."""
    wanted = None if dtype is None else dtypes.to_numpy(dtype, operation)
    natural = None
    if isinstance(data, TensorBase):
        data = data._data
    elif isinstance(data, (list, tuple)):
        data = _plain_lists(operation, data)
        natural = _natural_dtype(data)
    elif isinstance(data, builtins.float) and not isinstance(data, np.generic):
        natural = np.dtype(np.float32)
    try:
        array = np.array(data) if copy else np.asarray(data)
    except ValueError:
        raise ValueError(f"{operation}: the lists are ragged: at each depth all must be equally long") from None
    if array.dtype.kind in "uO" and array.size and isinstance(data, (int, list, tuple)) and _is_too_large(array):
        raise OverflowError(f"{operation}: an integer is too large for int64; write it as a float")
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{operation}: wanted real numbers, got {describe(data)} (NumPy sees {array.dtype.name})")
    if wanted is None:
        wanted = array.dtype if natural is None else natural
    elif array.size and isinstance(data, (builtins.int, list, tuple)):
        for extreme in (array.min(), array.max()):
            check_fits(operation, extreme.item(), wanted)
    dtypes.of_numpy(wanted)
    with np.errstate(all="ignore"):  # what is too large for the type becomes an infinity
        return array.astype(wanted.newbyteorder("="), copy=False)


def _is_too_large(array: np.ndarray) -> bool:
    flat = array.ravel().tolist()
    return builtins.all(isinstance(each, (int, float)) for each in flat) and builtins.max(flat) >= 2**63


def _plain_lists(operation: str, data: Any) -> Any:
    """Replace the tensors inside lists by their values."""
    if isinstance(data, (list, tuple)):
        return [_plain_lists(operation, each) for each in data] if _holds_tensors(data) else data
    if not isinstance(data, TensorBase):
        return data
    if data._data.size != 1:
        raise ValueError(
            f"{operation}: a list may hold tensors of one value only, got {describe(data)}; "
            "stack([...]) joins tensors, and keeps their gradients"
        )
    return data._data.reshape(())[()]


def _holds_tensors(data: Any) -> bool:
    return builtins.any(
        isinstance(each, TensorBase) or (isinstance(each, (list, tuple)) and _holds_tensors(each)) for each in data
    )


def _natural_dtype(data: Sequence[Any]) -> np.dtype:
    """Return the type in which the elements of nested lists meet; Python's numbers have no width."""
    found: set[np.dtype] = set()
    _collect_dtypes(data, found)
    return dtypes.widest(*found) if found else np.dtype(np.float32)


def _collect_dtypes(data: Sequence[Any], found: set[np.dtype]) -> None:
    for kind in set(map(type, data)):
        if issubclass(kind, np.generic):
            found.add(np.dtype(kind))
        elif kind in _DTYPE_OF_NUMBER:
            found.add(_DTYPE_OF_NUMBER[kind])
    for each in data:
        if isinstance(each, (list, tuple)):
            _collect_dtypes(each, found)
        elif isinstance(each, np.ndarray):
            found.add(each.dtype)
        else:
            break  # numbers all the way, or ragged
