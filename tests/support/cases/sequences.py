"""The calls of rules. Of what models of sequences are made of: normalisation, attention, recurrence."""

from __future__ import annotations

from hypothesis import strategies as st
from support.arrays import arrays, shapes
from support.elementwise import Case, Cases


@st.composite
def _norm_of_samples(draw: st.DrawFn, biased: bool) -> Case:
    batch, sample = draw(shapes(max_dims=2)), draw(shapes(min_dims=1, max_dims=2, min_side=1))
    factors = [draw(st.none() | arrays(sample)) for _ in range(1 + biased)]
    settings = {"dims": len(sample), "eps": draw(st.sampled_from([0.1, 0.5]))}
    return Case((draw(arrays((*batch, *sample))), *factors), settings)


OF_SEQUENCES: dict[str, Cases] = {
    "layer_norm": _norm_of_samples(biased=True),
    "rms_norm": _norm_of_samples(biased=False),
}
