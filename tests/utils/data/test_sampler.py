"""Samplers: which indices come, in which order, in which groups, and when they are drawn."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.utils.data import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

SEEDED = [
    lambda generator: RandomSampler(range(30), generator=generator),
    lambda generator: RandomSampler(range(30), replacement=True, generator=generator),
    lambda generator: SubsetRandomSampler(range(100, 130), generator),
    lambda generator: WeightedRandomSampler([0.5] * 30, 30, generator=generator),
]


def test_a_sampler_without_iter_says_what_is_missing() -> None:
    with pytest.raises(NotImplementedError, match="Sampler must define __iter__"):
        iter(Sampler())


def test_in_sequence() -> None:
    sampler = SequentialSampler("abc")
    assert (list(sampler), list(sampler), len(sampler)) == ([0, 1, 2], [0, 1, 2], 3)


@given(size=st.integers(1, 40), num_samples=st.none() | st.integers(1, 100))
def test_without_replacement_no_index_is_two_ahead_of_another(size: int, num_samples: int | None) -> None:
    sampler = RandomSampler(range(size), num_samples=num_samples)
    drawn = list(sampler)
    assert len(drawn) == len(sampler) == sampler.num_samples == (num_samples or size)
    for start in range(0, len(drawn), size):
        assert len(set(drawn[start : start + size])) == len(drawn[start : start + size])
    assert set(drawn) <= set(range(size))
    assert all(type(index) is int for index in drawn)


def test_with_replacement_indices_repeat() -> None:
    sampler = RandomSampler(range(5), replacement=True, num_samples=20_000)
    counts = Counter(sampler)
    assert sum(counts.values()) == len(sampler) == 20_000
    assert all(3_500 < counts[index] < 4_500 for index in range(5))


def test_a_growing_data_set_is_followed() -> None:
    data = [0, 1]
    sampler = RandomSampler(data)
    data.append(2)
    assert len(sampler) == 3
    assert sorted(sampler) == [0, 1, 2]


@pytest.mark.parametrize("make", SEEDED)
def test_each_pass_has_an_order_of_its_own_and_a_seed_repeats_it(make: Any) -> None:
    passes = [[list(sampler), list(sampler)] for sampler in (make(tg.Generator().manual_seed(3)) for _ in range(2))]
    assert passes[0] == passes[1]
    assert passes[0][0] != passes[0][1]
    assert passes[0] != [list(make(tg.Generator().manual_seed(4))) for _ in range(2)]


@pytest.mark.parametrize("make", SEEDED)
def test_without_a_generator_the_default_one_decides(make: Any) -> None:
    tg.manual_seed(3)
    first = list(make(None)), list(make(None))
    tg.manual_seed(3)
    assert (list(make(None)), list(make(None))) == first
    assert first[0] != first[1]


def test_draws_during_a_pass_do_not_change_it() -> None:
    def one_pass(disturbed: bool) -> list[int]:
        tg.manual_seed(0)
        drawn = []
        for index in RandomSampler(range(10), num_samples=30_000, replacement=True):
            drawn.append(index)
            if disturbed and len(drawn) % 1_000 == 0:
                tg.rand(1)
        return drawn

    assert one_pass(disturbed=True) == one_pass(disturbed=False)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"data_source": []}, ValueError, "num_samples=0 samples, so there is nothing to shuffle"),
        (
            {"data_source": [1], "num_samples": 0},
            ValueError,
            "num_samples must be a positive integer, got num_samples=0",
        ),
        ({"data_source": [1], "num_samples": 1.5}, ValueError, "got num_samples=1.5"),
        ({"data_source": [1], "replacement": "1"}, TypeError, "replacement must be True or False, got str '1'"),
    ],
)
def test_what_a_random_sampler_refuses(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=f"RandomSampler: .*{words}"):
        RandomSampler(**arguments)


def test_a_subset_in_random_order() -> None:
    sampler = SubsetRandomSampler([7, 7, 9])
    assert (sorted(sampler), len(sampler)) == ([7, 7, 9], 3)


def test_chances_follow_the_weights() -> None:
    sampler = WeightedRandomSampler(tg.tensor([0.0, 1.0, 3.0]), 8_000)
    counts = Counter(sampler)
    assert len(sampler) == 8_000
    assert counts[0] == 0
    assert 1_700 < counts[1] < 2_300
    assert sampler.weights.dtype is tg.float64
    assert sorted(WeightedRandomSampler([1, 0, 2, 3], 3, replacement=False)) == [0, 2, 3]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([1.0], 0), "num_samples must be a positive integer, got num_samples=0"),
        (([1.0], True), "got num_samples=True"),
        (([1.0], 1, 1), "replacement must be True or False"),
        (([[1.0]], 1), r"weights must be one list of numbers, got list \[\[1.0\]\]"),
    ],
)
def test_what_a_weighted_sampler_refuses(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(ValueError, match=f"WeightedRandomSampler: .*{words}"):
        WeightedRandomSampler(*arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([1.0, -1.0], 1), "finite weights >= 0"),
        (([0.0], 1), "a row with 0 positive weights"),
        (([1.0, 0.0], 2, False), "can't draw 2 indices from a row with 1 positive weights"),
    ],
)
def test_weights_that_nothing_can_be_drawn_by(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(RuntimeError, match=words):
        iter(WeightedRandomSampler(*arguments))


@given(size=st.integers(0, 30), batch_size=st.integers(1, 10), drop_last=st.booleans())
def test_groups_are_the_indices_cut_up(size: int, batch_size: int, drop_last: bool) -> None:
    sampler = BatchSampler(range(size), batch_size, drop_last)
    wanted = [list(range(start, min(start + batch_size, size))) for start in range(0, size, batch_size)]
    if drop_last:
        wanted = [group for group in wanted if len(group) == batch_size]
    assert list(sampler) == wanted
    assert len(sampler) == len(wanted)


@pytest.mark.parametrize("batch_size", [0, -1, True, 2.0, "2"])
def test_a_group_has_a_whole_number_of_indices(batch_size: Any) -> None:
    with pytest.raises(ValueError, match="BatchSampler: batch_size must be a positive integer, got batch_size="):
        BatchSampler([1], batch_size, False)


def test_drop_last_is_yes_or_no() -> None:
    drop_last: Any = 1
    with pytest.raises(ValueError, match="BatchSampler: drop_last must be True or False, got drop_last=1"):
        BatchSampler([1], 1, drop_last)


def test_the_length_of_a_stream_of_indices_is_not_known() -> None:
    with pytest.raises(TypeError, match="has no len"):
        len(BatchSampler(iter([1, 2]), 1, False))
