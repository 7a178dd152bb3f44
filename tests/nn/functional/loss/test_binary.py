"""Losses for two classes: values, weights, extremes, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn

F = nn.functional

X = np.array([[0.9, 0.2, 0.6], [0.3, 0.5, 0.75]])
T = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 1.0]])
WEIGHT = np.array([0.5, 2.0, 1.0])


def reduced(losses: np.ndarray, reduction: str) -> Any:
    return {"none": losses, "mean": losses.mean(), "sum": losses.sum()}[reduction]


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_of_probabilities(reduction: str, weight: Any) -> None:
    losses = -(T * np.log(X) + (1 - T) * np.log(1 - X))
    settings: dict[str, Any] = {} if weight is None else {"weight": tg.tensor(weight)}
    loss = F.binary_cross_entropy(tg.tensor(X), tg.tensor(T), **settings, reduction=reduction)
    np.testing.assert_allclose(loss.numpy(), reduced(losses * (1 if weight is None else weight), reduction))


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize("positive", [None, np.array([3.0, 1.0, 0.5])])
def test_of_scores(reduction: str, weight: Any, positive: Any) -> None:
    scores = np.log(X / (1 - X))
    losses = -((1 if positive is None else positive) * T * np.log(X) + (1 - T) * np.log(1 - X))
    settings: dict[str, Any] = {} if weight is None else {"weight": tg.tensor(weight)}
    if positive is not None:
        settings["pos_weight"] = tg.tensor(positive)
    loss = F.binary_cross_entropy_with_logits(tg.tensor(scores), tg.tensor(T), **settings, reduction=reduction)
    np.testing.assert_allclose(loss.numpy(), reduced(losses * (1 if weight is None else weight), reduction))


def test_the_gradient_by_the_scores_is_p_minus_t() -> None:
    scores: Any = tg.tensor(np.log(X / (1 - X)), requires_grad=True)
    F.binary_cross_entropy_with_logits(scores, tg.tensor(T), reduction="sum").backward()
    np.testing.assert_allclose(scores.grad.numpy(), X - T, atol=1e-12)


def test_sure_and_wrong_stays_finite() -> None:
    assert F.binary_cross_entropy(tg.tensor([0.0, 1.0]), tg.tensor([1.0, 0.0])).item() == 100
    scores: Any = tg.tensor([-1000.0, 1000.0], requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(scores, tg.tensor([1.0, 0.0]))
    assert loss.item() == 1000
    loss.backward()
    assert scores.grad.tolist() == [-0.5, 0.5]


@pytest.mark.parametrize("bad", [1.5, -0.5, float("nan")])
def test_probabilities_outside_0_to_1_are_refused(bad: float) -> None:
    with pytest.raises(RuntimeError, match=r"input must hold probabilities.*use binary_cross_entropy_with_logits"):
        F.binary_cross_entropy(tg.tensor([0.5, bad]), tg.tensor([1.0, 0.0]))
    with pytest.raises(RuntimeError, match="target must hold probabilities"):
        F.binary_cross_entropy(tg.tensor([0.5, 0.5]), tg.tensor([1.0, bad]))


@pytest.mark.parametrize("function", [F.binary_cross_entropy, F.binary_cross_entropy_with_logits])
def test_shapes_and_dtypes_must_agree(function: Any) -> None:
    with pytest.raises(ValueError, match=r"target must have the shape \(2,\) of the input, got a float32 tensor"):
        function(tg.tensor([0.5, 0.5]), tg.tensor([1.0]))
    with pytest.raises(RuntimeError, match=r"got a float32 tensor .* and an int64 tensor .*\.float\(\)"):
        function(tg.tensor([0.5, 0.5]), tg.tensor([1, 0]))
    with pytest.raises(TypeError, match="target must be a tensor"):
        function(tg.tensor([0.5]), [1.0])
