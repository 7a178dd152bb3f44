"""For each primitive of the derivative table, the strategy of its calls.

Those of operations that work element by element are in elementwise.py.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
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
from support.elementwise import ELEMENTWISE, Case, Cases, pointwise
from support.rules import row_to_write

from tinygrad_edu.autograd.graph import part_shown
from tinygrad_edu.ops import TABLE

# Reductions, and what runs along a dimension


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
def _along_one_dimension(draw: st.DrawFn, min_side: int = 1) -> Case:
    shape = draw(shapes(min_dims=1, min_side=min_side))
    return Case((draw(arrays(shape)),), {"dim": draw(st.integers(0, len(shape) - 1))})


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
    "prod": st.one_of(reduction(NONZERO), reduction(WITH_ZEROS)),
    "logsumexp": reduction(),
    "softmax": _along_one_dimension(),
    "log_softmax": _along_one_dimension(),
    "norm": reduction(NONZERO),
    "cumsum": _along_one_dimension(min_side=0),
    "cross_entropy": _cross_entropy(),
}


# Shapes


@st.composite
def _reshape(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    size = int(np.prod(shape))
    splits = [(k, size // k) for k in range(1, size + 1) if size % k == 0] or [(0, 3), (2, 0)]
    others = [(size,), (1, size), shape[::-1], *splits, *([()] if size == 1 else [])]
    return Case((draw(arrays(shape)),), {"shape": draw(st.sampled_from(others))})


@st.composite
def _permute(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    return Case((draw(arrays(shape)),), {"dims": tuple(draw(st.permutations(range(len(shape)))))})


@st.composite
def _stretched(draw: st.DrawFn) -> tuple[Shape, Shape]:
    """A shape, and one that it can be stretched to."""
    small = draw(shapes(max_dims=2))
    large = tuple(draw(st.integers(0, 3)) if n == 1 else n for n in small)
    return small, draw(shapes(max_dims=1)) + large


@st.composite
def _flip(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    return Case((draw(arrays(shape)),), {"dims": draw(some_dims(len(shape)))})


@st.composite
def _cat(draw: st.DrawFn) -> Case:
    shape = list(draw(shapes(min_dims=1)))
    dim = draw(st.integers(0, len(shape) - 1))
    lengths = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    pieces = [draw(arrays((*shape[:dim], length, *shape[dim + 1 :]))) for length in lengths]
    return Case(tuple(pieces), {"dim": dim})


def _triangle() -> Cases:
    matrices = shapes(min_dims=2).flatmap(arrays)
    return st.builds(lambda x, diagonal: Case((x,), {"diagonal": diagonal}), matrices, st.integers(-2, 2))


SHAPES: dict[str, Cases] = {
    "reshape": _reshape(),
    "permute": _permute(),
    "expand": _stretched().flatmap(lambda pair: st.builds(lambda x: Case((x,), {"shape": pair[1]}), arrays(pair[0]))),
    "sum_to_size": _stretched().flatmap(
        lambda pair: st.builds(lambda x: Case((x,), {"shape": pair[0]}), arrays(pair[1]))
    ),
    "flip": _flip(),
    "clone": pointwise(ANY),
    "tril": _triangle(),
    "triu": _triangle(),
    "to": pointwise(ANY, dtype=st.just(np.dtype(np.float64))),
    "cat": _cat(),
}


# Indexing


def basic_index(shape: Shape) -> st.SearchStrategy[tuple[Any, ...]]:
    """Integers, slices (also backwards), None and Ellipsis."""
    drawn = hnp.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True)
    return drawn.map(lambda index: index if isinstance(index, tuple) else (index,))


@st.composite
def any_index(draw: st.DrawFn, shape: Shape) -> tuple[Any, ...]:
    """A basic index, integer arrays in which places repeat, a mask, or an array beside a slice."""
    kind = draw(st.sampled_from(["integers", "mixed", "mask", "integers", "basic"]))
    if kind == "mask":
        return (draw(hnp.arrays(bool, shape)),)
    if kind == "basic" or not shape or 0 in shape:
        return draw(basic_index(shape))
    if kind == "integers":
        return tuple(draw(hnp.integer_array_indices(shape, result_shape=shapes(max_dims=2))))
    places = hnp.arrays(np.int64, draw(shapes(min_dims=1, max_dims=2)), elements=st.integers(-shape[0], shape[0] - 1))
    return (draw(places), *([slice(None, None, 2)] * (len(shape) - 1)))


@st.composite
def _pick(draw: st.DrawFn, *, basic: bool) -> Case:
    shape = draw(shapes())
    return Case((draw(arrays(shape)),), {"index": draw(basic_index(shape) if basic else any_index(shape))})


@st.composite
def _put_sum(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    index = draw(any_index(shape))
    return Case((draw(arrays(np.zeros(shape)[index].shape)),), {"index": index, "shape": shape})


@st.composite
def _put(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    index = draw(any_index(shape))
    return Case((draw(arrays(shape)), draw(arrays(np.zeros(shape)[index].shape))), {"index": index})


@st.composite
def _overwrite(draw: st.DrawFn) -> Case:
    """Views, as in-place changes have them: some that only what lies in memory in one way can be shown by."""
    shape = draw(shapes())
    layout = tuple(draw(st.permutations(range(len(shape)))))
    steps = [partial(TABLE["permute"], dims=layout), partial(TABLE["reshape"], shape=(-1,))]
    steps = draw(st.sampled_from([[partial(TABLE["select"], index=draw(basic_index(shape)))], steps]))
    nested: tuple[Any, ...] = ()
    for step in steps:
        nested = (nested, step)
    part = partial(part_shown, nested)
    values = draw(arrays(part(np.zeros(shape)).shape))
    return Case((draw(arrays(shape)), values), {"part": part, "layout": layout})


@st.composite
def _gather(draw: st.DrawFn) -> Case:
    shape = draw(shapes(min_dims=1))
    dim = draw(st.integers(0, len(shape) - 1))
    wanted = tuple(
        draw(st.integers(0, 4 if n else 0)) if i == dim else draw(st.integers(0, n)) for i, n in enumerate(shape)
    )
    index = draw(hnp.arrays(np.int64, wanted, elements=st.integers(0, max(shape[dim] - 1, 0))))
    return Case((draw(arrays(shape)),), {"dim": dim, "index": index})


INDEXING: dict[str, Cases] = {
    "select": _pick(basic=True),
    "index": _pick(basic=False),
    "put_sum": _put_sum(),
    "index_put": _put(),
    "copy_slices": _overwrite(),
    "gather": _gather(),
}


# Products of matrices


@st.composite
def _matmul(draw: st.DrawFn) -> Case:
    drawn = draw(hnp.mutually_broadcastable_shapes(signature="(n,k),(k,m)->(n,m)", max_dims=2, min_side=0, max_side=3))
    return Case(tuple(draw(arrays(shape)) for shape in drawn.input_shapes), {})


@st.composite
def _linear(draw: st.DrawFn) -> Case:
    rows, fan_in, fan_out = draw(st.tuples(*[st.integers(0, 3)] * 3))
    bias = draw(st.one_of(st.none(), arrays((fan_out,))))
    return Case((draw(arrays((rows, fan_in))), draw(arrays((fan_out, fan_in))), bias), {})


PRODUCTS: dict[str, Cases] = {"matmul": _matmul(), "linear": _linear()}


class Rows(dict[str, Cases]):
    """The row of each rule, by its name; a missing one says what to write."""

    def __missing__(self, name: str) -> Cases:
        pytest.fail(row_to_write(TABLE[name]), pytrace=False)


CALLS_OF_ELEMENTS = {name: row.calls for name, row in ELEMENTWISE.items()}
CASES = Rows(**CALLS_OF_ELEMENTS, **ALONG_DIMENSIONS, **SHAPES, **INDEXING, **PRODUCTS)
