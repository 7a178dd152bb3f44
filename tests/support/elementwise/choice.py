"""The rows of the elementwise operations of ops/choice.py: how they are called, and what they are exactly."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from support.arrays import (
    ANY,
    NONZERO,
    arrays,
    lattice,
)
from support.elementwise.row import Case, Row, broadcast_shapes, operands, pointwise
from support.exact import (
    Exact,
    half_at_a_tie,
)


@st.composite
def _where(draw: st.DrawFn) -> Case:
    condition, x, y = draw(broadcast_shapes(3))
    number = draw(st.sampled_from([None, 0, 1.5]))
    other = draw(arrays(y)) if number is None else number
    return Case((draw(hnp.arrays(bool, condition)), draw(arrays(x)), other), {})


@st.composite
def _clamp(draw: st.DrawFn) -> Case:
    x, low, high = draw(operands(lattice(0), lattice(0.03), lattice(0.06)))
    kind = draw(st.sampled_from(["arrays", "numbers", "low", "high"]))
    if kind == "numbers":
        low, high = -0.43, draw(lattice(0.06))
    return Case((x, None if kind == "high" else low, None if kind == "low" else high), {})


CHOICE: dict[str, Row] = {
    "maximum": Row(pointwise(lattice(0), lattice(0.05)), Exact(max, (half_at_a_tie, lambda x, y: half_at_a_tie(y, x)))),
    "minimum": Row(pointwise(lattice(0), lattice(0.05)), Exact(min, (lambda x, y: half_at_a_tie(y, x), half_at_a_tie))),
    "where": Row(_where(), "chooses, and computes nothing"),
    "clamp": Row(_clamp(), "chooses, and computes nothing"),
    "fmax": Row(pointwise(lattice(0), lattice(0.05)), "chooses, as maximum does"),
    "fmin": Row(pointwise(lattice(0), lattice(0.05)), "chooses, as minimum does"),
    "heaviside": Row(pointwise(NONZERO, ANY), "chooses, and computes nothing"),
}
