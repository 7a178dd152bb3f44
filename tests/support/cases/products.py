"""The calls of rules. Of products of matrices."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from support.arrays import (
    arrays,
)
from support.elementwise import Case, Cases


@st.composite
def _matmul(draw: st.DrawFn) -> Case:
    drawn = draw(hnp.mutually_broadcastable_shapes(signature="(n,k),(k,m)->(n,m)", max_dims=2, min_side=0, max_side=3))
    return Case(tuple(draw(arrays(shape)) for shape in drawn.input_shapes), {})


@st.composite
def _linear(draw: st.DrawFn) -> Case:
    batch = draw(st.one_of(st.tuples(st.integers(0, 3)), st.tuples(st.integers(0, 2), st.integers(0, 2))))
    fan_in, fan_out = draw(st.tuples(*[st.integers(0, 3)] * 2))
    bias = draw(st.one_of(st.none(), arrays((fan_out,))))
    return Case((draw(arrays((*batch, fan_in))), draw(arrays((fan_out, fan_in))), bias), {})


_FACTOR = st.sampled_from([1, 0, 2, -0.5])


@st.composite
def _sum_with_product(draw: st.DrawFn) -> Case:
    batch = draw(st.sampled_from([(), (2,), (0,)]))
    rows, inner, columns = draw(st.tuples(*[st.integers(0, 3)] * 3))
    whole = (*batch, rows, columns)
    summand = draw(st.sampled_from([whole, whole[1:], (), (1,), tuple(min(n, 1) for n in whole)]))
    shapes_of_all = (summand, (*batch, rows, inner), (*batch, inner, columns))
    factors = {"beta": draw(_FACTOR), "alpha": draw(_FACTOR)}
    return Case(tuple(draw(arrays(shape)) for shape in shapes_of_all), factors)


@st.composite
def _cross(draw: st.DrawFn) -> Case:
    drawn = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, min_dims=1, max_dims=2, min_side=0, max_side=2))
    ndim = max(map(len, drawn.input_shapes))
    dim = draw(st.integers(0, ndim))
    shapes = [(1,) * (ndim - len(shape)) + shape for shape in drawn.input_shapes]
    return Case(tuple(draw(arrays((*shape[:dim], 3, *shape[dim:]))) for shape in shapes), {"dim": dim})


PRODUCTS: dict[str, Cases] = {
    "matmul": _matmul(),
    "linear": _linear(),
    "sum_with_product": _sum_with_product(),
    "cross": _cross(),
}
