"""The shape of a tensor.

Source: https://docs.pytorch.org/docs/stable/size.html
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from operator import index
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe

__all__ = ["Size", "size_of_lengths"]


class Size(tuple[int, ...]):
    """The shape of a tensor: a tuple of lengths.

    Args:
        lengths: Whole numbers, or tensors of one.

    Raises:
        TypeError: If one of them is anything else.

    >>> tg.zeros(2, 3).shape.numel()
    6
    """

    __slots__ = ()

    def __new__(cls, lengths: Iterable[Any] = ()) -> Size:
        try:
            lengths = tuple(lengths)
            return tuple.__new__(cls, map(index, lengths))
        except (TypeError, ValueError):
            raise TypeError(f"Size: wanted whole numbers, one for each dimension; got {describe(lengths)}") from None

    def numel(self) -> int:
        """The number of values that a tensor of this shape holds."""
        return int(np.prod(self, dtype=np.int64))

    def __getitem__(self, index: Any) -> Any:
        part = super().__getitem__(index)
        return size_of_lengths(part) if isinstance(part, tuple) else part

    def __add__(self, other: Any) -> Any:
        return Size(super().__add__(tuple(other))) if isinstance(other, tuple) else NotImplemented

    def __radd__(self, other: Any) -> Any:
        return Size(tuple(other) + tuple(self)) if isinstance(other, tuple) else NotImplemented

    def __mul__(self, count: Any) -> Any:
        return Size(super().__mul__(count))

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"tinygrad_edu.Size({list(self)})"


size_of_lengths = partial(tuple.__new__, Size)  # of what is a tuple of whole numbers already
