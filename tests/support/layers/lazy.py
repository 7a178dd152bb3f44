"""Lazy layers, after their first call."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from support.arrays import shapes
from support.layers.layer import Layer, Layers, inputs

import tinygrad_edu as tg
from tinygrad_edu import nn


@st.composite
def lazy(draw: st.DrawFn, kind: Any, dims: int) -> Layer:
    """A layer for inputs of so many dimensions, that has seen one."""
    settings: dict[str, Any] = {}
    if kind is nn.LazyLinear:
        settings = {"out_features": 2}
    elif "Conv" in kind.__name__:
        settings = {"out_channels": 2, "kernel_size": 2}
    x = draw(inputs((2, *draw(shapes(min_dims=dims - 1, max_dims=dims - 1, min_side=2, max_side=2)))))
    module = kind(**settings, dtype=tg.float64)
    tg.manual_seed(0)
    module(x.detach())
    return Layer(module, settings, x)


LAZY: dict[type[nn.Module], Layers] = {
    nn.LazyLinear: lazy(nn.LazyLinear, 2),
    **{
        getattr(nn, f"Lazy{each}{dims}d"): lazy(getattr(nn, f"Lazy{each}{dims}d"), dims + 2)
        for each in ("BatchNorm", "Conv", "ConvTranspose", "InstanceNorm")
        for dims in (1, 2, 3)
    },
}
