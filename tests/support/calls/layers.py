"""Functions that layers are made of, and that are no losses."""

from __future__ import annotations

from hypothesis import strategies as st
from support.arrays import ANY, arrays, shapes
from support.calls.activations import OF_ACTIVATIONS
from support.calls.call import Call, Calls
from support.calls.channels import OF_CHANNELS
from support.calls.distances import OF_DISTANCES
from support.calls.spatial import SPATIAL


@st.composite
def linear(draw: st.DrawFn) -> Call:
    batch, width, out = draw(shapes(max_dims=2)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    places = {"input": draw(arrays((*batch, width), ANY)), "weight": draw(arrays((out, width), ANY))}
    if draw(st.booleans()):
        places["bias"] = draw(arrays((out,), ANY))
    return Call(places, {})


OF_LAYERS: dict[str, Calls] = {
    "linear": linear(),
    **OF_ACTIVATIONS,
    **OF_CHANNELS,
    **OF_DISTANCES,
    **SPATIAL,
}
