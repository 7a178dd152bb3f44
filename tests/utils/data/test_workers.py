"""Workers: the same batches in the same order, errors with their place, and no thread that stays."""

from __future__ import annotations

import _thread
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset, get_worker_info


class Slow(Dataset[int]):
    """Numbers; those before others take longer, so that later batches are ready first."""

    def __init__(self, size: int = 12) -> None:
        self.size = size
        self.offset = 0

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> int:
        time.sleep(0.002 * (index % 3 == 0))
        return index + self.offset


class Faulty(Slow):
    """Number 3 can't be had."""

    def __getitem__(self, index: int) -> int:
        if index == 3:
            raise IndexError("list index out of range")
        return index


class Noise(Slow):
    """Random numbers."""

    def __getitem__(self, index: int) -> Any:
        time.sleep(0.001 * (index % 3 == 0))
        return tg.rand(())


class Numbers(IterableDataset[int]):
    """The numbers to 7, all of them from each worker."""

    size = 7
    start, step = 0, 1

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.size, self.step))


STRANGERS: set[threading.Thread] = set()


@pytest.fixture(autouse=True)
def strangers() -> None:
    """Note the workers of other tests: an error that pytest has caught keeps them until Python tidies up."""
    STRANGERS.clear()
    STRANGERS.update(threading.enumerate())


def threads() -> int:
    """Return how many workers there are."""
    return sum(each.name.startswith("DataLoader worker") for each in set(threading.enumerate()) - STRANGERS)


def lists(batches: Any) -> list[Any]:
    """Return batches of numbers as lists."""
    return [batch.tolist() for batch in batches]


@settings(max_examples=15)
@given(
    size=st.integers(1, 20),
    batch_size=st.integers(1, 5),
    num_workers=st.integers(1, 4),
    prefetch=st.integers(1, 3),
    persistent=st.booleans(),
)
def test_batches_come_as_without_workers(
    size: int, batch_size: int, num_workers: int, prefetch: int, persistent: bool
) -> None:
    data = TensorDataset(tg.arange(2.0 * size).reshape(size, 2), tg.arange(size))
    alone = [lists(batch) for batch in DataLoader(data, batch_size)]
    loader = DataLoader(
        data, batch_size, num_workers=num_workers, prefetch_factor=prefetch, persistent_workers=persistent
    )
    assert len(loader) == len(alone)
    assert [lists(batch) for batch in loader] == alone == [lists(batch) for batch in loader]
    assert persistent or threads() == 0


def test_slow_samples_keep_their_order() -> None:
    assert lists(DataLoader(Slow(), 2, num_workers=3)) == lists(DataLoader(Slow(), 2))
    assert threads() == 0


def test_workers_load_at_the_same_time() -> None:
    together = threading.Barrier(3)

    class Meeting(Slow):
        def __getitem__(self, index: int) -> int:
            together.wait(timeout=10)
            return index

    assert lists(DataLoader(Meeting(6), num_workers=3)) == [[0], [1], [2], [3], [4], [5]]


def test_no_more_is_loaded_ahead_than_asked_for() -> None:
    loaded: list[int] = []

    class Seen(Slow):
        def __getitem__(self, index: int) -> int:
            loaded.append(index)
            return index

    batches = iter(DataLoader(Seen(), num_workers=2, prefetch_factor=2))
    time.sleep(0.05)
    assert sorted(loaded) == [0, 1, 2, 3]
    next(batches)
    time.sleep(0.05)
    assert sorted(loaded) == [0, 1, 2, 3, 4]


def test_the_same_seed_gives_the_same_random_numbers_however_threads_take_turns() -> None:
    def drawn(num_workers: int, **options: Any) -> list[Any]:
        tg.manual_seed(5)
        loader = DataLoader(Noise(), 2, num_workers=num_workers, **options)
        return lists(loader) + lists(loader)

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(2)
    assert len({number for batch in drawn(3) for number in batch}) == 24
    persistent = drawn(3, persistent_workers=True)
    assert persistent == drawn(3, persistent_workers=True)
    assert len({number for batch in persistent for number in batch}) == 24
    before = tg.get_rng_state()
    list(DataLoader(Noise(), num_workers=2, generator=tg.Generator()))
    assert tg.equal(before, tg.get_rng_state())


def test_what_a_worker_knows() -> None:
    known: dict[int, Any] = {}

    def start(number: int) -> None:
        info: Any = get_worker_info()
        known[number] = info
        assert threading.current_thread().name == f"DataLoader worker {number}"
        assert tg.initial_seed() == info.seed
        assert tg.is_grad_enabled()
        info.dataset.offset = 100 * number

    data = Slow(4)
    with tg.no_grad():
        assert lists(DataLoader(data, num_workers=2, worker_init_fn=start)) == [[0], [101], [2], [103]]
    assert data.offset == 0
    assert [known[number].id for number in range(2)] == [0, 1]
    assert known[0].num_workers == 2
    assert known[1].seed == known[0].seed + 1
    assert get_worker_info() is None
    assert repr(known[0]).startswith("WorkerInfo(id=0, num_workers=2, seed=")
    with pytest.raises(RuntimeError, match="can't set id"):
        known[0].id = 3


def test_each_worker_gives_the_whole_stream_unless_it_is_shared() -> None:
    assert lists(DataLoader(Numbers(), 3, num_workers=2)) == [
        [0, 1, 2], [0, 1, 2], [3, 4, 5], [3, 4, 5], [6], [6],
    ]  # fmt: skip

    def share(number: int) -> None:
        info: Any = get_worker_info()
        info.dataset.start, info.dataset.step = number, info.num_workers

    loader = DataLoader(Numbers(), 2, num_workers=3, worker_init_fn=share, persistent_workers=True)
    assert lists(loader) == lists(loader) == [[0, 3], [1, 4], [2, 5], [6]]
    assert lists(DataLoader(Numbers(), 2, num_workers=3, worker_init_fn=share, drop_last=True)) == [
        [0, 3], [1, 4], [2, 5],
    ]  # fmt: skip
    assert list(DataLoader(Numbers(), None, num_workers=1)) == list(range(7))


def test_an_error_keeps_its_place_and_names_the_worker_and_the_sample() -> None:
    batches = iter(DataLoader(Faulty(), 2, num_workers=2))
    assert next(batches).tolist() == [0, 1]
    with pytest.raises(IndexError) as caught:
        next(batches)
    assert caught.value.__notes__ == [
        "DataLoader: this happened in sample 3 of Faulty",
        "DataLoader worker 1: this happened in a thread of num_workers=2",
    ]
    assert Path(caught.traceback[-1].path).name == "test_workers.py"
    assert caught.traceback[-1].name == "__getitem__"
    assert lists(batches) == [[4, 5], [6, 7], [8, 9], [10, 11]]


def test_errors_of_the_start_of_collating_and_of_streams() -> None:
    def fail(_: int) -> None:
        raise OSError("no such file")

    with pytest.raises(OSError, match="no such file") as caught:
        list(DataLoader(Slow(), num_workers=2, worker_init_fn=fail))
    assert caught.value.__notes__ == ["DataLoader worker 0: this happened in worker_init_fn"]
    with pytest.raises(OSError, match="no such file"):
        list(DataLoader(Slow(), num_workers=2, collate_fn=fail))

    class Broken(Numbers):
        def __iter__(self) -> Iterator[int]:
            yield 1
            raise KeyError("torn")

    batches = iter(DataLoader(Broken(), num_workers=1))
    assert next(batches).tolist() == [1]
    with pytest.raises(KeyError, match="torn"):
        next(batches)
    assert list(batches) == []


def test_no_thread_stays() -> None:
    for batch in DataLoader(Slow(), num_workers=3):
        if batch == 1:
            break
    assert threads() == 0
    with pytest.raises(IndexError):
        list(DataLoader(Faulty(), num_workers=2))
    assert threads() == 0
    loader = DataLoader(Slow(), num_workers=2, persistent_workers=True)
    next(iter(loader))
    assert threads() == 2
    assert lists(loader) == lists(DataLoader(Slow()))  # what the loop before left behind isn't in it
    assert threads() == 2
    del loader
    assert threads() == 0


@pytest.fixture
def control_c_is_heard() -> Iterator[None]:
    """Python's own handler, which a process that was started in the background doesn't have."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("control_c_is_heard")
def test_control_c_while_waiting_leaves_no_thread() -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Waiting(Slow):
        def __getitem__(self, index: int) -> int:
            begun.set()
            go_on.wait(timeout=10)
            return index

    def interrupt() -> None:
        begun.wait(timeout=10)
        _thread.interrupt_main()
        go_on.set()  # the main thread hears of it when it stops waiting

    loader = DataLoader(Waiting(4), num_workers=2, persistent_workers=True)
    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        list(loader)
    loader_of_again = DataLoader(Slow(2), num_workers=1)
    assert lists(loader_of_again) == [[0], [1]]
    assert lists(loader) == [[0], [1], [2], [3]]
    del loader, loader_of_again
    assert threads() == 0


def test_a_worker_that_takes_too_long() -> None:
    go_on = threading.Event()

    class Stuck(Slow):
        def __getitem__(self, index: int) -> int:
            go_on.wait(timeout=10)
            return index

    batches = iter(DataLoader(Stuck(2), num_workers=1, timeout=0.02))
    with pytest.raises(RuntimeError, match=r"timed out, no batch came within 0\.02 seconds"):
        next(batches)
    go_on.set()
    assert next(batches).tolist() == [0]


def test_gradients_reach_samples_that_workers_loaded() -> None:
    inputs = tg.ones(4, 2, requires_grad=True)
    for (batch,) in DataLoader(TensorDataset(inputs), 2, num_workers=2):
        (batch * 3).sum().backward()
    np.testing.assert_array_equal(inputs.grad, np.full((4, 2), 3))
