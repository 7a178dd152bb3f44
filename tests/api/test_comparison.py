"""Comparisons and logic."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest

import tinygrad_edu as tg

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("name", "alias", "symbol"),
    [
        ("eq", None, operator.eq),
        ("ne", "not_equal", operator.ne),
        ("lt", "less", operator.lt),
        ("le", "less_equal", operator.le),
        ("gt", "greater", operator.gt),
        ("ge", "greater_equal", operator.ge),
    ],
)
def test_every_form_of_a_comparison(name: str, alias: str | None, symbol: Callable[[Any, Any], Any]) -> None:
    data = [1.0, 2.0, 3.0]
    x = tg.tensor(data, requires_grad=True)
    wanted = [symbol(each, 2.0) for each in data]
    others = [tg.tensor([2.0, 2.0, 2.0]), 2, 2.0, tg.tensor(2)]
    for other in others:
        for result in (symbol(x, other), getattr(tg, name)(x, other), getattr(x, alias or name)(other)):
            assert result.tolist() == wanted
            assert result.dtype is tg.bool
            assert not result.requires_grad
    assert symbol(2.0, x).tolist() == [symbol(2.0, each) for each in data]
    assert getattr(tg.tensor(data), f"{name}_")(2).tolist() == [float(each) for each in wanted]


def test_numbers_are_compared_in_the_type_that_they_meet_in() -> None:
    assert (tg.tensor([5]) < 5.5).tolist() == [True]
    assert (tg.tensor([5]) == 5.0).tolist() == [True]
    assert (tg.tensor([5], dtype=tg.uint8) > -1).tolist() == [False]  # -1 is 255 there, as in PyTorch
    assert (tg.tensor([NAN]) == NAN).tolist() == [False]


def test_what_has_no_order_with_tensors() -> None:
    x = tg.tensor([1, 2])
    assert operator.eq(x, None) is False
    assert operator.ne(x, "a") is True
    assert 2 in x
    assert 5 not in x
    with pytest.raises(TypeError, match="not supported between"):
        _ = x < "a"
    with pytest.raises(RuntimeError, match=r"eq: shapes \(2,\) and \(3,\) don't broadcast"):
        _ = x == tg.ones(3)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("logical_and", [False, False, False, True]),
        ("logical_or", [False, True, True, True]),
        ("logical_xor", [False, True, True, False]),
    ],
)
def test_logic_reads_anything_but_zero_as_true(name: str, wanted: list[bool]) -> None:
    x, y = tg.tensor([0.0, 0.0, 2.0, -1.0]), tg.tensor([0, 3, 0, 4])
    assert getattr(tg, name)(x, y).tolist() == wanted
    assert getattr(x, name)(y).dtype is tg.bool


def test_bits() -> None:
    x = tg.tensor([6, 1])
    assert (x & 3).tolist() == [2, 1]
    assert (3 | x).tolist() == [7, 3]
    assert (x ^ x).tolist() == [0, 0]
    assert (~x).tolist() == [-7, -2]
    t = tg.tensor([True, False])
    assert (t & True).tolist() == [True, False]
    assert (~t).tolist() == [False, True]
    assert (t ^ t).dtype is tg.bool
    t &= False
    assert t.tolist() == [False, False]
    attempt: Callable[[], Any]
    for attempt in (lambda: tg.ones(1) & 1, lambda: ~tg.ones(1), lambda: x | 1.5):
        with pytest.raises(TypeError, match="bits are of integers and bools"):
            attempt()


def test_nan_and_infinity() -> None:
    x = tg.tensor([1.0, NAN, INF, -INF])
    assert tg.isnan(x).tolist() == [False, True, False, False]
    assert tg.isinf(x).tolist() == [False, False, True, True]
    assert tg.isfinite(x).tolist() == [True, False, False, False]
    assert tg.isfinite(tg.tensor([1])).tolist() == [True]
    assert tg.logical_not(tg.tensor([0, 5])).tolist() == [True, False]


def test_closeness() -> None:
    x = tg.tensor([1.0, INF, NAN])
    assert tg.isclose(x, x).tolist() == [True, True, False]
    assert tg.isclose(x, x, equal_nan=True).tolist() == [True, True, True]
    assert tg.allclose(tg.tensor([1.0]), tg.tensor([1.0 + 1e-6]))
    assert not tg.allclose(tg.tensor([1.0]), tg.tensor([1.1]))
    assert tg.allclose(tg.tensor([1.0]), tg.tensor([1.1]), atol=0.2)
    with pytest.raises(TypeError, match="isclose: dtypes must agree"):
        tg.isclose(tg.ones(1), tg.ones(1, dtype=tg.float64))
    with pytest.raises(RuntimeError, match=r"isclose: shapes \(2,\) and \(3,\)"):
        tg.isclose(tg.ones(2), tg.ones(3))


def test_equal_compares_shapes_too() -> None:
    assert tg.equal(tg.tensor([1, 2]), tg.tensor([1, 2]))
    assert not tg.equal(tg.ones(2), tg.ones(1))
    assert not tg.equal(tg.tensor([NAN]), tg.tensor([NAN]))
