"""Small constant arrays that operations ask for at every call, made once and kept.

NumPy turns a Python number into an array at each operation, which on small operands takes as long as
the operation itself (benchmark W3). All are read-only.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

__all__ = ["FEW", "number", "ones", "read_only", "unit"]

FEW = 16  # arrays of each kind: the batch sizes and widths that one program uses


@lru_cache(maxsize=16 * FEW)
def number(value: float, dtype: np.dtype[Any]) -> Any:
    """A number as a 0-d array."""
    return read_only(np.array(value, dtype))


@lru_cache
def unit(dtype: np.dtype[Any]) -> Any:
    """The number 1 from which a backward of that dtype starts: always the same object."""
    return dtype.type(1)


@lru_cache(maxsize=FEW)
def ones(length: int, dtype: np.dtype[Any]) -> Any:
    """A row of ones: the product with it is a sum, faster than NumPy's reduction."""
    return read_only(np.ones(length, dtype))


def read_only(array: np.ndarray) -> np.ndarray:
    """The array, made read-only."""
    array.flags.writeable = False
    return array
