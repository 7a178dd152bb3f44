"""Reading and writing single values, which goes a short way of its own: it must give what the long way gives."""

from __future__ import annotations

import collections
import itertools
import operator
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.utils.data import Subset

DTYPES = [tg.float16, tg.float32, tg.float64, tg.uint8, tg.int8, tg.int32, tg.int64, tg.bool]
NUMBERS = [
    1,
    -1,
    0,
    3,
    127,
    2**24 + 1,
    2**31 - 1,
    2**40,
    0.1,
    -2.5,
    1e-45,
    3e38,
    1e300,
    float("inf"),
    float("nan"),
    True,
]

increase: Any = operator.iadd
PLAIN = [1, (1,), (1, 2), (-1, -1), slice(1, 2), (slice(None), 3), (0, slice(1, None))]
INDICES: list[Any] = [([2], [1]), (2, 1), (-1, -3), (slice(2, None), slice(1, 2))]


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (RuntimeError, TypeError, OverflowError, IndexError) as error:
        return type(error)


def put(x: Any, index: Any, value: Any) -> None:
    x[index] = value


def with_number(dtype: Any, index: Any, number: Any) -> Any:
    x = counted(dtype)
    x[index] = number
    return x.tolist()


def counted(dtype: Any) -> tg.Tensor:
    return tg.arange(12).reshape(3, 4).to(dtype)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("change", [operator.iadd, operator.isub, operator.imul])
def test_one_value_changes_in_place_as_two_do(dtype: tg.dtype, change: Callable[[Any, Any], Any]) -> None:
    for number in NUMBERS:

        def of_one(number: Any = number) -> Any:
            x = counted(dtype)
            x[2, 1] = change(x[2, 1], number)
            return x.tolist()

        def of_two(number: Any = number) -> Any:
            x = counted(dtype)
            x[2:, 1:2] = change(x[2:, 1:2], number)
            return x.tolist()

        np.testing.assert_equal(outcome(of_one), outcome(of_two))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_a_number_is_put_in_one_place_as_in_two(dtype: tg.dtype) -> None:
    for number in NUMBERS:
        found = [outcome(partial(with_number, dtype, index, number)) for index in INDICES]
        for each in found[1:]:
            np.testing.assert_equal(each, found[0])


@pytest.mark.parametrize(
    "index", [1, (1,), (1, 2), (-1, -1), slice(1, 2), (slice(None), 3), (0, slice(1, None))], ids=str
)
def test_what_the_short_way_shows_is_a_view(index: Any) -> None:
    x = counted(tg.float32)
    part = x[index]
    deeper = part[...] if part.ndim == 0 else part[-1]
    x[index] = tg.full(part.shape, -1.0)
    assert (part == -1).all()
    deeper.fill_(-2.0)
    assert x.min() == -2
    w = tg.tensor(3.0, requires_grad=True)
    x.mul_(w)  # the views follow their base into the graph
    part.sum().backward()
    assert w.grad is not None
    assert w.grad.item() == pytest.approx(float(x.detach()[index].sum()) / 3)
    leaf = tg.ones(3, 4, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"setitem: .* is a leaf tensor that requires a gradient"):
        leaf[index] = 1.0


def test_a_value_that_was_saved_is_known_to_have_changed() -> None:
    x, w = tg.ones(3), tg.ones(3, requires_grad=True)
    for change in (
        lambda: put(x, 0, 5.0),
        lambda: increase(x[0], 1),
        lambda: put(x, 0, x[1]),
    ):
        y = x * w
        change()
        with pytest.raises(RuntimeError, match="changed in place"):
            y.sum().backward()


def test_what_is_put_stays_apart_from_where_it_came_from() -> None:
    w = tg.tensor([2.0, 3.0], requires_grad=True)
    x = tg.zeros(2)
    base = w * 1
    x[0] = base[1]  # a view in the graph
    x[1] = (w * 2)[0]
    x.sum().backward()
    assert w.grad is not None
    assert w.grad.tolist() == [2.0, 1.0]


@pytest.mark.parametrize("index", [3, (0, 4), (0, 0, 0), (-4, 0), slice(0, 2, -1), 1.0, "a", {0: 1}], ids=str)
def test_what_does_not_fit_is_refused_in_the_long_way_s_words(index: Any) -> None:
    x = counted(tg.float32)
    for attempt in (lambda: x[index], lambda: put(x, index, 1.0)):
        with pytest.raises((IndexError, ValueError), match="index"):
            attempt()
    assert x.tolist() == counted(tg.float32).tolist()


def test_stretched_memory_is_not_written_to() -> None:
    x = tg.ones(1, 3).expand(2, 3)
    for attempt in (lambda: put(x, slice(0, 2), tg.ones(2, 3)), lambda: put(x, (0, 1), 7.0)):
        outcome(attempt)
    assert x[0].tolist() == x[1].tolist()


def test_an_index_is_any_sequence() -> None:
    x = counted(tg.int64)
    subset = Subset([0, 1, 2], [2, 0])
    for index in ([2, 0], np.array([2, 0]), range(2, -1, -2), collections.deque([2, 0]), subset, subset.indices):
        assert x[index].tolist() == [[8, 9, 10, 11], [0, 1, 2, 3]]
        y = x.clone()
        y[index] = 0
        assert y.sum().item() == 22
    assert x[[(0, 1), (2, 3)]].tolist() == [2, 7]
    assert x[([0, 1], range(2))].tolist() == [0, 5]
    assert x[[tg.tensor(2), tg.tensor(0)]].tolist() == 8  # a list of tensors counts as a tuple


def test_iteration_gives_views_and_numbers() -> None:
    x = counted(tg.float32)
    for dim, axis in itertools.product((0, 1), (0, 1)):
        assert [each.tolist() for each in x.unbind(dim)] == [each.tolist() for each in np.moveaxis(x.numpy(), dim, 0)]
        assert sum(float(each) for row in x for each in row) == x.sum().item()
        assert len(list(x.transpose(0, axis))) == x.shape[axis]
    for row in x:
        row *= 2
    assert x.sum().item() == 132
