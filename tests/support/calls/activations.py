"""Activation functions that are made of several operations."""

from __future__ import annotations

from hypothesis import strategies as st
from support.arrays import ANY, BESIDE_CORNERS, NONZERO, arrays, shapes
from support.calls.call import NOT_EMPTY, Call, Calls, elementwise

import tinygrad_edu as tg

# Beside 0.5025, and twice and half of it, no multiple of 0.01 is nearer than twice the step of differences.
SOFTPLUS = elementwise(ANY, beta=st.sampled_from([1, 2.0, 0.5]), threshold=st.sampled_from([20, 0.5025]))
SHRUNK = elementwise(ANY, lambd=st.sampled_from([0.5025, 1.005]))
IN_PLACE = st.booleans()


@st.composite
def halved(draw: st.DrawFn) -> Call:
    before, after = draw(shapes(max_dims=1)), draw(shapes(max_dims=1))
    shape = (*before, draw(st.sampled_from([2, 4])), *after)
    return Call({"input": draw(arrays(shape, ANY))}, {"dim": len(before) - draw(st.sampled_from([0, len(shape)]))})


@st.composite
def along_one(draw: st.DrawFn) -> Call:
    shape = draw(NOT_EMPTY)
    dim = draw(st.integers(-len(shape), len(shape) - 1)) if shape else draw(st.sampled_from([0, -1]))
    return Call({"input": draw(arrays(shape, ANY))}, {"dim": dim, "dtype": draw(st.sampled_from([None, tg.float64]))})


OF_ACTIVATIONS: dict[str, Calls] = {
    "glu": halved(),
    "hardshrink": SHRUNK,
    "hardsigmoid": elementwise(BESIDE_CORNERS, inplace=IN_PLACE),
    "logsigmoid": elementwise(ANY),
    "relu6": elementwise(BESIDE_CORNERS, inplace=IN_PLACE),
    "rrelu": elementwise(
        NONZERO,
        lower=st.sampled_from([0.1, 0.125]),
        upper=st.sampled_from([0.5, 0.25]),
        training=st.booleans(),
        inplace=IN_PLACE,
    ),
    "softmin": along_one(),
    "softplus": SOFTPLUS,
    "softshrink": SHRUNK,
    "softsign": elementwise(NONZERO),
    "step": elementwise(NONZERO),
    "tanhshrink": elementwise(ANY),
    "threshold": elementwise(
        ANY, threshold=st.sampled_from([0.5025, -1.005]), value=st.sampled_from([7.0, -2]), inplace=IN_PLACE
    ),
}
