"""Weights that are computed: their gradients against differences, the largest singular value, what is kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from support.proof import prove

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn.utils import parametrizations, parametrize

KINDS: dict[str, Callable[[Any], Any]] = {
    "weight_norm": parametrizations.weight_norm,
    "weight_norm of all": lambda layer: parametrizations.weight_norm(layer, dim=None),
    "spectral_norm": parametrizations.spectral_norm,
    **{
        kind: partial(parametrizations.orthogonal, orthogonal_map=kind)
        for kind in ("matrix_exp", "cayley", "householder")
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradients_of_a_computed_weight(kind: str) -> None:
    tg.manual_seed(0)
    layer = KINDS[kind](nn.Linear(2, 3, dtype=tg.float64)).eval()
    with tg.no_grad():
        for each in layer.parametrizations.weight.parameters():
            each += 0.1 * tg.randn(each.shape, dtype=tg.float64)
            if kind == "householder":
                each.diagonal().fill_(-1.5)  # what counts of it is its whole part
    x = tg.randn(4, 2, dtype=tg.float64, requires_grad=True)
    prove(lambda: layer(x), {"x": x, **dict(layer.named_parameters())})


@pytest.mark.parametrize("normed", [nn.utils.spectral_norm, parametrizations.spectral_norm])
def test_the_largest_singular_value_becomes_1(normed: Callable[..., Any]) -> None:
    tg.manual_seed(0)
    layer = normed(nn.Conv2d(2, 3, 2, dtype=tg.float64))
    for _ in range(300):
        layer(tg.zeros(1, 2, 2, 2, dtype=tg.float64))
    assert np.linalg.norm(layer.weight.detach().flatten(1).numpy(), 2) == pytest.approx(1)
    kept = layer.eval().state_dict()
    before = {name: each.clone() for name, each in kept.items()}
    layer(tg.zeros(1, 2, 2, 2, dtype=tg.float64))
    assert all(each.equal(before[name]) for name, each in layer.state_dict().items() if not name.endswith("weight"))


def test_an_assigned_weight_is_not_tied_to_what_was_recorded() -> None:
    layer = parametrizations.weight_norm(nn.Linear(2, 2))
    layer.weight = layer.weight * 2
    assert all(each.is_leaf for each in layer.parameters())


def test_within_cached_a_weight_is_worked_out_once() -> None:
    calls = []

    class Counting(nn.Module):
        def forward(self, x: Any) -> Any:
            calls.append(x)
            return x * 1

    layer = parametrize.register_parametrization(nn.Linear(2, 2), "weight", Counting(), unsafe=True)
    for _ in range(2):
        calls.clear()
        with parametrize.cached():
            layer(layer(tg.zeros(2)))
        assert len(calls) == 1
    layer(layer(tg.zeros(2)))
    assert len(calls) == 3
    with pytest.raises(ZeroDivisionError), parametrize.cached():
        raise ZeroDivisionError
    assert layer.weight is not layer.weight


def test_a_parameter_cannot_take_the_place_of_a_computed_weight() -> None:
    layer = parametrizations.weight_norm(nn.Linear(2, 2))
    with pytest.raises(KeyError, match="'weight' is parametrized"):
        layer.weight = nn.Parameter(tg.zeros(2, 2))
    layer.extra = nn.Parameter(tg.zeros(2))
    assert "extra" in dict(layer.named_parameters())


def test_nothing_is_left_of_a_hook_that_was_taken_off() -> None:
    layer = nn.utils.spectral_norm(nn.Linear(3, 2))
    layer.register_forward_pre_hook(lambda module, args: None)
    nn.utils.remove_spectral_norm(layer)
    assert list(layer.state_dict()) == ["bias", "weight"]
    assert layer.weight.is_leaf
    layer(tg.zeros(3)).sum().backward()
    nn.utils.spectral_norm(layer)
