"""How functions read their arguments: operands, dimensions, types, and what is not supported.

The one home of type promotion at run time (the rules are in dtypes.py) and of the checks that every
function shares. Each error names the function, what it got and what it wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._words import describe
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops.shape import cast

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "as_dims",
    "as_shape",
    "as_tensor_argument",
    "check_out",
    "floating",
    "in_range",
    "promoted",
    "wrap",
]

_FLOAT32 = np.dtype(np.float32)


def wrap(data: Any) -> Tensor:
    """Return a new tensor around an array, outside any graph."""
    tensor: Tensor = TensorBase.result_type.wrap(data)  # type: ignore[attr-defined]
    return tensor


def as_tensor_argument(operation: str, value: Any, argument: str = "input") -> Any:
    """Return `value` if it is a tensor; a TypeError that says so otherwise."""
    if not isinstance(value, TensorBase):
        raise TypeError(
            f"{operation}: {argument} must be a tensor, got {describe(value)}; tinygrad_edu.tensor(...) makes one"
        )
    return value


def check_out(operation: str, out: object) -> None:
    """Refuse an ``out`` argument: results are always new tensors."""
    if out is not None:
        raise NotImplementedError(
            f"{operation}: out= is not supported; use the result, or copy it with out.copy_({operation}(...))"
        )


def promoted(operation: str, *operands: Any) -> Sequence[Any]:
    """Return the operands in the type that they meet in, numbers left as Python's where that is safe."""
    first, second = operands[0], operands[-1]
    if len(operands) <= 2:  # the two common cases, kept short: they are most of the calls (benchmark W4)
        if isinstance(first, TensorBase):
            if isinstance(second, TensorBase):
                if first._data.dtype is second._data.dtype:
                    return operands
            elif (type(second) is float or type(second) is int) and first._data.dtype.kind == "f":
                return operands
        elif isinstance(second, TensorBase) and (type(first) is float or type(first) is int):
            if second._data.dtype.kind == "f":
                return operands
    return _promoted_with_care(operation, operands)


def _promoted_with_care(operation: str, operands: Sequence[Any]) -> list[Any]:
    dimensioned: list[np.dtype] = []
    scalars: list[np.dtype] = []
    numbers: list[type] = []
    known: list[Any] = []
    for position, operand in enumerate(operands):
        value = operand.item() if isinstance(operand, np.generic) else operand
        known.append(value)
        if isinstance(value, (TensorBase, np.ndarray)):
            array = value._data if isinstance(value, TensorBase) else value
            (dimensioned if array.ndim else scalars).append(dtypes.of_numpy(array.dtype).numpy)
        elif isinstance(value, (bool, int, float)):
            numbers.append(bool if isinstance(value, bool) else int if isinstance(value, int) else float)
        elif value is not None:
            raise TypeError(
                f"{operation}: operand {position} must be a tensor or a real number, got {describe(operand)}"
            )
    common = dtypes.promote(dimensioned, scalars, numbers)
    return [None if value is None else in_dtype(value, common) for value in known]


def in_dtype(value: Any, wanted: np.dtype) -> Any:
    """Return a tensor, array or number in the NumPy dtype `wanted`."""
    if isinstance(value, TensorBase):
        return value if value._data.dtype == wanted else cast(value, dtype=wanted)
    if isinstance(value, np.ndarray):
        return value.astype(wanted, copy=False)
    if wanted.kind == "f":
        return float(value)
    return np.asarray(value).astype(wanted)[()]  # wraps around, as PyTorch does


def floating(operation: str, value: Any) -> Any:
    """Return a tensor of a floating type: integers and bools become float32."""
    if isinstance(value, TensorBase) and value._data.dtype.kind == "f":
        return value
    return cast(as_tensor_argument(operation, value), dtype=_FLOAT32)


def in_range(operation: str, dim: Any, ndim: int) -> int:
    """Return a dimension counted from the front, after checking that it exists."""
    if isinstance(dim, bool) or not isinstance(dim, (int, np.integer)):
        raise TypeError(f"{operation}: a dimension must be an integer, got {describe(dim)}")
    span = max(ndim, 1)  # a 0-d tensor is addressed as if it had one dimension
    if not -span <= dim < span:
        raise IndexError(
            f"{operation}: dimension {dim} is out of range for {ndim} dimensions; wanted {-span} to {span - 1}"
        )
    return int(dim) % span


def as_dims(operation: str, dim: Any, ndim: int) -> tuple[int, ...]:
    """Return the dimensions to reduce, each counted from the front; all of them for None or ()."""
    if dim is None:
        return tuple(range(ndim))
    if not isinstance(dim, (tuple, list)):
        dim = (dim,)
    dims = tuple(in_range(operation, each, ndim) for each in dim) or tuple(range(ndim))
    if len(set(dims)) != len(dims):
        raise RuntimeError(f"{operation}: dimension {max(dims, key=dims.count)} appears more than once in dim={dim}")
    return dims if ndim else ()


def as_shape(operation: str, size: Sequence[Any]) -> tuple[int, ...]:
    """Return a shape given as ``f(2, 3)`` or ``f((2, 3))``."""
    if len(size) == 1 and isinstance(size[0], (tuple, list)):
        size = size[0]
    for length in size:
        if isinstance(length, bool) or not isinstance(length, (int, np.integer)):
            raise TypeError(f"{operation}: a size must be made of integers, got {describe(length)} in {tuple(size)}")
    return tuple(int(length) for length in size)
