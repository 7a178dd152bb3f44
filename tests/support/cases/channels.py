"""The calls of rules. Of what normalises channels."""

from __future__ import annotations

from hypothesis import strategies as st
from support.arrays import arrays, shapes
from support.elementwise import Case, Cases


@st.composite
def _batch_norm(draw: st.DrawFn) -> Case:
    batch, channels, places = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(shapes(max_dims=2, min_side=1))
    factors = [draw(st.none() | arrays((channels,))) for _ in range(2)]
    x = draw(arrays((batch, channels, *places)))
    return Case((x, *factors), {"eps": draw(st.sampled_from([0.1, 0.5]))})


OF_CHANNELS: dict[str, Cases] = {"batch_norm": _batch_norm()}
