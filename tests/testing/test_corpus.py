"""A sample of tests/corpus, the same examples in every run: what is wrong is found, what is right is left alone.

The whole of it, with five seeds and 1,000 examples each: ``python -m tests.corpus``.
"""

from __future__ import annotations

import pytest
from corpus import hard_places, hard_shapes, wrong_places, wrong_shapes, wrong_uses
from corpus.entries import RIGHT, WRONG
from corpus.missed import MISSED, UNSURE
from corpus.proof import complaint_of_right, complaint_of_wrong

LISTED = MISSED | UNSURE
FOUND = [name for name in WRONG if name not in LISTED]
QUIET = [name for name in RIGHT if name not in LISTED]


@pytest.mark.parametrize("name", FOUND[::4])
def test_a_wrong_operation_is_found(name: str) -> None:
    assert complaint_of_wrong(WRONG[name], None, shrink=False) is None


@pytest.mark.parametrize("name", FOUND[2::20])
def test_its_example_is_shrunk_and_its_mistake_named(name: str) -> None:
    assert complaint_of_wrong(WRONG[name], None) is None


@pytest.mark.parametrize("name", QUIET[::4])
def test_a_right_operation_raises_no_alarm(name: str) -> None:
    assert complaint_of_right(RIGHT[name], None, 2) is None


def test_what_is_listed_as_missed_is_missed() -> None:
    for name in sorted(MISSED)[:1]:
        entry = WRONG.get(name)
        complaint = complaint_of_wrong(entry, None) if entry else complaint_of_right(RIGHT[name], None, 40)
        assert complaint, f"{name} is as it should be: take it out of corpus/missed.py"


def test_each_name_stands_once_and_what_is_missed_is_there() -> None:
    files = (wrong_places, wrong_shapes, wrong_uses)
    assert sum(len(file.WRONG) for file in files) == len(WRONG)
    assert len(hard_places.RIGHT) + len(hard_shapes.RIGHT) == len(RIGHT)
    assert not WRONG.keys() & RIGHT.keys()
    assert WRONG.keys() | RIGHT.keys() >= MISSED
    assert len(WRONG) >= 80
    assert len(RIGHT) >= 80
