"""Making tensors of evenly spaced numbers, and grids of them.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#creation-ops
"""

from __future__ import annotations

import builtins
import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer, as_number, as_tensor_argument
from tinygrad_edu.api._making import Options, creating, dtype_or, finished
from tinygrad_edu.api._reading import named
from tinygrad_edu.ops.axes import permute
from tinygrad_edu.ops.shape import reshape
from tinygrad_edu.ops.stretching import expand

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = ["arange", "linspace", "logspace", "meshgrid"]


@creating
def arange(
    start: Number | None = None, end: Number | None = None, step: Number = 1, **options: Unpack[Options]
) -> Tensor:
    """``start, start + step, …`` up to but not including `end`; with one argument, from 0.

    Raises:
        RuntimeError: If `step` is 0 (or becomes it in an integer dtype) or leads away from `end`.

    >>> tg.arange(5), tg.arange(0, 1, 0.25)
    (tensor([0, 1, 2, 3, 4]), tensor([0.0000, 0.2500, 0.5000, 0.7500]))
    """
    if end is None:
        start, end = 0, start
    if end is None:
        raise TypeError("the end is missing, as in arange(5) or arange(0, 1, 0.25)")
    first = as_number("start", 0 if start is None else start)
    last, by = as_number("end", end), as_number("step", step)
    whole = builtins.all(isinstance(each, int) for each in (first, last, by))
    wanted = dtype_or(np.int64 if whole else dtypes.default(), **options)
    if wanted.kind != "f":
        first, last, by = int(first), int(last), int(by)
    if not by or not math.isfinite(last - first) or math.isnan(by) or (last - first) * by < 0:
        raise RuntimeError(f"a step of {by} doesn't lead from {first} to {last}")
    # PyTorch counts the steps in float64, whatever the result's type.
    count = (last - first) / by
    if count >= 2**48:
        raise RuntimeError(f"there are too many numbers from {first} to {last} by {by}, got {count:g}")
    return finished((first + np.arange(math.ceil(count)) * by).astype(wanted), **options)


@creating
def linspace(start: Number, end: Number, steps: int, **options: Unpack[Options]) -> Tensor:
    """`steps` evenly spaced numbers from `start` to `end`, both included.

    >>> tg.linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    return _spaced(lambda numbers: numbers, start, end, steps, **options)


@creating
def logspace(start: Number, end: Number, steps: int, base: float = 10.0, **options: Unpack[Options]) -> Tensor:
    """`steps` numbers from ``base**start`` to ``base**end``, each the same multiple of the one before.

    >>> tg.logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    return _spaced(functools.partial(np.power, float(as_number("base", base))), start, end, steps, **options)


def _spaced(function: Callable[[Any], Any], start: Any, end: Any, steps: Any, **options: Any) -> Tensor:
    """A function of evenly spaced numbers, which is cut off for a dtype of whole numbers."""
    steps = as_integer("steps", steps)
    if steps < 0:
        raise RuntimeError(f"the number of steps must not be negative, got {steps}")
    wanted = dtype_or(dtypes.default(), **options)
    numbers = function(np.linspace(as_number("start", start), as_number("end", end), steps))
    return finished((numbers if wanted.kind == "f" else np.trunc(numbers)).astype(wanted), **options)


@named
def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """The coordinates of a grid: one tensor for each axis, all of the grid's shape.

    Args:
        tensors: The coordinates along each axis: vectors or numbers, or one sequence of them.
        indexing: ``"ij"`` for matrix order, ``"xy"`` to swap the first two axes, as plots want it.

    >>> rows, columns = tg.meshgrid(tg.tensor([1, 2]), tg.tensor([3, 4, 5]), indexing="ij")
    >>> columns
    tensor([[3, 4, 5],
            [3, 4, 5]])
    """
    axes = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f"indexing must be 'ij' or 'xy', got {indexing!r}")
    if not axes:
        raise RuntimeError("wanted at least one tensor, got none")
    for i, each in enumerate(axes):
        if as_tensor_argument(each, f"tensor {i}")._data.ndim > 1:
            raise RuntimeError(f"wanted vectors and numbers, got {describe(each)} as tensor {i}")
        if each._data.dtype != axes[0]._data.dtype:
            raise RuntimeError(f"all tensors must have one dtype, got {describe(axes[0])} and {describe(each)}")
    sizes = tuple([each._data.size for each in axes])
    beside = [tuple([-1 if other == axis else 1 for other in range(len(axes))]) for axis in range(len(axes))]
    grids = [expand(reshape(each, shape=shape), shape=sizes) for each, shape in zip(axes, beside, strict=True)]
    if indexing == "xy" and len(axes) > 1:
        order = (1, 0, *range(2, len(axes)))
        grids = [permute(grid, dims=order) for grid in grids]
    return tuple(grids)
