"""Dropout as a layer: it follows the training mode."""

from __future__ import annotations

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def test_is_active_only_while_training() -> None:
    layer = nn.Dropout(0.5)
    x = tg.ones(1000)
    assert set(layer(x).tolist()) == {0.0, 2.0}
    assert layer.eval()(x) is x


def test_may_work_in_place() -> None:
    x = tg.ones(1000)
    assert nn.Dropout(0.5, inplace=True)(x) is x
    assert set(x.tolist()) == {0.0, 2.0}


def test_prints_its_settings() -> None:
    assert repr(nn.Dropout(0.2)) == "Dropout(p=0.2, inplace=False)"


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_wants_a_probability(p: float) -> None:
    with pytest.raises(ValueError, match="Dropout: the probability p must lie between 0 and 1"):
        nn.Dropout(p)
