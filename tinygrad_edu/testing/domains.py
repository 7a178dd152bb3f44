"""Domains: where the values of an input may lie, and what is drawn of them.

A gradient can be proven only where there is one: log needs positive numbers, 1/x has none at 0, and at
a kink such as that of |x| the slope jumps. So each input of a property test has a domain. Three kinds of
its numbers are drawn:

    ordinary    a grid of short decimal numbers: an example that fails can be checked by hand
    corners     0, 1 and -1, halves, the bounds: often, so that values meet, within a tensor and between two
    far         the rest of what the name promises: tiny and huge numbers, those next to a bound, denormal ones

A tensor has a bit of everything, or corners only, or half of it is from far. The ordinary numbers are
sorted, simplest first (1, 0, -1, 2, ..., 0.1, ..., 0.01), and hypothesis shrinks a failing example in that
order, the far ones after them. 1 is before 0, where too much vanishes to tell a mistake by.

What has a step, an offset or a gap is its grid and nothing else: so values keep the distance that was asked for.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hypothesis import strategies as st

__all__ = [
    "Domain",
    "away_from",
    "between",
    "constant",
    "distinct",
    "magnitudes",
    "nonzero",
    "not_whole",
    "positive",
    "reals",
    "unit_interval",
]

# From 1e16 on all numbers are whole, and from 1e9 on a quick function turns between two of them.
_TINY = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
_LARGE = (3.0, 4.0, 5.0, 7.0, 10.0, 2.5, 3.5, 20.0, 30.0, 50.0, 100.0, 300.0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8)
_DENORMAL = (1e-16, 1e-30, 1e-100, 1e-200, 1e-310, 5e-324)


@dataclass(frozen=True)
class Domain:
    """A set of numbers from which the values of a tensor are drawn; made by the functions of this module.

    Attributes:
        name: How it was asked for, such as ``"between(0, 1)"``.
        numbers: Its ordinary numbers, simplest first.
        unique: Whether no number may occur twice in one tensor.
        corners: Those of its numbers that are drawn often.
        far: Numbers beside the ordinary ones.
        differentiated: Whether the function is differentiated by an input from here.

    >>> from tinygrad_edu.testing import between
    >>> between(-1, 1, step=0.5)
    between(-1, 1, step=0.5)
    >>> between(-1, 1, step=0.5).numbers
    (1.0, 0.0, -1.0, 0.5, -0.5)
    """

    name: str
    numbers: tuple[float, ...]
    unique: bool = False
    corners: tuple[float, ...] = ()
    far: tuple[float, ...] = ()
    differentiated: bool = True

    def __post_init__(self) -> None:
        if not self.numbers:
            raise ValueError(f"{self.name}: there is no number in this domain; give it a wider range")

    def __repr__(self) -> str:
        return self.name

    def elements(self) -> st.SearchStrategy[float]:
        """The strategy of single numbers."""
        return st.sampled_from(self.numbers + self.far)

    def with_room(self, count: int) -> Domain:
        """The domain with at least `count` numbers: if need be, those halfway between neighbours of its grid, too."""
        numbers = self.numbers
        while len(numbers) + len(self.far) < count and len(numbers) > 1:
            ordered = sorted(numbers)
            closest = min(b - a for a, b in itertools.pairwise(ordered))
            if not closest > 0:
                break
            numbers += tuple((a + b) / 2 for a, b in itertools.pairwise(ordered) if b - a < 1.5 * closest)
        return replace(self, numbers=numbers)

    def moods(self) -> list[st.SearchStrategy[float]]:
        """The strategies of the numbers of one tensor: of everything, mostly corners, and half of it from far."""
        if self.unique:
            return [self.elements()]
        moods = [self.elements()]
        if self.corners:
            moods.append(st.sampled_from(self.corners))
        if self.far:
            moods.append(st.one_of(st.sampled_from(self.numbers), st.sampled_from(self.far)))
        return moods


def between(low: float, high: float, *, step: float | None = None, offset: float = 0.0) -> Domain:
    """The numbers from `low` to `high`, both included.

    Args:
        low: The smallest number.
        high: The largest.
        step: The distance of neighbours, if only multiples of it are wanted. By default the ordinary numbers are
            multiples of the power of ten that makes some hundreds of them, and there are others beside them:
            those next to the bounds and to 0, and if the bounds are far apart, of every magnitude between.
        offset: The grid is all multiples of `step`, plus this. Two grids of one step whose offsets
            differ by less than a step never meet: so ``x`` and ``y`` of ``maximum(x, y)`` are kept
            from being equal.

    Raises:
        ValueError: If there is no number in it, or an end isn't finite.

    >>> from tinygrad_edu.testing import between
    >>> between(0, 1, step=0.25).numbers
    (1.0, 0.0, 0.5, 0.25, 0.75)
    """
    settings = [f"{low:g}", f"{high:g}"]
    settings += [] if step is None else [f"step={step:g}"]
    settings += [f"offset={offset:g}"] if offset else []
    name = f"between({', '.join(settings)})"
    if not math.isfinite(high - low):
        raise ValueError(f"{name}: wanted two finite numbers; 'anywhere' is reals()")
    everything = step is None and not offset
    if step is None:
        step = 10.0 ** math.floor(math.log10((high - low) / 100)) if high > low else 1.0
    if not step > 0:
        raise ValueError(f"{name}: wanted a step greater than 0")
    slack = 1e-9  # in steps: 0.3 / 0.1 isn't quite 3
    first, last = math.ceil((low - offset) / step - slack), math.floor((high - offset) / step + slack)
    numbers = _simplest_first(k * step + offset for k in range(first, last + 1))
    if not everything or not high >= low:
        return Domain(name, numbers, corners=_corners(numbers, low, high))
    numbers = tuple(dict.fromkeys([*(each for each in numbers if low <= each <= high), float(low), float(high)]))
    span = high - low
    close = [low + span * part for part in (1e-3, 1e-6, 1e-8)] + [high - span * part for part in (1e-3, 1e-6, 1e-8)]
    candidates = [sign * each for each in (*_TINY, *_LARGE) for sign in (1, -1)] + close
    far = tuple(dict.fromkeys(each for each in candidates if low <= each <= high and each not in set(numbers)))
    return Domain(name, numbers, corners=_corners(numbers, low, high), far=far)


def away_from(*kinks: float, low: float = -2, high: float = 2, gap: float = 0.1) -> Domain:
    """The numbers from `low` to `high` that are at least `gap` away from each of `kinks`.

    Raises:
        ValueError: If no number is left.

    >>> from tinygrad_edu.testing import away_from
    >>> 0.95 in away_from(0, 1).numbers, 0.85 in away_from(0, 1).numbers
    (False, True)
    """
    named = [f"{kink:g}" for kink in kinks] + [f"low={low:g}", f"high={high:g}", f"gap={gap:g}"]
    allowed = gap - 1e-9  # 0.3 - 0.2 is a little less than 0.1
    numbers = between(low, high).numbers
    kept = tuple(number for number in numbers if all(abs(number - kink) >= allowed for kink in kinks))
    return Domain(f"away_from({', '.join(named)})", kept, corners=_corners(kept, low, high))


def reals() -> Domain:
    """All numbers: those from -2 to 2, 0 among them; of every magnitude from 1e-8 to 1e8; a few nearer to 0."""
    far = [sign * each for each in (*_LARGE, *_TINY, *_DENORMAL) for sign in (1, -1)]
    return replace(between(-2, 2), name="reals()", far=(*far, -0.0))


def positive() -> Domain:
    """Numbers greater than 0: those up to 2; of every magnitude from 1e-8 to 1e8; a few nearer to 0."""
    return replace(between(0.01, 2), name="positive()", far=(*_LARGE, *_TINY, *_DENORMAL))


def nonzero() -> Domain:
    """Numbers that aren't 0: those from -2 to 2; of every magnitude from 1e-8 to 1e8; a few nearer to 0."""
    numbers = tuple(each for each in reals().numbers if each)
    far = tuple(each for each in reals().far if each)
    return Domain("nonzero()", numbers, corners=_corners(numbers, -2, 2), far=far)


def unit_interval() -> Domain:
    """Numbers strictly between 0 and 1, some as near as 1e-8 to an end: for probabilities."""
    far = (*_TINY, *(1 - each for each in _TINY), 1e-16, 1e-100)
    return replace(between(0.01, 0.99), name="unit_interval()", far=far)


def not_whole() -> Domain:
    """Numbers at least 0.2 away from whole ones, most of them from -3 to 3: for functions that round."""
    far = tuple(sign * each for each in (10.5, 100.5, 1000.25, 1e6 + 0.5) for sign in (1, -1))
    return replace(away_from(*range(-3, 4), low=-3, high=3, gap=0.2), name="not_whole()", far=far)


def magnitudes(low: float = 1e-8, high: float = 1e8, *, signed: bool = False) -> Domain:
    """Numbers of every order of magnitude from `low` to `high`, each as likely as the others.

    Args:
        low: The smallest number, greater than 0.
        high: The largest.
        signed: Whether there are negative ones, too.

    Raises:
        ValueError: If not ``0 < low <= high``.

    >>> from tinygrad_edu.testing import magnitudes
    >>> magnitudes(0.1, 10).numbers
    (1.0, 2.0, 5.0, 10.0, 0.5, 0.2, 0.1)
    """
    name = f"magnitudes({low:g}, {high:g}{', signed=True' if signed else ''})"
    if not 0 < low <= high < math.inf:
        raise ValueError(f"{name}: wanted 0 < low <= high, both finite")
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [float(f"{digit}e{exponent}") for exponent in exponents for digit in (1, 2, 5)]
    kept = {float(low), float(high), *(each for each in found if low <= each <= high)}
    ordered = sorted(kept, key=lambda each: (each < 1, abs(math.log10(each))))
    return Domain(name, tuple(sign * each for each in ordered for sign in ((1, -1) if signed else (1,))))


def distinct(domain: Domain | None = None) -> Domain:
    """`domain` with the promise that no number occurs twice in a tensor: for max, min and sort.

    Args:
        domain: Where the numbers lie; by default the multiples of 0.1 from -2 to 2.

    >>> from tinygrad_edu.testing import distinct, positive
    >>> distinct(positive())
    distinct(positive())
    """
    if domain is None:
        one, zero, minus_one, *others = between(-2, 2, step=0.1).numbers
        simplest = (one, minus_one, zero)  # sorting them is not undone by doing it twice
        return Domain("distinct()", (*simplest, *others), unique=True)
    return replace(domain, name=f"distinct({domain})", unique=True)


def constant(domain: Domain) -> Domain:
    """`domain` for an argument that the function is not differentiated by, such as a mask or a table.

    >>> from tinygrad_edu.testing import check_gradients, constant, reals
    >>> check_gradients(lambda x, mask: x * (mask > 0), reals(), constant(reals()))
    """
    return replace(domain, name=f"constant({domain})", differentiated=False)


def _corners(numbers: tuple[float, ...], low: float, high: float) -> tuple[float, ...]:
    """Of the numbers those that many functions turn at."""
    wanted = (1.0, 0.0, -1.0, 2.0, 0.5, -0.5, float(low), float(high), (low + high) / 2)
    return tuple(dict.fromkeys(each for each in wanted if each in set(numbers)))


def _simplest_first(numbers: Iterable[float]) -> tuple[float, ...]:
    """Sort by the count of decimals, then by size, but 1 before all: 1, 0, -1, 2, -2, 0.1, ..."""
    short = (round(number, 12) + 0.0 for number in numbers)  # + 0.0 makes 0 of -0
    return tuple(sorted(short, key=lambda number: (_decimals(number), number != 1, abs(number), number < 0)))


def _decimals(number: float) -> int:
    return next(count for count in range(13) if round(number, count) == number)
