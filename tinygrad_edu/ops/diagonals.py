"""Diagonals of matrices, as views: a gradient goes back to the diagonal of zeros."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.indexing import overwrite


def _diagonal(x: Any, *, offset: int, dim1: int, dim2: int) -> Any:
    shown = np.diagonal(x, offset, dim1, dim2)
    shown.flags.writeable = x.flags.writeable
    return shown


def onto_diagonal(x: Any, values: Any, *, offset: int, dim1: int, dim2: int) -> Any:
    """`x` with values in the place of a diagonal."""
    part = partial(diagonal, offset=offset, dim1=dim1, dim2=dim2)
    return overwrite(x, values, part=part, layout=tuple(range(x.ndim)))


diagonal: Primitive = primitive(
    _diagonal,
    name="diagonal",
    view=True,
    x=lambda g, offset, dim1, dim2, x_shape, x_dtype: onto_diagonal(
        np.zeros(x_shape, x_dtype), g, offset=offset, dim1=dim1, dim2=dim2
    ),
)
