"""Small constant arrays that operations ask for at every call, made once and kept.

NumPy turns a Python number into an array at each operation, which on small operands takes as long as
the operation itself (benchmark W3). All are read-only.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

__all__ = ["number", "ones", "spaced", "spaced_then_outside"]

_FEW = 16  # arrays of each kind: the batch sizes and widths that one program uses


@lru_cache(maxsize=16 * _FEW)
def number(value: float, dtype: np.dtype[Any]) -> Any:
    """Return a number as a 0-d array."""
    return _read_only(np.array(value, dtype))


@lru_cache(maxsize=_FEW)
def ones(length: int, dtype: np.dtype[Any]) -> Any:
    """Return that many ones: the product with them is a sum, faster than NumPy's reduction."""
    return _read_only(np.ones(length, dtype))


@lru_cache(maxsize=_FEW)
def spaced(count: int, step: int) -> Any:
    """Return 0, `step`, 2 · `step`, …: `count` numbers, such as the places where the rows of a matrix begin."""
    return _read_only(np.arange(count) * step)


@lru_cache(maxsize=_FEW)
def spaced_then_outside(count: int, step: int, outside: int) -> Any:
    """Return the same followed by `count` times `outside`, a place that doesn't exist.

    An index below 0, which NumPy counts from the end, leads there, and one above `count` as well or nowhere.
    """
    return _read_only(np.append(np.arange(count) * step, np.full(count, outside)))


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
