"""The calls of rules. Of what picks values and puts them back."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from support.arrays import (
    Shape,
    arrays,
    shapes,
)
from support.elementwise import Case, Cases

from tinygrad_edu.autograd.graph import part_shown
from tinygrad_edu.ops.table import TABLE


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
    every_second = partial(TABLE["select"], index=(slice(None, None, 2),))
    steps = [partial(TABLE["permute"], dims=layout), partial(TABLE["reshape"], shape=(-1,)), every_second]
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


@st.composite
def _scatter_extreme(draw: st.DrawFn) -> Case:
    """Values that lie apart, so that a small step makes no other one the largest; several go to one place."""
    shape = draw(shapes(min_dims=1).filter(lambda shape: 0 not in shape))
    index = tuple(draw(hnp.integer_array_indices(shape, result_shape=shapes(max_dims=2))))
    count = np.zeros(shape)[index].size
    apart = np.array(draw(st.permutations(range(count + int(np.prod(shape)))))) / 4 - 1
    operands = apart[count:].reshape(shape), apart[:count].reshape(np.zeros(shape)[index].shape)
    return Case(operands, {"index": index, "largest": draw(st.booleans()), "include_self": draw(st.booleans())})


INDEXING: dict[str, Cases] = {
    "select": _pick(basic=True),
    "index": _pick(basic=False),
    "put_sum": _put_sum(),
    "index_put": _put(),
    "copy_slices": _overwrite(),
    "gather": _gather(),
    "scatter_extreme": _scatter_extreme(),
}
