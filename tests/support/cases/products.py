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
    rows, fan_in, fan_out = draw(st.tuples(*[st.integers(0, 3)] * 3))
    bias = draw(st.one_of(st.none(), arrays((fan_out,))))
    return Case((draw(arrays((rows, fan_in))), draw(arrays((fan_out, fan_in))), bias), {})


PRODUCTS: dict[str, Cases] = {"matmul": _matmul(), "linear": _linear()}
