"""Fetching: the samples that a list of indices asks a data set for, and the batches that are made of them.

Any data set can be asked sample by sample. One that can do better says so with a method:

- ``__getitems__(indices)`` returns the list of those samples (PyTorch's own protocol);
- ``__getbatch__(indices)`` returns what `default_collate` would make of them. Where the samples are
  the rows of a tensor, that is one index for the whole batch instead of one for each sample and a
  stack of the pieces.

Both promise the result of the slow way, only sooner. A subclass that overrides ``__getitem__`` has
changed the samples, so an inherited shortcut doesn't speak for it any more and is not taken.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from tinygrad_edu.utils.data.collate import default_collate

__all__ = ["Fetcher", "fetch_batch", "fetch_from_stream", "fetch_samples", "fetch_with_index"]

Fetcher = Callable[[Any], Any]

_PLAIN_WAYS = ("__getitem__", "__getitems__")


def fetch_samples(dataset: Any, indices: Sequence[Any]) -> list[Any]:
    """The samples of `dataset` at `indices`, as a list."""
    shortcut = _own_shortcut(dataset, "__getitems__")
    if shortcut is None:
        return [_sample(dataset, index) for index in indices]
    samples: list[Any] = shortcut(indices)
    return samples


def fetch_batch(dataset: Any, indices: Sequence[Any]) -> Any:
    """The samples of `dataset` at `indices` as `default_collate` puts them together."""
    shortcut = _own_shortcut(dataset, "__getbatch__")
    if shortcut is not None and len(indices) > 0:  # no indices are an error, which the slow way tells
        return shortcut(indices)
    return default_collate(fetch_samples(dataset, indices))


def fetch_with_index(dataset: Any, collate: Callable[[Any], Any], batched: bool) -> Fetcher:
    """The function from what a sampler gives to the batch: from indices, or from one index to one sample."""

    def batch(indices: Any) -> Any:
        try:
            if not batched:
                return collate(_sample(dataset, indices))
            if collate is default_collate:
                return fetch_batch(dataset, indices)
            return collate(fetch_samples(dataset, indices))
        except StopIteration as error:  # to a loop that would mean that all batches have come
            raise RuntimeError(f"DataLoader: {type(dataset).__name__} raised StopIteration at {indices}") from error

    return batch


def fetch_from_stream(dataset: Any, collate: Callable[[Any], Any], batched: bool, drop_last: bool) -> Fetcher:
    """The function from a list, as long as the batch shall be, to the next batch of a stream."""
    stream = iter(dataset)

    def batch(places: Any) -> Any:
        if not batched:
            return collate(next(stream))
        samples = list(itertools.islice(stream, len(places)))
        if not samples or (drop_last and len(samples) < len(places)):
            raise StopIteration
        return collate(samples)

    return batch


def _sample(dataset: Any, index: Any) -> Any:
    """One sample; an error on the way is told which it was."""
    try:
        return dataset[index]
    except Exception as error:
        error.add_note(f"DataLoader: this happened in sample {index} of {type(dataset).__name__}")
        raise


def _own_shortcut(dataset: Any, wanted: str) -> Any:
    """The method `wanted`, unless a more derived class than its own defines another way."""
    for each in type(dataset).__mro__:
        if vars(each).get(wanted) is not None:
            return getattr(dataset, wanted)
        if any(way in vars(each) for way in _PLAIN_WAYS):
            return None
    return None
