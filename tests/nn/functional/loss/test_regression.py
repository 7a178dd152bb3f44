"""Losses for regression: values, weights, and shapes that differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn

F = nn.functional

X = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 4.0]])
T = np.array([[1.5, 0.0, 3.0], [0.5, 2.0, 3.0]])
BOTH: list[tuple[Any, np.ndarray, np.ndarray]] = [  # function, losses, their slopes
    (F.mse_loss, (X - T) ** 2, 2 * (X - T)),
    (F.l1_loss, np.abs(X - T), np.sign(X - T)),
]


@pytest.mark.parametrize(("function", "losses", "slopes"), BOTH)
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_values_and_gradients(function: Any, losses: np.ndarray, slopes: np.ndarray, reduction: str) -> None:
    x: Any = tg.tensor(X, requires_grad=True)
    t: Any = tg.tensor(T, requires_grad=True)
    loss = function(x, t, reduction=reduction)
    expected = {"none": losses, "mean": losses.mean(), "sum": losses.sum()}[reduction]
    np.testing.assert_allclose(loss.detach().numpy(), expected)
    loss.sum().backward()
    scale = losses.size if reduction == "mean" else 1
    np.testing.assert_allclose(x.grad.numpy(), slopes / scale)
    np.testing.assert_allclose(t.grad.numpy(), -slopes / scale)


@pytest.mark.parametrize(("function", "losses"), [(function, losses) for function, losses, _ in BOTH])
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_weights(function: Any, losses: np.ndarray, reduction: str) -> None:
    weight = np.array([[1.0, 2.0, 0.0], [3.0, 1.0, 1.0]])
    loss = function(tg.tensor(X), tg.tensor(T), reduction=reduction, weight=tg.tensor(weight))
    weighted = losses * weight
    expected = {"none": weighted, "mean": weighted.sum() / weight.sum(), "sum": weighted.sum()}[reduction]
    np.testing.assert_allclose(loss.numpy(), expected)
    with pytest.raises(ValueError, match=r"weight must have the shape \(2, 3\)"):
        function(tg.tensor(X), tg.tensor(T), weight=tg.ones(3))


@pytest.mark.parametrize("function", [F.mse_loss, F.l1_loss])
def test_unequal_shapes_warn_and_broadcast(function: Any) -> None:
    x, t = tg.tensor([[1.0], [3.0]]), tg.tensor([1.0, 3.0])
    with pytest.warns(UserWarning, match=r"target has shape \(2,\) but the input \(2, 1\).*reshape") as caught:
        loss = function(x, t, reduction="none")
    assert caught[0].filename == __file__
    assert loss.shape == (2, 2)


@pytest.mark.parametrize("function", [F.mse_loss, F.l1_loss])
def test_shapes_that_do_not_broadcast_are_refused(function: Any) -> None:
    with pytest.warns(UserWarning, match="rarely meant"), pytest.raises(RuntimeError, match="don't broadcast"):
        function(tg.ones(3), tg.ones(2))


def test_integer_targets_are_taken() -> None:
    assert F.mse_loss(tg.tensor([0.5]), tg.tensor([1])).item() == 0.25


@pytest.mark.parametrize("function", [F.mse_loss, F.l1_loss])
def test_wants_tensors(function: Any) -> None:
    with pytest.raises(TypeError, match="target must be a tensor"):
        function(tg.ones(1), 1.0)
    with pytest.raises(TypeError, match="input must be a tensor"):
        function([1.0], tg.ones(1))
