"""Arithmetic in the memory of a *fresh* array: one that a rule has just made and nobody else holds.

Most of the time of an operation on a large array is the system finding memory for the result
(benchmark W5), so a rule that multiplies twice should not ask for it twice. In a backward that is
recorded the operands are tensors, and these functions are plain operators.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._large_arrays import room_for_result

__all__ = ["less", "less_than_one", "over", "plus", "product", "times"]


def product(x: Any, y: Any) -> Any:
    """``x * y``, a fresh array, which has the shape and dtype of `x`."""
    if type(x) is type(y) is ndarray:
        return np.multiply(x, y, out=room_for_result(x))
    return x * y


def times(fresh: Any, factor: Any) -> Any:
    """``fresh * factor``, which has the shape and dtype of `fresh`."""
    if type(fresh) is ndarray and (type(factor) is ndarray or type(factor) is float):
        return np.multiply(fresh, factor, out=fresh)
    return fresh * factor


def over(dividend: Any, fresh: Any) -> Any:
    """``dividend / fresh``, which has the shape and dtype of `fresh`."""
    if type(fresh) is type(dividend) is ndarray:
        return np.divide(dividend, fresh, out=fresh)
    return dividend / fresh


def less_than_one(fresh: Any) -> Any:
    """``1 - fresh``."""
    if type(fresh) is ndarray:
        return np.subtract(1, fresh, out=fresh)
    return 1 - fresh


def plus(fresh: Any, other: Any) -> Any:
    """``fresh + other``, which has the shape and dtype of `fresh`."""
    if type(fresh) is ndarray:
        return np.add(fresh, other, out=fresh)
    return fresh + other


def less(fresh: Any, other: Any) -> Any:
    """``fresh - other``, which has the shape and dtype of `fresh`."""
    if type(fresh) is ndarray:
        return np.subtract(fresh, other, out=fresh)
    return fresh - other
