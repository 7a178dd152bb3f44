"""The data loader: a loop over the mini-batches of a data set.

    for images, labels in DataLoader(dataset, batch_size=100, shuffle=True):
        ...                                  # one pass over the data set (one epoch)

In each turn the batch sampler gives indices, the data set gives those samples, and `collate_fn` makes
one batch of them (step 1 of stochastic gradient descent: "draw a mini-batch", ミニバッチ).

Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from functools import partial
from typing import Any, Final, Generic, TypeVar, cast

from tinygrad_edu._errors import warn
from tinygrad_edu._signatures import check_arguments
from tinygrad_edu.random import Generator
from tinygrad_edu.utils.data._repr import in_short
from tinygrad_edu.utils.data.collate import default_collate, default_convert
from tinygrad_edu.utils.data.dataset import Dataset, IterableDataset
from tinygrad_edu.utils.data.fetch import Fetcher, fetch_from_stream, fetch_with_index
from tinygrad_edu.utils.data.sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler
from tinygrad_edu.utils.data.workers import WorkersIterator

__all__ = ["DataLoader"]

T_co = TypeVar("T_co", covariant=True)

# What the samplers were built from: a later change would not reach them, so it is refused.
_SETTLED: Final = {"batch_sampler", "batch_size", "dataset", "drop_last", "persistent_workers", "sampler"}


class DataLoader(Generic[T_co]):
    """Something to loop over that gives a data set's samples in mini-batches.

    Every loop is one pass; with ``shuffle=True`` each pass has an order of its own, drawn from
    `generator`, so that the same seed gives the same batches. If the data set knows a quicker way to
    many samples (as `TensorDataset`, `Digits` and `MNIST` do), it is taken; the batches are the same.

    Args:
        dataset: What to load: a `Dataset`, an `IterableDataset`, or anything with ``[i]`` and ``len``.
        batch_size: Samples in a batch; None for no batches, but one sample after the other.
        shuffle: Whether to take the samples in random order.
        sampler: Which indices to take, in order, instead of `shuffle`.
        batch_sampler: Which lists of indices to take, instead of `batch_size`, `shuffle`, `sampler`
            and `drop_last`.
        num_workers: How many workers load batches ahead: threads, where PyTorch has processes. They pay
            where samples are read from files or computed by NumPy; 0 loads each batch when it is asked for.
        collate_fn: What makes a batch of a list of samples; `default_collate` if None (or
            `default_convert`, for each sample, without batches).
        pin_memory: Accepted; it speeds up copies to a graphics card, and there is none.
        drop_last: Whether to leave out the last batch if it is smaller than the others.
        timeout: How many seconds to wait for a worker's batch; 0 for as long as it takes.
        worker_init_fn: What each worker calls first, with its number. See `get_worker_info`.
        multiprocessing_context: How PyTorch's processes start; accepted together with `num_workers`.
        generator: Where the shuffled order and the workers' seeds are drawn from; the default generator if
            None.
        prefetch_factor: Batches that each worker loads ahead; 2 if None.
        persistent_workers: Whether workers, and their copies of the data set, outlive a pass.
        pin_memory_device: Accepted; see `pin_memory`.
        in_order: Accepted; batches always come in order.

    Raises:
        TypeError: If `dataset` has no length and nothing says which samples to take.
        ValueError: If arguments exclude each other or have no meaning; the message says which.
        RuntimeError: While looping, if no batch comes within `timeout`. Errors of a data set come as they are,
            with the worker and the sample in their notes.

    >>> from tinygrad_edu.utils.data import DataLoader, TensorDataset
    >>> dataset = TensorDataset(tg.arange(10.0).reshape(5, 2), tg.arange(5))
    >>> loader = DataLoader(dataset, batch_size=2)
    >>> len(loader)
    3
    >>> for inputs, targets in loader:
    ...     print(inputs.tolist(), targets)
    [[0.0, 1.0], [2.0, 3.0]] tensor([0, 1])
    [[4.0, 5.0], [6.0, 7.0]] tensor([2, 3])
    [[8.0, 9.0]] tensor([4])
    """

    def __init__(
        self,
        dataset: Dataset[T_co] | Sequence[T_co],
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Sampler[Any] | Iterable[Any] | None = None,
        batch_sampler: Sampler[list[Any]] | Iterable[list[Any]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: object = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        check_arguments(self, DataLoader.__init__, locals())
        self.num_workers = num_workers
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = multiprocessing_context
        self.prefetch_factor = prefetch_factor
        self.persistent_workers = persistent_workers
        self.pin_memory = pin_memory
        self.pin_memory_device = pin_memory_device
        self.in_order = in_order
        self.dataset = dataset
        self.generator = generator
        if isinstance(dataset, IterableDataset):
            self._check_stream_options(shuffle, sampler, batch_sampler)
        self._check_worker_options()
        _check_exclusive_options(batch_size, shuffle, sampler, batch_sampler, drop_last)

        self.batch_size = batch_size if batch_sampler is None else None
        self.drop_last = drop_last
        self.sampler = self._default_sampler(shuffle) if sampler is None and batch_sampler is None else sampler
        if batch_sampler is None and batch_size is not None:
            batch_sampler = BatchSampler(cast(Iterable[Any], self.sampler), batch_size, drop_last)
        self.batch_sampler = batch_sampler
        self._iterator: WorkersIterator | None = None
        self._promised: int | None = None  # by len(), of a stream
        self.collate_fn = collate_fn or (default_convert if batch_sampler is None else default_collate)

    def __iter__(self) -> Iterator[Any]:
        batches = self._workers() if self.num_workers else _Batches(self._fetcher()(self.dataset), self._tasks())
        return batches if self._promised is None else _counted(batches, self._promised, self.num_workers)

    def __len__(self) -> int:
        """The number of batches in a pass."""
        if not isinstance(self.dataset, IterableDataset):
            return len(cast(Sized, self._tasks()))
        length = len(cast(Sized, self.dataset))
        if self.batch_size is not None:
            length = len(BatchSampler(range(length), self.batch_size, self.drop_last))
        self._promised = length
        return length

    def __repr__(self) -> str:
        shown = {"batch_size": self.batch_size, "sampler": self.sampler}
        if self.batch_size is None and self.batch_sampler is not None:
            shown = {"batch_sampler": self.batch_sampler}
        if isinstance(self.dataset, IterableDataset):
            del shown["sampler"]
        shown |= {name: value for name in ("drop_last", "num_workers") if (value := getattr(self, name))}
        return f"DataLoader({', '.join([in_short(self.dataset), *(f'{n}={in_short(v)}' for n, v in shown.items())])})"

    def __setattr__(self, name: str, value: object) -> None:
        if name in _SETTLED and name in vars(self):
            raise ValueError(f"DataLoader: {name} can't be changed afterwards; make a new DataLoader")
        super().__setattr__(name, value)

    def _tasks(self) -> Iterable[Any]:
        """What is asked for in a pass, batch by batch."""
        return cast(Iterable[Any], self.sampler if self.batch_sampler is None else self.batch_sampler)

    def _fetcher(self) -> Callable[[Any], Fetcher]:
        """Makes of a data set the function from what is asked for to the batch; it doesn't know the loader."""
        batched = self.batch_sampler is not None
        if isinstance(self.dataset, IterableDataset):
            return partial(fetch_from_stream, collate=self.collate_fn, batched=batched, drop_last=self.drop_last)
        return partial(fetch_with_index, collate=self.collate_fn, batched=batched)

    def _workers(self) -> WorkersIterator:
        """The batches of one pass, loaded by workers; persistent ones go on with the next pass."""
        if self._iterator is not None and not self._iterator.closed:
            self._iterator.reset()
            return self._iterator
        batches = WorkersIterator(
            self.dataset,
            self._fetcher(),
            self._tasks(),
            num_workers=self.num_workers,
            prefetch_factor=cast(int, self.prefetch_factor),
            init=self.worker_init_fn,
            timeout=self.timeout,
            generator=self.generator,
            persistent=self.persistent_workers,
        )
        if self.persistent_workers:
            self._iterator = batches
        return batches

    def _default_sampler(self, shuffle: bool | None) -> Iterable[Any]:
        """The sampler for those who didn't choose one."""
        if isinstance(self.dataset, IterableDataset):
            return itertools.repeat(None)  # a stream isn't asked for any index
        if not isinstance(self.dataset, Sized):
            raise TypeError(
                f"DataLoader: {type(self.dataset).__name__} has no __len__, so its indices aren't known; "
                "define __len__, pass a sampler, or derive it from IterableDataset if it is a stream"
            )
        if shuffle:
            return RandomSampler(self.dataset, generator=self.generator)
        return SequentialSampler(self.dataset)

    def _check_stream_options(self, shuffle: object, sampler: object, batch_sampler: object) -> None:
        """Refuse what asks for certain samples of an `IterableDataset`, or for copies of it."""
        for name, given in (("shuffle", shuffle), ("sampler", sampler), ("batch_sampler", batch_sampler)):
            if given is not None and given is not False:
                raise ValueError(
                    f"DataLoader: got {name}={given!r} with an IterableDataset, whose samples come in its own order; "
                    f"leave {name} out"
                )

    def _check_worker_options(self) -> None:
        """Refuse options of workers that are wrong or would be missed."""
        if self.num_workers < 0:
            raise ValueError(f"DataLoader: num_workers must be at least 0, got {self.num_workers}")
        if self.timeout < 0:
            raise ValueError(f"DataLoader: timeout must be at least 0, got {self.timeout}")
        if self.num_workers == 0:
            for name in ("timeout", "multiprocessing_context", "prefetch_factor", "persistent_workers"):
                given = getattr(self, name)
                if not (given is None or (isinstance(given, (bool, int, float)) and not given)):
                    raise ValueError(
                        f"DataLoader: {name}={getattr(self, name)!r} is about workers, but num_workers=0; "
                        f"leave {name} out"
                    )
        elif self.prefetch_factor is not None and self.prefetch_factor <= 0:
            raise ValueError(f"DataLoader: prefetch_factor must be at least 1, got {self.prefetch_factor}")
        elif self.prefetch_factor is None:
            self.prefetch_factor = 2


class _Batches(Iterator[Any]):
    """The batches of one pass, each loaded when it is asked for. An error in one doesn't end the pass."""

    def __init__(self, fetch: Fetcher, tasks: Iterable[Any]) -> None:
        self._fetch = fetch
        self._all_tasks = tasks
        self._tasks = iter(tasks)

    def __next__(self) -> Any:
        return self._fetch(next(self._tasks))

    def __len__(self) -> int:
        return len(cast(Sized, self._all_tasks))


def _counted(batches: Iterator[Any], promised: int, num_workers: int) -> Iterator[Any]:
    """The batches of a stream; warns if there are more than ``len(loader)`` has said, and a rest for each worker."""
    for count, batch in enumerate(batches, -num_workers):
        if count == promised:
            shared = "share the stream among them by get_worker_info()" if num_workers else "mend its __len__"
            warn(f"DataLoader: len(loader) said {promised} batches, but the IterableDataset gives more; {shared}")
        yield batch


def _check_exclusive_options(
    batch_size: int | None, shuffle: object, sampler: object, batch_sampler: object, drop_last: bool
) -> None:
    """Refuse two arguments that say the same thing."""
    if sampler is not None and shuffle:
        raise ValueError("DataLoader: sampler and shuffle=True both set the order; give only one of them")
    if batch_sampler is not None and (batch_size != 1 or shuffle or sampler is not None or drop_last):
        raise ValueError(
            "DataLoader: batch_sampler says all about the batches; leave out batch_size, shuffle, sampler and drop_last"
        )
    if batch_size is None and drop_last:
        raise ValueError("DataLoader: batch_size=None makes no batches, so there is no last one to drop_last")
