"""Making tensors: from data, of one value, of ranges, of random numbers.

Every function takes PyTorch's keywords. ``device``, ``layout`` and ``pin_memory`` are accepted where
they change nothing (the CPU, strided memory, no pinning) and refused in words otherwise.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#creation-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._words import describe
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.functions._arguments import as_shape, as_tensor_argument, check_out, wrap

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "arange",
    "as_tensor",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "from_numpy",
    "full",
    "full_like",
    "linspace",
    "meshgrid",
    "ones",
    "ones_like",
    "tensor",
    "zeros",
    "zeros_like",
]

Number = builtins.bool | builtins.int | builtins.float
OptionalDtype = dtypes.dtype | None


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
    array = _array("tensor", data, dtype, copy=True)
    return _finished("tensor", array, requires_grad, device=device, pin_memory=pin_memory)


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
        converted: Any = data
        return converted if dtype is None else converted.to(dtype)
    return wrap(_array("as_tensor", data, dtype, copy=False))


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


def zeros(
    *size: Any,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor of zeros.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.zeros(2, 3)
        tensor([[0., 0., 0.],
                [0., 0., 0.]])
    """
    check_out("zeros", out)
    array = np.zeros(as_shape("zeros", size), _chosen("zeros", dtype, np.float32))
    return _finished("zeros", array, requires_grad, layout=layout, device=device, pin_memory=pin_memory)


def ones(
    *size: Any,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor of ones.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.ones(2)
        tensor([1., 1.])
    """
    check_out("ones", out)
    array = np.ones(as_shape("ones", size), _chosen("ones", dtype, np.float32))
    return _finished("ones", array, requires_grad, layout=layout, device=device, pin_memory=pin_memory)


def empty(
    *size: Any,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
    memory_format: None = None,
) -> Tensor:
    """Return a tensor whose values are whatever the memory held: fill it before reading it.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.empty(2, 3).shape
        tinygrad_edu.Size([2, 3])
    """
    check_out("empty", out)
    array = np.empty(as_shape("empty", size), _chosen("empty", dtype, np.float32))
    return _finished("empty", array, requires_grad, layout=layout, device=device, pin_memory=pin_memory)


def full(
    size: Sequence[int],
    fill_value: Number,
    *,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor filled with one value, which also gives the dtype by default.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.full((2, 2), 7)
        tensor([[7, 7],
                [7, 7]])
    """
    check_out("full", out)
    value = fill_value.item() if isinstance(fill_value, TensorBase) else fill_value  # type: ignore[attr-defined]
    wanted = _chosen("full", dtype, _array("full", value, None, copy=True).dtype)
    array = np.full(as_shape("full", (size,)), value, wanted)
    return _finished("full", array, requires_grad, layout=layout, device=device, pin_memory=pin_memory)


def arange(
    start: Number,
    end: Number | None = None,
    step: Number = 1,
    *,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Return ``start, start + step, …`` up to but not including `end`; with one argument, from 0.

    Raises:
        RuntimeError: If `step` is 0 or leads away from `end`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.arange(5), tg.arange(0, 1, 0.25)
        (tensor([0, 1, 2, 3, 4]), tensor([0.0000, 0.2500, 0.5000, 0.7500]))
    """
    check_out("arange", out)
    first, last = (0, start) if end is None else (start, end)
    numbers = [each.item() if isinstance(each, TensorBase) else each for each in (first, last, step)]
    if numbers[2] == 0 or (numbers[1] - numbers[0]) * numbers[2] < 0:
        raise RuntimeError(f"arange: a step of {numbers[2]} doesn't lead from {numbers[0]} to {numbers[1]}")
    whole = all(isinstance(each, (int, np.integer)) for each in numbers)
    wanted = _chosen("arange", dtype, np.int64 if whole else np.float32)
    # PyTorch counts the steps in float64, whatever the result's type.
    count = builtins.max(int(np.ceil((numbers[1] - numbers[0]) / numbers[2])), 0)
    array = (numbers[0] + np.arange(count) * numbers[2]).astype(wanted)
    return _finished("arange", array, requires_grad, layout=layout, device=device, pin_memory=pin_memory)


def linspace(
    start: Number,
    end: Number,
    steps: int,
    *,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Return `steps` evenly spaced numbers from `start` to `end`, both included.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.linspace(0, 1, 5)
        tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    check_out("linspace", out)
    if steps < 0:
        raise RuntimeError(f"linspace: the number of steps must not be negative, got {steps}")
    ends = [each.item() if isinstance(each, TensorBase) else each for each in (start, end)]
    array = np.linspace(*ends, steps, dtype=_chosen("linspace", dtype, np.float32))
    return _finished("linspace", array, requires_grad, layout=layout, device=device, pin_memory=pin_memory)


def eye(
    n: int,
    m: int | None = None,
    *,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Return a matrix with ones on its diagonal and zeros elsewhere.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.eye(2)
        tensor([[1., 0.],
                [0., 1.]])
    """
    check_out("eye", out)
    array = np.eye(n, m, dtype=_chosen("eye", dtype, np.float32))
    return _finished("eye", array, requires_grad, layout=layout, device=device, pin_memory=pin_memory)


def zeros_like(
    input: Tensor,
    *,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: None = None,
) -> Tensor:
    """Return zeros of the shape and dtype of `input`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.zeros_like(tg.tensor([1, 2]))
        tensor([0, 0])
    """
    return _like("zeros_like", input, 0, dtype, layout, device, requires_grad)


def ones_like(
    input: Tensor,
    *,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: None = None,
) -> Tensor:
    """Return ones of the shape and dtype of `input`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.ones_like(tg.tensor([1.0, 2.0]))
        tensor([1., 1.])
    """
    return _like("ones_like", input, 1, dtype, layout, device, requires_grad)


def full_like(
    input: Tensor,
    fill_value: Number,
    *,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: None = None,
) -> Tensor:
    """Return a tensor of the shape and dtype of `input` filled with one value.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.full_like(tg.tensor([1.0, 2.0]), 5)
        tensor([5., 5.])
    """
    return _like("full_like", input, fill_value, dtype, layout, device, requires_grad)


def empty_like(
    input: Tensor,
    *,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: None = None,
) -> Tensor:
    """Return a tensor of the shape and dtype of `input`, to be filled before it is read.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.empty_like(tg.tensor([1.0, 2.0])).shape
        tinygrad_edu.Size([2])
    """
    return _like("empty_like", input, None, dtype, layout, device, requires_grad)


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Return the coordinates of a grid: one tensor for each axis, all of the grid's shape.

    Args:
        tensors: The coordinates along each axis: vectors or numbers, or one sequence of them.
        indexing: ``"ij"`` for matrix order, ``"xy"`` to swap the first two axes, as plots want it.

    Example:
        >>> import tinygrad_edu as tg
        >>> rows, columns = tg.meshgrid(tg.tensor([1, 2]), tg.tensor([3, 4, 5]), indexing="ij")
        >>> columns
        tensor([[3, 4, 5],
                [3, 4, 5]])
    """
    axes = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors
    if indexing not in ("ij", "xy"):
        raise ValueError(f"meshgrid: indexing must be 'ij' or 'xy', got {indexing!r}")
    vectors = [as_tensor_argument("meshgrid", each).reshape(-1) for each in axes]
    shape = [vector._data.shape[0] for vector in vectors]
    grids = [
        vector.reshape([-1 if j == i else 1 for j in range(len(shape))]).expand(shape)
        for i, vector in enumerate(vectors)
    ]
    if indexing == "xy" and len(shape) > 1:
        grids = [grid.transpose(0, 1) for grid in grids]
    return tuple(grids)


def check_options(operation: str, *, device: Any = None, layout: Any = None, pin_memory: bool = False) -> None:
    """Refuse, in words, what real arrays in main memory can't do."""
    if device is not None and str(device) not in ("cpu", "cpu:0"):
        raise RuntimeError(f"{operation}: got device={str(device)!r}, but only 'cpu' exists here")
    if layout is not None and "strided" not in str(layout):
        raise NotImplementedError(f"{operation}: layout={layout} is not supported; tensors are strided arrays")
    if pin_memory:
        raise NotImplementedError(f"{operation}: pin_memory=True is not supported; there is no GPU to copy to")


def check_requires_grad(operation: str, array: Any) -> None:
    """Refuse a gradient for values that can't move by a little."""
    if array.dtype.kind != "f":
        raise RuntimeError(
            f"{operation}: only floating-point tensors can require a gradient, got {array.dtype.name} of shape "
            f"{array.shape}; make it with dtype=tinygrad_edu.float32, or convert it with .float() first"
        )


def _finished(operation: str, array: Any, requires_grad: bool, **options: Any) -> Tensor:
    check_options(operation, **options)
    made: Any = wrap(array if array.ndim else array[()])
    if requires_grad:
        check_requires_grad(operation, array)
        made._requires_grad = True
    return made


def _chosen(operation: str, dtype: OptionalDtype, default: Any) -> np.dtype:
    return np.dtype(default) if dtype is None else dtypes.to_numpy(dtype, operation)


def _like(
    operation: str, input: Any, value: Any, dtype: OptionalDtype, layout: Any, device: Any, requires_grad: bool
) -> Tensor:
    data = as_tensor_argument(operation, input)._data
    wanted = _chosen(operation, dtype, data.dtype)
    array = np.empty(data.shape, wanted) if value is None else np.full(data.shape, value, wanted)
    return _finished(operation, array, requires_grad, layout=layout, device=device)


def _array(operation: str, data: Any, dtype: OptionalDtype, *, copy: bool) -> Any:
    """Return `data` as an array of a type that tensors hold."""
    wanted = None if dtype is None else dtypes.to_numpy(dtype, operation)
    if isinstance(data, TensorBase):
        data = data._data
    elif isinstance(data, (list, tuple)):
        data = _plain_lists(data)
    try:
        array = np.array(data) if copy else np.asarray(data)
    except ValueError:
        raise ValueError(f"{operation}: the lists are ragged: at each depth all must be equally long") from None
    except OverflowError:
        raise OverflowError(f"{operation}: an integer is too large for int64; write it as a float") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{operation}: wanted real numbers, got {describe(data)} (NumPy sees {array.dtype.name})")
    if wanted is None:
        wanted = np.dtype(np.float32) if array.dtype == np.float64 and _of_python(data) else array.dtype
        if array.size == 0 and isinstance(data, (list, tuple)):
            wanted = np.dtype(np.float32)
    dtypes.of_numpy(wanted)
    return array.astype(wanted.newbyteorder("="), copy=False)


def _plain_lists(data: Any) -> Any:
    """Replace the tensors inside lists by their values."""
    if isinstance(data, (list, tuple)):
        return [_plain_lists(each) for each in data] if _holds_tensors(data) else data
    return data._data if isinstance(data, TensorBase) else data


def _holds_tensors(data: Any) -> bool:
    return any(
        isinstance(each, TensorBase) or (isinstance(each, (list, tuple)) and _holds_tensors(each)) for each in data
    )


def _of_python(data: Any) -> bool:
    """Return whether the numbers in `data` are Python's own, which have no width."""
    while isinstance(data, (list, tuple)):
        if not data:
            return True
        data = data[0]
    return not isinstance(data, (np.ndarray, np.generic))
