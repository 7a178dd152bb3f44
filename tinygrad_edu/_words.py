"""The vocabulary of error messages: how a value that was got is described, in one way everywhere.

Every error in this package says three things: the operation, what it got, and what it wanted. This
module words the middle part.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

__all__ = ["describe", "listed", "shape_of"]


def shape_of(value: object) -> str:
    """Return the shape of `value` as the words ``(2, 3)``."""
    array: Any = getattr(value, "_data", value)
    return str(tuple(int(n) for n in np.shape(array)))


def describe(value: object) -> str:
    """Return what `value` is in a few words: ``a float32 tensor of shape (2, 3)``."""
    data = getattr(value, "_data", value)
    if isinstance(data, (np.ndarray, np.generic)):
        kind = "NumPy array" if data is value else "tensor"
        article = "an" if data.dtype.name.startswith("int") else "a"
        return f"{article} {data.dtype.name} {kind} of shape {shape_of(data)}"
    if value is None:
        return "None"
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"


def listed(names: Iterable[object], most: int = 8) -> str:
    """Return `names` as a readable list, cut after `most` of them."""
    quoted = [repr(name) for name in names]
    more = f" and {len(quoted) - most} more" if len(quoted) > most else ""
    return ", ".join(quoted[:most]) + more
