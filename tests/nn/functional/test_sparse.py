"""One-hot vectors."""

from __future__ import annotations

from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn

F = nn.functional


def test_is_1_at_the_class() -> None:
    assert F.one_hot(tg.tensor(1), 3).tolist() == [0, 1, 0]
    made = F.one_hot(tg.tensor([[0, 2], [1, 1]]))
    assert made.dtype is tg.int64
    assert made.tolist() == [[[1, 0, 0], [0, 0, 1]], [[0, 1, 0], [0, 1, 0]]]
    assert F.one_hot(tg.zeros(0, dtype=tg.int64), 4).shape == (0, 4)


@pytest.mark.parametrize(
    ("classes", "count", "message"),
    [
        (tg.tensor([0.0]), -1, r"class numbers must be int64, got a float32 tensor.*\.long\(\)"),
        (tg.tensor([-1]), 3, "can't be negative, got -1"),
        (tg.tensor([3]), 3, "class 3 is out of range for num_classes=3"),
        (tg.tensor([0]), 0, "class 0 is out of range for num_classes=0"),
        (tg.zeros(0, dtype=tg.int64), -1, "give num_classes"),
    ],
)
def test_what_does_not_fit_is_explained(classes: Any, count: int, message: str) -> None:
    with pytest.raises(RuntimeError, match=f"one_hot: .*{message}"):
        F.one_hot(classes, count)
