"""Parameters as one vector, and back."""

from __future__ import annotations

from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def test_there_and_back() -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    vector = nn.utils.parameters_to_vector(net.parameters())
    assert vector.shape == (13,)
    weight = net[0].weight
    nn.utils.vector_to_parameters(vector.detach() * 2, net.parameters())
    assert net[0].weight is weight
    assert tg.allclose(nn.utils.parameters_to_vector(net.parameters()), vector * 2)


def test_gradients_flow_through_the_vector() -> None:
    w: Any = tg.ones(2, 2, requires_grad=True)
    nn.utils.parameters_to_vector([w]).sum().backward()
    assert w.grad.tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_the_pieces_have_memory_of_their_own() -> None:
    vector, w = tg.zeros(2), tg.ones(2)
    nn.utils.vector_to_parameters(vector, [w])
    vector[0] = 5.0
    assert w.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("vector", [tg.zeros(3), tg.zeros(5), tg.zeros(2, 2)])
def test_the_lengths_must_fit(vector: Any) -> None:
    with pytest.raises(RuntimeError, match="the parameters hold 4 values, got a float32 tensor of shape"):
        nn.utils.vector_to_parameters(vector, [tg.zeros(2, 2)])


def test_wants_tensors() -> None:
    numbers: Any = [1.0]
    with pytest.raises(TypeError, match="a parameter must be a tensor"):
        nn.utils.parameters_to_vector(numbers)
    with pytest.raises(TypeError, match="vec must be a tensor"):
        nn.utils.vector_to_parameters(numbers, [])
