"""Collating: making one batch of several samples.

`default_collate` looks at the first sample to see what the samples are, and keeps their structure::

    [(image, 5), (image, 0), (image, 4)]   three samples, each a pair
    [images, tensor([5, 0, 4])]            one batch, a pair of tensors

Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.default_collate
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe, listed, shape_of
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api.creation import as_tensor, tensor
from tinygrad_edu.api.joining import stack
from tinygrad_edu.dtypes import float64

__all__ = ["default_collate", "default_convert"]


def default_collate(batch: Sequence[Any]) -> Any:
    """The samples in `batch` as one batch.

    ==========================  =========================================================
    samples                     batch
    ==========================  =========================================================
    tensors, NumPy arrays       one tensor with a new first dimension, of the batch's size
    Python floats               a float64 tensor (batch size,)
    Python ints, bools          an int64 or bool tensor (batch size,)
    NumPy numbers               a tensor (batch size,) of the same element type
    strings, bytes              left as they are
    dicts                       a dict: each key's values, collated
    tuples, lists               a list: the first elements collated, the second elements, …
    named tuples                a named tuple in the same way
    ==========================  =========================================================

    Args:
        batch: The samples, all of one structure.

    Raises:
        RuntimeError: If the samples' shapes or lengths differ.
        TypeError: If a sample is none of the above.
        KeyError: If a dict lacks a key that the first one has.
        IndexError: If there is no sample.

    >>> from tinygrad_edu.utils.data import default_collate
    >>> default_collate([(0, "a"), (1, "b"), (2, "c")])
    [tensor([0, 1, 2]), ('a', 'b', 'c')]
    >>> default_collate([{"size": 0.5}, {"size": 1.5}])
    {'size': tensor([0.5000, 1.5000], dtype=tinygrad_edu.float64)}
    """
    if not isinstance(batch, Sequence):
        raise TypeError(f"default_collate: the batch must be a list of samples, got {describe(batch)}")
    if len(batch) == 0:
        raise IndexError("default_collate: the batch has no samples; a batch sampler must not give empty lists")
    first = batch[0]
    if isinstance(first, Tensor):
        return _stacked(batch)
    if isinstance(first, np.ndarray) and first.dtype.kind in "biuf":
        return _stacked([as_tensor(sample) for sample in batch])
    if isinstance(first, np.generic) and first.dtype.kind in "biuf":
        return tensor(batch)
    if isinstance(first, float):  # float64, though tensor() alone would make float32 of Python floats
        return tensor(batch, dtype=float64)
    if isinstance(first, int):
        return tensor(batch)
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        return _like_mapping(first, {key: default_collate(_values(batch, key)) for key in first})
    if isinstance(first, Sequence):
        return _like_sequence(first, [default_collate(column) for column in _columns(batch)])
    raise TypeError(
        f"default_collate: got {describe(first)} as a sample; wanted tensors, numeric NumPy arrays, numbers, strings, "
        "or dicts, tuples and lists of those; for anything else pass DataLoader a collate_fn of your own"
    )


def default_convert(data: Any) -> Any:
    """One sample with each NumPy array in it made a tensor, and everything else left alone.

    `DataLoader` uses it where there are no batches to make (``batch_size=None``).

    >>> from tinygrad_edu.utils.data import default_convert
    >>> default_convert({"x": np.array([0, 1]), "name": "a"})
    {'x': tensor([0, 1]), 'name': 'a'}
    """
    if isinstance(data, (np.ndarray, np.generic)):
        return as_tensor(data) if data.dtype.kind in "biuf" else data
    if isinstance(data, Mapping):
        return _like_mapping(data, {key: default_convert(data[key]) for key in data})
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        return _like_sequence(data, [default_convert(element) for element in data])
    return data


def _stacked(tensors: Sequence[Tensor]) -> Tensor:
    """The tensors on top of each other, or say which two don't fit."""
    wanted = tensors[0].shape
    for place, each in enumerate(tensors):
        if not isinstance(each, Tensor):
            raise TypeError(f"default_collate: sample 0 is a tensor, but sample {place} is {describe(each)}")
        if each.shape != wanted:
            raise RuntimeError(
                f"default_collate: sample 0 has shape {shape_of(tensors[0])} but sample {place} has shape "
                f"{shape_of(each)}, so they don't stack into one batch; make the samples of one shape in the "
                "dataset (crop or pad), or pass DataLoader a collate_fn of your own"
            )
    return stack(tensors)


def _values(batch: Sequence[Mapping[Any, Any]], key: object) -> list[Any]:
    """The values that the samples, dicts, hold under `key`."""
    for place, sample in enumerate(batch):
        if key not in sample:
            raise KeyError(
                f"default_collate: sample 0 has the key {key!r}, but sample {place} has only {listed(sample)}"
            )
    return [sample[key] for sample in batch]


def _columns(batch: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The samples' first elements, their second elements, and so on."""
    for place, sample in enumerate(batch):
        if len(sample) != len(batch[0]):
            raise RuntimeError(
                f"default_collate: sample 0 has {len(batch[0])} elements but sample {place} has {len(sample)}; "
                "make them of one length in the dataset, or pass DataLoader a collate_fn of your own"
            )
    return list(zip(*batch, strict=True))


def _like_mapping(template: Mapping[Any, Any], items: dict[Any, Any]) -> Any:
    """`items` in a mapping of `template`'s type, or a dict if that type can't be made so."""
    make: Any = type(template)
    try:
        if isinstance(template, MutableMapping):
            result = copy.copy(template)  # a copy keeps what else the type has, such as a default
            result.update(items)
            return result
        return make(items)
    except TypeError:
        return items


def _like_sequence(template: Sequence[Any], items: list[Any]) -> Any:
    """`items` in a sequence of `template`'s type; of a tuple PyTorch makes a list."""
    make: Any = type(template)
    if isinstance(template, tuple):
        return make(*items) if hasattr(template, "_fields") else items
    try:
        if isinstance(template, MutableSequence):
            result = copy.copy(template)
            for place, item in enumerate(items):
                result[place] = item
            return result
        return make(items)
    except TypeError:
        return items
