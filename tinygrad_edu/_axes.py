"""Orders of axes: which come first in memory, and what brings axes back to where they were."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

__all__ = ["slowest_first", "undoing"]


@lru_cache
def slowest_first(strides: tuple[int, ...]) -> tuple[int, ...]:
    """The axes, from that with the longest step in memory to that with the shortest."""
    return tuple(sorted(range(len(strides)), key=lambda axis: -abs(strides[axis])))


def undoing(order: Sequence[int]) -> tuple[int, ...]:
    """The order that undoes another one: what was transposed by that lies as before when transposed by this."""
    return tuple(sorted(range(len(order)), key=order.__getitem__))
