"""Workers: threads that load batches ahead, while the program trains on those that are there.

Each worker has a queue of tasks (which samples make the next batch) and one of results. Tasks are given out in turn,
and results are taken in the same order, so the batches come as without workers. What a worker has of its own:

- a shallow copy of the data set: its attributes may be set in `worker_init_fn`, what they hold is shared;
- a stream of random numbers, seeded with the `WorkerInfo.seed` of the worker, so that the same seed gives the same
  batches, however the threads take turns (of Python's `random` and `numpy.random` there is one for all threads);
- of an `IterableDataset`, an iterator: without ``get_worker_info()`` each worker gives the whole stream.

NumPy and files let other threads run while they work; Python code in a data set doesn't.

Source: https://docs.pytorch.org/docs/stable/data.html#single-and-multi-process-data-loading
"""

from __future__ import annotations

import copy
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple

from tinygrad_edu.random import Generator, draw, thread_generator
from tinygrad_edu.utils.data.dataset import Dataset

__all__ = ["WorkerInfo", "WorkersIterator", "get_worker_info"]

_PATIENCE: Final = 5.0  # seconds to wait for a worker that is told to stop, as in PyTorch
_ENDED: Final = object()
_RESUME: Final = object()
_STOP: Final = object()


class WorkerInfo:
    """What a worker knows about itself: `get_worker_info` returns it.

    Attributes:
        id: The worker's number, from 0.
        num_workers: How many workers there are.
        seed: What the worker's random numbers start from.
        dataset: The worker's copy of the data set.
        worker_method: What a worker is: ``"thread"``.
    """

    id: int
    num_workers: int
    seed: int
    dataset: Any
    worker_method: str

    def __init__(self, **known: Any) -> None:
        vars(self).update(known)

    def __setattr__(self, name: str, value: object) -> None:
        raise RuntimeError(f"WorkerInfo: can't set {name}; what a worker knows about itself stays")

    def __repr__(self) -> str:
        return f"WorkerInfo({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


_own_info: ContextVar[WorkerInfo | None] = ContextVar("worker_info", default=None)


def get_worker_info() -> WorkerInfo | None:
    """What the worker that asks knows about itself; None in the program's own thread.

    An `IterableDataset` asks for its share of the stream, `worker_init_fn` for the worker's copy of the data set.

    >>> from tinygrad_edu.utils.data import DataLoader, IterableDataset, get_worker_info
    >>> class Numbers(IterableDataset[int]):
    ...     def __iter__(self):
    ...         worker = get_worker_info()
    ...         return iter(range(6)) if worker is None else iter(range(worker.id, 6, worker.num_workers))
    >>> list(DataLoader(Numbers(), batch_size=2, num_workers=2))
    [tensor([0, 2]), tensor([1, 3]), tensor([4]), tensor([5])]
    """
    return _own_info.get()


class _Outcome(NamedTuple):
    """What a worker answers to a task: a batch, the error instead of it, or `_ENDED`."""

    batch: Any = None
    error: BaseException | None = None


class _Worker:
    """A thread, what it is asked, and what it has answered."""

    def __init__(self, fetcher: Callable[[Any], Callable[[Any], Any]], init: Any, **known: Any) -> None:
        self.tasks: SimpleQueue[Any] = SimpleQueue()
        self.results: SimpleQueue[_Outcome] = SimpleQueue()
        self.active = True
        whole = known.pop("dataset")
        info = WorkerInfo(**known, dataset=copy.copy(whole) if isinstance(whole, Dataset) else whole)
        name = f"DataLoader worker {info.id}"
        work = (name, info, fetcher, init, self.tasks, self.results)  # not the worker itself, which may be dropped
        self.thread = threading.Thread(target=_work, args=work, name=name, daemon=True)
        self.thread.start()


def _work(
    name: str,
    info: WorkerInfo,
    fetcher: Callable[[Any], Callable[[Any], Any]],
    init: Callable[[int], None] | None,
    tasks: SimpleQueue[Any],
    results: SimpleQueue[_Outcome],
) -> None:
    """The life of a worker: answer each task, until `_STOP` comes."""
    _own_info.set(info)
    thread_generator.set(Generator().manual_seed(info.seed))
    fetch: Callable[[Any], Any] | None = None
    failed: BaseException | None = None
    try:
        if init is not None:
            init(info.id)
    except BaseException as error:  # every error belongs to whoever asks for the batch
        error.add_note(f"{name}: this happened in worker_init_fn")
        failed = error
    while (task := tasks.get()) is not _STOP:
        if task is _RESUME:
            fetch = None
            continue
        try:
            if failed is not None:
                raise failed
            if fetch is None:
                fetch = fetcher(info.dataset)
            results.put(_Outcome(fetch(task)))
        except StopIteration:  # of a stream; an error of another kind stands for one that samples raised
            results.put(_Outcome(_ENDED))
        except BaseException as error:
            if failed is None:
                error.add_note(f"{name}: this happened in a thread of num_workers={info.num_workers}")
            results.put(_Outcome(error=error))
            failed = None


class WorkersIterator(Iterator[Any]):
    """The batches of one pass, in order, from workers that load ahead.

    Args:
        dataset: The data set; each worker gets a copy.
        fetcher: Makes of a worker's data set the function from a task to its batch.
        tasks: What to ask for, batch by batch; gone through anew by `reset`.
        num_workers: How many workers there are.
        prefetch_factor: How many tasks each of them has at a time.
        init: What each worker calls first, with its number.
        timeout: How many seconds to wait for a batch; 0 for as long as it takes.
        generator: Where the workers' seeds are drawn from.
        persistent: Whether the workers stay when the batches end.
    """

    def __init__(
        self,
        dataset: Any,
        fetcher: Callable[[Any], Callable[[Any], Any]],
        tasks: Iterable[Any],
        *,
        num_workers: int,
        prefetch_factor: int,
        init: Callable[[int], None] | None,
        timeout: float,
        generator: Generator | None,
        persistent: bool,
    ) -> None:
        self._workers: list[_Worker] = []
        self._all_tasks: Any = tasks  # which may have a length
        self._ahead = prefetch_factor * num_workers
        self._timeout = timeout
        self._persistent = persistent
        seed = int(draw(generator).integers(2**62))
        for number in range(num_workers):
            known = {"id": number, "num_workers": num_workers, "seed": seed + number}
            self._workers.append(_Worker(fetcher, init, **known, dataset=dataset, worker_method="thread"))
        self._begin()

    @property
    def closed(self) -> bool:
        """Whether the workers have been stopped."""
        return not self._workers

    def _begin(self) -> None:
        self._tasks = iter(self._all_tasks)
        self._turn = 0
        self._pending: deque[_Worker] = deque()
        for _ in range(self._ahead):
            self._give_task()

    def reset(self) -> None:
        """Begin another pass, with the same workers."""
        for worker in self._pending:  # what was loaded for a loop that was left early
            worker.results.get()
        for worker in self._workers:
            worker.active = True
            worker.tasks.put(_RESUME)
        self._begin()

    def __len__(self) -> int:
        return len(self._all_tasks)

    def __next__(self) -> Any:
        while self._pending:
            outcome = self._answer()
            worker = self._pending.popleft()
            worker.active = outcome.batch is not _ENDED
            self._give_task()
            if outcome.error is not None:
                try:
                    raise outcome.error
                finally:
                    del outcome  # an error that knows this frame would keep it, and its threads, alive
            if worker.active:
                return outcome.batch
        if not self._persistent:
            self.close()
        raise StopIteration

    def _answer(self) -> _Outcome:
        """What the worker whose turn it is answers."""
        try:
            return self._pending[0].results.get(timeout=self._timeout or None)
        except Empty:
            raise RuntimeError(f"DataLoader: timed out, no batch came within {self._timeout} seconds") from None
        except BaseException:  # Control-C
            self.close()
            raise

    def _give_task(self) -> None:
        """Give the next task to the worker whose turn it is, of those whose stream hasn't ended."""
        count = len(self._workers)
        for turn in range(self._turn, self._turn + count):
            worker = self._workers[turn % count]
            if worker.active:
                try:
                    task = next(self._tasks)
                except StopIteration:
                    return
                worker.tasks.put(task)
                self._pending.append(worker)
                self._turn = turn + 1
                return

    def close(self) -> None:
        """Stop the workers, each after the batch that it is at."""
        self._pending.clear()
        workers, self._workers = self._workers, []
        for worker in workers:
            while not worker.tasks.empty():
                worker.tasks.get_nowait()
            worker.tasks.put(_STOP)
        for worker in workers:
            if worker.thread is not threading.current_thread():
                worker.thread.join(_PATIENCE)

    def __del__(self) -> None:
        if not sys.is_finalizing():
            self.close()
