"""The rows of the elementwise operations of ops/activation.py: how they are called, and what they are exactly."""

from __future__ import annotations

from hypothesis import strategies as st
from mpmath import mp
from support.arrays import (
    ANY,
    NONZERO,
    arrays,
    shapes,
)
from support.elementwise.row import Case, Row, pointwise
from support.exact import (
    Exact,
    of_networks,
    sigmoid,
    slope_of_sigmoid,
    softplus,
)

ALPHA, SCALE = mp.mpf("1.6732632423543772848170429916717"), mp.mpf("1.0507009873554804934193349852946")


@st.composite
def _prelu(draw: st.DrawFn) -> Case:
    """One slope, or one for each column."""
    if draw(st.booleans()):
        return Case((draw(arrays(draw(shapes()), NONZERO)), draw(arrays((), ANY))), {})
    columns = draw(st.integers(1, 3))
    return Case((draw(arrays((draw(st.integers(1, 3)), columns), NONZERO)), draw(arrays((columns,), ANY))), {})


ACTIVATION: dict[str, Row] = {
    "sigmoid": Row(
        pointwise(ANY), Exact(sigmoid, (slope_of_sigmoid,), last_place_of=1, on_the_way=lambda x: (mp.exp(-x),))
    ),
    "relu": Row(pointwise(NONZERO), Exact(lambda x: max(x, mp.mpf(0)), (lambda x: mp.mpf(x > 0),))),
    "gate": Row(pointwise(ANY, NONZERO), "chooses, and computes nothing"),
    "softplus": Row(pointwise(ANY), Exact(softplus, (sigmoid,), of_networks("softplus", threshold=float("inf")))),
    "elu": Row(
        pointwise(NONZERO, alpha=st.sampled_from([1.0, 0.5, 2.0])),
        Exact(lambda x: x if x > 0 else mp.expm1(x), (lambda x: mp.exp(min(x, mp.mpf(0))),), of_networks("elu")),
    ),
    "selu": Row(
        pointwise(NONZERO),
        Exact(
            lambda x: SCALE * (x if x > 0 else ALPHA * mp.expm1(x)),
            (lambda x: SCALE * (mp.mpf(1) if x > 0 else ALPHA * mp.exp(x)),),
        ),
    ),
    "celu": Row(
        pointwise(NONZERO, alpha=st.sampled_from([1.0, 0.5, 2.0])),
        Exact(lambda x: x if x > 0 else mp.expm1(x), (lambda x: mp.exp(min(x, mp.mpf(0))),)),
    ),
    "hardtanh": Row(
        # Beside these corners no multiple of 0.01 is nearer than twice the step of differences.
        pointwise(ANY, min_val=st.sampled_from([-0.5025, -1.0025]), max_val=st.sampled_from([0.5025, 1.0025])),
        Exact(lambda x: max(min(x, mp.mpf(1)), mp.mpf(-1)), (lambda x: mp.mpf(abs(x) < 1),), of_networks("hardtanh")),
    ),
    "leaky_relu": Row(
        pointwise(NONZERO, negative_slope=st.sampled_from([0.01, 0.5, 2.0])),
        Exact(
            lambda x: x if x > 0 else x / 4,
            (lambda x: mp.mpf(1 if x > 0 else 0.25),),
            of_networks("leaky_relu", negative_slope=0.25),
        ),
    ),
    "prelu": Row(_prelu(), "chooses between an operand and a product"),
}
