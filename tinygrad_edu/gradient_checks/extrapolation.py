"""Derivatives by extrapolated differences, each with an estimate of its own error and steps of its own.

The central difference at a value x, with steps that grow shorter by a factor of 4,

    D(h) = (f(x + h) - f(x - h)) / 2 h,        h = u / 100, u / 400, u / 1600, ...

is off by c h² + d h⁴ + ...; Richardson's extrapolation lets one power after the other cancel, and Ridders'
tableau says how good the result is: by how much it differs from those that it was made of. To that comes
what rounding the function's values costs at the step. The derivative with the smallest error is taken, for
each value of the result on its own.

The unit u is the input's own: a function of a count near 1e5 and of a probability has two. Tried are, from
wide to narrow, 1, the largest value of the tensor, and the value itself, until an error is small. Where the
function has no value at a step (it leaves its domain, or raises an error there), shorter steps are tried.

Source: C. J. F. Ridders, Accurate computation of F'(x) and F'(x) F''(x), Advances in Engineering Software 4
(1982); W. H. Press et al., Numerical Recipes (3rd ed.), section 5.7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Estimate", "Values", "both_sides", "estimate", "neighbours", "one_sided", "units_of"]

FIRST = 0.01  # the first step, in units
SHORTER = 4.0
LEVELS = 14  # of steps in the narrowest unit: down to 1e-10 units
FEWER = 7  # in a unit that narrower ones follow
OUTSIDE = 4  # steps without a value, after which a narrower unit is tried
ORDERS = 4  # of extrapolation
PATIENCE = 2  # steps that bring nothing, after which noise has the upper hand, and agreement is chance
GOOD = 1e-8  # an error that needs no better one, relatively
EPSILON = float(np.finfo(np.float64).eps)
ROUNDING = 16 * EPSILON  # of a function that computes a result in some ten operations
DENORMAL = 16 * float(np.finfo(np.float64).smallest_subnormal)  # what rounding leaves of the smallest numbers

NEIGHBOURS = 16
FARTHEST = 8  # ulps

Values = Callable[[], np.ndarray | None]


class Estimate(NamedTuple):
    """The derivatives of all results by one value of an input.

    Attributes:
        slope: The derivatives.
        error: By how much each may be off; infinite where there is nothing to go by.
        step: The step that was found best for each.
    """

    slope: np.ndarray
    error: np.ndarray
    step: np.ndarray


def units_of(place: np.ndarray, value: float) -> list[float]:
    """The lengths that may be the scale of a function at `value`, one of the values of `place`: from wide to narrow."""
    sizes = np.abs(place[np.isfinite(place)])
    found: list[float] = []
    for unit in sorted({1.0, float(sizes.max(initial=0)), abs(value)} - {0.0}, reverse=True):
        if not found or unit < found[-1] / 8:
            found.append(unit)
    return found


def estimate(
    values: Values,
    place: np.ndarray,
    index: tuple[int, ...],
    here: np.ndarray,
    *,
    noise: np.ndarray | float = 0.0,
    first: float = FIRST,
    units: Sequence[float] = (),
) -> Estimate:
    """The derivatives of ``values()`` by the value of `place` at `index`.

    Args:
        values: Computes all results from what `place` holds; None where it has no value.
        place: The input. It is changed in place, and changed back.
        index: Which of its values is moved.
        here: The results at the point itself.
        noise: The absolute error of each result, beside rounding.
        first: The first step, in units.
        units: The units to try, from wide to narrow; by default those of `units_of`.
    """
    units = units or units_of(place, float(place[index]))
    best = Estimate(np.full(here.shape, np.nan), np.full(here.shape, np.inf), np.full(here.shape, np.nan))
    for number, unit in enumerate(units):
        last = number == len(units) - 1
        done = _tableau(values, place, index, here, noise, first * unit, LEVELS if last else FEWER, last, best)
        if done:
            break
    return best


def _tableau(
    values: Values,
    place: np.ndarray,
    index: tuple[int, ...],
    here: np.ndarray,
    noise: np.ndarray | float,
    step: float,
    levels: int,
    last: bool,
    best: Estimate,
) -> bool:
    """Go through the steps from `step` on, keep what is best in `best`, and return whether nothing better is wanted."""
    before: list[np.ndarray] = []
    outside = 0
    worse = np.zeros(here.shape, int)
    for _ in range(levels):
        seen = both_sides(values, place, index, step, here.shape)
        if seen is None:
            before, outside = [], outside + 1
            if outside == OUTSIDE and not last:
                return False
            step /= SHORTER
            continue
        above, below, width = seen
        if not width:
            return False
        rounding = (ROUNDING * np.maximum(np.abs(above), np.abs(below)) + DENORMAL + noise) * 2 / width
        row = [(above - below) / width]
        improved = np.zeros(here.shape, bool)
        for order, shorter in enumerate(before[:ORDERS], 1):
            row.append(row[-1] + (row[-1] - shorter) / (SHORTER ** (2 * order) - 1))
        for order in range(1, len(row)):
            error = np.maximum(np.abs(row[order] - row[order - 1]), np.abs(row[order] - before[order - 1])) + rounding
            better = (error < best.error) & (worse < PATIENCE)  # not so for NaN
            best.slope[better], best.error[better] = row[order][better], error[better]
            best.step[better] = width / 2
            improved |= better
        before = row
        worse = np.where(improved, 0, worse + 1) if len(row) > 1 else worse
        if len(row) > 1 and np.all(best.error <= GOOD * np.abs(best.slope) + 2 * rounding):
            return True
        step /= SHORTER
    return False


def both_sides(
    values: Values, place: np.ndarray, index: tuple[int, ...], step: float, shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray, float] | None:
    """The results on both sides, and how far these are from each other; None if there are none."""
    value = place[index]
    try:
        place[index] = value + step
        right = float(place[index])
        above = values()
        if above is None or above.shape != shape or np.isnan(above).all():
            return None
        place[index] = value - step
        left = float(place[index])
        below = values()
    finally:
        place[index] = value
    if below is None or below.shape != shape or np.isnan(below).all():
        return None
    return above, below, (right - left if right != value != left else 0.0)


def one_sided(
    values: Values, place: np.ndarray, index: tuple[int, ...], here: np.ndarray, steps: Sequence[float]
) -> tuple[np.ndarray, np.ndarray]:
    """The slopes of all results towards larger and towards smaller values of the input, at each of `steps`."""
    right, left = np.full((2, len(steps), *here.shape), np.nan)
    value = place[index]
    for number, step in enumerate(steps):
        for direction, slopes in ((1, right), (-1, left)):
            try:
                place[index] = value + direction * step
                moved = float(place[index] - value)
                found = values()
            finally:
                place[index] = value
            if found is not None and found.shape == here.shape and moved:
                slopes[number] = (found - here) / moved
    return right, left


def neighbours(arrays: Sequence[np.ndarray]) -> Iterator[list[np.ndarray]]:
    """Yield arrays whose values are each some ulps away: what is computed of them differs by rounding alone."""
    generator = np.random.default_rng(5)
    for _ in range(NEIGHBOURS):
        ulps = [generator.integers(1, FARTHEST + 1, x.shape) * generator.choice([-1, 1], x.shape) for x in arrays]
        yield [x + n * np.spacing(np.abs(x)) for x, n in zip(arrays, ulps, strict=True)]
