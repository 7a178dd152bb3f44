"""Gradients that are zero but for a part: they wait as the part, and come together in one array."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.autograd.placed import Placed, whole

INDICES: list[Any] = [0, -1, slice(None), slice(1, 3), slice(None, None, -2), None, (slice(None), 1), (..., 0), (2, 3)]
SHAPE = (4, 5)


def used(x: tg.Tensor, index: Any, factor: float) -> tg.Tensor:
    """A number made of a part of x, or of the whole."""
    part = x.flip(0) if isinstance(index, slice) and index.step else x if index is None else x[index]
    return (part * factor).sum()


def expected(uses: list[tuple[Any, float]]) -> np.ndarray:
    g = np.zeros(SHAPE)
    for index, factor in uses:
        g[... if index is None or (isinstance(index, slice) and index.step) else index] += factor
    return g


@given(st.lists(st.tuples(st.sampled_from(INDICES), st.sampled_from([1.0, -2.0, 0.5])), min_size=1, max_size=6))
def test_parts_and_wholes_come_together_in_any_order(uses: list[tuple[Any, float]]) -> None:
    leaf = tg.zeros(SHAPE, dtype=tg.float64, requires_grad=True)
    result = leaf * 1
    result.retain_grad()
    for x in (leaf, result):
        total = sum((used(x, *use) for use in uses), tg.zeros((), dtype=tg.float64))
        (found,) = tg.autograd.grad(total, x, retain_graph=True)
        np.testing.assert_array_equal(found.numpy(), expected(uses))
        x.grad = None
        for _ in range(2):
            total.backward(retain_graph=True)
        assert x.grad is not None
        np.testing.assert_array_equal(x.grad.numpy(), 2 * expected(uses))


@given(st.lists(st.sampled_from(INDICES[:4]), min_size=1, max_size=4))
def test_hooks_see_the_whole(indices: list[Any]) -> None:
    x = tg.ones(SHAPE, requires_grad=True) * 1
    seen: list[tg.Tensor] = []
    x.register_hook(seen.append)
    sum((x[each].sum() for each in indices), tg.tensor(0.0)).backward()
    np.testing.assert_array_equal(seen[0].numpy(), expected([(each, 1.0) for each in indices]))


def test_what_is_handed_out_stays_as_it_is() -> None:
    x = tg.zeros(3, requires_grad=True) * 1
    y = x * 1
    x.retain_grad()
    y.retain_grad()
    (y.sum() + x[0] + x[1] + x[2]).backward()  # the first gradient of x is that of y, itself
    assert x.grad is not None
    assert y.grad is not None
    assert (x.grad.tolist(), y.grad.tolist()) == ([2.0, 2.0, 2.0], [1.0, 1.0, 1.0])


@pytest.mark.parametrize("of_result", [False, True], ids=["leaf", "result"])
def test_one_array_is_made_for_all_parts(monkeypatch: pytest.MonkeyPatch, of_result: bool) -> None:
    made: list[str] = []

    def count(name: str) -> None:
        method = getattr(Placed, name)

        def counted(*arguments: Any) -> Any:
            made.append(name)
            return method(*arguments)

        monkeypatch.setattr(Placed, name, counted)

    for name in ("copy", "__add__", "__radd__"):
        count(name)
    x = tg.zeros(50, 2, requires_grad=True)
    rows = x * 1 if of_result else x
    sum((rows[i].sum() for i in range(50)), tg.tensor(0.0)).backward()
    assert x.grad is not None
    assert (x.grad == 1).all()
    assert len(made) == 2, made  # the first as an array, and the sum with the second


def test_a_number_has_no_parts() -> None:
    x = tg.tensor(2.0, requires_grad=True)
    y = x * 1
    for each in (x, y):
        (each + each[None].sum() + each[()] * 3 + each + each[None, None].sum()).backward(retain_graph=True)
    assert x.grad is not None
    assert x.grad.item() == 14


def test_one_part_alone_becomes_the_whole() -> None:
    placed = Placed(np.array([1.0, 2.0]), (slice(None), 1), (2, 3))
    assert whole(placed).tolist() == [[0.0, 1.0, 0.0], [0.0, 2.0, 0.0]]
    assert whole(7) == 7
    assert (np.ones((2, 3)) + placed).tolist() == (placed + np.ones((2, 3))).tolist() == [[1, 2, 1], [1, 3, 1]]
