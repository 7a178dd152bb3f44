"""The types that tensors had in PyTorch before they had dtypes: ``FloatTensor(2, 3)``, ``LongTensor([1, 2])``.

Each stands for the tensors of one dtype: calling it makes one, and ``isinstance`` asks for the dtype.

Source: https://docs.pytorch.org/docs/stable/tensors.html
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu._size import Size
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._making import new_shape
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.creation import tensor

__all__ = [
    "BoolTensor",
    "ByteTensor",
    "CharTensor",
    "DoubleTensor",
    "FloatTensor",
    "HalfTensor",
    "IntTensor",
    "LongTensor",
    "ShortTensor",
    "set_default_tensor_type",
]


class TensorType(type):
    """The class of these types, which have no objects of their own."""

    dtype: dtypes.dtype

    def __call__(cls, *data: Any, **options: Any) -> Tensor:
        """A tensor of this type: with these values, or uninitialised in this shape."""
        if options:
            raise TypeError(
                f"{cls.__name__}() got an unexpected keyword argument {next(iter(options))!r}; use tensor(…)"
            )
        if len(data) == 1 and isinstance(data[0], Tensor):
            if data[0].dtype is not cls.dtype:
                raise TypeError(
                    f"{cls.__name__}: wanted a tensor of {cls.dtype.name}, got {describe(data[0])}; use "
                    f".to(tinygrad_edu.{cls.dtype.name})"
                )
            return data[0].detach()
        if len(data) == 1 and isinstance(data[0], (list, tuple, np.ndarray)) and not isinstance(data[0], Size):
            values = np.asarray(named_as(cls.__name__)(tensor)(data[0]).numpy())
            return Tensor.wrap(values.astype(cls.dtype.numpy))
        if len(data) == 1 and not isinstance(data[0], (int, Size)):
            raise TypeError(f"{cls.__name__}: wanted a list of values, or lengths, got {describe(data[0])}")
        return Tensor.wrap(np.zeros(named_as(cls.__name__)(new_shape)(data or (0,)), cls.dtype.numpy))

    def __instancecheck__(cls, instance: object) -> bool:
        """Whether `instance` is a tensor of this type's dtype."""
        return isinstance(instance, Tensor) and instance.dtype is cls.dtype


def _of(dtype: dtypes.dtype, name: str) -> TensorType:
    words = (
        f"A {dtype.name} tensor with these values, or of this shape; "
        f"``tensor(data, dtype={dtype.name})`` says the same.\n\n"
        f"    >>> tg.{name}([0, 1]).dtype\n    tinygrad_edu.{dtype.name}\n    "
    )
    return TensorType(name, (), {"__doc__": words, "__module__": "tinygrad_edu", "dtype": dtype})


BoolTensor = _of(dtypes.bool, "BoolTensor")
ByteTensor = _of(dtypes.uint8, "ByteTensor")
CharTensor = _of(dtypes.int8, "CharTensor")
DoubleTensor = _of(dtypes.float64, "DoubleTensor")
FloatTensor = _of(dtypes.float32, "FloatTensor")
HalfTensor = _of(dtypes.float16, "HalfTensor")
IntTensor = _of(dtypes.int32, "IntTensor")
LongTensor = _of(dtypes.int64, "LongTensor")
ShortTensor = _of(dtypes.int16, "ShortTensor")


def set_default_tensor_type(t: Any, /) -> None:
    """Let numbers be of this type by default; deprecated: `set_default_dtype` says the same.

    Args:
        t: `FloatTensor`, `DoubleTensor` or `HalfTensor`, or its name.

    Raises:
        TypeError: If it isn't a floating-point type.

    >>> tg.set_default_tensor_type(tg.FloatTensor)
    """
    named = globals().get(str(t).rpartition(".")[2]) if isinstance(t, str) else t
    if not isinstance(named, TensorType) or not named.dtype.is_floating_point:
        raise TypeError(f"set_default_tensor_type: wanted a floating-point type such as FloatTensor, got {describe(t)}")
    dtypes.set_default_dtype(named.dtype)
