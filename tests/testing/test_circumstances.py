"""Where an operand is a constant, a corner of the function of all operands may look like a mistake: it is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.autograd import GradcheckError
from tinygrad_edu.testing import check_gradients, properties
from tinygrad_edu.testing.circumstances import stands_on_a_corner

CORNER = (np.array([0.0, 1.0]), np.zeros(2))  # p and n; as a function of p alone relu(p² - n) is p² here


def flat_below(p: Any, n: Any) -> Any:
    return (p * p - n).relu()


def given(values: np.ndarray, asked: bool) -> st.SearchStrategy[tg.Tensor]:
    return st.builds(lambda: tg.tensor(values, dtype=tg.float64, requires_grad=asked))


def test_a_corner_that_one_operand_passes_smoothly_is_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    near = st.one_of([given(np.array([each, 1.0]), True) for each in (0.0, 0.5, -1.0)])
    check_gradients(flat_below, near, given(CORNER[1], False))
    monkeypatch.setattr(properties, "stands_on_a_corner", lambda *_: False)
    with pytest.raises(GradcheckError, match="analytic 0"):
        check_gradients(flat_below, near, given(CORNER[1], False))


@pytest.mark.parametrize("point", [(1.0, 0.5), (2.0, 1.0)])
def test_beside_the_corner_a_wrong_rule_is_found(point: tuple[float, float]) -> None:
    def wrong(p: Any, n: Any) -> Any:
        return (p * p - n + 0.1 * (p - p.detach())).relu()

    p, n = (np.array([each]) for each in point)
    with pytest.raises(GradcheckError):
        check_gradients(wrong, given(p, True), given(n, False))


def test_on_the_corner_a_rule_that_depends_on_who_asks_is_found() -> None:
    def depending(p: Any, n: Any) -> Any:
        return flat_below(p, n) if n.requires_grad else flat_below(p, n) + 3 * (p - p.detach())

    with pytest.raises(GradcheckError, match="wrong where one doesn't"):
        check_gradients(depending, given(CORNER[0], True), given(CORNER[1], False))


def test_where_all_operands_ask_nothing_is_excused() -> None:
    arguments = tuple(tg.tensor(each, dtype=tg.float64, requires_grad=True) for each in CORNER)
    assert not stands_on_a_corner(flat_below, arguments, lambda _: None)
    assert stands_on_a_corner(flat_below, (arguments[0], arguments[1].detach()), lambda _: None)


@pytest.mark.parametrize("size", [1.0, 1e-9])
def test_a_small_difference_between_who_asks_is_one(size: float) -> None:
    def depending(p: Any, n: Any) -> Any:
        return flat_below(p, n) * size + (0 if n.requires_grad else 1e-6 * size * p)

    p, n = (tg.tensor(each, dtype=tg.float64, requires_grad=True) for each in CORNER)
    assert not stands_on_a_corner(depending, (p, n.detach()), lambda _: None)
