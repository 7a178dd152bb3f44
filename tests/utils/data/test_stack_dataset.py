"""Data sets side by side: samples as tuples or dicts, several at once, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu.utils.data import DataLoader, Dataset, StackDataset, TensorDataset


class Quick(Dataset[int]):
    """Gives several samples at once; `off` is how many too many."""

    def __init__(self, off: int = 0) -> None:
        self.off = off
        self.asked: list[Sequence[int]] = []

    def __getitem__(self, index: int) -> int:
        return index * 10

    def __getitems__(self, indices: Sequence[int]) -> list[int]:
        self.asked.append(indices)
        return [each * 10 for each in indices] + [0] * self.off

    def __len__(self) -> int:
        return 4


class Plain:
    """Has no text of its own."""

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> int:
        return index


def test_samples_are_tuples_or_dicts() -> None:
    assert len(StackDataset("abcd", Quick())) == 4
    assert StackDataset("abcd", Quick())[2] == ("c", 20)
    assert StackDataset(letter="abcd", number=Quick())[-1] == {"letter": "d", "number": -10}


def test_several_at_once_ask_each_data_set_once() -> None:
    quick = Quick()
    assert StackDataset("abcd", quick).__getitems__([3, 0]) == [("d", 30), ("a", 0)]
    assert StackDataset(x="abcd", y=quick).__getitems__([1]) == [{"x": "b", "y": 10}]
    assert quick.asked == [[3, 0], [1]]


def test_a_loader_puts_them_together() -> None:
    stacked = StackDataset(x=TensorDataset(tg.arange(4)), y=Quick())
    batches = list(DataLoader(stacked, batch_size=3))
    assert [each["y"].tolist() for each in batches] == [[0, 10, 20], [30]]
    assert [each["x"][0].tolist() for each in batches] == [[0, 1, 2], [3]]


def test_its_text_names_what_it_holds() -> None:
    assert repr(StackDataset(Plain(), [1, 2])) == "StackDataset(Plain, list of 2)"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: StackDataset(), "StackDataset: got no data sets, wanted at least one"),
        (lambda: StackDataset("ab", y="ab"), "give all data sets names, or none; got both kinds"),
        (lambda: StackDataset("ab", "abc"), r"must have one length, but they have \[2, 3\] samples"),
        (lambda: StackDataset("abcd", Quick(1)).__getitems__([0]), "asked for 1 samples"),
    ],
)
def test_what_it_refuses(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
