"""Choosing between values: bounds, conditions, the larger and the smaller."""

from __future__ import annotations

import pytest
from support.values import NAN, same
from support.wrong import wrong

import tinygrad_edu as tg


def test_clamp() -> None:
    x = tg.tensor([-2.0, 0.5, 2.0, NAN])
    same(tg.clamp(x, -1, 1), [-1.0, 0.5, 1.0, NAN])
    same(x.clamp(min=0), [0.0, 0.5, 2.0, NAN])
    same(x.clip(max=tg.tensor([0.0, 0.0, 9.0, 9.0])), [-2.0, 0.0, 2.0, NAN])
    same(tg.clamp(tg.tensor([0.0, 5.0]), 3, 1), [1.0, 1.0])  # bounds the wrong way round: the upper one wins
    assert tg.clamp(tg.tensor([1, 5]), 2.5).tolist() == [2.5, 5.0]
    with pytest.raises(RuntimeError, match="at least one of min and max"):
        tg.clamp(x)
    with pytest.raises(RuntimeError, match="300 doesn't fit uint8"):
        tg.clamp(tg.tensor([1], dtype=tg.uint8), max=300)


def test_clamp_of_bools() -> None:
    x, y = tg.tensor([True, False, True]), tg.tensor([False, False, True])
    assert x.clamp(y).tolist() == x.clamp_min(y).tolist() == [True, False, True]
    assert x.clamp(max=y).tolist() == x.clone().clamp_max_(y).tolist() == [False, False, True]
    for bounds in ((True, None), (None, False), (False, True), (y, y)):
        with pytest.raises(TypeError, match=r"clamp: bools take one bound, which is a tensor.* use .int\(\) first"):
            tg.clamp(x, *bounds)


def test_where() -> None:
    mask = tg.tensor([True, False])
    assert tg.where(mask, 1, 0).tolist() == [1, 0]
    assert tg.where(mask, 1.0, 0).dtype is tg.float32
    assert tg.where(mask, tg.tensor([1]), tg.tensor([2.5])).tolist() == [1.0, 2.5]
    assert tg.where(mask, tg.tensor([1, 2], dtype=tg.int8), 7).dtype is tg.int8
    assert [each.tolist() for each in tg.where(tg.tensor([[True, False], [True, True]]))] == [[0, 1, 1], [0, 0, 1]]
    assert tg.tensor([1.0, 2.0]).where(mask, 0).tolist() == [1.0, 0.0]
    with pytest.raises(TypeError, match="condition must be a bool tensor such as x > 0"):
        tg.where(tg.tensor([1.0]), 1, 2)
    with pytest.raises(TypeError, match="give both input and other"):
        wrong(tg.where)(mask, 1)
    with pytest.raises(RuntimeError, match="300 doesn't fit uint8"):
        tg.where(mask, tg.tensor([1, 2], dtype=tg.uint8), 300)


def test_maximum_and_minimum_keep_nan() -> None:
    x, y = tg.tensor([1.0, NAN, 3.0]), tg.tensor([2.0, 0.0, -1.0])
    same(tg.maximum(x, y), [2.0, NAN, 3.0])
    same(tg.minimum(x, y), [1.0, NAN, -1.0])
    with pytest.raises(TypeError, match="maximum: other must be a tensor, got int 2"):
        tg.maximum(x, wrong(2))
