"""Products of vectors, matrices and batches, against NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg

RNG = np.random.default_rng(0)
PAIRS = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3, 2)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 2)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (4, 3, 2)),
    ((0, 3), (3, 2)),
    ((2, 0), (0, 3)),
    ((0,), (0,)),
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_matmul_against_numpy(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    a, b = RNG.standard_normal(first), RNG.standard_normal(second)
    x, y = tg.tensor(a), tg.tensor(b)
    results: list[Any] = [x @ y, tg.matmul(x, y), x.matmul(y), x @ b, a @ y]
    for result in results:
        assert tuple(result.shape) == np.matmul(a, b).shape
        np.testing.assert_allclose(result.numpy(), np.matmul(a, b), rtol=1e-12)


def test_the_named_products() -> None:
    a, b, v = RNG.standard_normal((2, 3)), RNG.standard_normal((3, 4)), RNG.standard_normal(3)
    x, y, w = tg.tensor(a), tg.tensor(b), tg.tensor(v)
    for result, wanted in (
        (x.mm(y), a @ b),
        (x.mv(w), a @ v),
        (w.dot(w), v @ v),
        (tg.inner(x, w), np.inner(a, v)),
        (tg.inner(x, x), np.inner(a, a)),
        (tg.inner(x, tg.tensor(2.0, dtype=tg.float64)), a * 2),
        (tg.outer(w, w), np.outer(v, v)),
        (tg.bmm(x[None], y[None]), (a @ b)[None]),
        (tg.nn.functional.linear(x, y.T), a @ b),
        (tg.nn.functional.linear(x, w), a @ v),
        (tg.nn.functional.linear(x, w, tg.tensor(1.0, dtype=tg.float64)), a @ v + 1),
    ):
        np.testing.assert_allclose(result.numpy(), wanted, rtol=1e-12)


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (lambda: tg.ones(2, 3) @ tg.ones(2, 3), r"matmul: shapes \(2, 3\) and \(2, 3\) don't fit: .* 3, must equal"),
        (lambda: tg.ones(3) @ tg.ones(2), "the only length of the second, 2"),
        (lambda: tg.ones(5, 2, 3) @ tg.ones(4, 3, 2), "matmul: the batch dimensions of shapes .* don't broadcast"),
        (lambda: tg.tensor(1.0) @ tg.ones(2), r"matmul: both operands need at least 1 dimension"),
        (lambda: tg.ones(2) @ tg.ones(2, dtype=tg.int64), r"dtypes must agree, .* \.to\(tinygrad_edu\.float32\)"),
        (lambda: tg.mm(tg.ones(2), tg.ones(2, 2)), "mm: wanted operands of 2 and 2 dimensions"),
        (lambda: tg.mv(tg.ones(2), tg.ones(2)), "mv: wanted operands of 2 and 1 dimensions"),
        (lambda: tg.dot(tg.ones(2), tg.ones(3)), r"dot: shapes \(2,\) and \(3,\) don't fit"),
        (lambda: tg.bmm(tg.ones(2, 1, 1), tg.ones(3, 1, 1)), "bmm: batches must be equally long"),
        (lambda: tg.inner(tg.ones(2), tg.ones(3)), "inner: the last lengths"),
        (lambda: tg.outer(tg.ones(2, 2), tg.ones(2)), "outer: wanted two vectors"),
        (lambda: tg.nn.functional.linear(tg.ones(2, 3), tg.ones(4, 2)), r"linear: got an input of shape \(2, 3\)"),
        (lambda: tg.nn.functional.linear(tg.ones(3), tg.ones(4, 3), tg.ones(3)), "linear: the bias"),
        (lambda: tg.nn.functional.linear(tg.ones(2, 3), tg.ones(4, 3), tg.ones(1)), "linear: the bias"),
        (lambda: tg.nn.functional.linear(tg.ones(2, 3), tg.ones(4, 3), tg.ones(2, 4)), "linear: the bias"),
        (lambda: tg.nn.functional.linear(tg.ones(2, 3), tg.ones(4, 3).double(), tg.ones(4)), "dtypes must agree"),
        (lambda: tg.nn.functional.linear(tg.ones(2, 3), tg.ones(4, 3), tg.ones(4).double()), "dtypes must agree"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(attempt: Callable[[], Any], words: str) -> None:
    with pytest.raises(RuntimeError, match=words):
        attempt()


def test_operands_of_another_type() -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        tg.ones(2) @ 2
    with pytest.raises(TypeError, match="matmul: other must be a tensor, got list"):
        tg.matmul(tg.ones(2), wrong([1.0, 2.0]))
    with pytest.raises(TypeError, match="matmul: bools have no products"):
        tg.ones(2, 2, dtype=tg.bool) @ tg.ones(2, 2, dtype=tg.bool)
    assert (tg.tensor([[2]]) @ tg.tensor([[3]])).tolist() == [[6]]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_linear_takes_no_arrays(place: int) -> None:
    arguments = [tg.ones(2, 3), tg.ones(4, 3), tg.ones(4)]
    arguments[place] = wrong(arguments[place].numpy())
    with pytest.raises(TypeError, match=r"linear: .* must be a tensor, got"):
        tg.nn.functional.linear(*arguments)
