"""Sums: how this library adds numbers up, whoever asks, along whichever axis, for however many of them.

Every addition rounds. Added one after the other, n equal numbers lose up to n/4 units in the last place of their sum:
two million float32s of 0.1 have a mean of 0.0985. Added in a tree, they lose some log2(n).

NumPy's reduction is such a tree along the axis that is the fastest in memory, and adds one after the other along any
other. So a long axis is cut into blocks here: first the values of each block are summed, then those sums in the same
manner. Few numbers are added as they come, which is fastest, and harmless.

float16 is a storage type: its values are added up as float32, and the sum is rounded once. Running sums of float32 are
kept in float64, as in PyTorch; those of float64 in blocks, too.

Source: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., SIAM 2002, chapter 4.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from math import prod
from typing import Any

import numpy as np

from tinygrad_edu._constants import FEW, ones

__all__ = ["add_up", "adder_of_rows", "running_sums", "sums_by_place", "sums_of_rows", "sums_of_rows_by_place"]

Axes = int | tuple[int, ...]

_FEW_ADDENDS = 256  # as many as a usual batch: they are added as they come (benchmarks W1 to W3)
_BLOCK = 64  # how many are summed in a block
_RUN = 4096  # how many sums are made side by side, so that they stay in the processor's cache

_HALF, _SINGLE, _DOUBLE = np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.float64)
_reduce: Any = np.add.reduce  # Any, because NumPy's annotations have no keepdims that isn't a literal


def add_up(x: Any, axis: Axes = 0, keepdims: bool = False) -> Any:
    """The sum of `x` over one axis or several (() is none), in the dtype of `x`: ``x.sum(axis)``, but accurate."""
    if x.dtype == _HALF:
        return add_up(x.astype(_SINGLE), axis, keepdims).astype(_HALF)
    axes = (axis,) if isinstance(axis, int) else axis
    if x.dtype.kind != "f" or prod([x.shape[i] for i in axes]) <= _FEW_ADDENDS or _is_one_run(x, axes):
        return _reduce(x, axis=axes, dtype=x.dtype, keepdims=keepdims)
    total = x
    for each in sorted(axes, key=lambda i: -x.shape[i]):  # the longest first: what is left to do is then short
        total = _along(total, each)
    if not keepdims:
        total = total.reshape(tuple([n for i, n in enumerate(x.shape) if i not in axes]))
    return total[()]  # of no axes: a number


@lru_cache(maxsize=FEW)
def adder_of_rows(length: int, dtype: np.dtype[Any]) -> Callable[[Any], Any]:
    """The function that sums arrays of that length and dtype over their first axis.

    It is a product with ones, for each block of so many rows as are few, which takes a quarter of the time of NumPy's
    reduction (benchmarks W3 and W10).
    """
    if dtype == _HALF or dtype.kind != "f" or length > _RUN:
        return partial(add_up, axis=0)
    adder: Callable[[Any], Any] = ones(length, dtype).dot if length <= _FEW_ADDENDS else _sums_of_blocks
    return adder


def _sums_of_blocks(x: Any) -> Any:
    """The sums over the first axis, from those of blocks of rows."""
    if x.ndim != 2 or not x.flags.c_contiguous:
        return add_up(x, 0)
    whole = len(x) // _FEW_ADDENDS * _FEW_ADDENDS
    blocks = x[:whole].reshape((-1, _FEW_ADDENDS, x.shape[1]))
    sums = ones(len(blocks), x.dtype).dot(np.matmul(ones(_FEW_ADDENDS, x.dtype), blocks))
    return sums if whole == len(x) else sums + adder_of_rows(len(x) - whole, x.dtype)(x[whole:])


def sums_of_rows(x: Any) -> Any:
    """The sums over the last axis, which stays, of length 1: of few values by a product with ones."""
    rows = x.reshape((prod(x.shape[:-1]), x.shape[-1]))
    return adder_of_rows(x.shape[-1], x.dtype)(rows.T).reshape((*x.shape[:-1], 1))


def running_sums(x: Any, axis: int) -> Any:
    """The sums of the values up to each place along an axis, in the dtype of `x`; they lie row by row."""
    if x.dtype == _DOUBLE and x.shape[axis] > _FEW_ADDENDS:
        return np.ascontiguousarray(np.moveaxis(_running_sums_in_blocks(np.moveaxis(x, axis, -1)), -1, axis))
    kept_in = _DOUBLE if x.dtype.kind == "f" else x.dtype
    return np.add.accumulate(x, axis=axis, dtype=kept_in).astype(x.dtype, order="C", copy=False)


def sums_by_place(places: Any, values: Any, count: int) -> Any:
    """For each of `count` places, the sum of the `values` that go there; in float64, which is what `bincount` adds in.

    Where many go to one place, they are summed in blocks: every so many-th value belongs to one.
    """
    blocks = min(len(values) // max(count, 1), len(values) // _BLOCK)
    if values.dtype != _DOUBLE or blocks < 2:
        return np.bincount(places, values, count)
    of_block = places + count * (np.arange(len(values)) % blocks)
    return add_up(np.bincount(of_block, values, count * blocks).reshape(blocks, count))


def _is_one_run(x: Any, axes: tuple[int, ...]) -> bool:
    """Whether the values that belong to one sum lie beside each other in memory: then NumPy adds in a tree."""
    count = len(axes)
    if x.flags.c_contiguous and sorted(axes) == list(range(x.ndim - count, x.ndim)):
        return True
    return bool(x.flags.f_contiguous and sorted(axes) == list(range(count)))


def _along(x: Any, axis: int) -> Any:
    """The sum over one axis, which stays, of length 1.

    The axis of n values is seen as (pieces, _BLOCK, run), and summed over the middle one. So each block holds values
    that lie `run` places apart, and `run` sums are made side by side, with a single loop over their memory.
    """
    n, stride = x.shape[axis], abs(x.strides[axis])
    inside = [i for i in range(x.ndim) if x.shape[i] > 1 and abs(x.strides[i]) <= stride and i != axis]
    if n <= _BLOCK or not inside:  # if there is nothing inside, it is the fastest axis
        return _reduce(x, axis=axis, dtype=x.dtype, keepdims=True)
    run = max(1, min(_RUN // prod([x.shape[i] for i in inside]), n // _BLOCK))
    pieces = n // (_BLOCK * run)
    whole = pieces * _BLOCK * run
    before, after = (slice(None),) * axis, x.shape[axis + 1 :]
    blocks = x[(*before, slice(whole))].reshape((*x.shape[:axis], pieces, _BLOCK, run, *after))
    sums = _reduce(blocks, axis=axis + 1, dtype=x.dtype).reshape((*x.shape[:axis], pieces * run, *after))
    total = _along(sums, axis)
    if whole < n:
        total += _along(x[(*before, slice(whole, None))], axis)
    return total


def _running_sums_in_blocks(x: Any) -> Any:
    """The running sums along the last axis: those within each block, and to them the sum of all blocks before."""
    n = x.shape[-1]
    if n <= _BLOCK:
        return np.add.accumulate(x, axis=-1)
    blocks = -(-n // _BLOCK)
    values = np.zeros((*x.shape[:-1], blocks * _BLOCK), x.dtype)
    values[..., :n] = x
    sums = values.reshape((*x.shape[:-1], blocks, _BLOCK))
    np.add.accumulate(sums, axis=-1, out=sums)
    sums[..., 1:, :] += _running_sums_in_blocks(sums[..., :-1, -1])[..., None]
    return values[..., :n]


def sums_of_rows_by_place(places: Any, rows: Any, count: int) -> Any:
    """For each of `count` places, the sum of the `rows` that go there: added up in float64, in order."""
    total = np.zeros((count, rows.shape[1]), rows.dtype)
    if len(places):
        order = places.argsort(kind="stable")
        in_order = places[order]
        starts = np.concatenate(([0], np.flatnonzero(in_order[1:] != in_order[:-1]) + 1))
        total[in_order[starts]] = np.add.reduceat(rows.take(order, 0).astype(_DOUBLE), starts, axis=0)
    return total
