"""Functions that models of sequences are made of."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from support.arrays import ANY, arrays, shapes
from support.calls.call import Call, Calls


@st.composite
def norm_of_samples(draw: st.DrawFn, factors: tuple[str, ...]) -> Call:
    batch, sample = draw(shapes(max_dims=2)), draw(shapes(min_dims=1, max_dims=2, min_side=1))
    places = {"input": draw(arrays((*batch, *sample), ANY))}
    given = factors[: draw(st.integers(0, len(factors)))]  # PyTorch has no second derivative of a bias without a weight
    places |= {name: draw(arrays(sample, ANY)) for name in given}
    settings: dict[str, Any] = {"normalized_shape": sample, "eps": draw(st.sampled_from([0.1, 0.5]))}
    return Call(places, settings)


OF_SEQUENCES: dict[str, Calls] = {
    "layer_norm": norm_of_samples(("weight", "bias")),
    "rms_norm": norm_of_samples(("weight",)),
}
