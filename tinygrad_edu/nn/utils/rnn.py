"""Sequences of different lengths: padded to one length, or packed without padding, as recurrent layers take them.

A packed sequence has the first step of every sequence in its first rows, the longest sequence first; then all second
steps there are, and so on. `batch_sizes` says how many there are of each.

Source: https://docs.pytorch.org/docs/stable/nn.html#utilities
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_tensor_argument
from tinygrad_edu.api._reading import named
from tinygrad_edu.api.joining import cat

__all__ = [
    "PackedSequence",
    "invert_permutation",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


class _Fields(NamedTuple):
    data: Any
    batch_sizes: Any
    sorted_indices: Any
    unsorted_indices: Any


class PackedSequence(_Fields):
    """Sequences without padding, step by step; made by `pack_sequence` and `pack_padded_sequence`.

    Attributes:
        data: All steps of all sequences, of shape (steps, *).
        batch_sizes: How many sequences have a first step, a second, and so on: int64.
        sorted_indices: The places that the sequences had before they were sorted by length; or None.
        unsorted_indices: The places that they have, by the ones that they had; or None.

    >>> tg.nn.utils.rnn.pack_sequence([tg.tensor([1, 2, 3]), tg.tensor([4])]).batch_sizes
    tensor([2, 1, 1])
    """

    def __new__(
        cls, data: Any, batch_sizes: Any = None, sorted_indices: Any = None, unsorted_indices: Any = None
    ) -> Self:
        """Put the parts together; `data` may be a pair that has `batch_sizes` in it."""
        if batch_sizes is None:
            if not isinstance(data, (tuple, list)) or len(data) != 2:
                raise TypeError(f"PackedSequence: wanted data and batch_sizes, got {describe(data)}")
            data, batch_sizes = data
        if not isinstance(batch_sizes, Tensor):
            raise TypeError(f"PackedSequence: batch_sizes must be a tensor, got {describe(batch_sizes)}")
        for name, indices in (("sorted_indices", sorted_indices), ("unsorted_indices", unsorted_indices)):
            if indices is not None and not isinstance(indices, Tensor):
                raise TypeError(f"PackedSequence: {name} must be a tensor or None, got {describe(indices)}")
        if unsorted_indices is None and sorted_indices is not None:
            unsorted_indices = _inverse("PackedSequence: sorted_indices", sorted_indices)
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """The sequences with data of another type: ``to(dtype)``, ``to(device)``."""
        return type(self)(self.data.to(*args, **kwargs), *self[1:])

    def float(self) -> Self:
        """The sequences with data of float32."""
        return type(self)(self.data.float(), *self[1:])

    def double(self) -> Self:
        """The sequences with data of float64."""
        return type(self)(self.data.double(), *self[1:])

    def cpu(self) -> Self:
        """The sequences themselves: they are on the CPU already."""
        return self

    @property
    def is_cuda(self) -> bool:
        """False: there are no GPUs."""
        return False


@named
def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    """The permutation that undoes another; None of None.

    >>> tg.nn.utils.rnn.invert_permutation(tg.tensor([2, 0, 1]))
    tensor([1, 2, 0])
    """
    if permutation is None:
        return None
    return _inverse("permutation", as_tensor_argument(permutation, "permutation"))


@named
def pack_padded_sequence(
    input: Tensor, lengths: Tensor | Sequence[int], batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Padded sequences without their padding.

    Args:
        input: Shape (T, B, *), or (B, T, *) with `batch_first`.
        lengths: How long each of the B sequences is, at least 1.
        batch_first: Whether batches are the first dimension.
        enforce_sorted: Whether the longest must come first; with False they are sorted, and their order is kept.

    Raises:
        RuntimeError: If lengths don't fit, or aren't sorted though they must be.

    >>> packed = tg.nn.utils.rnn.pack_padded_sequence(tg.tensor([[1, 2, 3], [4, 0, 0]]), [3, 1], batch_first=True)
    >>> packed.data
    tensor([1, 4, 2, 3])
    """
    x = as_tensor_argument(input)
    counts = np.asarray(lengths._data if isinstance(lengths, Tensor) else lengths)
    if counts.dtype.kind not in "biuf":
        raise TypeError(f"lengths must be integers of at most 64 bits, got {describe(lengths)}")
    counts = counts.astype(np.int64)
    if x._data.ndim < 2:
        raise RuntimeError(f"wanted at least 2 dimensions, time and batch, got {describe(x)}")
    steps, batch = x._data.shape[:2][:: -1 if batch_first else 1]
    if counts.shape != (batch,):
        raise RuntimeError(f"wanted a length for each of {batch} sequences, got {describe(lengths)}")
    if not batch or counts.min() < 1 or counts.max() > steps:
        raise RuntimeError(f"lengths must lie between 1 and {steps}, got {counts.tolist()}")
    order = None
    if not enforce_sorted:
        order = np.argsort(-counts, kind="stable")
        counts = counts[order]
    elif np.any(np.diff(counts) > 0):
        raise RuntimeError(
            f"lengths must fall from the first to the last, got {counts.tolist()}; with enforce_sorted=False they are "
            "sorted for you"
        )
    times, places = np.nonzero(np.arange(counts[0])[:, None] < counts)
    columns = places if order is None else order[places]
    rows = columns * steps + times if batch_first else times * batch + columns
    data = x.reshape(steps * batch, *x._data.shape[2:])[_integers(rows)]
    return PackedSequence(data, _integers(np.bincount(times)), None if order is None else _integers(order))


@named
def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Tensor, Tensor]:
    """Packed sequences with padding, and how long each is without.

    Args:
        sequence: What `pack_padded_sequence` or a recurrent layer returned.
        batch_first: Whether batches become the first dimension.
        padding_value: What stands where a sequence has ended.
        total_length: The length of all, by default that of the longest.

    Returns:
        Shape (T, B, *), or (B, T, *) with `batch_first`; and the lengths, int64 of shape (B,).

    Raises:
        ValueError: If a sequence is longer than `total_length`.

    >>> packed = tg.nn.utils.rnn.pack_sequence([tg.tensor([1, 2, 3]), tg.tensor([4])])
    >>> tg.nn.utils.rnn.pad_packed_sequence(packed, batch_first=True)
    (tensor([[1, 2, 3],
            [4, 0, 0]]), tensor([3, 1]))
    """
    if not isinstance(sequence, PackedSequence):
        raise TypeError(f"sequence must be a PackedSequence, got {describe(sequence)}")
    sizes = np.asarray(sequence.batch_sizes._data)
    length = len(sizes) if total_length is None else total_length
    if length < len(sizes):
        raise ValueError(f"total_length must be at least that of the longest, {len(sizes)}, got {total_length}")
    counts = (sizes[:, None] > np.arange(sizes[0])).sum(0)
    starts = np.concatenate([[0], np.add.accumulate(sizes)[:-1]])
    places = np.arange(len(counts))
    if sequence.unsorted_indices is not None:
        places = np.asarray(sequence.unsorted_indices._data)
        counts = counts[places]
    padded = np.full((length, len(counts)), -1)
    for time, start in enumerate(starts):
        padded[time] = np.where(counts > time, start + places, -1)
    rows = padded.T if batch_first else padded
    return _with_padding(sequence.data, rows, padding_value), _integers(counts)


@named
def pad_sequence(
    sequences: Iterable[Tensor], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """Sequences of different lengths, padded to that of the longest and stacked.

    Args:
        sequences: Tensors of shapes (L, *).
        batch_first: Whether batches become the first dimension.
        padding_value: What they are padded with.
        padding_side: "right", after their end, or "left".

    Returns:
        Shape (T, B, *), or (B, T, *) with `batch_first`.

    Raises:
        RuntimeError: If there are none, or their shapes don't fit.

    >>> tg.nn.utils.rnn.pad_sequence([tg.tensor([1, 2, 3]), tg.tensor([4])], batch_first=True)
    tensor([[1, 2, 3],
            [4, 0, 0]])
    """
    parts = _sequences(sequences)
    if padding_side not in ("right", "left"):
        raise RuntimeError(f"padding_side must be 'right' or 'left', got {padding_side!r}")
    counts = np.array([len(each._data) for each in parts])
    times = np.arange(counts.max())
    starts = np.concatenate([[0], np.add.accumulate(counts)[:-1]])
    inside = (
        times - (counts.max() - counts[:, None]) if padding_side == "left" else times + np.zeros_like(counts)[:, None]
    )
    rows = np.where((inside >= 0) & (inside < counts[:, None]), starts[:, None] + inside, -1)
    padded: Tensor = _with_padding(cat(parts), rows if batch_first else rows.T, padding_value)
    return padded


@named
def unpad_sequence(padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False) -> list[Tensor]:
    """Padded sequences one by one, each without its padding.

    Args:
        padded_sequences: Shape (T, B, *), or (B, T, *) with `batch_first`.
        lengths: How long each of the B sequences is.
        batch_first: Whether batches are the first dimension.

    >>> tg.nn.utils.rnn.unpad_sequence(tg.tensor([[1, 2, 3], [4, 0, 0]]), tg.tensor([3, 1]), batch_first=True)
    [tensor([1, 2, 3]), tensor([4])]
    """
    x = as_tensor_argument(padded_sequences, "padded_sequences")
    rows = x if batch_first else x.transpose(0, 1)
    counts = np.asarray(as_tensor_argument(lengths, "lengths")._data)
    if counts.shape != (len(rows._data),):
        raise ValueError(f"wanted a length for each of {len(rows._data)} sequences, got {describe(lengths)}")
    ends = np.maximum(np.ceil(counts), 0).astype(np.int64).tolist()
    return [row[:end].clone() for row, end in zip(rows, ends, strict=True)]


@named
def pack_sequence(sequences: Sequence[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Sequences of different lengths, packed.

    Args:
        sequences: Tensors of shapes (L, *).
        enforce_sorted: Whether the longest must come first; with False they are sorted, and their order is kept.

    >>> tg.nn.utils.rnn.pack_sequence([tg.tensor([1, 2, 3]), tg.tensor([4])]).data
    tensor([1, 4, 2, 3])
    """
    parts = _sequences(sequences)
    return pack_padded_sequence(pad_sequence(parts), [len(each) for each in parts], enforce_sorted=enforce_sorted)


@named
def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """Packed sequences one by one.

    >>> tg.nn.utils.rnn.unpack_sequence(tg.nn.utils.rnn.pack_sequence([tg.tensor([1, 2, 3]), tg.tensor([4])]))
    [tensor([1, 2, 3]), tensor([4])]
    """
    return unpad_sequence(*pad_packed_sequence(packed_sequences, batch_first=True), batch_first=True)


def _sequences(given: Any) -> list[Tensor]:
    """The tensors of a list, or the rows of a tensor, if each has a first dimension that is its length."""
    if isinstance(given, Tensor) and given._data.ndim < 2:
        raise RuntimeError(f"wanted sequences of at least 1 dimension, got {describe(given)}")
    parts = list(given)
    if not parts or any(as_tensor_argument(each, "each sequence")._data.ndim < 1 for each in parts):
        raise RuntimeError(f"wanted sequences of at least 1 dimension, got {parts}")
    return parts


def _inverse(what: str, permutation: Tensor) -> Tensor:
    places = np.asarray(permutation._data)
    order = np.argsort(places, axis=None)
    if places.dtype != np.int64 or places.ndim != 1 or not np.array_equal(places[order], np.arange(places.size)):
        raise RuntimeError(f"{what} must have each number below its length once, int64, got {describe(permutation)}")
    inverse: Tensor = _integers(order)
    return inverse


def _integers(values: Any) -> Any:
    return Tensor.wrap(np.ascontiguousarray(values, dtype=np.int64))


def _with_padding(rows: Any, places: np.ndarray, padding_value: float) -> Any:
    """The rows at their places, and the padding where that is -1."""
    if not len(rows._data):
        return rows.new_full((*places.shape, *rows._data.shape[1:]), padding_value)
    padded = rows[_integers(np.maximum(places, 0))]
    if (places >= 0).all():
        return padded
    outside = (places < 0).reshape(places.shape + (1,) * (padded._data.ndim - places.ndim))
    return padded.masked_fill(Tensor.wrap(outside), padding_value)
