"""What pools, losses, layers and choices refuse, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional

X, EMPTY = tg.ones(1, 2, 4), tg.ones(1, 2, 0)
f: Any = functional
FRAMES = tg.zeros(4, 1, 3).log_softmax(-1)
REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: f.adaptive_avg_pool1d(EMPTY, 2), RuntimeError, "only the batch may be empty"),
    (lambda: f.adaptive_max_pool1d(EMPTY, 2), RuntimeError, "only the batch may be empty"),
    (lambda: f.max_pool1d(EMPTY, 2), RuntimeError, "only the batch may be empty"),
    (lambda: f.max_pool1d(X, 2, padding=2), RuntimeError, "at most half of the windows"),
    (lambda: f.avg_pool2d(X, 2, divisor_override=0), RuntimeError, "divisor_override must not be 0"),
    (lambda: f.max_unpool1d(X, tg.zeros(1, 2, 4), 2), RuntimeError, "indices must be int64"),
    (lambda: f.max_unpool1d(X, tg.full((1, 2, 4), 8), 2), RuntimeError, "indices must lie between 0 and 7"),
    (lambda: f.ctc_loss(FRAMES.long(), tg.ones(1, 1).long(), (4,), (1,)), NotImplementedError, "floating-point"),
    (lambda: f.ctc_loss(FRAMES, tg.ones(1, 1).long(), (4,), (1,), 3), RuntimeError, "number of a letter, 0 to 2"),
    (lambda: f.ctc_loss(FRAMES, tg.ones(1, 1).long(), (5,), (1,)), RuntimeError, "must not be above 4"),
    (lambda: f.ctc_loss(FRAMES, tg.ones(1, 1).long(), (4,), (-1,)), RuntimeError, "must not be negative"),
    (lambda: f.ctc_loss(FRAMES, tg.ones(1, 1).long(), (4, 4), (1,)), RuntimeError, "must have 1 values"),
    (lambda: f.multi_margin_loss(X[0], tg.tensor([0, 4])), RuntimeError, "class numbers must go from 0 to 3"),
    (lambda: f.multi_margin_loss(X[0], tg.tensor([0])), RuntimeError, "class number for each of 2 samples"),
    (lambda: f.multi_margin_loss(X[0], tg.tensor([0, 1]), p=3), ValueError, "p must be 1 or 2"),
    (lambda: f.gumbel_softmax(EMPTY, hard=True), IndexError, "nothing to choose from"),
    (lambda: nn.Softmax2d()(tg.ones(2, 2)), ValueError, "Softmax2d: wanted an image"),
    (lambda: nn.Embedding.from_pretrained(tg.ones(2)), ValueError, "must be a tensor of 2 dimensions"),
    (lambda: nn.Transformer(4, 2, 1, 1, 4)(tg.ones(3, 2, 4), tg.ones(3, 1, 4)), RuntimeError, "must have one batch"),
    (lambda: nn.Transformer(4, 2, 1, 1, 4)(tg.ones(3, 2, 3), tg.ones(3, 2, 4)), RuntimeError, "must be 4 wide"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_refusals(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


def test_the_largest_of_windows_with_nan_is_the_last_nan() -> None:
    x = tg.tensor([[[float("nan"), float("nan"), 1.0, 5.0]]])
    values, places = f.adaptive_max_pool1d(x, 2, return_indices=True)
    assert values.isnan().tolist() == [[[True, False]]]
    assert places.tolist() == [[[1, 3]]]


def test_a_hard_choice_of_one_number() -> None:
    assert f.gumbel_softmax(tg.tensor(0.5), hard=True).item() == 1
    chosen = f.gumbel_softmax(tg.randn(5, 3), hard=True)
    assert chosen.sum(-1).tolist() == pytest.approx([1.0] * 5)
    assert sorted(chosen.round().unique().tolist()) == [0.0, 1.0]


def test_settings_by_their_other_names() -> None:
    distance = nn.PairwiseDistance(3.0)
    distance.norm = 1.0
    assert (distance.norm, distance.p) == (1.0, 1.0)
    slopes = nn.PReLU(2, init=0.5)
    with tg.no_grad():
        slopes.weight.zero_()
    slopes.reset_parameters()
    assert slopes.weight.tolist() == [0.5, 0.5]
