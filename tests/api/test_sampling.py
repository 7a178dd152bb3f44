"""Random tensors: shapes, dtypes, ranges and rough moments (tests/test_random.py has the streams)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import tinygrad_edu as tg


@pytest.fixture(autouse=True)
def _seeded() -> None:
    tg.manual_seed(0)


def test_uniform_and_normal_numbers() -> None:
    for make, mean, deviation in ((tg.rand, 0.5, 12**-0.5), (tg.randn, 0.0, 1.0)):
        x = make(200, 100)
        assert x.dtype is tg.float32
        assert abs(x.mean().item() - mean) < 0.02
        assert abs(x.std().item() - deviation) < 0.02
        assert make((2, 3)).shape == make(size=(2, 3)).shape == (2, 3)
        assert make(()).shape == ()
        assert make(2, dtype=tg.float64, requires_grad=True).requires_grad
        assert make(2, dtype=tg.float16).dtype is tg.float16
    assert 0 <= tg.rand(1000).min().item() <= tg.rand(1000).max().item() < 1
    assert tg.rand_like(tg.zeros(2, dtype=tg.float64)).dtype is tg.float64
    assert tg.randn_like(tg.zeros(2, 3), dtype=tg.float16).shape == (2, 3)


def test_integers() -> None:
    for x in (
        tg.randint(3, (500,)),
        tg.randint(0, 3, (500,)),
        tg.randint(high=3, size=(500,)),
        tg.randint(3, size=[500]),
    ):
        assert set(x.tolist()) == {0, 1, 2}
        assert x.dtype is tg.int64
    assert tg.randint(-3, -2, (2,)).tolist() == [-3, -3]
    assert tg.randint(5, (2,), dtype=tg.float32, requires_grad=True).requires_grad
    assert sorted(tg.randperm(50).tolist()) == list(range(50))
    assert tg.randperm(0).shape == (0,)
    assert tg.randperm(3, dtype=tg.int32).dtype is tg.int32


def test_normal_with_parameters() -> None:
    x = tg.normal(3.0, 2.0, (200, 100), dtype=tg.float64, requires_grad=True)
    assert abs(x.mean().item() - 3) < 0.05
    assert abs(x.std().item() - 2) < 0.05
    assert x.requires_grad
    assert x.is_leaf
    assert tg.normal(tg.tensor([1.0, 2.0]), tg.zeros(2)).tolist() == [1.0, 2.0]
    assert tg.normal(tg.zeros(3, 1), 1.0).shape == (3, 1)
    assert tg.normal(0.0, tg.ones(3)).shape == (3,)
    assert tg.normal(tg.zeros(2, dtype=tg.float64)).dtype is tg.float64


def test_choices() -> None:
    assert tg.bernoulli(tg.tensor([0.0, 1.0], dtype=tg.float64)).tolist() == [0.0, 1.0]
    assert tg.bernoulli(tg.zeros(2), 1.0).tolist() == [1.0, 1.0]
    assert abs(tg.full((10000,), 0.3).bernoulli().mean().item() - 0.3) < 0.02
    drawn = tg.multinomial(tg.tensor([1.0, 0.0, 3.0]), 4000, replacement=True)
    assert abs((drawn == 2).float().mean().item() - 0.75) < 0.03
    assert not (drawn == 1).any()
    rows = tg.tensor([[0.0, 1.0], [1.0, 0.0]]).multinomial(2, True)
    assert rows.tolist() == [[1, 1], [0, 0]]
    assert sorted(tg.multinomial(tg.ones(4), 4).tolist()) == [0, 1, 2, 3]


def test_filling_in_place() -> None:
    x = tg.zeros(1000)
    assert x.uniform_(2, 3) is x
    assert 2 <= x.min().item() <= x.max().item() <= 3
    assert tg.zeros(3).normal_(mean=5, std=0).tolist() == [5.0] * 3
    assert tg.zeros(2).bernoulli_(tg.tensor([0.0, 1.0])).tolist() == [0.0, 1.0]
    assert tg.zeros(2, dtype=tg.int64).bernoulli_(1.0).tolist() == [1, 1]
    assert np.isfinite(tg.zeros(2, dtype=tg.float16).normal_().numpy()).all()


@pytest.mark.parametrize(
    ("attempt", "error", "words"),
    [
        (lambda: tg.rand(2, dtype=tg.int64), RuntimeError, "rand: random real numbers need a floating dtype"),
        (lambda: tg.randint(5, 5, (2,)), RuntimeError, "randint: there is no integer from 5 up to"),
        (lambda: tg.randint(5), TypeError, "randint: the size is missing"),
        (lambda: tg.randint(5, (2,), requires_grad=True), RuntimeError, "randint: only floating-point tensors"),
        (lambda: tg.randperm(-1), RuntimeError, "randperm: the number of integers must not be negative"),
        (lambda: tg.randperm(2, requires_grad=True), RuntimeError, "randperm: only floating-point tensors"),
        (lambda: tg.normal(0.0, -1.0, (2,)), RuntimeError, "normal: a standard deviation can't be negative"),
        (lambda: tg.normal(0.0, 1.0), TypeError, "normal: for numbers the size must be a tuple"),
        (lambda: tg.normal(tg.zeros(2), 1.0, (2,)), TypeError, "normal: a size goes with numbers only"),
        (lambda: tg.normal(tg.tensor([0]), 1.0), TypeError, "normal: wanted floating-point tensors"),
        (lambda: tg.normal(tg.zeros(2), tg.ones(3)), RuntimeError, "normal: .* don't broadcast"),
        (lambda: tg.bernoulli(tg.tensor([2.0])), RuntimeError, r"bernoulli: probabilities must lie in \[0, 1\]"),
        (lambda: tg.bernoulli(tg.zeros(2), 1.5), RuntimeError, "bernoulli: .* got p=1.5"),
        (lambda: tg.bernoulli(tg.tensor([0])), TypeError, "bernoulli: probabilities must be floating-point"),
        (lambda: tg.multinomial(tg.ones(2), 3), RuntimeError, "multinomial: can't draw 3 indices from a row with 2"),
        (lambda: tg.multinomial(-tg.ones(2), 1), RuntimeError, "multinomial: wanted 1 or 2 dimensions of finite"),
        (lambda: tg.multinomial(tg.ones(2), 0), RuntimeError, "the number of samples must be positive"),
        (lambda: tg.multinomial(tg.tensor([1]), 1), TypeError, "multinomial: weights must be floating-point"),
        (lambda: tg.zeros(2).uniform_(1, 0), RuntimeError, "uniform_: wanted from <= to"),
        (lambda: tg.zeros(2).normal_(0, -1), RuntimeError, "normal_: the standard deviation can't be negative"),
        (lambda: tg.zeros(2).bernoulli_(2.0), RuntimeError, "bernoulli_: probabilities must lie in"),
        (
            lambda: tg.zeros(2, dtype=tg.int64).normal_(),
            TypeError,
            "normal_: real numbers need a floating-point tensor",
        ),
    ],
)
def test_refusals(attempt: Callable[[], object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        attempt()
