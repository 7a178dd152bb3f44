"""The judgement of a property test: whether gradients agree with differences that say how good they are.

`gradcheck` compares with one step and one tolerance, as PyTorch's does. Here each derivative is estimated
with steps of its own (extrapolation.py), and is wrong only if it is off by more than the estimate's own error,
`CAUTION` times over. What looks wrong is looked at again (second_look.py) before it is called so.

Of an example with many values, some are moved and some results looked at, and one more comparison is made of
all results together; only if that fails is all of it gone through.
"""

from __future__ import annotations

import functools
import itertools
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu.autograd.gradcheck import GradcheckError, Mistake
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.gradient_checks.comparison import Comparison, Numbered
from tinygrad_edu.gradient_checks.extrapolation import EPSILON, FIRST, Estimate, estimate, neighbours, units_of
from tinygrad_edu.gradient_checks.investigation import named, narrow_answer
from tinygrad_edu.gradient_checks.nesting import leaves
from tinygrad_edu.gradient_checks.second_look import CAUTION, RELATIVE, SecondLook, Table, longest_steps

__all__ = ["Judgement", "Verdict"]

SETTLED = 1e-3  # of the size of a derivative: a larger error says nothing of it
MANY = 20  # values of all inputs, or of all results; of more, some are chosen
CHOSEN = 10
EXTREME = 1e50  # from here on, and below its inverse, a rule may overflow where its function doesn't


class Verdict(NamedTuple):
    """What came of an example in which nothing is wrong.

    Attributes:
        telling: Whether there was a derivative to compare with.
        finite: Whether all results were numbers; infinite ones, as at a pole, among them.
        compared: How many derivatives were compared.
        units: For each input, the length over which the function was found to be smooth around each value.
        reach: For each input, which results (columns) change with which values (rows), as far as was seen.
    """

    telling: bool
    finite: bool
    compared: int = 0
    units: tuple[np.ndarray, ...] = ()
    reach: tuple[np.ndarray, ...] = ()


class Judgement:
    """One example: a function at one point.

    Args:
        comparison: The function, its arguments and names.
        noise: How noisy the function is, relatively to its values.
        floors: For results by their numbers, an error that their values are known to have.
        complete: Whether results without a gradient are held to be constant.
    """

    def __init__(
        self,
        comparison: Comparison,
        noise: float = 0.0,
        floors: Mapping[int, np.ndarray] | None = None,
        complete: bool = False,
    ) -> None:
        self.comparison = comparison
        self.floors = floors or {}
        self.complete = complete
        with np.errstate(all="ignore"):
            self.outputs = self._results(complete)
        self.numbers = [number for number, _ in self.outputs]
        flat = [np.ravel(each._data) for _, each in self.outputs]
        self.here = np.concatenate([*flat, np.zeros(0)])
        self.noise = noise * np.abs(self.here)
        start = 0
        for (number, _), part in zip(self.outputs, flat, strict=True):
            if number in self.floors:
                self.noise[start : start + part.size] += np.ravel(self.floors[number])
            start += part.size
        sizes = np.abs(np.concatenate([np.ravel(each._data) for _, each in comparison.inputs]))
        self.extreme = bool(np.any((sizes > EXTREME) | ((sizes > 0) & (sizes < 1 / EXTREME))))

    def _results(self, complete: bool) -> Numbered:
        if not complete:
            return self.comparison.outputs()
        return [
            (number, each)
            for number, each in enumerate(leaves(self.comparison.func(*self.comparison.arguments)))
            if isinstance(each, TensorBase) and each._data.dtype.kind == "f"
        ]

    @property
    def look(self) -> SecondLook:
        """The second look at what seems wrong."""
        return SecondLook(self.values, self.here, self.noise)

    @np.errstate(all="ignore")  # beside a pole there are infinities, which agree with nothing
    def verdict(self) -> Verdict:
        """Compare; raise a GradcheckError if something is wrong."""
        if not self.outputs:
            return self._flat()
        finite = not np.isnan(self.here).any()
        if self.here.size and not np.isfinite(self.here).any():
            return Verdict(False, finite)
        self._same_again()
        places = [each.owned_array() for _, each in self.comparison.inputs]
        rows = _some([place.size for place in places])
        columns = np.concatenate([np.zeros(0, int), *_some([self.here.size])])
        found, analytic = self._compare(places, rows, columns)
        if len(columns) < self.here.size and not self._together(found, rows):
            rows, columns = [np.arange(place.size) for place in places], np.arange(self.here.size)
            found, analytic = self._compare(places, rows, columns)
        if not self.extreme and all(np.isfinite(each[:, columns]).all() for each in analytic):
            self.comparison.start_from_zeros(self._differentiable())
        narrow_answer(self.comparison, self._differentiable())
        self.comparison.run_in_other_orders()
        settled = [self._settled(table, place) for table, place in zip(found, places, strict=True)]
        return Verdict(
            self._tells(found, settled) or not (self.here.size and any(place.size for place in places)),
            finite,
            sum(int(each.sum()) for each in settled),
            tuple(_units(table, place) for table, place in zip(found, places, strict=True)),
            tuple(table.slope != 0 for table in found),
        )

    def _differentiable(self) -> Numbered:
        return [each for each in self.outputs if each[1]._requires_grad]

    def _compare(
        self, places: Sequence[np.ndarray], rows: Sequence[np.ndarray], columns: np.ndarray
    ) -> tuple[list[Table], list[np.ndarray]]:
        """Compare the derivatives of the chosen results by the chosen values, and return both kinds."""
        analytic = self._analytic(columns)
        found = [self.table(place, chosen) for place, chosen in zip(places, rows, strict=True)]
        looked_at = np.zeros(self.here.size, bool)
        looked_at[columns] = True
        for place, (table, ours) in enumerate(zip(found, analytic, strict=True)):
            wrong = self._suspicious(table, ours) & looked_at
            for row in np.flatnonzero(wrong.any(axis=1)):
                seeming = wrong[row].copy()
                wrong[row] &= self.look.confirmed(places, found, place, int(row), ours[row], wrong[row])
                # At a corner a rule may have no number, and then makes 0 · inf of results that don't change with it.
                if (seeming & ~wrong[row] & ~np.isfinite(ours[row])).any():
                    wrong[row] &= np.isfinite(ours[row]) | (table.slope[row] != 0)
            if wrong.any():
                wrong &= ~(np.abs(ours - table.slope) <= CAUTION * self._spread(places, place, columns))
            start = 0
            for output in self.outputs:
                part = slice(start, start + output[1]._data.size)
                start = part.stop
                if wrong[:, part].any():
                    every = [np.arange(each.size) for each in places]
                    if len(columns) < self.here.size or sum(map(len, rows)) < sum(map(len, every)):
                        return self._compare(places, every, np.arange(self.here.size))
                    tolerance = CAUTION * float(np.max(table.error[:, part], where=wrong[:, part], initial=0))
                    error = named(
                        self.comparison,
                        self._differentiable(),
                        place,
                        output,
                        ours[:, part],
                        table.slope[:, part],
                        wrong[:, part],
                        self._usable(table, tolerance)[:, part] | wrong[:, part],
                        tolerance,
                        functools.partial(self._nearby, part, tolerance, longest_steps(table)),
                    )
                    other = self._belongs_to(found, ours, place, part)
                    if error.mistake is Mistake.OTHER and other:
                        error.args = (f"{error.args[0]} {other}",)
                    raise error
        return found, analytic

    def _belongs_to(self, found: Sequence[Table], analytic: np.ndarray, place: int, part: slice) -> str:
        """The words for a gradient that is another input's."""
        names, inputs = self.comparison.names, self.comparison.inputs
        for number, table in enumerate(found):
            if (
                number == place
                or table.slope.shape != found[place].slope.shape
                or inputs[number][1] is inputs[place][1]
            ):
                continue
            gap = np.abs(analytic[:, part] - table.slope[:, part])
            if np.all(gap <= CAUTION * table.error[:, part] + RELATIVE * np.abs(table.slope[:, part])):
                return (
                    f"But it is the derivative with respect to {names.input(inputs[number][0])}: it belongs to another "
                    "operand; look for arguments that are swapped."
                )
        return ""

    def _suspicious(self, table: Table, analytic: np.ndarray) -> np.ndarray:
        """Where the two disagree by more than they may."""
        agree = np.abs(analytic - table.slope) <= CAUTION * table.error + RELATIVE * np.abs(table.slope)
        judged = np.isfinite(table.slope) & np.isfinite(table.error) & np.isfinite(self.here)
        # Where one result has an infinite slope or no value, a right rule makes 0 · inf of the others.
        whole = np.isfinite(self.here).all() and not self.extreme
        settled = (table.error <= SETTLED * np.maximum(np.abs(table.slope), 1)).all(axis=1, keepdims=True)
        judged &= np.isfinite(analytic) | (settled & whole)
        return np.asarray(~agree & judged)

    def _analytic(self, columns: np.ndarray) -> list[np.ndarray]:
        """The derivatives of the chosen results (columns) by all values (rows), from backward; others are NaN."""
        shapes = [(tensor._data.size, self.here.size) for _, tensor in self.comparison.inputs]
        found = [np.full(shape, np.nan) for shape in shapes]
        start, chosen = 0, set(columns.tolist())
        for output in self.outputs:
            size = output[1]._data.size
            for k in range(size):
                if start + k not in chosen:
                    continue
                if not output[1]._requires_grad:
                    gradients = [np.zeros(rows) for rows, _ in shapes]
                else:
                    gradients = self.comparison.gradients([output], [np.eye(1, size, k)[0]])
                for table, gradient in zip(found, gradients, strict=True):
                    table[:, start + k] = gradient
            start += size
        return found

    def _spread(self, places: Sequence[np.ndarray], number: int, columns: np.ndarray) -> np.ndarray:
        """By how much the derivatives by one input differ among neighbours of the point, some ulps away: rounding."""
        before = [place.copy() for place in places]
        found = []
        try:
            for moved in neighbours(before):
                for place, values in zip(places, moved, strict=True):
                    place[...] = values
                there = Judgement(self.comparison, complete=self.complete)
                found.append(there._analytic(columns)[number])
        except Exception:
            return np.zeros(())  # a neighbour is outside of the function's domain
        finally:
            for place, old in zip(places, before, strict=True):
                place[...] = old
        alike = len({each.shape for each in found}) == 1
        return np.asarray(np.nan_to_num(np.ptp(found, axis=0), nan=0.0, posinf=0.0)) if alike else np.zeros(())

    def _same_again(self) -> None:
        """Make sure that a second backward gives the same, from each result."""
        generator = np.random.default_rng(3)
        for output in self._differentiable():
            self.comparison.repeated_gradients([output], [generator.uniform(0.5, 1.5, output[1]._data.size)])

    def _together(self, found: Sequence[Table], rows: Sequence[np.ndarray]) -> bool:
        """Whether the gradient from all results together is right for the values that were moved."""
        generator = np.random.default_rng(4)
        outputs = self._differentiable()
        starts = [generator.uniform(0.5, 1.5, each._data.size) for _, each in outputs]
        weights = []
        for number, output in self.outputs:
            place = next((k for k, each in enumerate(outputs) if each[0] == number), None)
            weights.append(np.zeros(output._data.size) if place is None else starts[place])
        weight = np.concatenate(weights)
        for gradient, table, chosen in zip(self.comparison.gradients(outputs, starts), found, rows, strict=True):
            wanted, error = table.slope[chosen] @ weight, table.error[chosen] @ weight
            gap = np.abs(gradient[chosen] - wanted)
            if np.any(gap > CAUTION * error + RELATIVE * (np.abs(table.slope[chosen]) @ weight)):
                return False
        return True

    def values(self) -> np.ndarray | None:
        """The results where the inputs are now; None where the function raises an error, as outside of its domain."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the first call has shown them
            try:
                return self.comparison.values(self.numbers)
            except Exception:
                return None

    def table(self, place: np.ndarray, rows: Sequence[int] | np.ndarray, longest: np.ndarray | None = None) -> Table:
        """The estimates by the values of an input, those in `rows`, by steps up to some `longest`; NaN for others."""
        shape = (place.size, self.here.size)
        table = Table(np.full(shape, np.nan), np.full(shape, np.inf), np.full(shape, np.nan))
        for row in rows:
            index = tuple(int(k) for k in np.unravel_index(row, place.shape))
            units = units_of(place, float(place[index]))
            if longest is not None and longest[row]:
                widest = 4 * longest[row] / FIRST
                units = [each for each in units if each <= widest] or [widest]
            found: Estimate = estimate(self.values, place, index, self.here, noise=self.noise, units=units)
            for whole, part in zip(table, found, strict=True):
                whole[row] = part
        return table

    def _nearby(self, part: slice, tolerance: float, longest: np.ndarray, tensor: Any) -> tuple[np.ndarray, np.ndarray]:
        """The derivatives of a part of the results by an input where the inputs are now, and where they are usable.

        No step is much longer than the `longest` that served at the point itself: there is no second look.
        """
        values = self.values()
        if values is None or values.shape != self.here.shape:
            raise ValueError("no values here")
        there = Judgement.__new__(Judgement)
        there.__dict__.update(self.__dict__, here=values, noise=np.zeros(values.shape))
        table = there.table(tensor.owned_array(), range(tensor._data.size), longest)
        return table.slope[:, part], there._usable(table, tolerance)[:, part]

    def _usable(self, table: Table, tolerance: float) -> np.ndarray:
        """Where estimates are good enough to see a pattern in them, to a `tolerance` for those that are 0."""
        sizes = np.abs(table.slope)
        largest = float(np.max(sizes, where=np.isfinite(sizes), initial=0))
        zero = max(tolerance, EPSILON * largest)
        allowed = SETTLED * np.maximum(sizes, np.where(sizes <= zero, 1e-3 * largest, 0))
        return np.asarray(np.isfinite(table.slope) & (table.error <= np.maximum(allowed, zero)))

    def _settled(self, table: Table, place: np.ndarray) -> np.ndarray:
        """Where there is a derivative, judged by the size that it might have."""
        natural = np.abs(self.here) / _units(table, place)[:, None]
        allowed = SETTLED * np.maximum(np.abs(table.slope), natural) + 1 / EXTREME
        return np.asarray(np.isfinite(self.here) & (table.error <= allowed))

    def _tells(self, found: Sequence[Table], settled: Sequence[np.ndarray]) -> bool:
        """Whether a derivative was seen: one that isn't 0, or a value of an input by which all are."""
        return any(
            bool(
                (known & (np.abs(table.slope) > table.error)).any()
                or (known | ~np.isfinite(self.here)).all(axis=1).any()
            )
            for table, known in zip(found, settled, strict=True)
            if known.size and np.isfinite(self.here).any()
        )

    def _flat(self) -> Verdict:
        """Check that a function none of whose results has a gradient is constant, or has jumps only."""
        comparison = self.comparison
        names = comparison.names
        results = [each for each in leaves(comparison.func(*comparison.arguments)) if isinstance(each, TensorBase)]
        flat = [np.ravel(each._data).astype(float) for each in results if each._data.dtype.kind == "f"]
        self.numbers = [
            number
            for number, each in enumerate(leaves(comparison.func(*comparison.arguments)))
            if isinstance(each, TensorBase) and each._data.dtype.kind == "f"
        ]
        self.here = np.concatenate([*flat, np.zeros(0)])
        self.noise = np.zeros(self.here.shape)
        places = [each.owned_array() for _, each in comparison.inputs]
        found = [
            self.table(place, chosen) for place, chosen in zip(places, _some([p.size for p in places]), strict=True)
        ]
        for place, ((number, _), table) in enumerate(zip(comparison.inputs, found, strict=True)):
            wrong = self._suspicious(table, np.zeros(table.slope.shape))
            for row in np.flatnonzero(wrong.any(axis=1)):
                zeros = np.zeros(self.here.shape)
                wrong[row] &= self.look.confirmed(places, found, place, int(row), zeros, wrong[row])
            if wrong.any():
                steepest = float(np.max(np.abs(table.slope), where=wrong, initial=0))
                raise GradcheckError(
                    f"{names.opening}: no output requires a gradient, but differences by {names.input(number)} give "
                    f"{steepest:.6g}; the function leaves the graph, as with detach() or "
                    f"no_grad{names.closing and '.'}{names.closing}",
                    mistake=Mistake.MISSING,
                    input=number,
                    analytic=0.0,
                    numerical=steepest,
                    **names.context,
                )
        settled = [self._settled(table, place) for table, place in zip(found, places, strict=True)]
        telling = self._tells(found, settled) or not self.here.size
        return Verdict(telling, not np.isnan(self.here).any(), sum(int(each.sum()) for each in settled))


def _some(sizes: Sequence[int]) -> list[np.ndarray]:
    """All places in vectors of these lengths, or some of them if there are many."""
    total = sum(sizes)
    if total <= MANY:
        return [np.arange(size) for size in sizes]
    chosen = np.sort(np.random.default_rng(total).choice(total, CHOSEN, replace=False))
    ends = np.cumsum([0, *sizes])
    return [chosen[(chosen >= a) & (chosen < b)] - a for a, b in itertools.pairwise(ends)]


def _units(table: Table, place: np.ndarray) -> np.ndarray:
    """For each value of an input the length over which the function is smooth there."""
    units = np.maximum(np.abs(np.ravel(place)), np.minimum(longest_steps(table), 1.0))
    return np.asarray(np.where(units > 0, units, 1.0))
