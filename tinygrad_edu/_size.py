"""The shape of a tensor.

Source: https://docs.pytorch.org/docs/stable/size.html
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Size"]


class Size(tuple[int, ...]):
    """The shape of a tensor: a tuple of lengths.

    >>> tg.zeros(2, 3).shape.numel()
    6
    """

    __slots__ = ()

    def numel(self) -> int:
        """The number of values that a tensor of this shape holds."""
        return int(np.prod(self, dtype=np.int64))

    def __getitem__(self, index: Any) -> Any:
        part = super().__getitem__(index)
        return Size(part) if isinstance(part, tuple) else part

    def __add__(self, other: Any) -> Any:
        return Size(super().__add__(tuple(other))) if isinstance(other, tuple) else NotImplemented

    def __radd__(self, other: Any) -> Any:
        return Size(tuple(other) + tuple(self)) if isinstance(other, tuple) else NotImplemented

    def __mul__(self, count: Any) -> Any:
        return Size(super().__mul__(count))

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"tinygrad_edu.Size({list(self)})"
