"""Data sets: things with samples, and new ones made of others by choosing, joining and splitting.

Two kinds are known. A `Dataset` is asked for samples by index; an `IterableDataset` gives them one
after another, as a stream does, and need not know how many will come.

Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.Dataset
"""

from __future__ import annotations

import bisect
import itertools
import math
import operator
from collections.abc import Iterable, Iterator, Sequence, Sized
from numbers import Real
from typing import Any, Generic, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._errors import describe, shape_of, warn
from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named
from tinygrad_edu.random import Generator, default_generator, draw
from tinygrad_edu.utils.data._repr import in_short, samples_in
from tinygrad_edu.utils.data.fetch import fetch_batch, fetch_samples

__all__ = [
    "ChainDataset",
    "ConcatDataset",
    "Dataset",
    "IterableDataset",
    "StackDataset",
    "Subset",
    "TensorDataset",
    "random_split",
]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Dataset(Generic[T_co]):
    """The base class of data sets: a subclass says what ``dataset[i]`` and ``len(dataset)`` are.

    ``first + second`` is the two one after the other, a `ConcatDataset`.

    A subclass whose samples can be had many at a time may also define ``__getitems__(indices)``, the
    list of those samples, or ``__getbatch__(indices)``, what `default_collate` makes of that list;
    a `DataLoader` prefers them.

    >>> from tinygrad_edu.utils.data import DataLoader, Dataset
    >>> class Squares(Dataset[tuple[int, int]]):
    ...     def __len__(self):
    ...         return 5
    ...     def __getitem__(self, index):
    ...         return index, index**2
    >>> for numbers, squares in DataLoader(Squares(), batch_size=3):
    ...     print(numbers, squares)
    tensor([0, 1, 2]) tensor([0, 1, 4])
    tensor([3, 4]) tensor([ 9, 16])
    """

    def __getitem__(self, index: Any) -> T_co:
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(index), which returns one sample")

    def __add__(self, other: Dataset[T_co]) -> Dataset[T_co]:
        return ConcatDataset([self, other])

    def __repr__(self) -> str:
        size = samples_in(self)
        return f"{type(self).__name__}({size and f'{size} samples'})"


class IterableDataset(Dataset[T_co], Iterable[T_co]):
    """The base class of streams: a subclass gives its samples in ``__iter__``.

    ``first + second`` is the two one after the other, a `ChainDataset`.

    >>> from tinygrad_edu.utils.data import DataLoader, IterableDataset
    >>> class Countdown(IterableDataset[int]):
    ...     def __iter__(self):
    ...         yield from (3, 2, 1)
    >>> list(DataLoader(Countdown(), batch_size=2))
    [tensor([3, 2]), tensor([1])]
    """

    def __add__(self, other: Dataset[T_co]) -> Dataset[T_co]:
        return ChainDataset([self, other])


class TensorDataset(Dataset[tuple[Tensor, ...]]):
    """Tensors whose rows belong together: sample `i` is the tuple of their rows `i`.

    Args:
        *tensors: One or more tensors of any shapes (N, ...) with the same first dimension N.

    Raises:
        TypeError: If an argument is not a tensor.
        ValueError: If there is no tensor, one has no dimension, or their first dimensions differ.

    >>> from tinygrad_edu.utils.data import TensorDataset
    >>> dataset = TensorDataset(tg.tensor([[0.0, 1.0], [2.0, 3.0]]), tg.tensor([7, 8]))
    >>> len(dataset)
    2
    >>> dataset[1]
    (tensor([2., 3.]), tensor(8))
    """

    def __init__(self, *tensors: Tensor) -> None:
        if not tensors:
            raise ValueError("TensorDataset: got no tensor; pass at least one, such as TensorDataset(inputs, targets)")
        for place, each in enumerate(tensors):
            if not isinstance(each, Tensor):
                raise TypeError(
                    f"TensorDataset: argument {place} is {describe(each)}, wanted a tensor; "
                    "make one with tensor(...) or from_numpy(...)"
                )
            if each.ndim == 0:
                raise ValueError(f"TensorDataset: argument {place} is a 0-d tensor, which has no rows")
            if len(each) != len(tensors[0]):
                raise ValueError(
                    f"TensorDataset: the tensors must have one first dimension, but argument 0 has shape "
                    f"{shape_of(tensors[0])} and argument {place} has shape {shape_of(each)}"
                )
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __getbatch__(self, indices: Sequence[int]) -> list[Tensor]:
        """The rows `indices` of each tensor: the collated batch, by one index a tensor."""
        chosen = np.fromiter(map(operator.index, indices), np.intp, len(indices))
        return [tensor[chosen] for tensor in self.tensors]

    def __len__(self) -> int:
        return len(self.tensors[0])

    def __repr__(self) -> str:
        kinds = (f"{each.dtype} {tuple(each.shape[1:])}".removeprefix("tinygrad_edu.") for each in self.tensors)
        return f"{type(self).__name__}({len(self)} samples of {', '.join(kinds)})"


class StackDataset(Dataset[Any]):
    """Data sets side by side: sample `i` has the sample `i` of each of them.

    Args:
        *args: The data sets, all of one length; a sample is a tuple.
        **kwargs: The same with names, instead; a sample is a dict.

    Raises:
        ValueError: If there is none, some have names and some not, or their lengths differ.
        TypeError: If one has no length.

    >>> from tinygrad_edu.utils.data import StackDataset
    >>> StackDataset("ab", [7, 8])[1]
    ('b', 8)
    >>> StackDataset(letter="ab", number=[7, 8])[1]
    {'letter': 'b', 'number': 8}
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args and kwargs:
            raise ValueError("StackDataset: give all data sets names, or none; got both kinds")
        if not args and not kwargs:
            raise ValueError("StackDataset: got no data sets, wanted at least one")
        sizes = [_size("StackDataset", each) for each in args or kwargs.values()]
        if len(set(sizes)) > 1:
            raise ValueError(f"StackDataset: the data sets must have one length, but they have {sizes} samples")
        self.datasets = args or kwargs
        self._length = sizes[0]

    def __getitem__(self, index: Any) -> Any:
        return self._together({name: each[index] for name, each in self._named().items()})

    def __getitems__(self, indices: Sequence[Any]) -> list[Any]:
        """The samples at `indices`, by each data set's own quickest way."""
        columns = {name: fetch_samples(each, indices) for name, each in self._named().items()}
        if any(len(column) != len(indices) for column in columns.values()):
            raise ValueError(f"StackDataset: asked for {len(indices)} samples, a data set gave another number")
        rows = zip(*columns.values(), strict=True)
        return [self._together(dict(zip(columns, row, strict=True))) for row in rows]

    def __len__(self) -> int:
        return self._length

    def __repr__(self) -> str:
        parts = (
            in_short(each) if isinstance(name, int) else f"{name}={in_short(each)}"
            for name, each in self._named().items()
        )
        return f"{type(self).__name__}({', '.join(parts)})"

    def _named(self) -> dict[Any, Any]:
        return self.datasets if isinstance(self.datasets, dict) else dict(enumerate(self.datasets))

    def _together(self, sample: dict[Any, Any]) -> Any:
        return sample if isinstance(self.datasets, dict) else tuple(sample.values())


class ConcatDataset(Dataset[T_co]):
    """Several data sets one after the other.

    Args:
        datasets: The data sets; all must have a length.

    Raises:
        TypeError: If one of them is an `IterableDataset`, which has no indices (see `ChainDataset`).
        ValueError: If there is none.

    >>> from tinygrad_edu.utils.data import ConcatDataset
    >>> list(ConcatDataset([[0, 1], [2]]))
    [0, 1, 2]
    """

    def __init__(self, datasets: Iterable[Dataset[T_co] | Sequence[T_co]]) -> None:
        check_arguments(self, ConcatDataset.__init__, locals())
        self.datasets = list(datasets)
        if not self.datasets:
            raise ValueError("ConcatDataset: got no data sets, wanted at least one")
        for each in self.datasets:
            if isinstance(each, IterableDataset):
                raise TypeError("ConcatDataset: an IterableDataset can't be indexed; chain streams with ChainDataset")
        self.cumulative_sizes = list(itertools.accumulate(_size("ConcatDataset", each) for each in self.datasets))

    def __getitem__(self, index: int) -> T_co:
        size = len(self)
        if not -size <= index < size:
            raise IndexError(f"ConcatDataset: index {index} is out of range for {size} samples")
        index = index % size
        place = bisect.bisect_right(self.cumulative_sizes, index)
        before = self.cumulative_sizes[place - 1] if place else 0
        return self.datasets[place][index - before]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __repr__(self) -> str:
        return f"{type(self).__name__}([{', '.join(map(in_short, self.datasets))}])"


class ChainDataset(IterableDataset[T_co]):
    """Several streams one after the other.

    Args:
        datasets: The streams.

    Raises:
        TypeError: While looping, if one of them is not an `IterableDataset`.
    """

    def __init__(self, datasets: Iterable[Dataset[T_co]]) -> None:
        check_arguments(self, ChainDataset.__init__, locals())
        self.datasets = datasets

    def __iter__(self) -> Iterator[T_co]:
        return itertools.chain.from_iterable(self._streams())

    def __len__(self) -> int:
        return sum(_size("ChainDataset", each) for each in self._streams())

    def __repr__(self) -> str:
        given = f"[{', '.join(map(in_short, self.datasets))}]" if isinstance(self.datasets, (list, tuple)) else ""
        return f"{type(self).__name__}({given})"

    def _streams(self) -> Iterator[IterableDataset[T_co]]:
        for each in self.datasets:
            if not isinstance(each, IterableDataset):
                raise TypeError(
                    f"ChainDataset: got a {type(each).__name__}, wanted only IterableDatasets; "
                    "join data sets that have indices with ConcatDataset"
                )
            yield each


class Subset(Dataset[T_co]):
    """Some samples of another data set.

    Args:
        dataset: The whole.
        indices: Which samples of it, in the order that they should have here.

    >>> from tinygrad_edu.utils.data import Subset
    >>> list(Subset("abcde", [4, 0]))
    ['e', 'a']
    """

    def __init__(
        self, dataset: Dataset[T_co] | Sequence[T_co], indices: Sequence[int] | NDArray[np.integer[Any]] | Tensor
    ) -> None:
        check_arguments(self, Subset.__init__, locals())
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, index: Any) -> T_co:
        whole, indices = cast(Any, self.dataset), cast(Any, self.indices)
        return cast(T_co, whole[self._in_whole(index) if isinstance(index, list) else indices[index]])

    def __getitems__(self, indices: Sequence[int]) -> list[T_co]:
        """The samples at `indices` by the whole's own quickest way."""
        return fetch_samples(self.dataset, self._in_whole(indices))

    def __getbatch__(self, indices: Sequence[int]) -> Any:
        """The collated batch of the samples at `indices` by the whole's own quickest way."""
        return fetch_batch(self.dataset, self._in_whole(indices))

    def __len__(self) -> int:
        return len(self.indices)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({samples_in(self)} of {in_short(self.dataset)})"

    def _in_whole(self, indices: Sequence[int]) -> list[int]:
        """The places in the whole of the samples at `indices`."""
        places: Any = self.indices
        if isinstance(places, (np.ndarray, Tensor)):
            return cast(list[int], places[np.asarray(indices, np.intp)].tolist())
        return list(map(places.__getitem__, indices))


@named
def random_split(
    dataset: Dataset[T] | Sequence[T],
    lengths: Sequence[int | float],
    generator: Generator | None = default_generator,
) -> list[Subset[T]]:
    """`dataset` cut at random into parts that share no sample.

    Fractions of N samples are rounded down to floor(fraction * N), and the samples left over go one by
    one to the first parts.

    Args:
        dataset: What to split.
        lengths: The parts' numbers of samples, or their fractions of the whole, which add up to 1.
        generator: Where the order is drawn from; the default generator if None.

    Raises:
        TypeError: If `dataset` has no length, or a number of samples is not an integer.
        ValueError: If a length is negative, or they don't add up to the whole.

    >>> from tinygrad_edu.utils.data import random_split
    >>> train, validation = random_split(range(11), [0.8, 0.2])
    >>> len(train), len(validation)
    (9, 2)
    >>> sorted([*train, *validation]) == list(range(11))
    True
    """
    size = _size("random_split", dataset)
    if not isinstance(lengths, Sequence) or not all(isinstance(each, (Real, np.number)) for each in lengths):
        raise TypeError(f"random_split: lengths must be a list of numbers, got {describe(lengths)}")
    for place, length in enumerate(lengths):
        if length < 0:
            raise ValueError(f"random_split: length {place} is {length}, but a part can't have fewer than 0 samples")
    total = sum(lengths)
    if math.isclose(total, 1):
        counts = _counts_of_fractions(lengths, size)
    elif total == size:
        counts = [_count(length) for length in lengths]
    else:
        raise ValueError(
            f"random_split: lengths {list(lengths)} add up to {total}, but the data set has {size} samples; "
            f"give counts that add up to {size} or fractions that add up to 1"
        )
    order = draw(generator).permutation(size).tolist()
    ends = itertools.accumulate(counts)
    return [Subset(dataset, order[end - count : end]) for count, end in zip(counts, ends, strict=True)]


def _counts_of_fractions(fractions: Sequence[float], size: int) -> list[int]:
    """The number of samples in each part: rounded down, then the rest handed out in turn."""
    counts = [math.floor(size * fraction) for fraction in fractions]
    for place in range(size - sum(counts)):
        counts[place % len(counts)] += 1
    for place, count in enumerate(counts):
        if count == 0:
            warn(f"random_split: part {place} gets no samples")
    return counts


def _count(length: Any) -> int:
    try:
        return operator.index(length)
    except TypeError as error:
        raise TypeError(
            f"random_split: a length is {length!r}; wanted integers, or fractions that add up to 1"
        ) from error


def _size(operation: str, dataset: object) -> int:
    if not isinstance(dataset, Sized):
        raise TypeError(
            f"{operation}: got {describe(dataset)}, which has no __len__, but how many samples there are must be known"
        )
    return len(dataset)
