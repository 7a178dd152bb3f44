"""The article's own losses: batches, targets of both kinds, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn

F = nn.functional

Y = np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]])
CLASSES = np.array([1, 0])
T = np.eye(3)[CLASSES]


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_squared_errors_are_summed_by_sample_and_then_reduced(reduction: str) -> None:
    sums = 0.5 * ((Y - T) ** 2).sum(1)
    expected = {"none": sums, "mean": sums.mean(), "sum": sums.sum()}[reduction]
    loss = F.sum_of_squared_errors(tg.tensor(Y), tg.tensor(T), reduction)
    np.testing.assert_allclose(loss.numpy(), expected)


def test_the_gradient_of_the_sum_of_squared_errors_is_y_minus_t() -> None:
    y: Any = tg.tensor(Y, requires_grad=True)
    F.sum_of_squared_errors(y, tg.tensor(T)).backward()
    np.testing.assert_allclose(y.grad.numpy(), Y - T)


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("target", [T, T.astype(np.int64), CLASSES, CLASSES.astype(np.uint8)])
def test_cross_entropy_error_takes_one_hot_targets_and_class_numbers(target: np.ndarray, reduction: str) -> None:
    errors = -np.log(Y[[0, 1], CLASSES] + 1e-7)
    expected = {"none": errors, "mean": errors.mean(), "sum": errors.sum()}[reduction]
    loss = F.cross_entropy_error(tg.tensor(Y), tg.tensor(target), reduction=reduction)
    np.testing.assert_allclose(loss.numpy(), expected)


@pytest.mark.parametrize("target", [T[0], CLASSES[0]])
def test_cross_entropy_error_of_one_sample(target: Any) -> None:
    for reduction in ("mean", "sum", "none"):
        loss = F.cross_entropy_error(tg.tensor(Y[0]), tg.tensor(target), reduction=reduction)
        assert loss.shape == ()
        assert loss.item() == pytest.approx(-math.log(0.5 + 1e-7))


def test_cross_entropy_error_is_that_of_the_softmax_s_scores() -> None:
    scores = tg.tensor([[2.0, 0.5, 0.1], [0.0, 3.0, 0.2]], dtype=tg.float64)
    error = F.cross_entropy_error(F.softmax(scores, 1), tg.tensor(CLASSES), delta=0.0)
    assert error.item() == pytest.approx(F.cross_entropy(scores, tg.tensor(CLASSES)).item())


def test_delta_keeps_the_error_finite() -> None:
    y: Any = tg.tensor([0.0, 1.0], dtype=tg.float64, requires_grad=True)
    loss = F.cross_entropy_error(y, tg.tensor([1, 0]))
    assert loss.item() == pytest.approx(-math.log(1e-7))
    loss.backward()
    assert y.grad.tolist() == pytest.approx([-1e7, 0])


def test_what_does_not_fit_is_explained() -> None:
    y = tg.tensor(Y)
    with pytest.raises(RuntimeError, match="sum_of_squared_errors: y and t must have the same shape"):
        F.sum_of_squared_errors(y, tg.tensor(CLASSES))
    with pytest.raises(RuntimeError, match=r"sum_of_squared_errors: wanted floating-point y of shape \(K,\) or"):
        F.sum_of_squared_errors(tg.tensor(CLASSES), tg.tensor(CLASSES))
    with pytest.raises(RuntimeError, match=r"cross_entropy_error: wanted floating-point y of shape"):
        F.cross_entropy_error(tg.ones(2, 3, 4), y)
    with pytest.raises(IndexError, match="cross_entropy_error: label 3 is out of range for 3 classes"):
        F.cross_entropy_error(y, tg.tensor([0, 3]))
    with pytest.raises(ValueError, match=r"cross_entropy_error: scores of shape .* want one class number"):
        F.cross_entropy_error(y, tg.tensor([0, 1, 2]))
    with pytest.raises(RuntimeError, match="class numbers must be int64"):
        F.cross_entropy_error(y, tg.tensor([0.0, 1.0]))
    with pytest.raises(TypeError, match="cross_entropy_error: t must be a tensor"):
        F.cross_entropy_error(y, T)
