"""The rows of the elementwise operations of ops/rounding.py: how they are called, and what they are exactly."""

from __future__ import annotations

from hypothesis import strategies as st
from mpmath import mp
from support.arrays import (
    BETWEEN_STEPS,
    between,
)
from support.elementwise.row import Case, Row, operands, pointwise
from support.exact import (
    Exact,
    nought,
)


@st.composite
def _round(draw: st.DrawFn) -> Case:
    decimals = draw(st.sampled_from([0, 1, -1]))
    part = between(-0.4, 0.4)
    near_whole = st.builds(lambda whole, rest: (whole + rest) / 10.0**decimals, st.integers(-3, 3), part)
    return Case(draw(operands(near_whole)), {"decimals": decimals})


ROUNDING: dict[str, Row] = {
    "floor": Row(pointwise(BETWEEN_STEPS), Exact(mp.floor, (nought,))),
    "ceil": Row(pointwise(BETWEEN_STEPS), Exact(mp.ceil, (nought,))),
    "trunc": Row(pointwise(BETWEEN_STEPS), Exact(lambda x: mp.sign(x) * mp.floor(abs(x)), (nought,))),
    "round": Row(_round(), "rounds to decimal places, by a product and a quotient, as PyTorch does"),
}
