"""The table of a model: shapes as layers put them out, counts as PyTorch counts, and what parameters() can't find."""

from __future__ import annotations

from typing import Any

import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.inspection import summary


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Dropout(0.5))
        self.output = nn.Linear(4 * 6 * 6, 10)
        self.unused = nn.Linear(2, 2)

    def forward(self, x: Any) -> Any:
        return self.output(self.features(x).flatten(1))


def test_each_layer_has_its_shape_and_its_own_parameters() -> None:
    found = summary(Network(), (5, 1, 8, 8))
    lines = {each.name: each for each in found.layers}
    assert lines[""].output_shape == (5, 10)
    assert lines["features"].output_shape == lines["features.2"].output_shape == (5, 4, 6, 6)
    assert lines["features.0"].parameters == 4 * 9 + 4
    assert lines["features"].parameters == 0
    assert lines["unused"].output_shape is None
    assert "not called" in str(found)
    assert found.total_params == found.trainable_params == 40 + 1450 + 6


def test_memory_is_that_of_the_numbers() -> None:
    found = summary(nn.Sequential(nn.Linear(3, 4), nn.ReLU()), tg.zeros(2, 3))
    assert found.param_bytes == 16 * 4
    assert found.output_bytes == 2 * (2 * 4 * 4)


def test_frozen_parameters_are_not_learned() -> None:
    model = nn.Linear(3, 4)
    model.bias.requires_grad_(False)
    found = summary(model, (1, 3))
    assert (found.total_params, found.trainable_params) == (16, 12)


def test_a_layer_that_is_called_twice_says_so() -> None:
    layer = nn.Linear(2, 2)
    found = summary(nn.Sequential(layer, layer), (1, 2))
    assert "called 2 times" in str(found)
    assert found.total_params == 6


def test_several_inputs_and_outputs() -> None:
    found = summary(nn.LSTM(3, 4), tg.zeros(5, 2, 3))
    assert found.layers[0].output_shape == ((5, 2, 4), (1, 2, 4), (1, 2, 4))
    both = summary(nn.Bilinear(2, 3, 4), (tg.zeros(5, 2), tg.zeros(5, 3)))
    assert both.layers[0].output_shape == (5, 4)
    assert both.input_shape == ((5, 2), (5, 3))


def test_the_model_is_left_as_it_was() -> None:
    model = Network()
    model.features[0].eval()
    before = [module.training for module in model.modules()]
    summary(model, (1, 1, 8, 8))
    assert [module.training for module in model.modules()] == before
    assert all(parameter.grad is None for parameter in model.parameters())
    with pytest.raises(RuntimeError):
        summary(model, (1, 7))
    assert [module.training for module in model.modules()] == before
    model.features[0](tg.zeros(1, 1, 8, 8))  # no hook of the summary is left to look at it


def test_modules_and_parameters_in_plain_lists_are_told_of() -> None:
    class Forgetful(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = [nn.Linear(2, 2)]
            self.scales = {"a": nn.Parameter(tg.ones(1))}

        def forward(self, x: Any) -> Any:
            return self.layers[0](x) * self.scales["a"]

    text = str(summary(Forgetful(), (1, 2)))
    assert "layers holds modules in a plain list" in text
    assert "make it an nn.ModuleList" in text
    assert "scales holds parameters in a plain dict" in text
    assert not summary(nn.Sequential(nn.Linear(2, 2)), (1, 2)).notes


def test_what_is_no_model_or_input_is_refused() -> None:
    with pytest.raises(TypeError, match="summary: wanted a module"):
        wrong(summary)(nn.Linear, (1, 2))
    with pytest.raises(TypeError, match="input must be a tensor, a tuple of arguments, or a shape"):
        summary(nn.Linear(2, 2), "x")


def test_outputs_in_dicts_and_large_models() -> None:
    class Heads(nn.Module):
        def forward(self, x: Any) -> Any:
            return {"a": x, "b": [x.sum(), None]}

    assert summary(Heads(), (2, 3)).layers[0].output_shape == ((2, 3), ())
    assert "MiB of parameters" in str(summary(nn.Linear(1000, 1000), (1, 1000)))
    assert "B of parameters" in str(summary(nn.Linear(2, 1), (1, 2)))
