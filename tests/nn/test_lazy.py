"""Layers that find their sizes out from the first input, and what they say if they can't."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn._lazy import LazyModuleMixin


@pytest.mark.parametrize(
    ("lazy", "shape", "becomes", "weight"),
    [
        (lambda: nn.LazyLinear(3), (5, 2), nn.Linear, (3, 2)),
        (lambda: nn.LazyConv1d(3, 2), (5, 4, 6), nn.Conv1d, (3, 4, 2)),
        (lambda: nn.LazyConv2d(3, 2), (4, 6, 6), nn.Conv2d, (3, 4, 2, 2)),
        (lambda: nn.LazyConvTranspose2d(3, 2), (5, 4, 6, 6), nn.ConvTranspose2d, (4, 3, 2, 2)),
        (lambda: nn.LazyBatchNorm1d(), (5, 4), nn.BatchNorm1d, (4,)),
        (lambda: nn.LazyBatchNorm2d(), (5, 4, 2, 2), nn.BatchNorm2d, (4,)),
    ],
)
def test_the_first_input_gives_the_sizes(
    lazy: Callable[[], Any], shape: tuple[int, ...], becomes: type, weight: tuple[int, ...]
) -> None:
    layer = lazy()
    assert layer.has_uninitialized_params()
    parameter = layer.weight
    y = layer(tg.randn(*shape))
    kind: type = type(layer)
    assert kind is becomes
    assert layer.weight is parameter  # so that an optimizer that has it learns
    assert tuple(layer.weight.shape) == weight
    assert layer(tg.randn(*shape)).shape == y.shape


def test_a_state_gives_the_sizes_too() -> None:
    state = nn.Linear(2, 3).state_dict()
    layer: Any = nn.LazyLinear(3)
    layer.load_state_dict(state)
    assert not layer.has_uninitialized_params()
    x = tg.randn(4, 2)
    assert tg.allclose(layer(x), x @ state["weight"].T + state["bias"], atol=1e-6)


class Silent(LazyModuleMixin, nn.Module):
    """Of which nobody says how it finds its sizes out."""

    cls_to_become = None

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.UninitializedParameter()


class Idle(Silent):
    """Which doesn't find them out."""

    def initialize_parameters(self, *args: Any, **kwargs: Any) -> None:
        pass


REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: Silent()(1), NotImplementedError, "Silent: initialize_parameters isn't written"),
    (lambda: Idle()(1), RuntimeError, "Idle: initialize_parameters left some without a shape"),
    (lambda: nn.LazyLinear(3)(tg.tensor(1.0)), RuntimeError, "LazyLinear: wanted an input that is at least 1-d"),
    (lambda: nn.LazyConv2d(3, 2)(tg.ones(2, 2)), RuntimeError, "wanted an input that is .*3-d"),
    (lambda: nn.LazyLinear(), TypeError, r"LazyLinear.__init__\(\) missing .*'out_features'"),
    (lambda: nn.LazyLinear(3).weight.shape, RuntimeError, "has no shape yet: call the module once"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_refusals(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
