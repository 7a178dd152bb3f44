"""The data loader: every way to say which batches, and what it refuses."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    SequentialSampler,
    StackDataset,
    Subset,
    TensorDataset,
    default_collate,
    default_convert,
    get_worker_info,
    random_split,
)


class Stream(IterableDataset[int]):
    """The numbers 0 to 4, one after the other."""

    def __iter__(self) -> Iterator[int]:
        yield from range(5)


class MeasuredStream(Stream):
    """A stream that knows its length."""

    def __len__(self) -> int:
        return 5


class LongStream(Stream):
    """A stream that gives more than it says."""

    def __len__(self) -> int:
        return 3


class Faulty(Dataset[int]):
    """The numbers 0 to 5; the number 3 is missing."""

    def __len__(self) -> int:
        return 6

    def __getitem__(self, index: int) -> int:
        return index if index != 3 else index // 0


def numbers(loader: DataLoader[Any]) -> list[Any]:
    """Return the batches of a loader of numbers as lists."""
    return [batch.tolist() for batch in loader]


def table(rows: int = 10) -> TensorDataset:
    """Return rows of two numbers and the row's number."""
    return TensorDataset(tg.arange(2.0 * rows).reshape(rows, 2), tg.arange(rows))


def test_one_sample_a_batch_by_default() -> None:
    loader = DataLoader([5, 6, 7])
    assert numbers(loader) == [[5], [6], [7]]
    assert (len(loader), loader.batch_size, loader.drop_last, loader.num_workers) == (3, 1, False, 0)
    assert loader.collate_fn is default_collate
    assert isinstance(loader.sampler, SequentialSampler)
    assert isinstance(loader.batch_sampler, BatchSampler)


@given(size=st.integers(0, 20), batch_size=st.integers(1, 7), drop_last=st.booleans(), shuffle=st.booleans())
def test_every_sample_comes_once(size: int, batch_size: int, drop_last: bool, shuffle: bool) -> None:
    loader = DataLoader(table(size), batch_size, shuffle and size > 0, drop_last=drop_last)
    batches = list(loader)
    assert len(batches) == len(loader) == (size // batch_size if drop_last else -(-size // batch_size))
    assert all(len(targets) == batch_size for _, targets in batches[: None if drop_last else -1])
    seen = [target for _, targets in batches for target in targets.tolist()]
    assert len(set(seen)) == len(seen) == (size // batch_size * batch_size if drop_last else size)
    for rows, targets in batches:
        np.testing.assert_array_equal(rows.numpy()[:, 0], 2.0 * targets.numpy())


def test_each_pass_is_shuffled_anew_and_a_seed_repeats_them() -> None:
    def passes() -> list[Any]:
        loader = DataLoader(range(30), batch_size=10, shuffle=True, generator=tg.Generator().manual_seed(2))
        return [numbers(loader), numbers(loader)]

    first = passes()
    assert first == passes()
    assert first[0] != first[1]
    assert sorted(index for batch in first[0] for index in batch) == list(range(30))
    tg.manual_seed(4)
    by_default = numbers(DataLoader(range(30), shuffle=True))
    tg.manual_seed(4)
    assert numbers(DataLoader(range(30), shuffle=True)) == by_default


def test_two_passes_at_the_same_time_do_not_disturb_each_other() -> None:
    loader = DataLoader(range(3))
    assert [(a.item(), b.item()) for a in loader for b in loader] == [(a, b) for a in range(3) for b in range(3)]


def per_sample(samples: list[Any]) -> Any:
    """Collate like `default_collate`, but without being it, so that no shortcut is taken."""
    return default_collate(samples)


@given(
    indices=st.lists(st.integers(0, 9), min_size=1, max_size=20),
    batch_size=st.integers(1, 6),
    wrap=st.sampled_from(["", "subset", "nested", "split"]),
)
def test_the_quick_way_gives_what_the_slow_way_gives(indices: list[int], batch_size: int, wrap: str) -> None:
    dataset: Any = table()
    if wrap:
        dataset = Subset(dataset, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    if wrap == "nested":
        dataset = Subset(dataset, np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3]))
    if wrap == "split":
        dataset = random_split(dataset, [10, 0])[0]
    quick = list(DataLoader(dataset, batch_size, sampler=indices))
    slow = list(DataLoader(dataset, batch_size, sampler=indices, collate_fn=per_sample))
    assert len(quick) == len(slow)
    for one, other in zip(quick, slow, strict=True):
        assert type(one) is type(other) is list
        for quick_tensor, slow_tensor in zip(one, other, strict=True):
            assert quick_tensor.dtype is slow_tensor.dtype
            np.testing.assert_array_equal(quick_tensor.numpy(), slow_tensor.numpy())


def test_gradients_flow_through_the_quick_way() -> None:
    inputs = tg.ones(3, 2, requires_grad=True)
    (batch,) = next(iter(DataLoader(TensorDataset(inputs), batch_sampler=[[2, 2, 0]])))
    batch.sum().backward()
    assert inputs.grad is not None
    assert inputs.grad.tolist() == [[1.0, 1.0], [0.0, 0.0], [2.0, 2.0]]


def test_a_collate_fn_gets_a_list_of_samples() -> None:
    got: list[Any] = []

    def collate(samples: Any) -> str:
        got.append(samples)
        return "mine"

    loader = DataLoader(Subset(table(3), [2, 1]), batch_size=5, collate_fn=collate)
    assert list(loader) == ["mine"]
    assert type(got[0]) is list
    assert [(row.tolist(), target.item()) for row, target in got[0]] == [([4.0, 5.0], 2), ([2.0, 3.0], 1)]


def test_a_sampler_says_which_samples() -> None:
    assert numbers(DataLoader(b"abc", 2, sampler=[2, 0, 1])) == [[99, 97], [98]]
    loader = DataLoader([5, 6], batch_size=3, sampler=RandomSampler([5, 6], replacement=True, num_samples=7))
    assert [len(batch) for batch in numbers(loader)] == [3, 3, 1]
    assert len(loader) == 3
    unmeasured: DataLoader[Any] = DataLoader(Dataset(), sampler=iter([1]))
    with pytest.raises(TypeError, match="has no len"):
        len(unmeasured)


def test_a_batch_sampler_says_which_batches() -> None:
    loader = DataLoader([5, 6, 7], batch_sampler=[[2, 0], [1]])
    assert numbers(loader) == numbers(loader) == [[7, 5], [6]]
    assert (len(loader), loader.batch_size, loader.drop_last) == (2, None, False)


def test_without_batches_samples_come_alone() -> None:
    loader = DataLoader([np.array([1, 2]), 3], batch_size=None)
    array, number = loader
    assert isinstance(array, tg.Tensor)
    assert (array.tolist(), number, len(loader)) == ([1, 2], 3, 2)
    assert loader.collate_fn is default_convert
    assert loader.batch_sampler is None


def test_a_sampler_may_ask_for_many_samples_as_one() -> None:
    loader = DataLoader(table(5), batch_size=None, sampler=BatchSampler(range(5), 2, drop_last=False))
    assert [targets.tolist() for _, targets in loader] == [[0, 1], [2, 3], [4]]


@pytest.mark.parametrize(
    ("options", "batches"),
    [
        ({"batch_size": 2}, [[0, 1], [2, 3], [4]]),
        ({"batch_size": 2, "drop_last": True}, [[0, 1], [2, 3]]),
        ({"batch_size": 5}, [[0, 1, 2, 3, 4]]),
        ({"batch_size": 9, "drop_last": True, "shuffle": False}, []),
    ],
)
def test_a_stream_in_batches(options: dict[str, Any], batches: list[list[int]]) -> None:
    assert numbers(DataLoader(Stream(), **options)) == batches
    loader = DataLoader(MeasuredStream(), **options)
    assert numbers(loader) == numbers(loader) == batches
    assert len(loader) == len(batches)
    with pytest.raises(TypeError, match="has no len"):
        len(DataLoader(Stream(), **options))


def test_a_stream_without_batches() -> None:
    loader = DataLoader(MeasuredStream(), batch_size=None)
    assert list(loader) == [0, 1, 2, 3, 4]
    assert len(loader) == 5


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sampler": [0], "shuffle": True}, "sampler and shuffle=True both set the order"),
        ({"batch_sampler": [[0]], "batch_size": 2}, "batch_sampler says all about the batches"),
        ({"batch_sampler": [[0]], "batch_size": None}, "batch_sampler says all about the batches"),
        ({"batch_sampler": [[0]], "shuffle": True}, "batch_sampler says all about the batches"),
        ({"batch_sampler": [[0]], "sampler": [0]}, "batch_sampler says all about the batches"),
        ({"batch_sampler": [[0]], "drop_last": True}, "batch_sampler says all about the batches"),
        ({"batch_size": None, "drop_last": True}, "batch_size=None makes no batches"),
        ({"num_workers": -1}, "num_workers must be at least 0, got -1"),
        ({"timeout": -1}, "timeout must be at least 0, got -1"),
        ({"timeout": 3}, "timeout=3 is about workers, but num_workers=0; leave timeout out"),
        ({"prefetch_factor": 2}, "prefetch_factor=2 is about workers"),
        ({"persistent_workers": True}, "persistent_workers=True is about workers"),
        ({"multiprocessing_context": "fork"}, "multiprocessing_context='fork' is about workers"),
        ({"num_workers": 2, "prefetch_factor": 0}, "prefetch_factor must be at least 1, got 0"),
        ({"dataset": Stream(), "shuffle": True}, "got shuffle=True with an IterableDataset"),
        ({"dataset": Stream(), "sampler": [0]}, r"got sampler=\[0\] with an IterableDataset"),
        ({"dataset": Stream(), "batch_sampler": [[0]]}, r"got batch_sampler=\[\[0\]\] with an IterableDataset"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=f"DataLoader: {words}"):
        DataLoader(**({"dataset": [1, 2]} | options))


@pytest.mark.parametrize("batch_size", [0, -3, 2.0, True])
def test_a_batch_has_a_whole_number_of_samples(batch_size: Any) -> None:
    for dataset in ([1, 2], Stream()):
        with pytest.raises(
            (TypeError, ValueError), match=r"batch_size must be (a positive integer|an integer or None)"
        ):
            DataLoader(dataset, batch_size)


def test_nothing_to_shuffle() -> None:
    assert list(DataLoader([])) == []
    with pytest.raises(ValueError, match="nothing to shuffle"):
        DataLoader([], shuffle=True)


def test_a_data_set_must_say_how_many_samples_it_has() -> None:
    for shuffle in (False, True):
        with pytest.raises(
            TypeError, match=r"DataLoader: Dataset has no __len__, .* IterableDataset if it is a stream"
        ):
            DataLoader(Dataset(), shuffle=shuffle)


def test_an_iterator_knows_its_batches() -> None:
    for workers in (0, 1):
        batches: Any = iter(DataLoader([1, 2, 3], 2, num_workers=workers))
        assert len(batches) == 2
    with pytest.raises(TypeError, match="has no len"):
        wrong(len)(iter(DataLoader(Stream())))


def test_an_error_in_a_sample_names_it_and_does_not_end_the_pass() -> None:
    batches = iter(DataLoader(Faulty(), 2))
    assert next(batches).tolist() == [0, 1]
    with pytest.raises(ZeroDivisionError) as caught:
        next(batches)
    assert caught.value.__notes__ == ["DataLoader: this happened in sample 3 of Faulty"]
    assert [batch.tolist() for batch in batches] == [[4, 5]]


def test_a_data_set_must_not_say_that_the_batches_have_ended() -> None:
    class Ending(Faulty):
        def __getitem__(self, index: int) -> int:
            raise StopIteration

    with pytest.raises(RuntimeError, match="Ending raised StopIteration at"):
        list(DataLoader(Ending()))


def test_a_stream_that_is_longer_than_it_says() -> None:
    loader = DataLoader(LongStream(), batch_size=2)
    assert len(loader) == 2
    with pytest.warns(UserWarning, match="said 2 batches, but the IterableDataset gives more; mend its __len__"):
        assert numbers(loader) == [[0, 1], [2, 3], [4]]
    loader = DataLoader(MeasuredStream(), num_workers=3)
    assert len(loader) == 5
    with pytest.warns(UserWarning, match="share the stream among them by get_worker_info"):
        assert len(list(loader)) == 15


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (lambda: DataLoader(table(5), 2), "DataLoader(TensorDataset(5 samples of float32 (2,), int64 ()), "
         "batch_size=2, sampler=SequentialSampler(5 indices))"),
        (lambda: DataLoader([1, 2], batch_sampler=[[1]], num_workers=2),
         "DataLoader(list of 2, batch_sampler=list of 1, num_workers=2)"),
        (lambda: DataLoader(Stream(), 2, drop_last=True), "DataLoader(Stream(), batch_size=2, drop_last=True)"),
        (lambda: DataLoader(Faulty(), None), "DataLoader(Faulty(6 samples), batch_size=None, "
         "sampler=SequentialSampler(6 indices))"),
        (lambda: Subset(table(5), [1, 2]), "Subset(2 of TensorDataset(5 samples of float32 (2,), int64 ()))"),
        (lambda: StackDataset(a=Faulty(), b="abcdef"), "StackDataset(a=Faulty(6 samples), b='abcdef')"),
        (lambda: Faulty() + Faulty(), "ConcatDataset([Faulty(6 samples), Faulty(6 samples)])"),
        (lambda: Stream() + MeasuredStream(), "ChainDataset([Stream(), MeasuredStream(5 samples)])"),
        (lambda: RandomSampler("abc", replacement=True), "RandomSampler(3 indices, replacement=True)"),
        (lambda: BatchSampler(SequentialSampler("abc"), 2, False),
         "BatchSampler(SequentialSampler(3 indices), batch_size=2, drop_last=False)"),
        (lambda: tg.Generator().manual_seed(3), "Generator(device='cpu', initial_seed=3)"),
    ],
)  # fmt: skip
def test_what_is_printed(made: Any, text: str) -> None:
    assert repr(made()) == text


def test_what_changes_nothing_is_accepted_quietly() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loader = DataLoader([1], worker_init_fn=print, pin_memory=True, pin_memory_device="cuda", in_order=False)
        assert numbers(loader) == [[1]]
    assert (loader.pin_memory, loader.pin_memory_device, loader.in_order) == (True, "cuda", False)
    ask: Any = get_worker_info
    assert ask() is None


@pytest.mark.parametrize(
    "name", ["batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers"]
)
def test_what_the_samplers_were_built_from_stays(name: str) -> None:
    loader = DataLoader([1, 2])
    with pytest.raises(ValueError, match=f"DataLoader: {name} can't be changed afterwards; make a new DataLoader"):
        setattr(loader, name, 2)
    loader.collate_fn = sum
    assert list(loader) == [1, 2]
