"""What the numbers of an element type can be: `finfo` of floating-point types, `iinfo` of whole ones.

Source: https://docs.pytorch.org/docs/stable/type_info.html
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe

__all__ = ["finfo", "iinfo"]


class _Limits:
    """The limits of a dtype, under PyTorch's names."""

    _shown: tuple[str, ...]
    kinds: str
    dtype: str
    bits: int
    min: Any
    max: Any

    def __init__(self, type: dtypes.dtype) -> None:
        wanted = type.numpy if isinstance(type, dtypes.dtype) else None
        if wanted is None or wanted.kind not in self.kinds:
            kind = "floating-point numbers" if self.kinds == "f" else "whole numbers"
            raise TypeError(f"{self.__class__.__name__}: wanted a dtype of {kind}, got {describe(type)}")
        self.dtype, self.bits = wanted.name, 8 * wanted.itemsize

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={self._text(getattr(self, name))}" for name in self._shown)
        return f"{self.__class__.__name__}({shown}, dtype={self.dtype})"

    def _text(self, value: Any) -> str:
        return f"{value:.6g}" if isinstance(value, float) else str(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Limits) and self.dtype == other.dtype

    def __hash__(self) -> int:
        return hash(self.dtype)


class finfo(_Limits):
    """The limits of a floating-point dtype.

    Args:
        type: The dtype; None: the one that numbers have by default.

    Attributes:
        bits: The bits of a number.
        eps: The step from 1 to the next larger number.
        max: The largest number.
        min: The lowest one, ``-max``.
        resolution: 10 to the minus digits that are kept.
        smallest_normal: The smallest positive number with all its digits.
        tiny: The same.
        dtype: The dtype's name.

    Raises:
        TypeError: If it isn't a floating-point dtype.

    Source: https://docs.pytorch.org/docs/stable/type_info.html#torch.finfo

    >>> tg.finfo(tg.float32).eps
    1.1920928955078125e-07
    """

    _shown = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
    kinds = "f"

    def __init__(self, type: dtypes.dtype | None = None) -> None:
        super().__init__(dtypes.get_default_dtype() if type is None else type)
        found = np.finfo(self.dtype)
        self.eps, self.max, self.min = float(found.eps), float(found.max), float(found.min)
        self.tiny = self.smallest_normal = float(found.smallest_normal)
        self.resolution = float(f"1e-{found.precision}")


class iinfo(_Limits):
    """The limits of a dtype of whole numbers.

    Args:
        type: The dtype.

    Attributes:
        bits: The bits of a number.
        max: The largest number.
        min: The lowest one.
        dtype: The dtype's name.

    Raises:
        TypeError: If it isn't a dtype of whole numbers.

    Source: https://docs.pytorch.org/docs/stable/type_info.html#torch.iinfo

    >>> tg.iinfo(tg.int8).max
    127
    """

    _shown = ("min", "max")
    kinds = "iu"

    def __init__(self, type: dtypes.dtype) -> None:
        super().__init__(type)
        found = np.iinfo(self.dtype)
        self.min, self.max = int(found.min), int(found.max)
