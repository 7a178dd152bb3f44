"""Domains: what numbers they hold, in what order they shrink, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import find

from tinygrad_edu.testing import (
    Domain,
    away_from,
    between,
    distinct,
    nonzero,
    not_whole,
    positive,
    reals,
    tensors,
    unit_interval,
)


@pytest.mark.parametrize(
    ("domain", "low", "high"),
    [
        (reals(), -2, 2),
        (positive(), 0.01, 2),
        (nonzero(), -2, 2),
        (unit_interval(), 0.01, 0.99),
        (not_whole(), -2.8, 2.8),
        (between(3, 5), 3, 5),
        (between(-1e6, 1e6), -1e6, 1e6),
        (between(1e-9, 2e-9), 1e-9, 2e-9),
        (between(4, 4), 4, 4),
        (away_from(0, 1, low=-1, high=3), -1, 3),
    ],
    ids=str,
)
def test_a_domain_reaches_from_end_to_end(domain: Domain, low: float, high: float) -> None:
    assert [min(domain.numbers), max(domain.numbers)] == pytest.approx([low, high])


@pytest.mark.parametrize(
    ("domain", "kinks", "gap"),
    [
        (nonzero(), [0], 0.01),
        (not_whole(), range(-4, 5), 0.2),
        (away_from(0.3, gap=0.2), [0.3], 0.2),
        (away_from(0, 1, -1), [0, 1, -1], 0.1),
    ],
    ids=str,
)
def test_a_domain_keeps_its_distance_from_kinks(domain: Domain, kinks: list[float], gap: float) -> None:
    nearest = min(abs(number - kink) for number in domain.numbers for kink in kinks)
    assert nearest == pytest.approx(gap)


def test_the_grid_has_short_numbers_and_simple_ones_come_first() -> None:
    assert reals().numbers[:8] == (1, 0, -1, 2, -2, 0.1, -0.1, 0.2)
    assert positive().numbers[:4] == (1, 2, 0.1, 0.2)
    assert reals().numbers[-1] == -1.99
    assert len(reals().numbers) == 401
    assert str(reals().numbers[1]) == "0.0"  # and not -0.0


def test_a_failing_number_shrinks_to_a_simple_one() -> None:
    assert find(reals().elements(), lambda x: x != 1) == 0
    assert find(between(0, 1).elements(), lambda x: 0.61 <= x < 0.7) == 0.61


def test_grids_with_different_offsets_never_meet() -> None:
    one, other = between(-1, 1, step=0.1), between(-1, 1, step=0.1, offset=0.05)
    assert min(abs(x - y) for x in one.numbers for y in other.numbers) == pytest.approx(0.05)


def test_a_domain_says_how_it_was_asked_for() -> None:
    for words in ("reals()", "nonzero()", "between(-1, 0.5)", "between(0, 1, step=0.1, offset=0.03)"):
        assert repr(eval(words)) == words
    assert repr(distinct(unit_interval())) == "distinct(unit_interval())"
    assert repr(away_from(1)) == "away_from(1, low=-2, high=2, gap=0.1)"


def test_distinct_is_a_promise_for_a_tensor_and_changes_no_number() -> None:
    assert distinct(positive()).numbers == positive().numbers
    assert distinct(positive()).unique
    assert not positive().unique
    assert distinct().unique


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: between(2, 1), r"between\(2, 1\): there is no number"),
        (lambda: between(0.2, 0.4, step=0.5), "there is no number"),
        (lambda: away_from(0, gap=5), "there is no number"),
        (lambda: between(0, float("inf")), r"wanted two finite numbers; 'anywhere' is reals\(\)"),
        (lambda: between(0, 1, step=0), "a step greater than 0"),
        (lambda: between(0, 1, step=-0.1), "a step greater than 0"),
    ],
)
def test_what_is_no_domain_is_refused(call: Callable[[], Domain], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("domain", [distinct(), distinct(unit_interval()), distinct(away_from(0)), distinct(reals())])
def test_a_tensor_of_any_size_finds_different_numbers_in_a_domain(domain: Domain) -> None:
    numbers = domain.with_room(1000).numbers
    assert len(set(numbers) | set(domain.far)) >= 1000
    assert numbers[: len(domain.numbers)] == domain.numbers  # the simplest stay first
    assert min(numbers) == min(domain.numbers)
    assert max(numbers) == max(domain.numbers)
    assert min(abs(each) for each in numbers if each) >= 1e-4
    assert domain.with_room(len(domain.numbers)) == domain


def test_a_tensor_may_have_more_values_than_a_domain_has_numbers() -> None:
    assert len(find(tensors(shape=(7, 7), elements=distinct()), lambda _: True).unique()) == 49
