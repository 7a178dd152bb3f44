"""The rows of the elementwise operations of ops/floats.py: how they are called, and what they are exactly."""

from __future__ import annotations

from hypothesis import strategies as st
from support.arrays import ANY, NONZERO, lattice
from support.elementwise.row import Case, Row, operands, pointwise

FLOATS: dict[str, Row] = {
    "copysign": Row(
        st.one_of(
            pointwise(NONZERO, NONZERO),
            st.builds(lambda many, one: Case((*many, one), {}), operands(NONZERO), st.sampled_from([1.0, -1, -0.0])),
        ),
        "takes a sign, and computes nothing",
    ),
    "nextafter": Row(pointwise(lattice(0), lattice(0.05)), "a step of one unit in the last place"),
    "ldexp": Row(pointwise(ANY, ANY), "a product and a power of 2, as mul and exp2 are"),
    "nan_to_num": Row(
        pointwise(
            ANY,
            nan=st.sampled_from([0.0, 2.5]),
            posinf=st.sampled_from([None, 3.0]),
            neginf=st.sampled_from([None, -4.0]),
        ),
        "chooses, and computes nothing",
    ),
}
