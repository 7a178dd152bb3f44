"""The value in the middle of all: of two in the middle the lower one. Equal ones share the gradient, as in PyTorch.

What sorts and picks along a dimension needs no rule of its own: it finds places, and `gather` picks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.extremes import shared_by_equals


def _middle(x: Any, *, skip_nan: bool) -> Any:
    """The middle one of all values; NaN if one is NaN (unless those are left out) or there is none."""
    values = x.reshape(-1)
    if x.dtype.kind == "f":
        is_nan = np.isnan(values)
        if skip_nan:
            values = values[~is_nan]
        elif is_nan.any():
            return x.dtype.type(np.nan)
    if not values.size:
        return x.dtype.type(np.nan) if x.dtype.kind == "f" else x.dtype.type(np.iinfo(x.dtype).min)
    middle = (values.size - 1) // 2
    return np.partition(values, middle)[middle]


def _rule(g: Any, x: Any, out: Any) -> Any:
    return shared_by_equals(g, x, out, tuple(range(x.ndim)), False)


median = primitive(lambda x: _middle(x, skip_nan=False), name="median", widens=True, x=_rule)
nanmedian = primitive(lambda x: _middle(x, skip_nan=True), name="nanmedian", widens=True, x=_rule)
