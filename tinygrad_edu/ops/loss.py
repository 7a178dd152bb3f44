"""Losses that are worth an operation of their own: faster, or safer, than their parts.

Softmax and cross-entropy together have a gradient as simple as it gets: p - t, the predicted
probabilities less the target's (the article's sections 8 and 12, fused).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from tinygrad_edu._constants import FEW, number, ones, read_only, unit
from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.autograd.primitive import elementwise, primitive
from tinygrad_edu.ops.activation import softmax


def _cross_entropy(x: Any, *, target: Any, averaged: bool) -> tuple[Any, Any]:
    """Σ_n -log softmax(x_n)[target_n], and its slope p - t; `x` is (N, C), `target` (N,) of classes.

    Both are divided by N if `averaged`. Raises an IndexError if a class is out of range, and a ValueError
    if there are none, or if `x` isn't a matrix of float32 or float64.
    """
    count, classes = x.shape
    transposed = count > classes  # the longer dimension inside, where NumPy is fast
    class_places, sample_places, one_a_class, one_a_sample, samples = _constants(count, classes, transposed, x.dtype)
    p = x.T.copy() if transposed else x.copy()
    values = p.reshape(-1)  # the same memory in one row
    if not transposed:
        p = p.T
    places = class_places[target]
    places += sample_places
    p -= np.maximum.reduce(p)
    correct = values[places]
    np.exp(p, p)
    sums = one_a_class.dot(p)
    losses = np.log(sums)
    losses -= correct
    loss = one_a_sample.dot(losses)
    values[places] -= sums
    if averaged:
        loss /= count
        sums *= samples
    p /= sums
    return loss, p.T


@lru_cache(maxsize=FEW)
def _constants(count: int, classes: int, transposed: bool, dtype: np.dtype[Any]) -> tuple[Any, ...]:
    """What `_cross_entropy` needs besides its operands: it depends on their shape and dtype alone.

    That is: the places of the first sample's values in the row of all values, and after them as many times a
    place that doesn't exist, to which an index below 0 leads, as NumPy counts those from the end; how much
    further those of each sample are; a one for each class; a one for each sample; the number of samples.
    """
    if dtype.kind != "f" or dtype.itemsize == 2:
        raise ValueError("float32 or float64 is wanted; sums over a batch would leave float16's range")
    from_class_to_class, from_sample_to_sample = (count, 1) if transposed else (1, classes)
    places = np.arange(classes) * from_class_to_class
    return (
        read_only(np.append(places, np.full(classes, count * classes))),
        read_only(np.arange(count) * from_sample_to_sample),
        ones(classes, dtype),
        ones(count, dtype),
        number(count, dtype),
    )


def _slope(x: Any, target: Any, averaged: bool) -> Any:
    """p - t: the probabilities, less 1 at the target's class."""
    p = softmax(x, dim=1)
    slope = p - (np.arange(p.shape[1]) == target[:, None]).astype(constant(p).dtype)
    return slope / len(target) if averaged else slope


def _scaled(g: Any, slope: Any) -> Any:
    """``g * slope``; a backward mostly starts here, from 1, and then that is the slope itself."""
    return slope if isinstance(g, np.generic) and g is unit(g.dtype) else g * slope


cross_entropy = primitive(_cross_entropy, residuals={"slope": _slope}, x=_scaled)

_LOWEST_LOG = -100.0  # PyTorch's bound, so that log 0 · 0 stays 0 and a loss stays finite
_SMALLEST_VARIANCE = 1e-12


def _clamped_log(x: Any) -> Any:
    return np.maximum(np.log(x), _LOWEST_LOG)


def _clamped_log_of_rest(x: Any) -> Any:
    return np.maximum(np.log1p(-x), _LOWEST_LOG)


binary_cross_entropy = elementwise(
    lambda x, target: -(target * _clamped_log(x) + (1 - target) * _clamped_log_of_rest(x)),
    name="binary_cross_entropy",
    x=lambda g, x, target: g * (x - target) / np.maximum(x * (1 - x), _SMALLEST_VARIANCE),
    target=lambda g, x: g * (_clamped_log_of_rest(x) - _clamped_log(x)),
)
