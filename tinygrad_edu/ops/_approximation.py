"""What the formulas of functions that NumPy lacks have in common: polynomials, and arrays taken block by block.

The coefficients of such formulas are fits made for this table: near-minimax in the relative error of the function,
computed in mpmath's arithmetic; tests/ops/test_ulps.py holds the functions against mpmath's own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu._large_arrays import empty
from tinygrad_edu._memory import in_a_row

__all__ = ["Fraction", "Polynomial", "by_block", "in_float64", "in_pieces", "limit"]

_BLOCK = 262144  # bytes: what a formula makes of a block on the way stays in a core's own memory

_FEW = 4096  # values, where a formula asks for new memory at each step


class Polynomial:
    """The polynomial ``c[0] + c[1] x + c[2] x² + …``, by Horner's scheme, in the type of x.

    >>> from tinygrad_edu.ops._approximation import Polynomial
    >>> Polynomial(1.0, 0.0, 2.0)(np.array([1.0, 3.0]))
    array([ 3., 19.])
    """

    def __init__(self, *coefficients: float) -> None:
        self.coefficients = coefficients
        self._of_dtype: dict[Any, list[Any]] = {}

    def __call__(self, x: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """The value at each place of an array, in the memory of `out` if there is one."""
        numbers = self._of_dtype.get(x.dtype)
        if numbers is None:  # as arrays, for a Python number would be made one at each step
            numbers = self._of_dtype[x.dtype] = [np.array(each, x.dtype) for each in reversed(self.coefficients)]
        highest, second, *others = numbers
        if highest == 1:
            y: np.ndarray = np.add(x, second, out=out)
        else:
            y = np.multiply(x, highest, out=out)
            y += second
        for each in others:
            y *= x
            y += each
        return y


class Fraction:
    """The fraction `above` / `below` of two polynomials, as it is computed fastest: the highest coefficient below is 1.

    >>> from tinygrad_edu.ops._approximation import Fraction, Polynomial
    >>> x = np.array([1.0, 3.0])
    >>> Fraction(Polynomial(2.0, 6.0), Polynomial(0.0, 2.0))(x, np.empty(2), np.empty(2))
    array([4.        , 3.33333333])
    """

    def __init__(self, above: Polynomial, below: Polynomial) -> None:
        highest = below.coefficients[-1]
        self.above, self.below = (Polynomial(*[c / highest for c in each.coefficients]) for each in (above, below))

    def scaled(self, factor: float, unit: float) -> Fraction:
        """The fraction that has, at x, `factor` times the value of this one at x times `unit`.

        >>> from tinygrad_edu.ops._approximation import Fraction, Polynomial
        >>> x = np.array([2.0, 6.0])
        >>> Fraction(Polynomial(2.0, 6.0), Polynomial(0.0, 2.0)).scaled(2, 0.5)(x, np.empty(2), np.empty(2))
        array([8.        , 6.66666667])
        """
        above, below = ([c * unit**power for power, c in enumerate(p.coefficients)] for p in (self.above, self.below))
        return Fraction(Polynomial(*[factor * c for c in above]), Polynomial(*below))

    def __call__(self, x: np.ndarray, out: np.ndarray, work: np.ndarray) -> np.ndarray:
        """The value at each place of a row, in the memory of `out`; `work` is for values on the way."""
        self.above(x, out)
        out /= self.below(x, work)
        return out


def limit(x: np.ndarray, most: float) -> None:
    """Put `most` in the place of all that is larger. To look whether anything is takes a fifth of the time."""
    if not x.max() <= most:  # or there is a NaN
        np.minimum(x, most, out=x)


def by_block(function: Callable[..., Any]) -> Callable[[Any], Any]:
    """A function ``(x, out, *work)`` of rows as one of any array, for speed.

    It gets the values of the array in blocks `x`, writes its results to `out`, and may compute in the memory of two
    further rows of that length, the same for all blocks: finding other memory takes longer than computing.
    """

    @functools.wraps(function)
    def call(x: Any) -> Any:
        row, back = in_a_row(np.asarray(x))
        result = empty(row.shape, row.dtype)
        length = max(min(row.size, _BLOCK // row.itemsize), 1)
        work = empty((2, length), row.dtype)
        for start in range(0, row.size, length):
            block = row[start : start + length]
            function(block, result[start : start + length], *work[:, : block.size])
        return back(result)[()]

    return call


def in_float64(function: Callable[[np.ndarray], np.ndarray]) -> Callable[[Any], Any]:
    """A function of a row of float64 numbers as one of any array, which it gets in blocks; results are rounded once."""

    @functools.wraps(function)
    def call(x: Any) -> Any:
        row, back = in_a_row(np.asarray(x))
        result = np.empty_like(row)
        for start in range(0, row.size, _FEW):
            block = slice(start, start + _FEW)
            result[block] = function(row[block].astype(np.float64))
        return back(result)[()]

    return call


def in_pieces(x: np.ndarray, *pieces: tuple[np.ndarray, Callable[[np.ndarray], Any]]) -> np.ndarray:
    """A function with a formula for each part of its domain: pairs of where it holds and what it is; elsewhere NaN."""
    result = np.full_like(x, np.nan)
    for here, formula in pieces:
        if here.any():
            result[here] = formula(x[here])
    return result
