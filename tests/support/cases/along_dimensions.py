"""The calls of rules. Of reductions, and of what runs along a dimension."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from support.arrays import (
    ANY,
    NONZERO,
    WITH_ZEROS,
    Domain,
    Shape,
    arrays,
    lattice,
    shapes,
    some_dims,
)
from support.elementwise import Case, Cases


@st.composite
def _any_reduction(draw: st.DrawFn, max_dims: int) -> tuple[Shape, tuple[int, ...]]:
    shape = draw(shapes(max_dims=max_dims))
    return shape, draw(some_dims(len(shape)))


# Shapes and dimensions that tell a wrong dimension: few of those drawn at random do.
_TELLING_REDUCTIONS = [((2, 3), (0,)), ((2, 3), (1,)), ((3, 1, 2), (2,)), ((1, 2, 3), (1, 0)), ((3, 2, 2), (0, 2))]


@st.composite
def reduction(
    draw: st.DrawFn,
    /,
    domain: Domain = ANY,
    *,
    distinct: bool = False,
    least: int = 0,
    max_dims: int = 3,
    **params: st.SearchStrategy[Any],
) -> Case:
    """Calls of a reduction over some dimensions that hold at least `least` values together."""
    telling = [(shape, dims) for shape, dims in _TELLING_REDUCTIONS if len(shape) <= max_dims]
    shape, dims = draw(st.sampled_from(telling) if draw(st.integers(0, 2)) else _any_reduction(max_dims))
    assume(np.prod([shape[dim] for dim in dims], dtype=int) >= least)
    x = draw(arrays(shape, domain, unique=distinct))
    settings = {name: draw(strategy) for name, strategy in params.items()}
    return Case((x,), {"dim": dims, "keepdim": draw(st.booleans()), **settings})


@st.composite
def _along_one_dimension(draw: st.DrawFn, domain: Domain = ANY, min_side: int = 1) -> Case:
    shape = draw(shapes(min_dims=1, min_side=min_side))
    return Case((draw(arrays(shape, domain)),), {"dim": draw(st.integers(0, len(shape) - 1))})


@st.composite
def _two_along_one_dimension(draw: st.DrawFn) -> Case:
    shape = draw(shapes(min_dims=1, min_side=0))
    return Case((draw(arrays(shape)), draw(arrays(shape))), {"dim": draw(st.integers(0, len(shape) - 1))})


@st.composite
def _all_of_them(draw: st.DrawFn, domain: Domain) -> Case:
    """Calls of what makes one value of all: these are distinct, and there is one at least."""
    shape = draw(shapes(min_side=1, max_dims=2))
    return Case((draw(arrays(shape, domain, unique=True)),), {})


@st.composite
def _rows_apart(draw: st.DrawFn) -> Case:
    """Rows on two lattices that never meet, in few dimensions, whose differences are of different sizes."""
    batch, length = draw(st.sampled_from([(), (2,)])), draw(st.integers(1, 2))
    p = draw(st.sampled_from([0, 1, 1.5, 2, 3, 2, np.inf]))
    length = 1 if p == np.inf else length
    x = draw(arrays((*batch, draw(st.integers(0, 3)), length), lattice(0)))
    y = draw(arrays((*batch, draw(st.integers(0, 3)), length), lattice(0.05)))
    return Case((x, y), {"p": p})


@st.composite
def _cross_entropy(draw: st.DrawFn) -> Case:
    rows, classes = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    target = draw(hnp.arrays(np.int64, (rows,), elements=st.integers(0, classes - 1)))
    return Case((draw(arrays((rows, classes))),), {"target": target, "averaged": draw(st.booleans())})


_CORRECTION = st.sampled_from([0, 1, 0.5])

ALONG_DIMENSIONS: dict[str, Cases] = {
    "sum": reduction(),
    "mean": reduction(),
    "var": reduction(least=2, correction=_CORRECTION),
    "std": reduction(lattice(0), least=2, max_dims=2, distinct=True, correction=_CORRECTION),
    "amax": reduction(lattice(0), distinct=True, max_dims=2, least=1),
    "amin": reduction(lattice(0), distinct=True, max_dims=2, least=1),
    "median": _all_of_them(lattice(0)),
    "nanmedian": _all_of_them(lattice(0)),
    "prod": st.one_of(reduction(NONZERO), reduction(WITH_ZEROS)),
    "logsumexp": reduction(),
    "softmax": _along_one_dimension(),
    "log_softmax": _along_one_dimension(),
    "norm": reduction(NONZERO),
    "cdist": _rows_apart(),
    "cumsum": _along_one_dimension(min_side=0),
    "cumprod": st.one_of(_along_one_dimension(WITH_ZEROS, min_side=0), _along_one_dimension(NONZERO)),
    "logcumsumexp": _along_one_dimension(min_side=0),
    "discounted": _two_along_one_dimension(),
    "cross_entropy": _cross_entropy(),
}
