"""Layers that normalise channels."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from support.arrays import shapes
from support.layers.layer import Layer, Layers, inputs, parameters

import tinygrad_edu as tg
from tinygrad_edu import nn


@st.composite
def with_statistics(draw: st.DrawFn, kind: Any, places: tuple[int, ...]) -> Layer:
    channels = draw(st.integers(1, 2))
    settings: dict[str, Any] = {
        "num_features": channels,
        "eps": draw(st.sampled_from([0.1, 0.5])),
        "momentum": draw(st.sampled_from([0.1, 0.5])),
        "affine": draw(st.booleans()),
        "track_running_stats": draw(st.booleans()),
        "bias": draw(st.booleans()),
    }
    module = kind(**settings, dtype=tg.float64)
    with_values(draw, module, channels)
    dims = draw(st.sampled_from(places))
    shape = (draw(st.integers(2, 3)), channels, *draw(shapes(min_dims=dims, max_dims=dims, min_side=2, max_side=2)))
    return Layer(module, settings, draw(inputs(shape)))


@st.composite
def group_norm(draw: st.DrawFn) -> Layer:
    groups = draw(st.integers(1, 2))
    settings: dict[str, Any] = {
        "num_groups": groups,
        "num_channels": 2 * groups,
        "eps": draw(st.sampled_from([0.1, 0.5])),
        "affine": draw(st.booleans()),
        "bias": draw(st.booleans()),
    }
    module = nn.GroupNorm(**settings, dtype=tg.float64)
    with_values(draw, module, 2 * groups)
    return Layer(module, settings, draw(inputs((2, 2 * groups, *draw(shapes(max_dims=1, min_side=1))))))


def with_values(draw: st.DrawFn, module: nn.Module, channels: int) -> None:
    for name in [name for name, _ in module.named_parameters()]:
        setattr(module, name, draw(parameters((channels,))))


OF_CHANNELS: dict[type[nn.Module], Layers] = {
    nn.BatchNorm1d: with_statistics(nn.BatchNorm1d, (0, 1)),
    nn.BatchNorm2d: with_statistics(nn.BatchNorm2d, (2,)),
    nn.BatchNorm3d: with_statistics(nn.BatchNorm3d, (3,)),
    nn.GroupNorm: group_norm(),
    nn.InstanceNorm1d: with_statistics(nn.InstanceNorm1d, (1,)),
    nn.InstanceNorm2d: with_statistics(nn.InstanceNorm2d, (2,)),
    nn.InstanceNorm3d: with_statistics(nn.InstanceNorm3d, (3,)),
}
