"""Numbers as functions of the leaves, and the derivative of such a function by differences.

An expression is a number (an array of them), what it was computed from, and how. Nothing is ever changed in it. Its
derivative by a *place* (a leaf, or a result that is asked for) is found by moving that place up and down, computing
everything after it again in NumPy's longest floats, and extrapolating: no derivative rule is written down anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import count
from typing import Any

import numpy as np

LONG = np.longdouble
Moves = dict[int, Any]  # how far each place is moved, by its number
Frozen = frozenset[int]  # the places at which everything before is left as it was

_number = count(1).__next__


class UnsureError(Exception):
    """What the recomputation can't be sure of: the comparison ends, without a verdict."""


class Expression:
    """A value, and how it follows from others; this one follows from none."""

    def __init__(self, value: Any, sources: Sequence[Expression] = ()) -> None:
        self.value = value
        self.sources = sources
        self.places: frozenset[int] = frozenset().union(*(each.places for each in sources))

    def at(self, moves: Moves, frozen: Frozen = frozenset()) -> Any:
        """Return the value, computed again with some places moved."""
        return self.again(moves, frozen) if self.places & moves.keys() else self.value

    def again(self, moves: Moves, frozen: Frozen) -> Any:
        """Compute the value again."""
        raise NotImplementedError


class Applied(Expression):
    """The result of a function of arrays."""

    def __init__(self, function: Callable[..., Any], *sources: Expression) -> None:
        self.function = function
        super().__init__(function(*(each.value for each in sources)), sources)

    def again(self, moves: Moves, frozen: Frozen) -> Any:
        return self.function(*(each.at(moves, frozen) for each in self.sources))


class Place(Expression):
    """A value by which one may differentiate: of a leaf, or of a result. Its hooks see its gradient."""

    def __init__(self, source: Expression) -> None:
        super().__init__(source.value, (source,))
        self.number = _number()
        self.places |= {self.number}
        self.hooks: list[Callable[[Any], Any]] = []

    def again(self, moves: Moves, frozen: Frozen) -> Any:
        value = self.value if self.number in frozen else self.sources[0].at(moves, frozen)
        return value + moves[self.number] if self.number in moves else value


class Handle:
    """Takes a hook away."""

    def __init__(self, remove: Callable[[], None]) -> None:
        self.remove = remove


class Changed(Expression):
    """Other numbers that stand where recorded ones stood: the graph doesn't know of the change."""

    def __init__(self, value: Any, source: Expression) -> None:
        super().__init__(value, (source,))

    def again(self, moves: Moves, frozen: Frozen) -> Any:
        (source,) = self.sources
        return self.value + (source.at(moves, frozen) - source.value)


class Gradient(Expression):
    """The derivative of weighted sums of other expressions by a place."""

    def __init__(self, place: Place, terms: Sequence[tuple[Expression, Expression]]) -> None:
        self.place, self.terms = place, terms
        super().__init__(derivative(terms, place, {}, frozenset()), [each for term in terms for each in term])

    def again(self, moves: Moves, frozen: Frozen) -> Any:
        return derivative(self.terms, self.place, moves, frozen)


def derivative(
    terms: Sequence[tuple[Expression, Expression]], place: Place, moves: Moves, frozen: Frozen
) -> np.ndarray[Any, Any]:
    """Return the derivative of the sum of the terms, each a value times a weight, by every number of a place."""
    shape = np.shape(place.value)
    terms = [(value, weight) for value, weight in terms if place.number in value.places]
    weights = [weight.at(moves, frozen) for _, weight in terms]
    before = moves.get(place.number, 0)

    def total(move: Any) -> Any:
        moved = {**moves, place.number: before + move}
        return sum(np.sum(w * LONG(value.at(moved, frozen))) for (value, _), w in zip(terms, weights, strict=True))

    def moved_along(direction: Any, step: Any) -> Any:
        return total(direction * step)

    slopes = np.zeros(shape, LONG)
    if terms:
        middle = total(np.zeros(shape, LONG))
        for where in np.ndindex(shape):
            direction = np.zeros(shape, LONG)
            direction[where] = 1
            slopes[where] = slope(partial(moved_along, direction), middle)
    return slopes


def slope(function: Callable[[Any], Any], middle: Any) -> Any:
    """Return the derivative at 0 of a function of one number, by central differences in three steps.

    Raises:
        UnsureError: If there is none, or the function is too steep to say.
    """
    for largest in (1e-3, 1e-5, 1e-7):
        steps = [LONG(largest) / 2**halving for halving in range(3)]
        ends = [(function(step), function(-step)) for step in steps]
        first, second, third = [(up - down) / (2 * step) for step, (up, down) in zip(steps, ends, strict=True)]
        better, again = (4 * second - first) / 3, (4 * third - second) / 3
        best = (16 * again - better) / 15
        if not np.isfinite(best):
            raise UnsureError("a slope that isn't finite")
        bends = [abs(up + down - 2 * middle) / step for step, (up, down) in zip(steps, ends, strict=True)]
        smooth = bends[2] <= 0.4 * bends[0] + 1e-9 * (1 + abs(best))  # a corner bends alike at every scale
        noise = abs(middle) * np.finfo(LONG).eps / steps[2]  # a step may be lost beside a large number
        if smooth and max(noise, abs(best - again)) <= 1e-8 * (1 + abs(best)):
            return best
    raise UnsureError("no slope, or too steep a one")


def everything(expressions: Iterable[Expression]) -> Iterator[Expression]:
    """Yield what the expressions come from, and themselves, each once."""
    stack, seen = list(expressions), set[int]()
    while stack:
        each = stack.pop()
        if id(each) not in seen:
            seen.add(id(each))
            stack += each.sources
            yield each
