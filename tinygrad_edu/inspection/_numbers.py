"""Numbers in a line: all of a small array, and what there is of a large one."""

from __future__ import annotations

import numpy as np

__all__ = ["in_full", "in_short"]

FEW = 8  # values that are shown in a line
SOME = 48  # values that are shown in a table


def in_short(array: np.ndarray) -> str:
    """The values in a line, or where they lie if they are many."""
    if array.size > FEW:
        return _summary(array)
    return " ".join(_text(array).split())


def in_full(array: np.ndarray) -> str:
    """The values, row by row, or where they lie if they are many."""
    return _text(array) if array.size <= SOME else _summary(array)


def _text(array: np.ndarray) -> str:
    return np.array2string(np.asarray(array), precision=4, separator=", ", suppress_small=True, floatmode="maxprec")


def _summary(array: np.ndarray) -> str:
    finite = array[np.isfinite(array)]
    if not finite.size:
        return f"{array.size} values, none finite"
    odd = array.size - finite.size
    rest = f", {odd} not finite" if odd else ""
    return f"{array.size} values from {finite.min():.4g} to {finite.max():.4g}{rest}"
