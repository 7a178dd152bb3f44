"""Making tensors of evenly spaced numbers, and grids of them.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#creation-ops
"""

from __future__ import annotations

import builtins
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import as_tensor_argument, check_out
from tinygrad_edu.api.creation import chosen, finished
from tinygrad_edu.autograd.graph import TensorBase

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.api.creation import Number, OptionalDtype

__all__ = ["arange", "linspace", "meshgrid"]


def arange(
    start: Number | None = None,
    end: Number | None = None,
    step: Number = 1,
    *,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Return ``start, start + step, …`` up to but not including `end`; with one argument, from 0.

    Raises:
        RuntimeError: If `step` is 0 (or becomes it in an integer dtype) or leads away from `end`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.arange(5), tg.arange(0, 1, 0.25)
        (tensor([0, 1, 2, 3, 4]), tensor([0.0000, 0.2500, 0.5000, 0.7500]))
    """
    check_out("arange", out)
    if end is None:
        start, end = 0, start
    if end is None:
        raise TypeError("arange: the end is missing, as in arange(5) or arange(0, 1, 0.25)")
    first, last, by = (_number("arange", each) for each in (0 if start is None else start, end, step))
    whole = builtins.all(isinstance(each, int) for each in (first, last, by))
    wanted = chosen("arange", dtype, np.int64 if whole else np.float32)
    if wanted.kind != "f":
        first, last, by = int(first), int(last), int(by)
    if not by or not math.isfinite(last - first) or (last - first) * by < 0:
        raise RuntimeError(f"arange: a step of {by} doesn't lead from {first} to {last}")
    # PyTorch counts the steps in float64, whatever the result's type.
    array = (first + np.arange(math.ceil((last - first) / by)) * by).astype(wanted)
    return finished("arange", array, requires_grad, layout=layout, device=device, pin_memory=pin_memory)


def linspace(
    start: Number,
    end: Number,
    steps: int,
    *,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Return `steps` evenly spaced numbers from `start` to `end`, both included.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.linspace(0, 1, 5)
        tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    check_out("linspace", out)
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)):
        raise TypeError(f"linspace: the number of steps must be an integer, got {describe(steps)}")
    if steps < 0:
        raise RuntimeError(f"linspace: the number of steps must not be negative, got {steps}")
    first, last = _number("linspace", start), _number("linspace", end)
    wanted = chosen("linspace", dtype, np.float32)
    numbers = np.linspace(first, last, steps)
    if wanted.kind != "f":
        numbers = np.trunc(numbers)
    return finished(
        "linspace", numbers.astype(wanted), requires_grad, layout=layout, device=device, pin_memory=pin_memory
    )


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Return the coordinates of a grid: one tensor for each axis, all of the grid's shape.

    Args:
        tensors: The coordinates along each axis: vectors or numbers, or one sequence of them.
        indexing: ``"ij"`` for matrix order, ``"xy"`` to swap the first two axes, as plots want it.

    Example:
        >>> import tinygrad_edu as tg
        >>> rows, columns = tg.meshgrid(tg.tensor([1, 2]), tg.tensor([3, 4, 5]), indexing="ij")
        >>> columns
        tensor([[3, 4, 5],
                [3, 4, 5]])
    """
    axes = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors
    if indexing not in ("ij", "xy"):
        raise ValueError(f"meshgrid: indexing must be 'ij' or 'xy', got {indexing!r}")
    vectors = [as_tensor_argument("meshgrid", each).reshape(-1) for each in axes]
    shape = [vector._data.shape[0] for vector in vectors]
    grids = [
        vector.reshape([-1 if j == i else 1 for j in range(len(shape))]).expand(shape)
        for i, vector in enumerate(vectors)
    ]
    if indexing == "xy" and len(shape) > 1:
        grids = [grid.transpose(0, 1) for grid in grids]
    return tuple(grids)


def _number(operation: str, value: Any) -> Any:
    """Return a Python number from one, or from a tensor or NumPy scalar of one value."""
    if isinstance(value, TensorBase):
        value = value._data
    if isinstance(value, (np.ndarray, np.generic)) and value.size == 1:
        value = value.item()
    if not isinstance(value, (int, float)):
        raise TypeError(f"{operation}: wanted a number, got {describe(value)}")
    return value
