"""Modules that hold layers or parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from support.layers.basic import linear_modules
from support.layers.layer import Layer, Layers, inputs, parameters

import tinygrad_edu as tg
from tinygrad_edu import nn


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


CONTAINERS: dict[type[nn.Module], Layers] = {
    nn.ModuleDict: containers_of_layers(nn.ModuleDict),
    nn.ModuleList: containers_of_layers(nn.ModuleList),
    nn.ParameterDict: containers_of_parameters(nn.ParameterDict),
    nn.ParameterList: containers_of_parameters(nn.ParameterList),
    nn.Sequential: containers_of_layers(nn.Sequential),
}
