"""Functions that layers are made of, and that are no losses."""

from __future__ import annotations

from hypothesis import strategies as st
from support.arrays import ANY, NONZERO, arrays, shapes
from support.calls.call import Call, Calls, elementwise


@st.composite
def linear(draw: st.DrawFn) -> Call:
    batch, width, out = draw(shapes(max_dims=2)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    places = {"input": draw(arrays((*batch, width), ANY)), "weight": draw(arrays((out, width), ANY))}
    if draw(st.booleans()):
        places["bias"] = draw(arrays((out,), ANY))
    return Call(places, {})


# Beside 0.5025, and twice and half of it, no multiple of 0.01 is nearer than twice the step of differences.
SOFTPLUS = elementwise(ANY, beta=st.sampled_from([1, 2.0, 0.5]), threshold=st.sampled_from([20, 0.5025]))

OF_LAYERS: dict[str, Calls] = {
    "dropout": elementwise(ANY, p=st.sampled_from([0.5, 0.25, 0, 1]), training=st.booleans(), inplace=st.booleans()),
    "linear": linear(),
    "logsigmoid": elementwise(ANY),
    "softplus": SOFTPLUS,
    "step": elementwise(NONZERO),
}
