"""Broadcasting: how a small array is stretched to a larger one's shape, and how a gradient is summed back.

Source: https://docs.pytorch.org/docs/stable/notes/broadcasting.html
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._summation import add_up

__all__ = ["common_shape", "stretched_axes", "sum_to", "unlocked"]

Shape = tuple[int, ...]


def stretched_axes(small: Shape, large: Shape) -> tuple[int, ...] | None:
    """The axes of `large` along which an array of shape `small` is repeated; None if it can't be stretched."""
    extra = len(large) - len(small)
    if extra < 0:
        return None
    axes = list(range(extra))
    for axis, (length, wanted) in enumerate(zip(small, large[extra:], strict=True), start=extra):
        if length != wanted:
            if length != 1:
                return None
            axes.append(axis)
    return tuple(axes)


def common_shape(*shapes: Shape) -> Shape:
    """The shape that arrays of those shapes are stretched to: `np.broadcast_shapes`, which takes ten times as long.

    Raises a ValueError if they don't fit.
    """
    longest = max(shapes, key=len)
    for shape in shapes:
        if shape != longest and stretched_axes(shape, longest) is None:
            return np.broadcast_shapes(*shapes)
    return longest


def sum_to(g: Any, shape: Shape) -> ndarray:
    """Sum `g` over the directions in which an array of `shape` was stretched to the shape of `g`."""
    summed: ndarray = add_up(g, stretched_axes(shape, g.shape) or ()).reshape(shape)
    return summed


def unlocked(data: ndarray) -> ndarray | None:
    """The same memory to be written to, even where NumPy locked it for being stretched; None if it is read-only."""
    if data.flags.writeable:
        return data
    same = data.view()
    try:
        same.flags.writeable = True
    except ValueError:
        return None
    return same
