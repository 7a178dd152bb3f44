"""``out=``: results written into tensors that are there already, outside the graph.

The result is brought to the dtype of `out` if that is of its kind, and `out` to the shape of the result. As PyTorch
does, it refuses where a gradient would be recorded: what is written over has no place in the graph.

Source: https://docs.pytorch.org/docs/stable/torch.html, whose functions tell of ``out``
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe, warn
from tinygrad_edu.api._arguments import in_dtype
from tinygrad_edu.api._in_place import change, check_memory
from tinygrad_edu.autograd.grad_mode import is_grad_enabled
from tinygrad_edu.autograd.graph import UNCHANGING, TensorBase
from tinygrad_edu.return_types import Results

__all__ = ["into_out"]


def into_out(function: Callable[..., Any], name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Call a function without its ``out``, and write what it returns there."""
    out = kwargs["out"]
    targets = tuple(out) if isinstance(out, (tuple, list)) else (out,)
    for each in targets:
        if not isinstance(each, TensorBase):
            raise TypeError(f"{name}: out must be a tensor, got {describe(each)}")
    if is_grad_enabled() and _needs_gradient((*args, *kwargs.values())):
        raise RuntimeError(
            f"{name}: out= can't be recorded, and an argument requires a gradient; use the result itself, or call it "
            "inside 'with tinygrad_edu.no_grad():'"
        )
    result = function(*args, **{key: value for key, value in kwargs.items() if key != "out"})
    results = result if isinstance(result, tuple) else (result,)
    if len(results) != len(targets):
        raise TypeError(f"{name}: out must have {len(results)} tensors, one for each result, got {len(targets)}")
    for each in zip(targets, results, strict=True):
        _check(name, *each)
    for target, values in zip(targets, results, strict=True):
        _write(name, target, values)
    return out if not isinstance(result, tuple) else _as_results(result, targets)


def _needs_gradient(values: tuple[Any, ...]) -> bool:
    return any(
        _needs_gradient((*each,)) if isinstance(each, (tuple, list)) else getattr(each, "_requires_grad", False)
        for each in values
    )


def _check(name: str, target: Any, values: Any) -> None:
    if dtypes.of_higher_kind(values._data.dtype, target._data.dtype):
        raise RuntimeError(f"{name}: the result is {values._data.dtype.name} and can't be put into {describe(target)}")
    check_memory(name, target)


def _write(name: str, target: Any, values: Any) -> None:
    converted = in_dtype(values, target._data.dtype)._data
    if converted.shape == target._data.shape:
        change(target, converted, None)
        return
    if target._data.size:
        shapes = f"out has shape {target._data.shape}, but the result {converted.shape}"
        warn(f"{name}: {shapes}; it gets memory of that shape")
    target._data = np.array(converted) if converted.ndim else converted
    target._stamp = [0] if converted.ndim else UNCHANGING
    target._view = None


def _as_results(result: tuple[Any, ...], targets: tuple[Any, ...]) -> Any:
    """The tensors that were written, in the form of the results."""
    return type(result)(targets) if isinstance(result, Results) else targets
