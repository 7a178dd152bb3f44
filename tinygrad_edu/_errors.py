"""The wording of errors and warnings: one vocabulary for all of them.

Every error in this package says three things: the operation, what it got, and what it wanted. This
module words the middle part. A warning points at the line of the user's that led to it.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np

__all__ = ["LinAlgError", "describe", "listed", "ragged", "shape_of", "warn"]


def shape_of(value: object) -> str:
    """The shape of `value` as the words ``(2, 3)``."""
    array: Any = getattr(value, "_data", value)
    return str(tuple(int(n) for n in np.shape(array)))


def describe(value: object) -> str:
    """A value in a few words: ``a float32 tensor of shape (2, 3)``."""
    data = getattr(value, "_data", value)
    if isinstance(data, (np.ndarray, np.generic)):
        kind = "NumPy array" if data is value else "tensor"
        article = "an" if data.dtype.name.startswith("int") else "a"
        return f"{article} {data.dtype.name} {kind} of shape {shape_of(data)}"
    if value is None:
        return "None"
    if isinstance(value, FunctionType | BuiltinFunctionType):
        return f"the function {value.__name__}"
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"


def listed(names: Iterable[object], most: int = 8) -> str:
    """`names` as a readable list, cut after `most` of them."""
    quoted = [repr(name) for name in names]
    more = f" and {len(quoted) - most} more" if len(quoted) > most else ""
    return ", ".join(quoted[:most]) + more


def ragged(lists: Any, name: str = "data") -> str:
    """Where nested lists aren't equally long, in words: ``data[0] holds 2 values, but data[1] holds 1``."""
    level = [(name, lists)]
    while level:
        lengths = [len(each) if isinstance(each, (list, tuple)) else -np.ndim(each) for _, each in level]
        for (place, each), length in zip(level, lengths, strict=True):
            if length != lengths[0]:
                return f"{level[0][0]} {_holds(level[0][1])}, but {place} {_holds(each)}"
        level = [
            (f"{place}[{number}]", each)
            for place, values in level
            if isinstance(values, (list, tuple))
            for number, each in enumerate(values)
        ]
    return f"{name} {_holds(lists)}"


def _holds(value: Any) -> str:
    if not isinstance(value, (list, tuple)):
        return f"is {describe(value)}"
    return f"holds {len(value)} value{'' if len(value) == 1 else 's'}"


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn the user: the warning points at the line outside of this package that called into it."""
    package = __name__.partition(".")[0]
    level = 1
    frame = sys._getframe(0)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        frame = frame.f_back
        level += 1
    warnings.warn(message, category, stacklevel=level)


class LinAlgError(RuntimeError):
    """A matrix that something can't be done with: it has no inverse, or isn't positive definite.

    >>> try:
    ...     tg.linalg.inv(tg.zeros(2, 2))
    ... except tg.linalg.LinAlgError as error:
    ...     print(error)
    inv: the matrix is singular and has no inverse, got a float32 tensor of shape (2, 2)
    """
