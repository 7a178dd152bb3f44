"""PyTorch's path of loading data in several processes; it says what to use instead."""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import otherwise as _otherwise

__all__: list[str] = []

if not TYPE_CHECKING:
    __getattr__ = _otherwise(__name__)
