"""Strategies for operands: values from well-scaled domains, in every memory layout.

A domain is a strategy of numbers on a grid of 0.01, which shrinks well and keeps a known distance
from the points where a function has no derivative: far wider than the steps of `support.differences`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

Domain = st.SearchStrategy[float]
Shape = tuple[int, ...]


def between(low: float, high: float) -> Domain:
    """Numbers from low to high, on the grid."""
    return st.integers(round(low * 100), round(high * 100)).map(lambda k: k / 100)


ANY = between(-2, 2)
POSITIVE = between(0.5, 2)
PROBABILITY = between(0.1, 0.9)
NONZERO = st.one_of(POSITIVE, between(-2, -0.5))
WITH_ZEROS = st.one_of(st.just(0.0), between(-1.2, 1.2))
# Between whole numbers, at least 0.2 away from them; beside DIVISOR, quotients keep 0.1 away.
BETWEEN_STEPS = st.builds(lambda whole, part: whole + part, st.integers(-3, 2), between(0.2, 0.8))
DIVISOR = st.sampled_from([1.0, -1.0, 2.0, -2.0])


def lattice(offset: float) -> Domain:
    """Multiples of 0.1 plus `offset`: two lattices with different offsets never meet."""
    return st.integers(-10, 10).map(lambda k: k / 10 + offset)


def shapes(*, min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 3) -> st.SearchStrategy[Shape]:
    """Shapes of few values, from 0-d and empty ones on."""
    return hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=max_side)


def _as_it_is(array: np.ndarray) -> Any:
    return array


def _as_scalar(array: np.ndarray) -> Any:
    return array[()]


def _column_by_column(array: np.ndarray) -> Any:
    return array.T.copy().T


def _backwards(array: np.ndarray) -> Any:
    flipped = (slice(None, None, -1),) * array.ndim
    return array[flipped].copy()[flipped]


def _spaced_out(array: np.ndarray) -> Any:
    room = np.full([2 * n for n in array.shape], np.nan, dtype=array.dtype)
    view = room[(slice(None, None, 2),) * array.ndim]
    view[...] = array
    return view


_LAYOUTS = [_as_it_is, _column_by_column, _backwards, _spaced_out]
_LAYOUTS_OF_ONE = [_as_it_is, _as_scalar]  # a 0-d tensor holds either


@st.composite
def arrays(draw: st.DrawFn, shape: Shape, domain: Domain = ANY, *, unique: bool = False) -> Any:
    """float64 values of `shape`: contiguous, transposed, reversed or strided; 0-d also as a scalar."""
    values = draw(hnp.arrays(np.float64, shape, elements=domain, fill=st.nothing(), unique=unique))
    return draw(st.sampled_from(_LAYOUTS if shape else _LAYOUTS_OF_ONE))(values)


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
