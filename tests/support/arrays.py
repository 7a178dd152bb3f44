"""Strategies for operands: the public kit's, and the domains that the derivative table is tested in.

A domain is here a strategy of numbers; its grid keeps a distance from the points where a function has
no derivative that is far wider than the steps of `support.differences`. These steps are all alike, as are the
tolerances, a thousand times closer than the kit's: so numbers are of ordinary size, and poles and corners far away.
Zeros, ties and every magnitude are for the kit, whose steps fit the numbers, and for the corpus (tests/corpus).
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinygrad_edu.testing import domains, shapes, strategies
from tinygrad_edu.testing.strategies import Shape

__all__ = ["Shape", "shapes"]  # of the kit, for those who import them from here

Domain = st.SearchStrategy[float]


def between(low: float, high: float) -> Domain:
    """Numbers from low to high, on the grid."""
    return domains.between(low, high, step=0.01).elements()


ANY = between(-2, 2)
POSITIVE = between(0.5, 2)
PROBABILITY = between(0.2, 0.8)  # nearer to the poles at 0 and 1, differences of a gradient are too coarse
NONZERO = st.sampled_from(domains.away_from(0, gap=0.5).numbers)
BESIDE_CORNERS = st.sampled_from([-4.0, -3.25, -2.5, -0.75, 0.25, 1.5, 2.75, 3.25, 5.5, 6.5, 8.0])  # at -3, 0, 3, 6
WITH_ZEROS = st.one_of(st.just(0.0), between(-1.2, 1.2))
# Between whole numbers, at least 0.2 away from them; beside DIVISOR, quotients keep 0.1 away.
BETWEEN_STEPS = st.sampled_from(domains.not_whole().numbers)
DIVISOR = st.sampled_from([1.0, -1.0, 2.0, -2.0])


def arrays(shape: Shape, domain: Domain = ANY, *, unique: bool = False) -> st.SearchStrategy[Any]:
    """Arrays of that shape, in any layout, of numbers from the domain."""
    return strategies.arrays(shape, domain, unique=unique)


def lattice(offset: float) -> Domain:
    """Multiples of 0.1 plus `offset`: two lattices with different offsets never meet."""
    return domains.between(offset - 1, offset + 1, step=0.1, offset=offset).elements()


@st.composite
def broadcasting(draw: st.DrawFn, *domains: Domain) -> tuple[Any, ...]:
    """One array from each domain, of shapes that broadcast against each other."""
    if len(domains) == 1:
        return (draw(arrays(draw(shapes()), domains[0])),)
    drawn = draw(hnp.mutually_broadcastable_shapes(num_shapes=len(domains), max_dims=3, min_side=0, max_side=3))
    return tuple(draw(arrays(shape, domain)) for shape, domain in zip(drawn.input_shapes, domains, strict=True))


@st.composite
def some_dims(draw: st.DrawFn, ndim: int) -> tuple[int, ...]:
    """Some of the dimensions, in any order; perhaps none, perhaps all."""
    return tuple(draw(st.lists(st.integers(0, ndim - 1), unique=True, max_size=ndim))) if ndim else ()
