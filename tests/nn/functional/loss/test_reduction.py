"""The argument `reduction`, and the two that it replaced."""

from __future__ import annotations

from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn.functional._loss.reduction import reduced, reduction_of

F = nn.functional


@pytest.mark.parametrize(
    ("size_average", "reduce", "meaning"),
    [
        (True, None, "mean"),
        (False, None, "sum"),
        (None, True, "mean"),
        (None, False, "none"),
        (True, False, "none"),
        (False, True, "sum"),
    ],
)
def test_the_old_arguments_mean_what_they_did(size_average: Any, reduce: Any, meaning: str) -> None:
    with pytest.warns(UserWarning, match=f"deprecated; write reduction='{meaning}' instead"):
        assert reduction_of("f", "mean", size_average, reduce) == meaning


@pytest.mark.parametrize(
    "function", [F.mse_loss, F.l1_loss, F.binary_cross_entropy, F.binary_cross_entropy_with_logits]
)
def test_the_warning_points_at_the_caller(function: Any) -> None:
    with pytest.warns(UserWarning, match="size_average and reduce are deprecated") as caught:
        loss = function(tg.tensor([0.5, 0.5]), tg.tensor([1.0, 0.0]), size_average=False)
    assert caught[0].filename == __file__
    assert loss.item() == function(tg.tensor([0.5, 0.5]), tg.tensor([1.0, 0.0]), reduction="sum").item()


def test_classes_take_the_old_arguments_too() -> None:
    x, t = tg.tensor([[1.0, 2.0], [0.0, 3.0]]), tg.tensor([0, 1])
    for function in (F.cross_entropy, F.nll_loss):
        with pytest.warns(UserWarning, match="reduction='sum'"):
            loss = function(x, t, size_average=False)
        assert loss.item() == pytest.approx(function(x, t, reduction="sum").item())


@pytest.mark.parametrize("reduction", ["average", None, "Mean"])
def test_anything_else_is_refused(reduction: Any) -> None:
    for function in (F.mse_loss, F.cross_entropy, F.sum_of_squared_errors):
        with pytest.raises(ValueError, match=f"{function.__name__}: reduction must be 'none', 'mean' or 'sum'"):
            function(tg.ones(2, 2), tg.ones(2, 2), reduction=reduction)


def test_reducing() -> None:
    losses = tg.tensor([1.0, 2.0, 6.0])
    assert reduced(losses, "none") is losses
    assert reduced(losses, "sum").item() == 9
    assert reduced(losses, "mean").item() == 3
    assert reduced(losses, "mean", count=2.0).item() == 4.5
