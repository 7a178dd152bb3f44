"""A second look at derivatives that seem to be wrong: is it the gradient, or have differences misled?

1.  From both sides: at a corner or a jump the two slopes stay apart, however short the step.
2.  With other steps, in all units, and with the function's noise as its sixth differences show it: it must still
    disagree with all that are sure of themselves.
3.  With steps far shorter than those: a function may turn within 1e-16 (a bell (-(1e16 x)²).exp(), say).
4.  Along directions that change all inputs at once: where the derivatives by single values don't add up, as
    at three equal values of a median, the function has none.

Source: J. J. Moré and S. M. Wild, Estimating computational noise, SIAM J. Sci. Comput. 33 (2011), on differences
of high order that show noise.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu.gradient_checks.extrapolation import (
    DENORMAL,
    FIRST,
    ROUNDING,
    Estimate,
    Values,
    both_sides,
    estimate,
    one_sided,
    units_of,
)

__all__ = ["CAUTION", "RELATIVE", "SecondLook", "Table", "longest_steps"]

CAUTION = 4.0
RELATIVE = 1e-5
POINTS = 13  # where noise is measured
NOISE_OF_SIXTH = 924**0.5  # the sixth difference of noise, in units of the noise
NARROWER = (3e-5, 1e-7, 1e-9)  # the first steps of further looks, in units
DIRECTIONS = 3
SHORTEST = 1e-100  # a step; of a shorter one the square is 0
ROOM = 8.0  # of the distances between neighbouring numbers: what a step must have
SPARSE = 32.0  # from one step to the next, where a spike is looked for
STEADY = 4  # steps, each so much longer: within a smooth function's shortest one it does far less than within them
PART = 0.01  # of a gap between slopes: what counts as none
ROUGHER = 1e3  # times the noise that there is at the shortest step


class Table(NamedTuple):
    """Estimates for all values of one input (rows) and all results (columns)."""

    slope: np.ndarray
    error: np.ndarray
    step: np.ndarray


class SecondLook(NamedTuple):
    """What it takes to look again.

    Attributes:
        values: Computes all results from where the inputs are.
        here: The results at the point.
        noise: Their noise, as far as it is known.
    """

    values: Values
    here: np.ndarray
    noise: np.ndarray

    def confirmed(
        self,
        places: Sequence[np.ndarray],
        found: Sequence[Table],
        number: int,
        row: int,
        analytic: np.ndarray,
        wrong: np.ndarray,
    ) -> np.ndarray:
        """Which of the derivatives by one value that look wrong are wrong indeed."""
        place, table = places[number], found[number]
        index = tuple(int(k) for k in np.unravel_index(row, place.shape))
        gap = np.abs(analytic - table.slope[row])
        still = wrong.copy()
        for step in {float(each) for each in table.step[row][wrong]}:
            for nearer in (step, step / 2**12, step / 2**24, step / 2**36):
                if place[index] + nearer / 64 != place[index]:  # a shorter step isn't noticed, and tells nothing
                    still &= ~self._corner(place, index, nearer, gap)
        if not still.any():
            return still
        here = float(place[index])
        natural = max(abs(here), 1.0)
        # Also far from 0 a function may bend within a length of 1, unseen where its values are coarse; and near to 0
        # those of a gradient may be made of quotients by x that cancel.
        rounding = ROUNDING * np.abs(self.here) + self.noise
        still &= ~(gap <= CAUTION * rounding / FIRST)
        if here:
            quotient = np.where(self.noise > 0, rounding, DENORMAL) / abs(here)
            still &= ~(gap <= CAUTION * quotient)
        # A saturated function stands still where its slope is lost in the rounding of what it was computed from.
        sizes = np.concatenate([self.here, *(np.ravel(each) for each in places)])
        largest = float(np.max(np.abs(sizes), where=np.isfinite(sizes), initial=0))
        steepest = np.where(self.noise > 0, max(largest, largest * largest), largest)  # a gradient may hold a product
        still &= ~((table.slope[row] == 0) & (gap <= CAUTION * ROUNDING * steepest / FIRST))
        first_look = Estimate(table.slope[row], table.error[row], table.step[row])
        units = sorted({natural, *units_of(place, here)}, reverse=True)
        starts = [(first, unit) for unit in units for first in (FIRST, *NARROWER)]
        sure_of_it = np.zeros(still.shape, bool)
        nearest = np.nan_to_num(np.min(table.step[row], where=still & np.isfinite(table.step[row]), initial=np.inf))
        smooth = ROUGHER * (self._noise(place, index, float(nearest)) + rounding)
        for first, unit in [(0.0, 0.0), *starts]:
            if not still.any():
                return still
            slope, error, steps = first_look
            if first:
                slope, error, steps = estimate(
                    self.values, place, index, self.here, noise=self.noise, first=first, units=[unit]
                )
            widest = float(np.max(steps, where=still & np.isfinite(steps), initial=0))
            noise = self._noise(place, index, widest)
            allowed = CAUTION * (error + noise / steps) + RELATIVE * np.abs(slope)
            telling = np.maximum(gap / 1000, np.minimum(gap, np.maximum(np.abs(analytic), np.abs(slope))) / 2)
            sure = (allowed < telling) | (~np.isfinite(gap) & np.isfinite(error))
            sure &= (noise <= smooth) | (noise / steps <= gap / 1000)  # else steps lead over a pole, or many waves
            agrees = np.abs(analytic - slope) <= allowed
            still &= ~(agrees & (sure | (first == 0)))
            # Wide steps may miss what goes up and down between them: a short one must say so, too.
            sure_of_it |= ~agrees & sure & (0 < first < FIRST)
        still &= sure_of_it
        if still.any():
            still &= self._adds_up(places, found, number, row, gap)
        if still.any():
            still &= ~self._spike(place, index, analytic, gap, table.step[row])
        return still

    def _corner(self, place: np.ndarray, index: Any, step: float, gap: np.ndarray) -> np.ndarray:
        """Where the slopes to both sides stay apart however short the step is."""
        steps = [step, step / 8, step / 64]
        right, left = one_sided(self.values, place, index, self.here, steps)
        apart = np.abs(right - left)
        noise = (np.abs(self.here) * ROUNDING + self.noise) / np.array(steps)[:, None]
        stays = (apart[0] > 4 * noise[0]) & (apart[2] > np.maximum(apart[0] / 4, 4 * noise[2]))
        stays |= ~np.isfinite(apart[2])
        return np.asarray(stays & ((apart[0] > gap / 10) | ~np.isfinite(gap) | ~np.isfinite(apart[0])))

    def _spike(
        self, place: np.ndarray, index: Any, analytic: np.ndarray, gap: np.ndarray, steps: np.ndarray
    ) -> np.ndarray:
        """Where a step far shorter than the `steps` before gives the analytic slope, or none can be so short.

        The latter is so where the function does, within the shortest step that there is, much of all that it does
        around, or as much as within far longer ones, or would do so by this slope: floating-point numbers don't show
        such a turn.
        """
        value = float(place[index])
        shortest = max(SHORTEST, ROOM * float(np.spacing(abs(value))))
        first = max(abs(value), 1.0) * FIRST
        count = int(np.ceil(np.log(first / shortest) / np.log(SPARSE)))
        agrees, (reach, last) = np.zeros(self.here.shape, bool), np.zeros((2, *self.here.shape))
        nearby: deque[np.ndarray] = deque(maxlen=STEADY)
        for step in np.geomspace(first, shortest, count + 1):
            seen = both_sides(self.values, place, index, float(step), self.here.shape)
            if seen is None or not seen[2]:
                continue
            above, below, width = seen
            last = np.fmax(np.abs(above - self.here), np.abs(below - self.here))
            reach = np.fmax(reach, last)
            nearby.append(last)
            rounding = ROUNDING * np.maximum(np.abs(above), np.abs(below)) + DENORMAL + self.noise
            noise = rounding * 2 / width
            agrees |= (np.abs((above - below) / width - analytic) + noise <= PART * gap) & (step < steps)
        would = np.isfinite(analytic) & (np.abs(analytic) * shortest > 10 * PART * np.maximum(reach, 1) + self.noise)
        steady = last > PART * np.max([*nearby, last], axis=0)
        does = ((last > PART * reach) | steady) & (last > ROUGHER * (ROUNDING * np.abs(self.here) + self.noise))
        return np.asarray(agrees | would | does)

    def _noise(self, place: np.ndarray, index: Any, step: float) -> np.ndarray:
        """The noise of the results around a point, as their sixth differences show it; a smooth function has none."""
        value = place[index]
        seen = []
        try:
            for k in range(POINTS):
                place[index] = value + (k - POINTS // 2) * step / 8
                seen.append(self.values())
        finally:
            place[index] = value
        if not step or any(each is None or each.shape != self.here.shape for each in seen):
            return np.zeros(self.here.shape)
        sixth = np.diff(np.array(seen), 6, axis=0)
        return np.asarray(np.nan_to_num(np.abs(sixth).max(axis=0) / NOISE_OF_SIXTH, nan=0.0))

    def _adds_up(
        self, places: Sequence[np.ndarray], found: Sequence[Table], number: int, row: int, gap: np.ndarray
    ) -> np.ndarray:
        """Where derivatives along directions that change all inputs are the sums of those by single values."""
        generator = np.random.default_rng(2)
        first = {id(place): k for k, place in reversed(list(enumerate(places)))}  # of one tensor given twice
        number = list(first.values()).index(first[id(places[number])])
        places, found = [places[k] for k in first.values()], [found[k] for k in first.values()]
        before = [place.copy() for place in places]
        lengths = [longest_steps(table).reshape(place.shape) for table, place in zip(found, places, strict=True)]
        holds = np.ones(self.here.shape, bool)
        common = float(np.max(longest_steps(found[number])[row]))
        for _ in range(DIRECTIONS):
            moves = []
            for length in lengths:
                signs = generator.choice([-1.0, 1.0], length.shape)
                # Values that are equal stay so unless they are moved alike: the step is the same for all like it.
                moves.append(signs * generator.uniform(0.3, 1, length.shape) * np.minimum(length, common) / 16)
            sides = []
            try:
                for direction in (1, -1):
                    for place, old, move in zip(places, before, moves, strict=True):
                        place[...] = old + direction * move
                    sides.append(self.values())
            finally:
                for place, old in zip(places, before, strict=True):
                    place[...] = old
            if any(each is None or each.shape != self.here.shape for each in sides):
                continue
            assert sides[0] is not None
            assert sides[1] is not None
            change = (sides[0] - sides[1]) / 2
            parts = [
                np.where(np.ravel(move)[:, None] == 0, 0, np.ravel(move)[:, None] * table.slope)
                for move, table in zip(moves, found, strict=True)
            ]
            if not all(np.isfinite(part).all() for part in parts):
                continue
            expected = np.sum([part.sum(axis=0) for part in parts], axis=0)
            size = np.sum([np.abs(part).sum(axis=0) for part in parts], axis=0)
            own = np.abs(np.ravel(moves[number])[row]) * np.where(np.isfinite(gap), gap, np.inf)
            noise = ROUNDING * np.abs(self.here) + self.noise
            apart = np.abs(change - expected) - 4 * noise
            holds &= ~((apart > 0.05 * size) & (apart > 0.05 * own))
        return holds


def longest_steps(table: Table) -> np.ndarray:
    """For each value of an input the longest step that served a result, of those that it reaches if there are any."""
    known = np.isfinite(table.step)
    reached = known & (table.slope != 0)
    return np.asarray(
        np.max(table.step, axis=1, where=np.where(reached.any(axis=1)[:, None], reached, known), initial=0.0)
    )
