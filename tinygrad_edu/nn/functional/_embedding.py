"""Embeddings: a row of a table for each number; and bags of them, put together.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html#sparse-functions
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer, as_number, as_tensor_argument
from tinygrad_edu.api._reading import named, real_already
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.ops import embedding as ops
from tinygrad_edu.ops.indexing import take
from tinygrad_edu.ops.picking import along

__all__ = ["embedding", "embedding_bag"]


@named
def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of `weight` that the numbers in `input` name.

    Args:
        input: Row numbers, int64 or int32, of any shape.
        weight: The table, of shape (num_embeddings, embedding_dim).
        padding_idx: The row that gets no gradient; a negative one counts from the end.
        max_norm: Longer rows among those picked are first shortened to this norm, in `weight` itself.
        norm_type: The p of that norm.
        scale_grad_by_freq: Divide each row's gradient by how often `input` names it.
        sparse: Not supported: must be False.

    Returns:
        Shape (*, embedding_dim).

    Raises:
        IndexError: If there is no row of such a number.

    >>> table = tg.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> tg.nn.functional.embedding(tg.tensor([2, 0]), table)
    tensor([[5., 6.],
            [1., 2.]])
    """
    index = _row_numbers(input, weight, sparse)
    padding = _padding(padding_idx, weight)
    _shorten(weight, index, max_norm, as_number("norm_type", norm_type))
    return ops.embedding(weight, index=index, factors=_factors(index, padding, scale_grad_by_freq))


@named
def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """The rows of `weight` that the numbers in a bag name, put together: their mean, sum or largest values.

    Args:
        input: Row numbers, int64 or int32: of shape (bags, length), or all bags one after the other.
        weight: The table, of shape (num_embeddings, embedding_dim).
        offsets: Where in a 1-d `input` each bag begins.
        max_norm: Longer rows among those picked are first shortened to this norm, in `weight` itself.
        norm_type: The p of that norm.
        scale_grad_by_freq: Divide each row's gradient by how often `input` names it.
        mode: "mean", "sum" or "max"; of an empty bag each gives 0.
        sparse: Not supported: must be False.
        per_sample_weights: A factor for each number in `input`, in a sum.
        include_last_offset: The last of the offsets is the end of the last bag.
        padding_idx: Numbers that are left out of their bag.

    Returns:
        Shape (bags, embedding_dim).

    Raises:
        ValueError: If arguments don't go together.
        IndexError: If there is no row of such a number.

    >>> table = tg.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> tg.nn.functional.embedding_bag(tg.tensor([[2, 0], [1, 1]]), table)
    tensor([[3., 4.],
            [3., 4.]])
    """
    index = _row_numbers(input, real_already(as_tensor_argument(weight, "weight")), sparse)
    if mode not in ("mean", "sum", "max"):
        raise ValueError(f"mode must be 'mean', 'sum' or 'max', got {mode!r}")
    if mode == "max" and scale_grad_by_freq:
        raise ValueError("mode='max' doesn't scale gradients, got scale_grad_by_freq=True")
    bags, count = _bags(index, offsets, include_last_offset)
    factors = _factors_of_bag(input, weight, per_sample_weights, mode)
    index, padding = index.reshape(-1), _padding(padding_idx, weight)
    _shorten(weight, index, max_norm, as_number("norm_type", norm_type))
    kept = np.flatnonzero((bags >= 0) & (index != padding))
    index, bags = index[kept], bags[kept]
    rows = ops.embedding(weight, index=index, factors=_factors(index, None, scale_grad_by_freq))
    if mode == "max":
        return _largest(rows, bags, count)
    if factors is not None:
        rows = rows * take(factors.reshape(-1, 1), index=(kept,))
    total: Tensor = ops.add_rows(rows, index=bags, count=count)
    if mode == "mean":
        sizes = np.maximum(np.bincount(bags, minlength=count), 1).astype(total._data.dtype)
        total = total / Tensor.wrap(sizes[:, None])
    return total


def _row_numbers(input: Any, weight: Any, sparse: bool) -> np.ndarray:
    """The numbers in `input`, all of which are there."""
    if sparse:
        raise NotImplementedError("sparse=True is not supported: gradients are dense here; leave it out")
    index = np.array(as_tensor_argument(input)._data)  # a copy, so that a change of `input` changes no gradient
    table = as_tensor_argument(weight, "weight")._data
    if index.dtype not in (np.int64, np.int32):
        raise RuntimeError(f"row numbers must be int64 or int32, got {describe(input)}; convert them with .long()")
    if table.ndim != 2:
        raise RuntimeError(f"weight must have 2 dimensions (num_embeddings, embedding_dim), got {describe(weight)}")
    if index.size and not (index.min() >= 0 and index.max() < len(table)):
        wrong = index.min() if index.min() < 0 else index.max()
        raise IndexError(f"row {wrong} is out of range: weight has {len(table)} rows, from 0 to {len(table) - 1}")
    return index


def _padding(padding_idx: Any, weight: Any) -> int | None:
    """The padding row, counted from the front."""
    if padding_idx is None:
        return None
    count, row = len(weight._data), as_integer("padding_idx", padding_idx)
    if not -count <= row < count:
        raise ValueError(f"padding_idx must be one of the {count} rows, from {-count} to {count - 1}, got {row}")
    return row % count


def _factors(index: np.ndarray, padding: int | None, scale_grad_by_freq: bool) -> np.ndarray | None:
    """What each row's gradient is multiplied by on its way back; None where that is 1 for all."""
    if padding is None and not scale_grad_by_freq:
        return None
    factors = np.ones(index.shape, np.float32)
    if scale_grad_by_freq and index.size:
        factors /= np.bincount(index.reshape(-1))[index]
    if padding is not None:
        factors *= index != padding
    return factors


@no_grad()
def _shorten(weight: Any, index: np.ndarray, max_norm: float | None, norm_type: float) -> None:
    """Give those of the rows that are longer than `max_norm` this norm, in place."""
    if max_norm is None:
        return
    max_norm = as_number("max_norm", max_norm)
    rows = np.unique(index)
    table = weight._data[rows]
    norms = np.linalg.norm(table, norm_type, axis=1, keepdims=True)
    scaled = np.where(norms > max_norm, table * (max_norm / (norms + 1e-7)), table).astype(table.dtype)
    weight[Tensor.wrap(rows.astype(np.int64))] = Tensor.wrap(scaled)


def _bags(index: np.ndarray, offsets: Any, include_last_offset: bool) -> tuple[np.ndarray, int]:
    """The bag of each number, -1 if it is in none, and how many bags there are."""
    if index.ndim == 2:
        if offsets is not None:
            raise ValueError(f"a 2-d input has bags of equal length and no offsets, got {describe(offsets)}")
        return np.repeat(np.arange(len(index)), index.shape[1]), len(index)
    if index.ndim != 1:
        raise ValueError(f"input must have 1 or 2 dimensions, got shape {index.shape}")
    starts = None if offsets is None else np.asarray(as_tensor_argument(offsets, "offsets")._data)
    if starts is None or starts.ndim != 1 or starts.dtype.kind != "i":
        raise ValueError(f"a 1-d input wants offsets, a row of integers; got {describe(offsets)}")
    if include_last_offset and not len(starts):
        raise ValueError("with include_last_offset=True there must be an offset at least, got none")
    ends = [*starts[1:], len(index)] if not include_last_offset else starts[1:]
    starts = starts[: len(ends)]
    if len(starts) and (starts[0] != 0 or ends[-1] > len(index) or np.any(np.diff([*starts, ends[-1]]) < 0)):
        raise RuntimeError(
            f"offsets must begin with 0, rise, and not go beyond the input's length {len(index)}, got {starts.tolist()}"
        )
    bags = np.full(len(index), -1)
    for bag, (start, end) in enumerate(zip(starts, ends, strict=True)):
        bags[start:end] = bag
    return bags, len(starts)


def _factors_of_bag(input: Any, weight: Any, per_sample_weights: Any, mode: str) -> Any:
    if per_sample_weights is None:
        return None
    if mode != "sum":
        raise NotImplementedError(f"per_sample_weights are for mode='sum', got mode={mode!r}")
    factors = as_tensor_argument(per_sample_weights, "per_sample_weights")
    if factors._data.shape != input._data.shape:
        raise ValueError(f"per_sample_weights must have the shape {input._data.shape}, got {describe(factors)}")
    if factors._data.dtype != weight._data.dtype:
        raise RuntimeError(f"per_sample_weights must have the dtype of weight, {weight.dtype}, got {describe(factors)}")
    return factors


def _largest(rows: Any, bags: np.ndarray, count: int) -> Tensor:
    """The largest values of each bag, the first of equal ones; 0 for an empty bag."""
    values, width = rows._data, rows._data.shape[1]
    if not len(values):
        nothing: Tensor = ops.add_rows(rows, index=bags, count=count)
        return nothing
    best = np.zeros((count, width), np.int64)
    filled = np.zeros(count, bool)
    for number, bag in enumerate(bags):
        better = values[number] > values[best[bag], np.arange(width)] if filled[bag] else np.ones(width, bool)
        best[bag][better] = number
        filled[bag] = True
    found = take(rows, index=along(best, 0))
    largest: Tensor = found * Tensor.wrap(filled[:, None].astype(values.dtype))
    return largest
