"""Putting values in by index, where they take the place of what was there: of several in one place, the last one stays.

What was overwritten has no gradient; what was put in has that of its place, if it stayed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.indexing import is_unique, take


def _put(x: Any, values: Any, *, index: tuple[Any, ...]) -> Any:
    whole = np.array(x, order="C")
    whole[index] = values
    return whole


def _last_writers(index: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    """Return, for each value written at `index`, whether it is the one that stayed."""
    writer = np.zeros(shape, dtype=np.int64)
    numbers = np.arange(writer[index].size).reshape(writer[index].shape)
    writer[index] = numbers
    return writer[index] == numbers


put: Primitive = primitive(
    _put,
    name="index_put",
    x=lambda g, index: put(g, 0, index=index),
    values=lambda g, index, x_shape: (
        take(g, index=index) if is_unique(index) else np.where(_last_writers(index, x_shape), take(g, index=index), 0)
    ),
)
