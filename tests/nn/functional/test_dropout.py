"""Dropout: what it silences, and what it keeps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn

F = nn.functional


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_silences_a_share_of_the_values_and_keeps_the_mean(p: float) -> None:
    tg.manual_seed(0)
    y = F.dropout(tg.ones(100_000, dtype=tg.float64), p)
    values = y.numpy()
    assert set(values.tolist()) == {0.0, 1 / (1 - p)}
    assert (values == 0).mean() == pytest.approx(p, abs=0.01)
    assert values.mean() == pytest.approx(1, abs=0.02 / (1 - p))
    assert y.dtype is tg.float64


def test_gradients_are_silenced_alike() -> None:
    x: Any = tg.ones(1000, requires_grad=True)
    y = F.dropout(x, 0.5)
    y.sum().backward()
    assert tg.equal(x.grad, y.detach())


def test_the_ends_are_nothing_and_everything() -> None:
    x = tg.tensor([1.0, 2.0])
    assert F.dropout(x, 0.0) is x
    assert F.dropout(x, 1.0).tolist() == [0.0, 0.0]
    assert F.dropout(x, 0.5, training=False) is x


def test_may_work_in_place() -> None:
    x = tg.ones(100)
    assert F.dropout(x, 0.5, inplace=True) is x
    assert set(x.tolist()) == {0.0, 2.0}


def test_follows_the_seed() -> None:
    tg.manual_seed(1)
    first = F.dropout(tg.ones(50))
    tg.manual_seed(1)
    np.testing.assert_array_equal(first.numpy(), F.dropout(tg.ones(50)).numpy())


@pytest.mark.parametrize("p", [-0.5, 1.5])
def test_wants_a_probability(p: float) -> None:
    with pytest.raises(ValueError, match="dropout: the probability p must lie between 0 and 1, got float"):
        F.dropout(tg.ones(1), p)
