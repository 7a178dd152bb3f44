"""Fetching takes a data set's shortcut where it has one of its own, and never one that it outgrew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.utils.data import Dataset, Subset, TensorDataset
from tinygrad_edu.utils.data.fetch import fetch_batch, fetch_samples


class Plain(Dataset[Any]):
    """Sample by sample."""

    def __getitem__(self, index: int) -> Any:
        return index


class Many(Plain):
    """Several samples at a time."""

    def __getitems__(self, indices: Sequence[int]) -> list[Any]:
        return [10 * index for index in indices]


class Batched(Plain):
    """Whole batches."""

    def __getbatch__(self, indices: Sequence[int]) -> Any:
        return "a batch"


class Both(Many, Batched):
    """Both shortcuts, of one standing."""


class PlainAgain(Both):
    """Samples of its own."""

    def __getitem__(self, index: int) -> Any:
        return -index


class ManyAfterBatched(Batched):
    """A slower shortcut that says more about this class than the inherited one."""

    def __getitems__(self, indices: Sequence[int]) -> list[Any]:
        return [10 * index for index in indices]


class ManySwitchedOff(Many):
    """No shortcut, in the way in which some switch PyTorch's off."""

    __getitems__: Any = None


@pytest.mark.parametrize(
    ("dataset", "samples", "batch"),
    [
        (Plain(), [1, 2], [1, 2]),
        ([5, 6, 7], [6, 7], [6, 7]),
        (Many(), [10, 20], [10, 20]),
        (Batched(), [1, 2], "a batch"),
        (PlainAgain(), [-1, -2], [-1, -2]),
        (ManyAfterBatched(), [10, 20], [10, 20]),
        (ManySwitchedOff(), [1, 2], [1, 2]),
        (Subset(Batched(), [0, 1, 2]), [1, 2], "a batch"),
        (Subset(Many(), [0, 3, 4]), [30, 40], [30, 40]),
        (Subset(PlainAgain(), [0, 3, 4]), [-3, -4], [-3, -4]),
    ],
)
def test_the_way_that_is_taken(dataset: Any, samples: list[Any], batch: Any) -> None:
    assert fetch_samples(dataset, [1, 2]) == samples
    fetched = fetch_batch(dataset, [1, 2])
    assert (fetched if isinstance(fetched, str) else fetched.tolist()) == batch


def test_what_cannot_be_indexed_has_no_samples() -> None:
    with pytest.raises(TypeError, match="not subscriptable"):
        fetch_batch(object(), [0])


def test_no_indices_are_an_error_on_every_way() -> None:
    for dataset in (Plain(), Batched(), TensorDataset(tg.arange(3)), Subset(Batched(), [0])):
        with pytest.raises(IndexError, match="the batch has no samples"):
            fetch_batch(dataset, [])


def test_a_subclass_with_samples_of_its_own_is_asked_for_them() -> None:
    class Doubled(TensorDataset):
        def __getitem__(self, index: Any) -> tuple[tg.Tensor, ...]:
            return tuple(2 * each for each in super().__getitem__(index))

    class Shifted(Subset[Any]):
        def __getitem__(self, index: Any) -> Any:
            return super().__getitem__(index)[0] + 1

    assert fetch_batch(Doubled(tg.tensor([1, 2, 3])), [0, 2])[0].tolist() == [2, 6]
    assert fetch_batch(Shifted(TensorDataset(tg.tensor([1, 2, 3])), [2, 1]), [0, 1]).tolist() == [4, 3]


@pytest.mark.parametrize("nested", [False, True])
def test_a_batch_of_tensors_takes_one_index_each(monkeypatch: pytest.MonkeyPatch, nested: bool) -> None:
    rows = np.arange(40.0).reshape(20, 2)
    dataset: Any = TensorDataset(tg.from_numpy(rows), tg.from_numpy(rows[:, 0].copy()))
    where = np.arange(20)
    if nested:
        dataset = Subset(Subset(dataset, range(19, -1, -1)), where[::2].tolist())
        where = where[::-1][::2]
    calls: list[Any] = []
    plain_index = tg.Tensor.__getitem__

    def counted_index(tensor: tg.Tensor, index: Any) -> tg.Tensor:
        calls.append(index)
        return plain_index(tensor, index)

    monkeypatch.setattr(tg.Tensor, "__getitem__", counted_index)
    first, second = fetch_batch(dataset, [3, 0, 0, -1])
    assert len(calls) == 2
    np.testing.assert_array_equal(first.numpy(), rows[where[[3, 0, 0, -1]]])
    np.testing.assert_array_equal(second.numpy(), rows[where[[3, 0, 0, -1]], 0])
