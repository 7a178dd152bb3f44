"""Activation functions as layers: each computes what its function does."""

from __future__ import annotations

from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn

F = nn.functional

X = tg.tensor([[-2.0, 0.0, 1.0], [3.0, -0.5, 30.0]])


@pytest.mark.parametrize(
    ("layer", "expected", "text"),
    [
        (nn.Step(), F.step(X), "Step()"),
        (nn.Sigmoid(), F.sigmoid(X), "Sigmoid()"),
        (nn.Tanh(), F.tanh(X), "Tanh()"),
        (nn.ReLU(), F.relu(X), "ReLU()"),
        (nn.Softmax(dim=0), F.softmax(X, 0), "Softmax(dim=0)"),
        (nn.LogSoftmax(dim=1), F.log_softmax(X, 1), "LogSoftmax(dim=1)"),
        (nn.Softplus(), F.softplus(X), "Softplus(beta=1.0, threshold=20.0)"),
        (nn.Softplus(2.0, 1.0), F.softplus(X, 2.0, 1.0), "Softplus(beta=2.0, threshold=1.0)"),
        (nn.LogSigmoid(), F.logsigmoid(X), "LogSigmoid()"),
    ],
)
def test_a_layer_is_its_function(layer: nn.Module, expected: Any, text: str) -> None:
    assert tg.equal(layer(X), expected)
    assert repr(layer) == text
    assert list(layer.parameters()) == []


def test_relu_may_work_in_place() -> None:
    x = tg.tensor([-1.0, 2.0])
    layer = nn.ReLU(inplace=True)
    assert layer(x) is x
    assert x.tolist() == [0.0, 2.0]
    assert repr(layer) == "ReLU(inplace=True)"


@pytest.mark.parametrize("layer", [nn.Softmax(), nn.LogSoftmax()])
def test_leaving_out_the_dimension_warns_where_the_layer_is_called(layer: nn.Module) -> None:
    with pytest.warns(UserWarning, match="dim was left out; write dim=1") as caught:
        layer(X)
    assert caught[0].filename == __file__
