"""Element types: the names that PyTorch gives them, and the rules by which they meet.

A `dtype` is a name and NumPy's dtype of the same bits. `promote` answers what type an operation on
several tensors and numbers computes in, after PyTorch's rules:

1. the kinds are ordered: bool < integer < floating; the highest kind among the operands wins;
2. operands stand in three ranks: tensors with dimensions, 0-d tensors, Python numbers. A lower rank
   changes the result only if its *kind* is higher: a Python number never widens a tensor, and a
   0-d float64 tensor leaves a float32 vector float32;
3. within one rank and kind the wider type wins.

Source: https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
"""

from __future__ import annotations

import builtins
from typing import Final, TypeAlias

import numpy as np

__all__ = [
    "bool",
    "double",
    "dtype",
    "float",
    "float16",
    "float32",
    "float64",
    "get_default_dtype",
    "half",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "long",
    "promote_types",
    "set_default_dtype",
    "short",
    "uint8",
]

_KIND_ORDER: Final = {"b": 0, "i": 1, "u": 1, "f": 2}
_Int, _Float, _Bool = int, float, bool  # Python's own, before the module's names below hide them
Number: TypeAlias = builtins.bool | builtins.int | builtins.float  # Python's, as operands beside tensors


_NAMES: Final = ("float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool")


class dtype:
    """The element type of a tensor.

    Attributes:
        name: The name, such as ``"float32"``.
        numpy: NumPy's dtype of the same bits.
        itemsize: Bytes per element.
        is_floating_point: Whether it holds real numbers: only such tensors can have a gradient.
        is_complex: Always False: complex numbers are not supported.
        is_signed: Whether it can hold negative numbers.

    >>> tg.tensor([1.0, 2.0]).dtype
    tinygrad_edu.float32
    >>> tg.float64.itemsize
    8
    """

    __slots__ = ("is_complex", "is_floating_point", "is_signed", "itemsize", "name", "numpy")

    def __init__(self, name: str) -> None:
        if name not in _NAMES:
            raise TypeError(f"dtype: there is no element type {name!r}; there are {', '.join(_NAMES)}")
        self.name = name
        self.numpy: np.dtype = np.dtype(name)
        self.itemsize = self.numpy.itemsize
        self.is_floating_point = self.numpy.kind == "f"
        self.is_complex = False
        self.is_signed = self.numpy.kind in "if"

    def __repr__(self) -> str:
        return f"tinygrad_edu.{self.name}"

    def __reduce__(self) -> str:
        return self.name  # pickles as the module's one object of that name


float16: Final = dtype("float16")
float32: Final = dtype("float32")
float64: Final = dtype("float64")
uint8: Final = dtype("uint8")
int8: Final = dtype("int8")
int16: Final = dtype("int16")
int32: Final = dtype("int32")
int64: Final = dtype("int64")
bool: Final = dtype("bool")

half, float, double = float16, float32, float64
short, int, long = int16, int32, int64

_ALL = (float16, float32, float64, uint8, int8, int16, int32, int64, bool)
_BY_NUMPY: Final = {each.numpy: each for each in _ALL}
_BY_PYTHON: Final = {_Float: float64, _Int: int64, _Bool: bool}
OF_NUMBER: Final = {_Bool: bool.numpy, _Int: int64.numpy, _Float: float32.numpy}  # the last may be set


def default() -> np.dtype:
    """NumPy's dtype of real numbers that nothing else is said of."""
    return OF_NUMBER[_Float]


def get_default_dtype() -> dtype:
    """The dtype of new tensors of real numbers, if none is said.

    >>> tg.get_default_dtype()
    tinygrad_edu.float32
    """
    return _BY_NUMPY[default()]


def set_default_dtype(d: dtype, /) -> None:
    """Let new tensors of real numbers have another dtype, where none is said.

    Args:
        d: A floating-point dtype.

    Raises:
        TypeError: If it isn't one.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.set_default_dtype.html

    >>> tg.set_default_dtype(tg.float64)
    >>> tg.tensor([1.0, 2.0]).dtype
    tinygrad_edu.float64
    >>> tg.set_default_dtype(tg.float32)
    """
    if not isinstance(d, dtype) or not d.is_floating_point:
        raise TypeError(f"set_default_dtype: wanted a floating-point dtype such as tinygrad_edu.float64, got {d!r}")
    OF_NUMBER[_Float] = d.numpy


def of_numpy(numpy_dtype: np.dtype) -> dtype:
    """The `dtype` of NumPy's `numpy_dtype`; TypeError if there is none."""
    found = _BY_NUMPY.get(numpy_dtype.newbyteorder("=") if not numpy_dtype.isnative else numpy_dtype)
    if found is None:
        raise TypeError(
            f"got elements of NumPy type {numpy_dtype}, which no tensor can hold; wanted one of "
            + ", ".join(each.name for each in _ALL)
        )
    return found


def to_numpy(wanted: object) -> np.dtype:
    """NumPy's dtype for `wanted`: a `dtype`, a NumPy dtype, or Python's float, int or bool."""
    if isinstance(wanted, dtype):
        return wanted.numpy
    if isinstance(wanted, type) and wanted in _BY_PYTHON:
        return _BY_PYTHON[wanted].numpy
    if isinstance(wanted, np.dtype) or (isinstance(wanted, type) and issubclass(wanted, np.generic)):
        return of_numpy(np.dtype(wanted)).numpy
    raise TypeError(f"dtype must be a tinygrad_edu dtype such as tinygrad_edu.float32, got {wanted!r}")


def widest(*dtypes: np.dtype) -> np.dtype:
    """The NumPy dtype that operands of one rank meet in (rules 1 and 3)."""
    result = dtypes[0]
    for other in dtypes[1:]:
        mine, theirs = _KIND_ORDER[result.kind], _KIND_ORDER[other.kind]
        if theirs > mine:
            result = other
        elif theirs == mine:
            result = np.promote_types(result, other)
    return result


def of_higher_kind(dtype: np.dtype, other: np.dtype) -> builtins.bool:
    """Whether numbers of NumPy's `dtype` are of a higher kind than those of `other` (rule 1)."""
    return _KIND_ORDER[dtype.kind] > _KIND_ORDER[other.kind]


def promote(dimensioned: list[np.dtype], scalars: list[np.dtype], numbers: list[type]) -> np.dtype:
    """The NumPy dtype in which operands of the three ranks meet (rule 2)."""
    ranks = [widest(*rank) for rank in (dimensioned, scalars, [OF_NUMBER[each] for each in numbers]) if rank]
    result = ranks[0]
    for lower in ranks[1:]:
        if of_higher_kind(lower, result):
            result = lower
    return result


def promote_types(type1: dtype, type2: dtype) -> dtype:
    """The smallest type that holds both `type1` and `type2` (PyTorch: ``torch.promote_types``).

    >>> tg.promote_types(tg.int32, tg.float32)
    tinygrad_edu.float32
    """
    for each in (type1, type2):
        if not isinstance(each, dtype):
            raise TypeError(f"promote_types: wanted dtypes such as tinygrad_edu.float32, got {each!r}")
    return _BY_NUMPY[widest(type1.numpy, type2.numpy)]
