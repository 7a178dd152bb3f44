"""Random numbers stay in the range that they are drawn from, in every type; what a type can't hold is refused.

A coarse type rounds a number just below the end of a range up to the end itself, which must not be among the numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import datasets
from tinygrad_edu.api import sampling
from tinygrad_edu.nn import init

MANY = 20_000
REAL = [tg.float16, tg.float32, tg.float64]
WHOLE = [tg.uint8, tg.int8, tg.int16, tg.int32, tg.int64]
EVERY = [tg.bool, *WHOLE, *REAL]


class Range(NamedTuple):
    """Numbers of one sampler in one setting, and what they must be."""

    draw: Callable[[Any], Any]
    dtypes: list[Any]
    low: float
    high: float
    with_high: bool = False


def filled(fill: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda dtype: fill(tg.empty(200, MANY // 200, dtype=dtype))


def largest(x: tg.Tensor) -> float:
    return float(np.finfo(x.dtype.numpy).max)


def smallest(x: tg.Tensor) -> float:
    return float(np.finfo(x.dtype.numpy).smallest_normal)


inf = float("inf")
RANGES = {
    "rand": [Range(lambda dtype: tg.rand(MANY, dtype=dtype), REAL, 0, 1)],
    "rand_like": [Range(lambda dtype: tg.rand_like(tg.empty(MANY, dtype=dtype)), REAL, 0, 1)],
    "randn": [Range(lambda dtype: tg.randn(MANY, dtype=dtype), REAL, -9, 9)],
    "randn_like": [Range(lambda dtype: tg.randn_like(tg.empty(MANY, dtype=dtype)), REAL, -9, 9)],
    "normal": [
        Range(lambda dtype: tg.normal(1.0, 2.0, (MANY,), dtype=dtype), REAL, -19, 21),
        Range(lambda dtype: tg.normal(tg.full((MANY,), 6e4, dtype=dtype), 100.0), REAL, 59_000, 61_000),
        Range(lambda dtype: tg.normal(0.0, tg.full((MANY,), 1e-7, dtype=dtype)), REAL, -1e-6, 1e-6),
    ],
    "randint": [
        Range(lambda dtype: tg.randint(0, 2, (MANY,), dtype=dtype), EVERY, 0, 2),
        Range(lambda dtype: tg.randint(-128, 128, (MANY,), dtype=dtype), [*WHOLE[1:], *REAL], -128, 128),
        Range(lambda dtype: tg.randint(256, (MANY,), dtype=dtype), [WHOLE[0], *WHOLE[2:], *REAL], 0, 256),
        Range(lambda dtype: tg.randint(2046, 2049, (MANY,), dtype=dtype), [*WHOLE[2:], *REAL], 2046, 2049),
        Range(lambda dtype: tg.randint(2**53 - 9, 2**53 + 1, (MANY,), dtype=dtype), [tg.float64], 2**53 - 9, 2**53 + 1),
        Range(lambda dtype: tg.randint(2**63 - 1, 2**63, (3,), dtype=dtype), [tg.int64], 2**63 - 1, 2**63 - 1, True),
        Range(lambda dtype: tg.randint(-(2**63), 2**63, (MANY,), dtype=dtype), [tg.int64], -(2**63), 2**63),
    ],
    "randperm": [
        Range(lambda dtype: tg.randperm(128, dtype=dtype), [*WHOLE, *REAL], 0, 128),
        Range(lambda dtype: tg.randperm(256, dtype=dtype), [WHOLE[0], *WHOLE[2:], *REAL], 0, 256),
        Range(lambda dtype: tg.randperm(2049, dtype=dtype), [*WHOLE[2:], *REAL], 0, 2049),
    ],
    "bernoulli": [
        Range(lambda dtype: tg.bernoulli(tg.full((MANY,), 0.5, dtype=dtype)), REAL, 0, 1, True),
        Range(lambda dtype: tg.bernoulli(tg.ones(MANY, dtype=dtype)), REAL, 1, 1, True),
        Range(lambda dtype: tg.bernoulli(tg.zeros(MANY, dtype=dtype)), REAL, 0, 0, True),
    ],
    "multinomial": [
        Range(lambda dtype: tg.multinomial(tg.full((3,), 6e4, dtype=dtype), 999, replacement=True), REAL, 0, 3),
        Range(lambda dtype: tg.multinomial(tg.full((3,), 1.7e308, dtype=dtype), 3), [tg.float64], 0, 3),
        Range(lambda dtype: tg.multinomial(tg.tensor([0, 5e-8, 0], dtype=dtype), 1), REAL, 1, 1, True),
    ],
    "random_": [
        Range(filled(lambda x: x.random_()), REAL[:2], 0, 2**24 + 1),
        Range(filled(lambda x: x.random_(256)), [WHOLE[0], *WHOLE[2:], *REAL], 0, 256),
        Range(filled(lambda x: x.random_(-128, 128)), [*WHOLE[1:], *REAL], -128, 128),
        Range(filled(lambda x: x.random_()), [tg.uint8], 0, 256),
        Range(lambda dtype: tg.empty(3, dtype=dtype).random_(2**63 - 1, 2**63), [tg.int64], 2**63 - 1, 2**63 - 1, True),
    ],
    "uniform_": [
        Range(filled(lambda x: x.uniform_()), REAL, 0, 1),
        Range(filled(lambda x: x.uniform_(1000, 1000.01)), [tg.float32, tg.float64], 1000, float(np.float32(1000.01))),
        Range(filled(lambda x: x.uniform_(1000, 1001)), REAL, 1000, 1001),
        Range(filled(lambda x: x.uniform_(-1001, -1000)), REAL, -1001, -1000),
        Range(filled(lambda x: x.uniform_(-32752, 32752)), REAL, -32752, 32752),
        Range(filled(lambda x: x.uniform_(0, largest(x))), REAL, 0, inf),
        Range(filled(lambda x: x.uniform_(0, smallest(x))), REAL, 0, 7e-5),
        Range(filled(lambda x: x.uniform_(5, 5)), REAL, 5, 5, True),
        Range(filled(lambda x: init.uniform_(x, 1000, 1001)), REAL, 1000, 1001),
    ],
    "normal_": [
        Range(filled(lambda x: x.normal_(6e4, 100)), REAL, 59_000, 61_000),
        Range(filled(lambda x: init.normal_(x, 0, 1e-7)), REAL, -1e-6, 1e-6),
    ],
    "bernoulli_": [
        Range(filled(lambda x: x.bernoulli_(1.0)), EVERY, 1, 1, True),
        Range(filled(lambda x: x.bernoulli_(0.0)), EVERY, 0, 0, True),
        Range(filled(lambda x: x.bernoulli_()), EVERY, 0, 1, True),
    ],
    "trunc_normal_": [
        Range(filled(lambda x: init.trunc_normal_(x)), REAL, -2, 2, True),
        Range(filled(lambda x: init.trunc_normal_(x, 1000.0, 1.0, 1000.0, 1001.0)), REAL, 1000, 1001, True),
        Range(filled(lambda x: init.trunc_normal_(x, a=-inf, b=0.0)), REAL, -9, 0, True),
    ],
    "xavier_uniform_": [Range(filled(lambda x: init.xavier_uniform_(x, gain=50**0.5)), REAL, -1, 1)],
    "xavier_normal_": [Range(filled(lambda x: init.xavier_normal_(x)), REAL, -1, 1)],
    "kaiming_uniform_": [Range(filled(lambda x: init.kaiming_uniform_(x)), REAL, -0.25, 0.25)],
    "kaiming_normal_": [Range(filled(lambda x: init.kaiming_normal_(x)), REAL, -2, 2)],
    "orthogonal_": [Range(filled(lambda x: init.orthogonal_(x)), REAL, -1, 1, True)],
    "sparse_": [Range(filled(lambda x: init.sparse_(x, 0.5)), REAL, -1, 1, True)],
    "dropout": [
        Range(lambda dtype: tg.nn.functional.dropout(tg.ones(MANY, dtype=dtype)), REAL, 0, 2, True),
        Range(lambda dtype: tg.nn.functional.dropout(tg.ones(MANY, dtype=dtype), 0.9999), REAL, 0, 10_008, True),
        Range(lambda dtype: tg.nn.functional.dropout(tg.ones(MANY, dtype=dtype), 1.0), REAL, 0, 0, True),
    ],
    "make_xor": [Range(lambda _: datasets.make_xor(400, noise=1e36)[0], [tg.float32], -1e37, 1e37)],
    "make_spirals": [Range(lambda _: datasets.make_spirals(400, noise=1e36)[0], [tg.float32], -1, 1, True)],
}
CASES = [
    pytest.param(each, dtype, id=f"{name}-{place}-{dtype.numpy.name}")
    for name, ranges in RANGES.items()
    for place, each in enumerate(ranges)
    for dtype in each.dtypes
]


@pytest.mark.parametrize(("drawn", "dtype"), CASES)
def test_numbers_stay_in_their_range(drawn: Range, dtype: Any) -> None:
    values = drawn.draw(dtype).detach().numpy()
    assert np.all(np.isfinite(values))
    least, most = values.min().item(), values.max().item()  # Python's numbers compare exactly
    assert least >= drawn.low
    assert most <= drawn.high if drawn.with_high else most < drawn.high


def test_every_sampler_has_a_range() -> None:
    methods = [name for name in vars(sampling.SamplingMethods) if not name.startswith("__")]
    takes_a_generator = [name for name in init.__all__ if "generator" in getattr(init, name).__annotations__]
    toys = [name for name in datasets.__all__ if name.startswith("make_")]
    missing = {*sampling.__all__, *methods, *takes_a_generator, *toys, "dropout"} - RANGES.keys()
    assert not missing, f"write into RANGES what numbers {missing} may draw, and in which types"


def test_the_ends_of_a_range_are_reached() -> None:
    for dtype, step in ((tg.float16, 2.0**-11), (tg.float32, 2.0**-14)):
        low, high = (0.0, 1.0) if dtype is tg.float16 else (1000.0, 1000.0 + 100 * step)
        values = tg.empty(MANY, dtype=dtype).uniform_(low, high)
        assert values.max().item() == high - step
        assert values.min().item() <= low + step


def test_what_was_drawn_rightly_is_drawn_as_ever() -> None:
    for dtype, width in ((tg.float32, np.float32), (tg.float64, np.float64)):
        numpy = np.random.default_rng(3)
        tg.manual_seed(3)
        assert tg.rand(99, dtype=dtype).tolist() == numpy.random(99, width).tolist()
        assert tg.empty(99, dtype=dtype).uniform_(-2, 3).tolist() == (numpy.random(99, width) * 5 - 2).tolist()
        assert tg.randn(99, dtype=dtype).tolist() == numpy.standard_normal(99, width).tolist()
        expected = numpy.standard_normal(99, width) * 0.5 + 3
        assert tg.empty(99, dtype=dtype).normal_(3, 0.5).tolist() == expected.tolist()
        assert tg.randint(7, (99,), dtype=dtype).tolist() == numpy.integers(0, 7, 99).tolist()
        assert tg.randperm(99, dtype=dtype).tolist() == numpy.permutation(99).tolist()
        weights = np.array([0.1, 0.7, 0.2])
        chosen = numpy.choice(3, 9, True, weights / weights.sum())
        assert tg.tensor(weights).multinomial(9, True).tolist() == chosen.tolist()


@pytest.mark.parametrize(
    ("attempt", "error", "words"),
    [
        (lambda: tg.empty(3).uniform_(-3e38, 3e38), RuntimeError, "uniform_: .*float32 holds, up to 3.40282e.38; got"),
        (lambda: tg.empty(3).uniform_(0, inf), RuntimeError, "uniform_: wanted from, to and to - from within"),
        (lambda: tg.empty(3).uniform_(float("nan"), 1), RuntimeError, "uniform_: .*got from=nan"),
        (lambda: tg.empty(3, dtype=tg.float16).uniform_(0, 70000), RuntimeError, "float16 holds, up to 65504"),
        (lambda: init.uniform_(tg.empty(3), 0, 1e39), RuntimeError, "uniform_: .*float32 holds"),
        (lambda: tg.randint(0, 300, (3,), dtype=tg.uint8), RuntimeError, "randint: uint8 holds the integers from 0 to"),
        (lambda: tg.randint(-1, 3, (3,), dtype=tg.uint8), RuntimeError, "randint: uint8 .* those from -1 to 2"),
        (lambda: tg.randint(0, 3, (3,), dtype=tg.bool), RuntimeError, "randint: bool holds the integers from 0 to 1"),
        (lambda: tg.randint(0, 2050, (3,), dtype=tg.float16), RuntimeError, "float16 .* from -2048 to 2048, and those"),
        (lambda: tg.randint(0, 2**63 + 1, (3,)), RuntimeError, "randint: int64 holds the integers"),
        (lambda: tg.randint(0, 2.5, (3,)), TypeError, "randint: high must be an integer, got float 2.5"),
        (lambda: tg.randperm(257, dtype=tg.uint8), RuntimeError, "randperm: uint8 .* from 0 to 256 are to be drawn"),
        (lambda: tg.randperm(2050, dtype=tg.float16), RuntimeError, "randperm: float16 holds the integers"),
        (lambda: tg.randperm(wrong(2.0)), TypeError, "randperm: n must be an integer"),
        (lambda: tg.empty(99, dtype=tg.float16).normal_(0, 1e5), RuntimeError, "normal_: .* of 99 numbers leave the"),
        (lambda: tg.empty(9).normal_(1e39, 1), RuntimeError, "normal_: 9 of 9 numbers leave the range of float32"),
        (lambda: tg.normal(tg.full((9,), 3e38), tg.full((9,), 3e38)), RuntimeError, "normal: .* of 9 numbers leave"),
        (lambda: init.normal_(tg.empty(9), 0, 1e39), RuntimeError, "normal_: .* leave the range of float32"),
        (
            lambda: init.trunc_normal_(tg.empty(9, dtype=tg.float16), 7e4, 1, 6.9e4, 7.1e4),
            ValueError,
            "trunc_normal_: float16 holds numbers up to 65504",
        ),
        (
            lambda: tg.nn.functional.dropout(tg.ones(9, dtype=tg.float16), 0.99999),
            ValueError,
            r"dropout: float16 can't hold 1 / \(1 - p\), which is 100000 for p=0.99999",
        ),
        (lambda: datasets.make_xor(noise=1e38), ValueError, "make_xor: noise must be a number up to 1e37"),
        (lambda: datasets.make_spirals(noise=float("nan")), ValueError, "make_spirals: noise must be a number"),
    ],
)
def test_what_cannot_be_held_is_refused(attempt: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        attempt()
