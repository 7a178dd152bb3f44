"""For each layer that isn't a single function, the strategy of its instances, with an input that fits.

Layers that hold the settings of a function come from support/calls.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st
from support.arrays import ANY, Domain, Shape, arrays, shapes

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


@st.composite
def identity(draw: st.DrawFn) -> Layer:
    return Layer(nn.Identity(), {}, draw(inputs(draw(shapes()))))


class _Chain(nn.Module):
    """A module that finds its layers in a container."""

    def __init__(self, container: Any) -> None:
        super().__init__()
        self.container = container

    def forward(self, x: Any) -> Any:
        for layer in self.container.values() if isinstance(self.container, nn.ModuleDict) else self.container:
            x = layer(x)
        return x


class _Polynomial(nn.Module):
    """A module whose parameters, in a container, are the coefficients of a polynomial."""

    def __init__(self, container: Any) -> None:
        super().__init__()
        self.container = container

    def forward(self, x: Any) -> Any:
        coefficients = self.container.values() if isinstance(self.container, nn.ParameterDict) else self.container
        total = tg.zeros_like(x)
        for coefficient in coefficients:
            total = total * x + coefficient
        return total


@st.composite
def containers_of_layers(draw: st.DrawFn, kind: Callable[[Any], nn.Module]) -> Layer:
    """A linear layer, a bend and, perhaps, the same linear layer again."""
    first, _ = draw(linear_modules(2, 2))
    layers: list[nn.Module] = [first, nn.Tanh(), *([first] if draw(st.booleans()) else [])]
    x = draw(inputs((2, 2)))
    if kind is nn.Sequential:
        return Layer(nn.Sequential(*layers), {"args": layers}, x)
    modules = {str(number): layer for number, layer in enumerate(layers)} if kind is nn.ModuleDict else layers
    return Layer(_Chain(kind(modules)), {"modules": modules}, x)


@st.composite
def containers_of_parameters(draw: st.DrawFn, kind: Callable[[Any], nn.Module]) -> Layer:
    shape = st.sampled_from([(), (3,), (2, 1)])
    values: Any = [draw(parameters(each)) for each in draw(st.lists(shape, min_size=1, max_size=3))]
    if kind is nn.ParameterDict:
        values = {str(number): value for number, value in enumerate(values)}
    name = "parameters" if kind is nn.ParameterDict else "values"
    return Layer(_Polynomial(kind(values)), {name: values}, draw(inputs((2, 3))))


LAYERS: dict[type[nn.Module], Layers] = {
    nn.Flatten: flatten(),
    nn.Identity: identity(),
    nn.Linear: linear(),
    nn.ModuleDict: containers_of_layers(nn.ModuleDict),
    nn.ModuleList: containers_of_layers(nn.ModuleList),
    nn.ParameterDict: containers_of_parameters(nn.ParameterDict),
    nn.ParameterList: containers_of_parameters(nn.ParameterList),
    nn.Perceptron: perceptron(),
    nn.Sequential: containers_of_layers(nn.Sequential),
    nn.Unflatten: unflatten(),
}
