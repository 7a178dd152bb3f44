"""Layers of models of sequences."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from support.arrays import shapes
from support.layers.layer import Layer, Layers, inputs, parameters

import tinygrad_edu as tg
from tinygrad_edu import nn


@st.composite
def norm_of_samples(draw: st.DrawFn, kind: Any) -> Layer:
    sample = draw(shapes(min_dims=1, max_dims=2, min_side=1))
    settings: dict[str, Any] = {
        "normalized_shape": sample if len(sample) > 1 else draw(st.sampled_from([sample, sample[0]])),
        "eps": draw(st.sampled_from([0.1, 0.5])),
        "elementwise_affine": draw(st.booleans()),
    }
    if kind is nn.LayerNorm:
        settings["bias"] = draw(st.booleans())
    module = kind(**settings, dtype=tg.float64)
    for name in [name for name, _ in module.named_parameters()]:
        setattr(module, name, draw(parameters(sample)))
    return Layer(module, settings, draw(inputs((*draw(shapes(max_dims=1)), *sample))))


OF_SEQUENCES: dict[type[nn.Module], Layers] = {
    nn.LayerNorm: norm_of_samples(nn.LayerNorm),
    nn.RMSNorm: norm_of_samples(nn.RMSNorm),
}
