"""Losses as modules: they hold the settings and compute what their functions do."""

from __future__ import annotations

from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn

F = nn.functional

X = tg.tensor([[0.2, 0.7, 0.1], [0.5, 0.25, 0.25]])
T = tg.tensor([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
CLASSES = tg.tensor([1, 0])
WEIGHT = tg.tensor([0.5, 2.0, 1.0])


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize(
    ("loss", "function", "target", "settings"),
    [
        (nn.MSELoss, F.mse_loss, T, {}),
        (nn.L1Loss, F.l1_loss, T, {}),
        (nn.CrossEntropyLoss, F.cross_entropy, CLASSES, {}),
        (nn.CrossEntropyLoss, F.cross_entropy, CLASSES, {"weight": WEIGHT, "ignore_index": 0, "label_smoothing": 0.1}),
        (nn.NLLLoss, F.nll_loss, CLASSES, {"weight": WEIGHT, "ignore_index": 0}),
        (nn.BCELoss, F.binary_cross_entropy, T, {"weight": WEIGHT}),
        (nn.BCEWithLogitsLoss, F.binary_cross_entropy_with_logits, T, {"weight": WEIGHT, "pos_weight": WEIGHT}),
        (nn.SumOfSquaredErrors, F.sum_of_squared_errors, T, {}),
        (nn.CrossEntropyError, F.cross_entropy_error, T, {"delta": 0.01}),
    ],
)
def test_a_loss_is_its_function(loss: Any, function: Any, target: Any, settings: Any, reduction: str) -> None:
    expected = function(X, target, **settings, reduction=reduction)
    assert tg.equal(loss(**settings, reduction=reduction)(X, target), expected)


@pytest.mark.parametrize(
    ("loss", "function", "target"),
    [
        (nn.MSELoss, F.mse_loss, T),
        (nn.L1Loss, F.l1_loss, T),
        (nn.CrossEntropyLoss, F.cross_entropy, CLASSES),
        (nn.NLLLoss, F.nll_loss, CLASSES),
        (nn.BCELoss, F.binary_cross_entropy, T),
        (nn.BCEWithLogitsLoss, F.binary_cross_entropy_with_logits, T),
        (nn.SumOfSquaredErrors, F.sum_of_squared_errors, T),
        (nn.CrossEntropyError, F.cross_entropy_error, T),
    ],
)
def test_the_defaults_are_those_of_the_function(loss: Any, function: Any, target: Any) -> None:
    module = loss()
    assert tg.equal(module(X, target), function(X, target))
    assert repr(module) == f"{loss.__name__}()"


def test_weights_move_with_the_module() -> None:
    loss = nn.CrossEntropyLoss(weight=WEIGHT).double()
    assert loss.weight is not None
    assert loss.weight.dtype is tg.float64
    assert list(loss.state_dict()) == ["weight"]
    assert list(nn.CrossEntropyLoss().state_dict()) == []


def test_an_unknown_reduction_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="MSELoss: reduction must be 'none', 'mean' or 'sum', got str 'average'"):
        nn.MSELoss(reduction="average")


def test_the_old_arguments_warn_and_work() -> None:
    with pytest.warns(UserWarning, match="reduction='sum'") as caught:
        loss = nn.CrossEntropyLoss(size_average=False)
    assert loss.reduction == "sum"
    assert caught[0].filename == __file__
