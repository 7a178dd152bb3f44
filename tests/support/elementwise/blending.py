"""The rows of the elementwise operations of ops/blending.py: how they are called, and what they are exactly."""

from __future__ import annotations

from hypothesis import strategies as st
from support.arrays import ANY, NONZERO
from support.elementwise.row import Case, Cases, Row, operands, pointwise


def _lerp() -> Cases:
    weights = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, -0.5, 1.5])
    return st.one_of(
        pointwise(ANY, ANY, weights),
        st.builds(lambda ends, weight: Case((*ends, weight), {}), operands(ANY, ANY), weights),
    )


FACTOR = st.sampled_from([1, -2, 0.5])
BLENDING: dict[str, Row] = {
    "lerp": Row(_lerp(), "a sum of products, which cancel"),
    "addcmul": Row(pointwise(ANY, ANY, ANY, value=FACTOR), "a sum and a product, as add and mul are"),
    "addcdiv": Row(pointwise(ANY, ANY, NONZERO, value=FACTOR), "a sum and a quotient, as add and div are"),
}
