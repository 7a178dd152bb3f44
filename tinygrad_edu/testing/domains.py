"""Domains: where the values of an input may lie, and how near to a point without a derivative.

A gradient can be proven only where there is one: log needs positive numbers, 1/x has none at 0, and at
a kink such as that of |x| the slope jumps. So each input of a property test has a domain. A `Domain`
is a finite grid of short decimal numbers. Being a grid it keeps a known distance from kinks, far wider
than the steps of numerical differentiation; being short, a failing example is one that can be checked
by hand. Its numbers are sorted, simplest first (1, 0, -1, 2, ..., 0.1, ..., 0.01), and hypothesis
shrinks a failing example in that order. 1 is before 0, where too much vanishes to tell a mistake by.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hypothesis import strategies as st

__all__ = ["Domain", "away_from", "between", "distinct", "nonzero", "not_whole", "positive", "reals", "unit_interval"]


@dataclass(frozen=True)
class Domain:
    """A set of numbers from which the values of a tensor are drawn; made by the functions of this module.

    Attributes:
        name: How it was asked for, such as ``"between(0, 1)"``.
        numbers: All of its numbers, simplest first.
        unique: Whether no number may occur twice in one tensor.

    >>> from tinygrad_edu.testing import between
    >>> between(-1, 1, step=0.5)
    between(-1, 1, step=0.5)
    >>> between(-1, 1, step=0.5).numbers
    (1.0, 0.0, -1.0, 0.5, -0.5)
    """

    name: str
    numbers: tuple[float, ...]
    unique: bool = False

    def __post_init__(self) -> None:
        if not self.numbers:
            raise ValueError(f"{self.name}: there is no number in this domain; give it a wider range")

    def __repr__(self) -> str:
        return self.name

    def elements(self) -> st.SearchStrategy[float]:
        """The strategy of single numbers."""
        return st.sampled_from(self.numbers)


def between(low: float, high: float, *, step: float | None = None, offset: float = 0.0) -> Domain:
    """The numbers from `low` to `high`, both included.

    Args:
        low: The smallest number.
        high: The largest.
        step: The distance of neighbours; by default the power of ten that makes some hundreds of them.
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
    if step is None:
        step = 10.0 ** math.floor(math.log10((high - low) / 100)) if high > low else 1.0
    if not step > 0:
        raise ValueError(f"{name}: wanted a step greater than 0")
    slack = 1e-9  # in steps: 0.3 / 0.1 isn't quite 3
    first, last = math.ceil((low - offset) / step - slack), math.floor((high - offset) / step + slack)
    return Domain(name, _simplest_first(k * step + offset for k in range(first, last + 1)))


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
    return Domain(f"away_from({', '.join(named)})", kept)


def reals() -> Domain:
    """Numbers from -2 to 2, zero among them: for functions that are smooth everywhere."""
    return replace(between(-2, 2), name="reals()")


def positive() -> Domain:
    """Numbers from 0.5 to 2: for logarithms, roots and powers."""
    return replace(between(0.5, 2), name="positive()")


def nonzero() -> Domain:
    """Numbers from -2 to 2, at least 0.5 away from 0: for divisors, and for kinks at 0."""
    return replace(away_from(0, gap=0.5), name="nonzero()")


def unit_interval() -> Domain:
    """Numbers strictly between 0 and 1, from 0.1 to 0.9: for probabilities."""
    return replace(between(0.1, 0.9), name="unit_interval()")


def not_whole() -> Domain:
    """Numbers from -3 to 3, at least 0.2 away from whole ones: for functions that round."""
    return replace(away_from(*range(-3, 4), low=-3, high=3, gap=0.2), name="not_whole()")


def distinct(domain: Domain | None = None) -> Domain:
    """`domain` with the promise that no number occurs twice in a tensor: for max, min and sort.

    Args:
        domain: Where the numbers lie; by default the multiples of 0.1 from -2 to 2.

    >>> from tinygrad_edu.testing import distinct, positive
    >>> distinct(positive())
    distinct(positive())
    """
    if domain is None:
        return Domain("distinct()", between(-2, 2, step=0.1).numbers, unique=True)
    return replace(domain, name=f"distinct({domain})", unique=True)


def _simplest_first(numbers: Iterable[float]) -> tuple[float, ...]:
    """Sort by the count of decimals, then by size, but 1 before all: 1, 0, -1, 2, -2, 0.1, ..."""
    short = (round(number, 12) + 0.0 for number in numbers)  # + 0.0 makes 0 of -0
    return tuple(sorted(short, key=lambda number: (_decimals(number), number != 1, abs(number), number < 0)))


def _decimals(number: float) -> int:
    return next(count for count in range(13) if round(number, count) == number)
