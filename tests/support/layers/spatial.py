"""Layers over spatial dimensions."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st
from support.calls.spatial import convolved, transposed, unpooled
from support.layers.layer import Layer, Layers, inputs, parameters

import tinygrad_edu as tg
from tinygrad_edu import nn


def dims_of(kind: type[nn.Module]) -> int:
    found = re.search(r"(\d)d$", kind.__name__)
    assert found
    return int(found[1])


@st.composite
def convolutional(draw: st.DrawFn, kind: Any) -> Layer:
    """A layer with the weight, the settings and the input of a call of its function."""
    is_transposed, ndim = "Transpose" in kind.__name__, dims_of(kind)
    places, settings = draw((transposed if is_transposed else convolved)(ndim))
    first, second, *kernel = places["weight"].shape
    second *= settings["groups"]
    channels = (first, second) if is_transposed else (second, first)
    settings |= dict(zip(("in_channels", "out_channels"), channels, strict=True))
    settings |= {"kernel_size": tuple(kernel), "bias": "bias" in places}
    if not is_transposed:
        settings["padding_mode"] = draw(st.sampled_from(["zeros", "replicate", "circular"]))
    module: Any = kind(**settings, dtype=tg.float64)
    for name in places.keys() & {"weight", "bias"}:
        setattr(module, name, draw(parameters(places[name].shape)))
    return Layer(module, settings, draw(inputs(places["input"].shape)))


@st.composite
def padding(draw: st.DrawFn, kind: Any) -> Layer:
    ndim = dims_of(kind)
    least = 0 if kind.mode != "constant" else -1
    numbers = st.integers(least, 1)
    settings: dict[str, Any] = {"padding": draw(st.one_of(numbers, st.tuples(*[numbers] * (2 * ndim))))}
    if "Constant" in kind.__name__:
        settings["value"] = draw(st.sampled_from([0.5, -2.0]))
    return Layer(kind(**settings), settings, draw(inputs((1, *[2] * ndim))))


class _Unpooled(nn.Module):
    """A layer that puts values back, with the places where it puts them."""

    def __init__(self, layer: nn.Module, places: Any, output_size: Any) -> None:
        super().__init__()
        self.layer, self.places, self.output_size = layer, places, output_size

    def forward(self, x: Any) -> Any:
        return self.layer(x, self.places, self.output_size)


@st.composite
def unpooling(draw: st.DrawFn, kind: Any) -> Layer:
    places, settings = draw(unpooled(dims_of(kind)))
    taken: dict[str, Any] = {name: settings[name] for name in ("kernel_size", "stride", "padding") if name in settings}
    layer = _Unpooled(kind(**taken), settings["indices"], settings.get("output_size"))
    return Layer(layer, taken, draw(inputs(places["input"].shape)))


@st.composite
def upsampling(draw: st.DrawFn, kind: Any) -> Layer:
    size = st.one_of(st.integers(1, 3), st.tuples(st.integers(1, 3), st.integers(1, 3)))
    factor = st.sampled_from([1.5, 2.0, (2.0, 0.5)])
    settings = draw(st.one_of(st.fixed_dictionaries({"size": size}), st.fixed_dictionaries({"scale_factor": factor})))
    return Layer(kind(**settings), settings, draw(inputs((1, 1, 2, 3))))


CONVOLUTIONS = [nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d]
PADDINGS = [
    getattr(nn, f"{kind}Pad{ndim}d")
    for kind in ("Circular", "Constant", "Reflection", "Replication", "Zero")
    for ndim in (1, 2, 3)
]

SPATIAL: dict[type[nn.Module], Layers] = {
    **{kind: convolutional(kind) for kind in CONVOLUTIONS},
    **{kind: padding(kind) for kind in PADDINGS},
    **{kind: upsampling(kind) for kind in (nn.UpsamplingBilinear2d, nn.UpsamplingNearest2d)},
    **{kind: unpooling(kind) for kind in (nn.MaxUnpool1d, nn.MaxUnpool2d, nn.MaxUnpool3d)},
}
