"""The largest value of each row, which every softmax takes off first, against overflow."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["largest"]

_SHORT, _MANY = 16, 64  # values of a row, and rows: there a copy that lies the other way is up to 20 times as fast


def largest(x: Any, dim: int) -> Any:
    """The largest value along a dimension, which stays, of length 1; -∞ of none, and NaN if there is one."""
    length = x.shape[dim]
    if 0 < length <= _SHORT and length * _MANY <= x.size and x.flags.c_contiguous and dim in (-1, x.ndim - 1):
        columns = x.reshape((-1, length)).T.copy()
        return np.maximum.reduce(columns).reshape((*x.shape[:-1], 1))
    return np.maximum.reduce(x, axis=dim, keepdims=True, initial=-np.inf)
