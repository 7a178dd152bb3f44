"""Samplers: in which order the samples of a data set are taken, and in which groups.

A sampler is something to loop over that gives indices; each loop is one pass (epoch). Samplers that
draw at random draw anew in each pass.

Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.Sampler
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import Generic, TypeVar, cast

from tinygrad_edu._errors import describe
from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.creation import as_tensor
from tinygrad_edu.api.sampling import multinomial
from tinygrad_edu.dtypes import float64
from tinygrad_edu.random import Generator, draw
from tinygrad_edu.utils.data._repr import in_short, samples_in

__all__ = [
    "BatchSampler",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "SubsetRandomSampler",
    "WeightedRandomSampler",
]

T_co = TypeVar("T_co", covariant=True)
_DRAWN_AT_ONCE = 8192  # with replacement: the number of draws may be far beyond what memory holds


class Sampler(Generic[T_co]):
    """The base class of samplers: a subclass gives indices in ``__iter__``.

    It may say how many in ``__len__``; without it ``len(loader)`` can't be known.

    >>> from tinygrad_edu.utils.data import Sampler
    >>> class Backwards(Sampler[int]):
    ...     def __init__(self, data_source):
    ...         self.data_source = data_source
    ...     def __iter__(self):
    ...         return reversed(range(len(self.data_source)))
    >>> list(Backwards("abc"))
    [2, 1, 0]
    """

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__} must define __iter__, which gives the indices of one pass")

    def __repr__(self) -> str:
        size = samples_in(self)
        replacement = ", replacement=True" if getattr(self, "replacement", False) else ""
        return f"{type(self).__name__}({size and f'{size} indices'}{replacement})"


class SequentialSampler(Sampler[int]):
    """The indices 0, 1, 2, … of a data set.

    Args:
        data_source: The data set, or anything that has a length.

    >>> from tinygrad_edu.utils.data import SequentialSampler
    >>> list(SequentialSampler("abc"))
    [0, 1, 2]
    """

    def __init__(self, data_source: Sized) -> None:
        check_arguments(self, SequentialSampler.__init__, locals())
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """The indices of a data set in a random order, a new one for each pass.

    Args:
        data_source: The data set, or anything that has a length.
        replacement: If True each index is drawn from all of them, so some come twice and some not at
            all; if False every index comes once before any comes again.
        num_samples: How many indices a pass gives; the data set's length if None.
        generator: Where to draw from; if None, from a stream that is seeded from the default
            generator when the pass begins, so nothing drawn during the pass changes the order.

    Raises:
        TypeError: If `replacement` is not a bool.
        ValueError: If `num_samples` is not a positive integer, or the data set is empty.

    >>> from tinygrad_edu.utils.data import RandomSampler
    >>> sorted(RandomSampler("abcd"))
    [0, 1, 2, 3]
    >>> len(list(RandomSampler("abcd", replacement=True, num_samples=10)))
    10
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        check_arguments(self, RandomSampler.__init__, locals() | {"num_samples": None})
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = num_samples
        self.generator = generator
        if len(data_source) == 0:
            raise ValueError("RandomSampler: the data set has num_samples=0 samples, so there is nothing to shuffle")
        _check_positive("RandomSampler", "num_samples", self.num_samples)

    @property
    def num_samples(self) -> int:
        """The number of indices that a pass gives; it follows the data set's length unless it was given."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        numbers = draw(_stream(self.generator))
        population = len(self.data_source)
        missing = self.num_samples
        while missing > 0:
            if self.replacement:
                drawn = numbers.integers(population, size=min(missing, _DRAWN_AT_ONCE))
            else:
                drawn = numbers.permutation(population)
            yield from drawn[:missing].tolist()
            missing -= len(drawn)

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[int]):
    """The given indices in a random order, a new one for each pass.

    Args:
        indices: The indices to choose from.
        generator: Where to draw from; the default generator if None.

    >>> from tinygrad_edu.utils.data import SubsetRandomSampler
    >>> sorted(SubsetRandomSampler([2, 3, 5]))
    [2, 3, 5]
    """

    def __init__(self, indices: Sequence[int], generator: Generator | None = None) -> None:
        check_arguments(self, SubsetRandomSampler.__init__, locals())
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        order = draw(self.generator).permutation(len(self.indices))
        return (self.indices[place] for place in order.tolist())

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """Indices drawn with given chances, for example to show a rare class as often as a common one.

    Args:
        weights: The weight of each index; its chance is its weight / the sum of the weights.
        num_samples: How many indices a pass gives.
        replacement: Whether an index may be drawn more than once.
        generator: Where to draw from; the default generator if None.

    Raises:
        ValueError: If `weights` is not a list of numbers, or `num_samples` not a positive integer.
        RuntimeError: While looping, if weights are negative, all 0, or too few are positive to draw
            without replacement.

    >>> from tinygrad_edu.utils.data import WeightedRandomSampler
    >>> list(WeightedRandomSampler([0.0, 0.0, 1.0], num_samples=4))
    [2, 2, 2, 2]
    """

    def __init__(
        self,
        weights: Sequence[float] | Tensor,
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        _check_positive("WeightedRandomSampler", "num_samples", num_samples)
        _check_bool("WeightedRandomSampler", "replacement", replacement, ValueError)
        check_arguments(self, WeightedRandomSampler.__init__, {"generator": generator})
        self.weights = named_as("WeightedRandomSampler")(as_tensor)(weights, dtype=float64)
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator
        if self.weights.ndim != 1:
            raise ValueError(f"WeightedRandomSampler: weights must be one list of numbers, got {describe(weights)}")

    def __iter__(self) -> Iterator[int]:
        drawn = multinomial(self.weights, self.num_samples, self.replacement, generator=self.generator)
        return iter(drawn.tolist())

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """The indices of another sampler in groups.

    Args:
        sampler: What gives the indices.
        batch_size: How many make a group.
        drop_last: Whether to leave out the last group if it is smaller than the others.

    Raises:
        ValueError: If `batch_size` is not a positive integer or `drop_last` is not a bool.

    >>> from tinygrad_edu.utils.data import BatchSampler
    >>> list(BatchSampler(range(7), batch_size=3, drop_last=False))
    [[0, 1, 2], [3, 4, 5], [6]]
    >>> list(BatchSampler(range(7), batch_size=3, drop_last=True))
    [[0, 1, 2], [3, 4, 5]]
    """

    def __init__(self, sampler: Sampler[int] | Iterable[int], batch_size: int, drop_last: bool) -> None:
        _check_positive("BatchSampler", "batch_size", batch_size)
        _check_bool("BatchSampler", "drop_last", drop_last, ValueError)
        check_arguments(self, BatchSampler.__init__, locals())
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[int]]:
        indices = iter(self.sampler)
        while group := list(itertools.islice(indices, self.batch_size)):
            if len(group) == self.batch_size or not self.drop_last:
                yield group

    def __repr__(self) -> str:
        options = f"batch_size={self.batch_size}, drop_last={self.drop_last}"
        return f"{type(self).__name__}({in_short(self.sampler)}, {options})"

    def __len__(self) -> int:
        whole, rest = divmod(len(cast(Sized, self.sampler)), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)


def _stream(generator: Generator | None) -> Generator:
    """`generator`, or a new one seeded from the default generator."""
    if generator is not None:
        return generator
    return Generator().manual_seed(int(draw(None).integers(2**63)))


def _check_positive(operation: str, name: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ValueError(f"{operation}: {name} must be a positive integer, got {name}={value!r}")


def _check_bool(operation: str, name: str, value: object, error: type[Exception]) -> None:
    if not isinstance(value, bool):
        raise error(f"{operation}: {name} must be True or False, got {name}={value!r}")
