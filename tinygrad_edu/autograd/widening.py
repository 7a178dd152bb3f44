"""float16 is a storage type: an operation computes in float32, and each of its results is rounded once.

NumPy rounds after every step, and in float16 that is felt: a count of 70,000 is infinite there, and ones no longer add
up beyond 2,048. So a primitive of more than one step is made with ``widens=True``; its forward and its rules then see
float32 where a float16 was given. Other element types cost it one comparison, and other primitives nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy import generic, ndarray

from tinygrad_edu._memory import copied
from tinygrad_edu.autograd.graph import constant

__all__ = ["HALF", "is_half", "wide", "widened", "widened_rules"]

HALF, _SINGLE = np.dtype(np.float16), np.dtype(np.float32)


def widened(forward: Callable[..., Any]) -> Callable[..., Any]:
    """The forward of a primitive for operands of float16: computed in float32; by-products for its rules stay wide."""

    def call(*operands: Any, **settings: Any) -> Any:
        results = forward(*map(wide, operands), **settings)
        if isinstance(results, tuple):
            return (results[0].astype(HALF), *results[1:])
        return results.astype(HALF)

    return call


def widened_rules(run: Callable[[Any, Sequence[Any]], list[Any]]) -> Callable[[Any, Sequence[Any]], list[Any]]:
    """The rules of a primitive, as a plan runs them: in float32 for a gradient of float16, arrays or tensors."""

    def call(g: Any, saved: Sequence[Any]) -> list[Any]:
        if not (g.dtype == HALF if type(g) is ndarray else is_half(constant(g))):  # the first costs less (W1)
            return run(g, saved)
        return [_converted(result, HALF) for result in run(wide(g), [wide(value) for value in saved])]

    return call


def is_half(value: Any) -> bool:
    """Whether it is an array or a NumPy number of float16."""
    return isinstance(value, (ndarray, generic)) and value.dtype == HALF


def wide(value: Any) -> Any:
    """An array or a tensor of float16 as one of float32; anything else as it is."""
    return _converted(value, _SINGLE) if is_half(constant(value)) else value


def _converted(value: Any, dtype: np.dtype[Any]) -> Any:
    """An array or a tensor in another type; a tensor's conversion is recorded."""
    return copied(value, dtype) if isinstance(value, (ndarray, generic)) else value.to(dtype)
