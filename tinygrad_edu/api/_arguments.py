"""Arguments of functions: operands, dimensions, shapes and types, as functions want them.

The one home of type promotion at run time (the rules are in dtypes.py) and of the checks that functions
share. An error says what it got and what it wanted; the function's door (_reading.py) adds its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu._memory import copied
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops.conversion import cast

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "as_dims",
    "as_flag",
    "as_integer",
    "as_number",
    "as_shape",
    "as_tensor_argument",
    "check_fits",
    "floating",
    "in_dtype",
    "in_range",
    "kind_of",
    "meeting_dtype",
    "own",
    "promoted",
    "wrap",
]

_TOO_LONG = 2**63


def wrap(data: Any) -> Tensor:
    """A new tensor around an array, outside any graph."""
    tensor: Tensor = TensorBase.result_type.wrap(data)
    return tensor


def own(result: Tensor) -> Tensor:
    """A result that was made as a view, but of a tensor that nobody else holds: it is none to the user."""
    result._view = None
    return result


def as_tensor_argument(value: Any, argument: str = "input") -> Any:
    """The value, if it is a tensor."""
    if not isinstance(value, TensorBase):
        raise TypeError(f"{argument} must be a tensor, got {describe(value)}; tinygrad_edu.tensor(...) makes one")
    return value


def promoted(*operands: Any) -> Sequence[Any]:
    """The operands in the type that they meet in, numbers left as Python's where that is safe."""
    first, second = operands[0], operands[-1]
    if len(operands) <= 2:  # the two common cases, kept short: they are most of the calls (benchmark W4)
        if isinstance(first, TensorBase):
            if isinstance(second, TensorBase):
                if first._data.dtype is second._data.dtype:
                    return operands
            elif (type(second) is float or type(second) is int) and first._data.dtype.kind == "f":
                return operands
        elif (
            isinstance(second, TensorBase)
            and (type(first) is float or type(first) is int)
            and second._data.dtype.kind == "f"
        ):
            return operands
    return _promoted_with_care(operands)


def _promoted_with_care(operands: Sequence[Any]) -> list[Any]:
    if not any(isinstance(operand, TensorBase) for operand in operands):
        given = " and ".join(map(describe, operands))
        raise TypeError(f"at least one operand must be a tensor, got {given}")
    if len(operands) == 2 and any(each is None for each in operands):
        raise TypeError(f"operand {int(operands[0] is not None)} must be a tensor or a real number, got None")
    common = meeting_dtype(operands)
    return [None if operand is None else in_dtype(operand, common) for operand in operands]


def meeting_dtype(operands: Sequence[Any]) -> np.dtype:
    """The type that tensors, arrays and numbers meet in; a NumPy scalar counts as a number."""
    dimensioned: list[np.dtype] = []
    scalars: list[np.dtype] = []
    numbers: list[type] = []
    for position, operand in enumerate(operands):
        value = operand.item() if isinstance(operand, np.generic) else operand
        if isinstance(value, (TensorBase, np.ndarray)):
            array = value._data if isinstance(value, TensorBase) else value
            (dimensioned if array.ndim else scalars).append(dtypes.of_numpy(array.dtype).numpy)
        elif isinstance(value, (bool, int, float)):
            numbers.append(bool if isinstance(value, bool) else int if isinstance(value, int) else float)
        elif value is not None:
            raise TypeError(f"operand {position} must be a tensor or a real number, got {describe(operand)}")
    return dtypes.promote(dimensioned, scalars, numbers)


def in_dtype(value: Any, wanted: np.dtype) -> Any:
    """A tensor, array or number in the NumPy dtype `wanted`; only real numbers keep a gradient."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, TensorBase):
        if value._data.dtype == wanted:
            return value
        return cast(value, dtype=wanted) if wanted.kind == "f" else wrap(_converted(value._data, wanted))
    if isinstance(value, np.ndarray):
        return _converted(value, wanted)
    if wanted.kind == "f":
        return float(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise OverflowError(f"got the integer {value}, which is too large for int64; write it as a float")
    return _converted(np.asarray(value), wanted)[()]  # wraps around, as PyTorch does


def _converted(array: Any, wanted: np.dtype) -> Any:
    with np.errstate(all="ignore"):  # what doesn't fit becomes an infinity, or any integer
        return array if array.dtype == wanted else copied(array, wanted)


def kind_of(value: Any) -> str:
    """The letter of a kind of numbers, NumPy's b, i, u or f, of a tensor, array or number."""
    if isinstance(value, (TensorBase, np.ndarray, np.generic)):
        array: Any = value._data if isinstance(value, TensorBase) else value
        return str(array.dtype.kind)
    return "b" if isinstance(value, bool) else "i" if isinstance(value, int) else "f"


def check_fits(value: Any, dtype: np.dtype) -> None:
    """Refuse an integer that `dtype` can't hold; a negative one may wrap around in uint8, as in PyTorch."""
    if dtype.kind not in "iu" or not isinstance(value, (int, float)) or value != value:
        return
    limits = np.iinfo(dtype)
    if not (limits.min if dtype.kind == "i" else -limits.max) <= value <= limits.max:
        raise RuntimeError(f"{value} doesn't fit {dtype.name}, which holds {limits.min} to {limits.max}")


def floating(value: Any) -> Any:
    """A tensor of a floating type: integers and bools become what numbers are by default, float32."""
    if isinstance(value, TensorBase) and value._data.dtype.kind == "f":
        return value
    return cast(as_tensor_argument(value), dtype=dtypes.default())


def in_range(dim: Any, ndim: int) -> int:
    """A dimension counted from the front, if it exists."""
    if isinstance(dim, bool) or not isinstance(dim, (int, np.integer)):
        raise TypeError(f"a dimension must be an integer, got {describe(dim)}")
    span = max(ndim, 1)  # a 0-d tensor is addressed as if it had one dimension
    if not -span <= dim < span:
        raise IndexError(f"dimension {dim} is out of range for {ndim} dimensions; wanted {-span} to {span - 1}")
    return int(dim) % span


def as_dims(dim: Any, ndim: int, *, empty_means_all: bool = True) -> tuple[int, ...]:
    """The dimensions to reduce, each counted from the front; all of them for None and mostly for ()."""
    if dim is None:
        return tuple(range(ndim))
    if not isinstance(dim, (tuple, list)):
        dim = (dim,)
    dims = tuple(in_range(each, ndim) for each in dim)
    if not dims and empty_means_all:
        return tuple(range(ndim))
    if len(set(dims)) != len(dims):
        raise RuntimeError(f"dimension {max(dims, key=dims.count)} appears more than once in dim={dim}")
    return dims if ndim else ()


def as_flag(argument: str, value: Any) -> bool:
    """The value, if it is True or False; a number in place of `keepdim` is mostly a dimension."""
    if not isinstance(value, (bool, np.bool_)):
        hint = "; several dimensions are given together, as in dim=(0, 1)" if argument == "keepdim" else ""
        raise TypeError(f"{argument} must be True or False, got {describe(value)}{hint}")
    return bool(value)


def as_integer(argument: str, value: Any) -> int:
    """The value, if it is an integer, or a tensor of one."""
    number = value._data if isinstance(value, TensorBase) and value._data.ndim == 0 else value
    if isinstance(number, (bool, np.bool_)) or not isinstance(number, (int, np.integer)):
        raise TypeError(f"{argument} must be an integer, got {describe(value)}")
    if not -_TOO_LONG <= number < _TOO_LONG:
        raise OverflowError(f"{argument} must fit int64, got {number}")
    return int(number)


def as_number(argument: str, value: Any) -> Any:
    """The value, if it is a number, or a tensor or an array of one; as Python's own."""
    number = value._data if isinstance(value, TensorBase) else value
    if isinstance(number, (np.ndarray, np.generic)) and number.size == 1:
        number = number.item()
    if not isinstance(number, (int, float)):
        raise TypeError(f"{argument} must be a number, got {describe(value)}")
    return number


def as_shape(lengths: Sequence[Any], size: Any = None) -> tuple[int, ...]:
    """The shape given as ``f(2, 3)``, ``f((2, 3))`` or ``f(size=(2, 3))``."""
    if size is not None:
        if lengths:
            raise TypeError(f"got two sizes, {tuple(lengths)} and size={size}")
        lengths = (size,)
    if lengths == ():
        raise TypeError("lengths or dimensions are missing, as in (2, 3); for none of them it is ()")
    if len(lengths) == 1 and isinstance(lengths[0], (tuple, list)):
        lengths = lengths[0]
    return tuple([n if type(n) is int and n < _TOO_LONG else _length(n, lengths) for n in lengths])


def _length(length: Any, lengths: Sequence[Any]) -> int:
    if isinstance(length, TensorBase) and length._data.ndim == 0:
        length = length._data[()]
    if isinstance(length, bool) or not isinstance(length, (int, np.integer)):
        raise TypeError(f"a size must be made of integers, got {describe(length)} in {tuple(lengths)}")
    if length >= _TOO_LONG:
        raise OverflowError(f"no dimension can be so long: got {length} in {tuple(lengths)}")
    return int(length)
