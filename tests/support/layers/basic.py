"""Linear layers, and those that only change shapes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from support.arrays import NONZERO, shapes
from support.layers.layer import Layer, Layers, inputs, parameters

import tinygrad_edu as tg
from tinygrad_edu import nn


@st.composite
def linear_modules(draw: st.DrawFn, in_features: int, out_features: int) -> tuple[nn.Linear, dict[str, Any]]:
    settings: dict[str, Any] = {"in_features": in_features, "out_features": out_features, "bias": draw(st.booleans())}
    module = nn.Linear(**settings, dtype=tg.float64)
    module.weight = draw(parameters((out_features, in_features)))
    if settings["bias"]:
        module.bias = draw(parameters((out_features,)))
    return module, settings


@st.composite
def linear(draw: st.DrawFn) -> Layer:
    width = draw(st.integers(1, 3))
    module, settings = draw(linear_modules(width, draw(st.integers(1, 3))))
    return Layer(module, settings, draw(inputs((*draw(shapes(max_dims=2)), width))))


@st.composite
def flatten(draw: st.DrawFn) -> Layer:
    shape = draw(shapes(min_dims=1))
    start = draw(st.integers(0, len(shape) - 1))
    end = draw(st.integers(start, len(shape) - 1)) - len(shape)
    settings = {"start_dim": start, "end_dim": end}
    return Layer(nn.Flatten(**settings), settings, draw(inputs(shape)))


@st.composite
def unflatten(draw: st.DrawFn) -> Layer:
    before, sizes, after = (draw(shapes(min_dims=least, max_dims=2, min_side=1)) for least in (0, 1, 0))
    together = 1
    for size in sizes:
        together *= size
    shape = (*before, together, *after)
    dim = draw(st.sampled_from([len(before), len(before) - len(shape)]))
    settings: dict[str, Any] = {"dim": dim, "unflattened_size": draw(st.sampled_from([sizes, (-1, *sizes[1:])]))}
    return Layer(nn.Unflatten(**settings), settings, draw(inputs(shape)))


@st.composite
def perceptron(draw: st.DrawFn) -> Layer:
    """The step is flat but at 0: weighted sums of multiples of 0.01 never come nearer to 0 than half of one."""
    width = draw(st.integers(1, 3))
    weight = draw(st.lists(st.sampled_from([0.0, 1.0, -1.0]), min_size=width, max_size=width))
    settings = {"weight": tg.tensor(weight, dtype=tg.float64), "bias": tg.tensor(0.005, dtype=tg.float64)}
    return Layer(nn.Perceptron(**settings), settings, draw(inputs((*draw(shapes(max_dims=2)), width))))


class Squared(nn.Module):
    """A bilinear layer of one input, and that input turned around."""

    def __init__(self, layer: nn.Bilinear) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Any) -> Any:
        return self.layer(x, x.flip(-1))


@st.composite
def bilinear(draw: st.DrawFn) -> Layer:
    width, out = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    settings: dict[str, Any] = {"in1_features": width, "in2_features": width, "out_features": out}
    settings["bias"] = draw(st.booleans())
    module = nn.Bilinear(**settings, dtype=tg.float64)
    return Layer(Squared(module), settings, draw(inputs((*draw(shapes(max_dims=2, min_side=1)), width))))


@st.composite
def identity(draw: st.DrawFn) -> Layer:
    return Layer(nn.Identity(), {}, draw(inputs(draw(shapes()))))


@st.composite
def prelu(draw: st.DrawFn) -> Layer:
    channels = draw(st.integers(1, 3))
    settings: dict[str, Any] = {"num_parameters": draw(st.sampled_from([1, channels])), "init": 0.5}
    module = nn.PReLU(**settings, dtype=tg.float64)
    shape = (draw(st.integers(1, 2)), channels, *draw(shapes(max_dims=2)))
    return Layer(module, settings, draw(inputs(shape, NONZERO)))


@st.composite
def softmax2d(draw: st.DrawFn) -> Layer:
    return Layer(nn.Softmax2d(), {}, draw(inputs(draw(shapes(min_dims=3, max_dims=4, min_side=1)))))


BASIC: dict[type[nn.Module], Layers] = {
    nn.Bilinear: bilinear(),
    nn.Flatten: flatten(),
    nn.Identity: identity(),
    nn.Linear: linear(),
    nn.PReLU: prelu(),
    nn.Perceptron: perceptron(),
    nn.Softmax2d: softmax2d(),
    nn.Unflatten: unflatten(),
}
