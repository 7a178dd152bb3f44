"""Putting values along a dimension, where some meet in one place: against loops over single values."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import gradcheck, gradgradcheck

TOGETHER: dict[str, Callable[[list[float]], float]] = {
    "sum": lambda values: float(np.sum(values)),
    "prod": lambda values: float(np.prod(values)),
    "mean": lambda values: float(np.mean(values)),
    "amax": max,
    "amin": min,
}
INDEX = np.array([[0, 2, 0], [1, 2, 0]])


def met(x: np.ndarray, values: np.ndarray, index: np.ndarray, dim: int, how: str, include_self: bool) -> np.ndarray:
    """What becomes of values that meet, by a loop over places."""
    meeting: dict[Any, list[float]] = {}
    for place in np.ndindex(index.shape):
        target = tuple(index[place] if axis == dim else place[axis] for axis in range(index.ndim))
        meeting.setdefault(target, [float(x[target])] if include_self else []).append(float(values[place]))
    result = x.copy()
    for target, several in meeting.items():
        result[target] = TOGETHER[how](several)
    return result


@pytest.mark.parametrize("include_self", [True, False])
@pytest.mark.parametrize("how", TOGETHER)
def test_what_meets_is_taken_together(how: str, include_self: bool) -> None:
    rng = np.random.default_rng(0)
    x, values = rng.standard_normal((2, 3)), rng.standard_normal((2, 3))
    given = tg.tensor(x), tg.tensor(INDEX), tg.tensor(values)
    found = given[0].scatter_reduce(1, *given[1:], how, include_self=include_self)
    np.testing.assert_allclose(found.numpy(), met(x, values, INDEX, 1, how, include_self), rtol=1e-12)
    if how != "sum":
        places = np.broadcast_to([1, 0, 1], (2, 3))
        found = given[0].index_reduce(1, tg.tensor([1, 0, 1]), given[2], how, include_self=include_self)
        np.testing.assert_allclose(found.numpy(), met(x, values, places, 1, how, include_self), rtol=1e-12)


@pytest.mark.parametrize("include_self", [True, False])
@pytest.mark.parametrize("how", TOGETHER)
def test_its_derivatives_of_both_orders_are_right_beside_zeros_too(how: str, include_self: bool) -> None:
    x = tg.tensor([[0.0, 2.0, -1.0], [3.0, 0.0, 0.5]], dtype=tg.float64, requires_grad=True)
    values = tg.tensor([[0.0, 4.0, 0.0], [-2.0, 0.25, 1.5]], dtype=tg.float64, requires_grad=True)
    if how in ("amax", "amin"):  # which have no derivative in ties
        values = (values.detach() + tg.arange(1, 7).reshape(2, 3) / 17).requires_grad_()
    function = partial(scattered, how=how, include_self=include_self)
    assert gradcheck(function, (x, values))
    assert gradgradcheck(function, (x, values))


def scattered(x: Any, values: Any, how: str, include_self: bool) -> Any:
    return x.scatter_reduce(1, tg.tensor(INDEX), values, how, include_self=include_self)


def test_a_reduce_of_scatter_has_its_derivatives() -> None:
    x = tg.tensor([[1.0, 2.0, 0.0]], dtype=tg.float64, requires_grad=True)
    values = tg.tensor([[3.0, 0.0, 5.0]], dtype=tg.float64, requires_grad=True)
    for how in ("add", "multiply"):

        def function(x: Any, values: Any, how: str = how) -> Any:
            return x.scatter(1, tg.tensor([[2, 2, 0]]), values, reduce=how)

        assert gradcheck(function, (x, values))
        assert gradgradcheck(function, (x, values))


def test_whole_numbers_add_up_exactly() -> None:
    large = 2**60 + 1
    x = tg.zeros(2, dtype=tg.int64)
    assert x.index_add(0, tg.tensor([1, 1]), tg.tensor([large, 1])).tolist() == [0, large + 1]
    assert x.scatter_add(0, tg.tensor([0, 0]), tg.tensor([large, -1])).tolist() == [large - 1, 0]


def test_the_graph_does_not_see_later_changes_of_an_index() -> None:
    x, index = tg.tensor([1.0, 2.0, 3.0], requires_grad=True), tg.tensor([0, 0])
    picked = x.index_select(0, index) + x.take(index) + x[index] + tg.zeros(3).index_add(0, index, x[:2])[:2]
    index.fill_(2)
    picked.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [7.0, 1.0, 0.0]


def test_putting_by_index_mask_and_slice() -> None:
    a = np.arange(6.0).reshape(2, 3)
    x, ones = tg.tensor(a), tg.ones(2, dtype=tg.float64)
    for result, index in (
        (x.put(tg.tensor([0, -1]), ones), ([0, 1], [0, 2])),
        (x.index_put((tg.tensor([1, 0]), tg.tensor([2, 1])), ones), ([1, 0], [2, 1])),
        (x.masked_scatter(x > 3, ones), a > 3),
        (x.select_scatter(ones, 1, -1), (slice(None), -1)),
        (x.slice_scatter(tg.ones(2, 2, dtype=tg.float64), 1, 0, None, 2), (slice(None), slice(None, None, 2))),
        (x.diagonal_scatter(ones, 1), ([0, 1], [1, 2])),
        (x.index_fill(1, tg.tensor([-1]), 1), (slice(None), 2)),
        (x.index_copy(1, tg.tensor([2]), ones[:, None]), (slice(None), 2)),
    ):
        wanted = a.copy()
        wanted[index] = 1
        assert result.tolist() == wanted.tolist()
    assert x.tolist() == a.tolist()
    assert x.index_put((tg.tensor([0, 0]), tg.tensor([1, 1])), ones, accumulate=True)[0, 1] == 3
