"""Arithmetic in the memory of a *fresh* array: one that a rule has just made and nobody else holds.

Most of the time of an operation on a large array is the system finding memory for the result
(benchmark W5), so a rule that multiplies twice should not ask for it twice. In a backward that is
recorded the operands are tensors, and these functions are plain operators.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["less_than_one", "over", "times"]


def times(fresh: Any, factor: Any) -> Any:
    """``fresh * factor``."""
    if _fits(fresh, factor):
        return np.multiply(fresh, factor, out=fresh)
    return fresh * factor


def over(dividend: Any, fresh: Any) -> Any:
    """``dividend / fresh``."""
    if _fits(fresh, dividend):
        return np.divide(dividend, fresh, out=fresh)
    return dividend / fresh


def less_than_one(fresh: Any) -> Any:
    """``1 - fresh``."""
    if type(fresh) is np.ndarray:
        return np.subtract(1, fresh, out=fresh)
    return 1 - fresh


def _fits(fresh: Any, other: Any) -> bool:
    """Whether the result has the shape and dtype of `fresh`."""
    return type(fresh) is type(other) is np.ndarray and fresh.shape == other.shape and fresh.dtype is other.dtype
