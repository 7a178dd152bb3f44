"""A gradient that is zero but for a part, as that of x by x[:, t]: it waits as the part alone.

Where several of them meet, as in a loop over t, they are put into one array one after the other. So the loop takes the
time of its parts, and not, for each of them, that of the whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

__all__ = ["Placed", "placed", "whole"]


class Placed:
    """`values` at `index` of an array of `shape` that is zero elsewhere.

    Like a view, it has a `base`, the values, which are not to be changed, and a `copy`, the array itself.
    An `index` names no place twice.
    """

    __slots__ = ("base", "index", "shape")
    __array_ufunc__ = None  # so that NumPy leaves sums to the methods below

    def __init__(self, values: Any, index: Any, shape: tuple[int, ...]) -> None:
        self.base, self.index, self.shape = values, index, shape

    def copy(self) -> ndarray:
        """The array, a new one."""
        array = np.zeros(self.shape, self.base.dtype)
        array[self.index] = self.base
        return array

    def __add__(self, other: Any) -> ndarray:
        """The sum, a new array."""
        array: ndarray = other.copy()
        self.add_to(array)
        return array

    __radd__ = __add__

    def add_to(self, array: ndarray) -> None:
        """Add it to an array in place."""
        array[self.index] += self.base


def placed(values: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """`values` at `index` of zeros of `shape`; of a number there are no parts."""
    part = Placed(values, index, shape)
    return part if shape else part.copy()


def whole(part: Any) -> Any:
    """A gradient as an array, or as it is if it isn't placed."""
    return part.copy() if type(part) is Placed else part
