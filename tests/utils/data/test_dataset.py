"""Data sets: samples by index, streams, and new ones made by choosing, joining and splitting."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.utils.data import (
    ChainDataset,
    ConcatDataset,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    random_split,
)


class Count(IterableDataset[int]):
    """The numbers below `stop`."""

    def __init__(self, stop: int) -> None:
        self.stop = stop

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.stop))

    def __len__(self) -> int:
        return self.stop


def test_a_data_set_without_getitem_says_what_is_missing() -> None:
    class Unfinished(Dataset[int]):
        pass

    with pytest.raises(NotImplementedError, match=r"Unfinished must define __getitem__\(index\)"):
        Unfinished()[0]


def test_tensors_give_tuples_of_rows() -> None:
    dataset: Any = TensorDataset(tg.arange(6.0).reshape(3, 2), tg.arange(3))
    assert len(dataset) == 3
    row, number = dataset[-1]
    assert (row.tolist(), number.tolist()) == ([4.0, 5.0], 2)
    assert [tuple(each.tolist() for each in sample) for sample in dataset] == [
        ([0.0, 1.0], 0),
        ([2.0, 3.0], 1),
        ([4.0, 5.0], 2),
    ]
    assert [each.tolist() for each in dataset[1:]] == [[[2.0, 3.0], [4.0, 5.0]], [1, 2]]
    assert dataset[[2, 0]][1].tolist() == [2, 0]
    with pytest.raises(IndexError):
        dataset[3]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((), ValueError, "got no tensor"),
        (
            (tg.zeros(3, 2), tg.zeros(2)),
            ValueError,
            r"argument 0 has shape \(3, 2\) and argument 1 has shape \(2,\)",
        ),
        ((tg.zeros(2), np.zeros(2)), TypeError, r"argument 1 is a float64 NumPy array of shape \(2,\), .* from_numpy"),
        ((tg.tensor(1.0),), ValueError, "argument 0 is a 0-d tensor, which has no rows"),
    ],
)
def test_what_a_tensor_data_set_refuses(arguments: tuple[Any, ...], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=f"TensorDataset: .*{words}"):
        TensorDataset(*arguments)


def test_a_batch_of_tensors_asks_for_whole_numbers() -> None:
    dataset: Any = TensorDataset(tg.arange(3))
    assert dataset.__getbatch__([np.int64(2), tg.tensor(1), -3])[0].tolist() == [2, 1, 0]
    with pytest.raises(TypeError):
        dataset.__getbatch__([0.5])
    with pytest.raises(IndexError):
        dataset.__getbatch__([3])


@given(sizes=st.lists(st.integers(0, 4), min_size=1, max_size=5))
def test_data_sets_in_a_row(sizes: list[int]) -> None:
    parts = [[(place, index) for index in range(size)] for place, size in enumerate(sizes)]
    joined: Any = ConcatDataset(parts)
    wanted = [sample for part in parts for sample in part]
    assert len(joined) == len(wanted)
    assert list(joined) == wanted
    assert [joined[index] for index in range(-len(wanted), 0)] == wanted
    assert joined.cumulative_sizes[-1] == len(wanted)
    for outside in (len(wanted), -len(wanted) - 1):
        with pytest.raises(IndexError, match=f"index {outside} is out of range for {len(wanted)} samples"):
            joined[outside]


def test_adding_data_sets_joins_them() -> None:
    numbers: Any = TensorDataset(tg.arange(2)) + TensorDataset(tg.arange(3))
    assert [number.item() for (number,) in numbers] == [0, 1, 0, 1, 2]
    assert type(numbers) is ConcatDataset
    streams: Any = Count(2) + Count(3)
    assert isinstance(streams, ChainDataset)
    assert (list(streams), list(streams), len(streams)) == ([0, 1, 0, 1, 2], [0, 1, 0, 1, 2], 5)


def test_what_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="ConcatDataset: got no data sets"):
        ConcatDataset([])
    with pytest.raises(TypeError, match=r"ConcatDataset: an IterableDataset can't be indexed; .* ChainDataset"):
        ConcatDataset([Count(2)])
    with pytest.raises(TypeError, match=r"ConcatDataset: got Dataset .*, which has no __len__"):
        ConcatDataset([Dataset()])
    with pytest.raises(TypeError, match=r"ChainDataset: got a TensorDataset, .* ConcatDataset"):
        list(ChainDataset([Count(1), TensorDataset(tg.arange(2))]))


def test_data_sets_side_by_side() -> None:
    plain, named = StackDataset("abc", [7, 8, 9]), StackDataset(letter="abc", number=[7, 8, 9])
    assert (len(plain), plain[1], named[2]) == (3, ("b", 8), {"letter": "c", "number": 9})
    assert plain.__getitems__([2, 0]) == [("c", 9), ("a", 7)]
    assert named.__getitems__([1]) == [{"letter": "b", "number": 8}]


def test_what_cannot_stand_side_by_side() -> None:
    with pytest.raises(ValueError, match="StackDataset: give all data sets names, or none; got both kinds"):
        StackDataset("abc", number=[7, 8, 9])
    with pytest.raises(ValueError, match="StackDataset: got no data sets, wanted at least one"):
        StackDataset()
    with pytest.raises(ValueError, match=r"StackDataset: .* must have one length, but they have \[3, 2\] samples"):
        StackDataset("abc", [7, 8])
    with pytest.raises(TypeError, match=r"StackDataset: got .*, which has no __len__"):
        StackDataset(iter("abc"))

    class Short(Dataset[int]):
        """Gives one sample, whatever is asked for."""

        def __getitem__(self, index: int) -> int:
            return index

        def __getitems__(self, indices: list[int]) -> list[int]:
            return indices[:1]

        def __len__(self) -> int:
            return 3

    with pytest.raises(ValueError, match="asked for 2 samples, a data set gave another number"):
        StackDataset("abc", Short()).__getitems__([0, 1])


def test_a_stream_must_say_how_it_flows() -> None:
    stream_class: Any = IterableDataset
    with pytest.raises(TypeError, match="__iter__"):
        stream_class()


@pytest.mark.parametrize("kind", [list, np.array, tg.tensor, tuple])
def test_a_subset_has_its_samples_in_its_order(kind: Any) -> None:
    whole = TensorDataset(tg.arange(5) * 10)
    subset = Subset(whole, kind([3, 1, 0]))
    assert len(subset) == 3
    assert [sample.item() for (sample,) in (subset[0], subset[1], subset[-1])] == [30, 10, 0]
    assert subset[[0, 2]][0].tolist() == [30, 0]
    assert [sample.item() for (sample,) in subset.__getitems__([2, 0])] == [0, 30]
    assert subset.__getbatch__([2, 0, -2])[0].tolist() == [0, 30, 10]


@given(
    size=st.integers(0, 60),
    weights=st.lists(st.integers(1, 9), min_size=1, max_size=5),
    seed=st.integers(0, 9),
)
def test_a_split_by_fractions_rounds_like_pytorch(size: int, weights: list[int], seed: int) -> None:
    fractions = [weight / sum(weights) for weight in weights]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parts: list[Any] = random_split(range(size), fractions, tg.Generator().manual_seed(seed))
    floors = [int(size * fraction) for fraction in fractions]
    left = size - sum(floors)
    assert [len(part) for part in parts] == [floor + (place < left) for place, floor in enumerate(floors)]
    assert sorted(index for part in parts for index in part) == list(range(size))


@pytest.mark.parametrize(
    ("size", "lengths", "counts"),
    [
        (10, [3, 7], [3, 7]),
        (10, [0.33, 0.33, 0.34], [4, 3, 3]),
        (11, [0.5, 0.3, 0.2], [6, 3, 2]),
        (10, [0.7, 0.2, 0.1], [7, 2, 1]),
        (10, [10, 0], [10, 0]),
        (1, [1], [1]),
        (10, [np.int64(4), 6], [4, 6]),
    ],
)
def test_the_sizes_of_a_split(size: int, lengths: list[float], counts: list[int]) -> None:
    parts = random_split(range(size), lengths)
    assert [len(part) for part in parts] == counts
    assert all(isinstance(part, Subset) for part in parts)


def test_a_seed_repeats_a_split() -> None:
    def indices(generator: tg.Generator | None) -> list[int]:
        return list(random_split(range(20), [15, 5], generator)[0].indices)

    assert indices(tg.Generator().manual_seed(1)) == indices(tg.Generator().manual_seed(1))
    tg.manual_seed(1)
    assert indices(None) == indices(tg.Generator().manual_seed(1))
    tg.manual_seed(1)
    assert list(random_split(range(20), [15, 5])[0].indices) == indices(tg.Generator().manual_seed(1))


def test_an_empty_part_is_warned_about() -> None:
    with pytest.warns(UserWarning, match="random_split: part 1 gets no samples") as caught:
        random_split(range(3), [0.9, 0.1])
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("dataset", "lengths", "error", "words"),
    [
        (range(10), [3, 3], ValueError, r"lengths \[3, 3\] add up to 6, but the data set has 10 samples; give counts"),
        (range(10), [0.5, 0.4], ValueError, r"lengths \[0.5, 0.4\] add up to 0.9, .* fractions that add up to 1"),
        (range(10), [2.0, 8.0], TypeError, "a length is 2.0; wanted integers, or fractions that add up to 1"),
        (range(10), [-3, 13], ValueError, "length 0 is -3, but a part can't have fewer than 0 samples"),
        (range(10), [1.5, -0.5], ValueError, "length 1 is -0.5"),
        (range(10), [], ValueError, r"lengths \[\] add up to 0, but the data set has 10 samples"),
        (
            Dataset(),
            [1],
            TypeError,
            "got Dataset .*, which has no __len__, but how many samples there are must be known",
        ),
    ],
)
def test_what_a_split_refuses(dataset: Any, lengths: list[float], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=f"random_split: {words}"):
        random_split(dataset, lengths)
