"""What the row of a layer is made of: layers in float64, each with an input that fits."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st
from support.arrays import ANY, Domain, Shape, arrays

import tinygrad_edu as tg
from tinygrad_edu import nn


class Layer(NamedTuple):
    """A layer in float64, how it was made, and an input of it."""

    module: nn.Module
    settings: dict[str, Any]
    input: Any


Layers = st.SearchStrategy[Layer]


@st.composite
def parameters(draw: st.DrawFn, shape: Shape, domain: Domain = ANY) -> nn.Parameter:
    return nn.Parameter(tg.Tensor.wrap(draw(arrays(shape, domain))))


@st.composite
def inputs(draw: st.DrawFn, shape: Shape, domain: Domain = ANY) -> Any:
    return tg.Tensor.wrap(draw(arrays(shape, domain)), requires_grad=True)
