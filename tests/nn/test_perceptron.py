"""The perceptron: a weighted sum, a bias, a step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


@pytest.mark.parametrize(
    ("weight", "bias", "answers"),
    [
        ([0.5, 0.5], -0.7, [0, 0, 0, 1]),  # and
        ([-0.5, -0.5], 0.7, [1, 1, 1, 0]),  # nand
        ([0.5, 0.5], -0.2, [0, 1, 1, 1]),  # or
    ],
)
def test_makes_the_gates_of_the_book(weight: list[float], bias: float, answers: list[int]) -> None:
    inputs = tg.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    perceptron = nn.Perceptron(weight, bias)
    assert perceptron(inputs).tolist() == answers
    assert [perceptron(each).item() for each in inputs] == answers


def test_is_0_on_the_line_itself() -> None:
    assert nn.Perceptron([1.0], -1.0)(tg.tensor([1.0])).item() == 0.0


def test_takes_numbers_arrays_and_tensors_and_keeps_a_copy() -> None:
    source = tg.tensor([1.0, 2.0], dtype=tg.float64)
    perceptron = nn.Perceptron(source, tg.tensor(3.0, dtype=tg.float64))
    source[0] = 9.0
    assert perceptron.weight.tolist() == [1.0, 2.0]
    assert perceptron.weight.dtype is tg.float64
    array: Any = np.array([1, 2])
    assert nn.Perceptron(array, 0).weight.dtype is tg.float32
    assert nn.Perceptron((1, 2), 0).bias.shape == ()


def test_is_set_by_hand_and_asks_for_no_gradient() -> None:
    perceptron = nn.Perceptron([1.0, 0.0], -69.0)
    assert [name for name, _ in perceptron.named_parameters()] == ["weight", "bias"]
    assert not any(each.requires_grad for each in perceptron.parameters())
    assert repr(perceptron) == "Perceptron(weight=[1.0, 0.0], bias=-69.0)"


@pytest.mark.parametrize(
    ("weight", "bias", "message"),
    [
        (1.0, 0.0, "weight must be a list of numbers"),
        ([[1.0]], 0.0, "weight must be a list of numbers"),
        (["a"], 0.0, "weight must be a list of numbers"),
        ([1.0], [0.0], "bias must be one number"),
        ([1.0], None, "bias must be one number, got None"),
    ],
)
def test_wants_numbers(weight: Any, bias: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        nn.Perceptron(weight, bias)


@pytest.mark.parametrize("x", [tg.ones(3), tg.tensor(1.0), tg.ones(2, 3)])
def test_a_wrong_input_is_explained(x: Any) -> None:
    with pytest.raises(RuntimeError, match=r"Perceptron: 2 weights want inputs of shape \(\.\.\., 2\)"):
        nn.Perceptron([1.0, 1.0], 0.0)(x)
