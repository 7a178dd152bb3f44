"""The shape of a tensor is a tuple that stays what it is."""

from __future__ import annotations

import copy
import pickle
from operator import add
from typing import Any

import pytest

import tinygrad_edu as tg


def test_a_size_is_a_tuple() -> None:
    size = tg.zeros(2, 3).shape
    assert size.numel() == 6
    assert size == (2, 3)
    assert hash(size) == hash((2, 3))
    assert tg.Size().numel() == 1
    assert repr(size) == "tinygrad_edu.Size([2, 3])"


@pytest.mark.parametrize("wrong", [[2.5], ["a"], 3, [None], [2, [3]], [tg.ones(1)], [tg.ones(2)]])
def test_only_whole_numbers_make_a_size(wrong: Any) -> None:
    with pytest.raises(TypeError, match="Size: wanted whole numbers, one for each dimension; got "):
        tg.Size(wrong)


def test_copies_and_pickles_are_sizes() -> None:
    size = tg.Size([tg.tensor(2), True, 3])
    for other in (size, copy.copy(size), copy.deepcopy(size), pickle.loads(pickle.dumps(size))):
        assert type(other) is tg.Size
        assert other == (2, 1, 3)


def test_parts_sums_and_multiples_are_sizes() -> None:
    size = tg.Size([2, 3])
    for result, wanted in (
        (size[1:], (3,)),
        (add(size, (4,)), (2, 3, 4)),
        (add((4,), size), (4, 2, 3)),
        (size * 2, (2, 3, 2, 3)),
        (2 * size, (2, 3, 2, 3)),
    ):
        assert isinstance(result, tg.Size)
        assert result == wanted
    assert size[0] == 2
    assert type(size[0]) is int
