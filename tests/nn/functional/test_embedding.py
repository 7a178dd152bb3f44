"""Embeddings and bags of them, against loops; norms, padding, gradients; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.nn import functional

TABLE = np.array([[1.0, -2.0], [3.0, 0.5], [-4.0, 6.0], [2.0, 2.0]])
INDEX = np.array([2, 0, 2, 1, 3])


def table(requires_grad: bool = False) -> tg.Tensor:
    return tg.tensor(TABLE, requires_grad=requires_grad)


def by_loops(bags: list[list[int]], mode: str, factors: list[list[float]] | None = None) -> np.ndarray:
    put_together: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "sum": lambda rows: rows.sum(0),
        "mean": lambda rows: rows.mean(0),
        "max": lambda rows: rows.max(0),
    }
    found = []
    for number, bag in enumerate(bags):
        rows = TABLE[bag] * (np.array(factors[number])[:, None] if factors else 1)
        found.append(put_together[mode](rows) if bag else np.zeros(2))
    return np.array(found)


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@pytest.mark.parametrize(
    ("offsets", "last", "bags"),
    [
        ([0, 2, 2], False, [[2, 0], [], [2, 1, 3]]),
        ([0, 2, 4], True, [[2, 0], [2, 1]]),  # the last number is in no bag
        ([0], False, [[2, 0, 2, 1, 3]]),
    ],
)
def test_bags_with_offsets(mode: str, offsets: list[int], last: bool, bags: list[list[int]]) -> None:
    found = functional.embedding_bag(tg.tensor(INDEX), table(), tg.tensor(offsets), mode=mode, include_last_offset=last)
    np.testing.assert_allclose(found.numpy(), by_loops(bags, mode))


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_padding_is_left_out_of_its_bag(mode: str) -> None:
    x = tg.tensor([[2, 0, 2], [3, 3, 3], [1, 0, 3]])
    for padding_idx in (3, -1):
        found = functional.embedding_bag(x, table(), mode=mode, padding_idx=padding_idx)
        np.testing.assert_allclose(found.numpy(), by_loops([[2, 0, 2], [], [1, 0]], mode))
    nothing = functional.embedding_bag(tg.tensor([[3]]), table(), mode=mode, padding_idx=3)
    assert nothing.tolist() == [[0.0, 0.0]]


def test_a_sum_with_a_factor_for_each_number() -> None:
    w, factors = table(True), tg.tensor([[2.0, -1.0], [0.5, 3.0]], dtype=tg.float64, requires_grad=True)
    found = functional.embedding_bag(tg.tensor([[2, 0], [1, 1]]), w, mode="sum", per_sample_weights=factors)
    np.testing.assert_allclose(found.detach().numpy(), by_loops([[2, 0], [1, 1]], "sum", factors.tolist()))
    found.sum().backward()
    assert w.grad is not None
    assert factors.grad is not None
    np.testing.assert_allclose(w.grad.numpy(), np.array([-1.0, 3.5, 2.0, 0.0])[:, None] * np.ones(2))
    np.testing.assert_allclose(factors.grad.numpy(), TABLE[[[2, 0], [1, 1]]].sum(-1))


def test_of_equal_values_the_first_gets_the_gradient() -> None:
    w = tg.tensor([[1.0, 5.0], [1.0, 2.0]], requires_grad=True)
    functional.embedding_bag(tg.tensor([[1, 0]]), w, mode="max").sum().backward()
    assert w.grad is not None
    assert w.grad.tolist() == [[0.0, 1.0], [1.0, 0.0]]


@pytest.mark.parametrize(("padding", "by_freq"), [(None, False), (2, False), (-2, False), (None, True), (2, True)])
def test_gradients_of_rows(padding: int | None, by_freq: bool) -> None:
    w = table(True)
    functional.embedding(tg.tensor(INDEX), w, padding_idx=padding, scale_grad_by_freq=by_freq).sum().backward()
    counts = [1.0, 1.0, 0.0 if padding is not None else 1.0 if by_freq else 2.0, 1.0]
    assert w.grad is not None
    assert w.grad[:, 0].tolist() == counts


@pytest.mark.parametrize("norm_type", [1.0, 2.0])
@pytest.mark.parametrize("bag", [False, True])
def test_longer_rows_are_shortened_in_the_table(norm_type: float, bag: bool) -> None:
    w = table()
    x = tg.tensor([[2, 0]])
    if bag:
        functional.embedding_bag(x, w, max_norm=2.5, norm_type=norm_type)
    else:
        functional.embedding(x, w, max_norm=2.5, norm_type=norm_type)
    wanted = TABLE.copy()
    for row in (0, 2):
        length = np.linalg.norm(TABLE[row], norm_type)
        wanted[row] *= min(1.0, 2.5 / length)
    np.testing.assert_allclose(w.numpy(), wanted, rtol=1e-6)


def bag(x: Any, **settings: Any) -> Any:
    return functional.embedding_bag(tg.tensor(x), settings.pop("weight", table()), **settings)


ROW = [0, 1, 2]
REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: functional.embedding(tg.tensor([0]), table(), sparse=True), NotImplementedError, "sparse=True"),
    (lambda: functional.embedding(tg.tensor([0.0]), table()), RuntimeError, "must be int64 or int32"),
    (lambda: functional.embedding(tg.tensor([0]), tg.ones(2)), RuntimeError, "weight must have 2 dimensions"),
    (lambda: functional.embedding(tg.tensor([0, 4]), table()), IndexError, "row 4 is out of range.* from 0 to 3"),
    (lambda: functional.embedding(tg.tensor([-1, 9]), table()), IndexError, "row -1 is out of range"),
    (
        lambda: functional.embedding(tg.tensor([0]), table(), padding_idx=4),
        ValueError,
        "padding_idx .* from -4 to 3, got 4",
    ),
    (lambda: bag([ROW], mode="min"), ValueError, "'mean', 'sum' or 'max', got 'min'"),
    (lambda: bag([ROW], mode="max", scale_grad_by_freq=True), ValueError, "doesn't scale gradients"),
    (lambda: bag([ROW], offsets=tg.tensor([0])), ValueError, "no offsets"),
    (lambda: bag([[ROW]]), ValueError, "must have 1 or 2 dimensions"),
    (lambda: bag(ROW), ValueError, "wants offsets"),
    (lambda: bag(ROW, offsets=tg.tensor([0.0])), ValueError, "a row of integers"),
    (lambda: bag(ROW, offsets=tg.zeros(0, dtype=tg.int64), include_last_offset=True), ValueError, "an offset at least"),
    (lambda: bag(ROW, offsets=tg.tensor([1, 2])), RuntimeError, "must begin with 0"),
    (lambda: bag(ROW, offsets=tg.tensor([0, 4])), RuntimeError, "not go beyond the input's length 3"),
    (lambda: bag(ROW, offsets=tg.tensor([0, 2, 1])), RuntimeError, "rise"),
    (lambda: bag([ROW], per_sample_weights=tg.ones(1, 3)), NotImplementedError, "for mode='sum', got mode='mean'"),
    (lambda: bag([ROW], mode="sum", per_sample_weights=tg.ones(3)), ValueError, r"must have the shape \(1, 3\)"),
    (lambda: bag([ROW], mode="sum", per_sample_weights=tg.ones(1, 3)), RuntimeError, "must have the dtype of weight"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_refusals(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
