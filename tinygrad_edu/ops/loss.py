"""Losses that are worth an operation of their own: faster, or safer, than their parts.

Softmax and cross-entropy together have a gradient as simple as it gets: p - t, the predicted
probabilities less the target's (the article, 「出力層の活性化関数の使い方」, 「交差エントロピー誤差」, fused).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from tinygrad_edu._constants import FEW, number, read_only, unit
from tinygrad_edu._summation import add_up, adder_of_rows
from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.ops._entries import elementwise, primitive
from tinygrad_edu.ops.activation import log_softmax, softmax


def plain_cross_entropy(x: np.ndarray, target: np.ndarray, averaged: bool) -> tuple[Any, np.ndarray]:
    """Σ_n -log p_n[target_n], where p_n = softmax(x_n), and its slope p - t; both divided by N if `averaged`.

    `x` is (N, C), `target` has a class for each of the N samples, and t_n is 1 at that class and 0 elsewhere.
    Only a test runs this: it is here to be read before `_cross_entropy`, which does the same.
    """
    log_p = log_softmax.forward(x, dim=1)
    rows, slope = np.arange(len(x)), np.exp(log_p)
    slope[rows, target] -= 1
    loss = -add_up(log_p[rows, target])
    return (loss / len(x), slope / len(x)) if averaged else (loss, slope)


def _cross_entropy(x: Any, *, target: Any, averaged: bool) -> tuple[Any, Any, Any]:
    """`plain_cross_entropy` in fewer calls, and with a single array of the size of `x` (benchmarks W1 and W3).

    That array holds the scores less each sample's largest; then their exponentials e; and at last the slope.
    As p = e / Σ e, the slope p - t is (e - t Σ e) / Σ e: Σ e is taken off at the right classes before all is
    divided by it. The third result says where those are.

    Raises an IndexError if a class isn't one of 0 to C - 1, and a ValueError if `x` isn't a matrix of float32 or
    float64.
    """
    count, classes = x.shape
    known, places, samples, sum_of_classes, sum_of_samples, count_as_array = _constants(count, classes, x.dtype)
    slope = x.copy("F" if count > classes else "C")
    values = slope.ravel("K")  # the same memory, as one row
    e = slope.T  # the same memory, a column for each sample
    e -= np.maximum.reduce(e)
    try:
        known[target]  # refuses all classes but those from -C to C - 1: below 0 NumPy counts from the end
        right = places[target]  # for those from -C to -1, a place that there isn't in `values`
        right += samples
        right_scores = values[right]
    except IndexError as error:
        raise IndexError(f"classes from 0 to {classes - 1} are wanted: {error}") from None
    np.exp(e, e)
    sums = sum_of_classes(e)
    losses = np.log(sums)
    losses -= right_scores
    loss = sum_of_samples(losses)
    values[right] -= sums
    if averaged:
        loss /= count
        sums *= count_as_array
    e /= sums
    return loss, slope, right


@lru_cache(maxsize=FEW)
def _constants(count: int, classes: int, dtype: np.dtype[Any]) -> tuple[Any, ...]:
    """What `_cross_entropy` needs besides its operands: it depends on their shape and dtype alone.

    The places of the first sample's scores in memory; the same, and as many times one that doesn't exist; how much
    further those of each sample are; what sums over the classes, and over the samples; and the count of samples.

    By columns, if there are more samples than classes: NumPy is fast where the longer dimension is the one that runs
    first in memory.
    """
    if dtype.kind != "f" or dtype.itemsize == 2:
        raise ValueError("float32 or float64 is wanted; sums over a batch would leave float16's range")
    to_next_class, to_next_sample = (count, 1) if count > classes else (1, classes)
    places = read_only(np.append(np.arange(classes) * to_next_class, np.full(classes, count * classes)))
    samples = read_only(np.arange(count) * to_next_sample)
    adders = adder_of_rows(classes, dtype), adder_of_rows(count, dtype)
    return places[:classes], places, samples, *adders, number(count, dtype)


def _slope(x: Any, right: Any, averaged: bool) -> Any:
    """p - t: the probabilities, less 1 at the target's class."""
    p = softmax(x, dim=1)
    count, classes = p.shape
    target = right // count if count > classes else right % classes
    slope = p - (np.arange(classes) == target[:, None]).astype(constant(p).dtype)
    return slope / count if averaged else slope


def _scaled(g: Any, slope: Any) -> Any:
    """The product ``g * slope``; a backward mostly starts here, from 1, and then that is the slope itself."""
    return slope if isinstance(g, np.generic) and g is unit(g.dtype) else g * slope


cross_entropy = primitive(_cross_entropy, residuals={"slope": _slope, "right": None}, x=_scaled)

_LOWEST_LOG = -100.0  # PyTorch's bound, so that log 0 · 0 stays 0 and a loss stays finite
_SMALLEST_VARIANCE = 1e-12


def _clamped_log(x: Any) -> Any:
    return np.maximum(np.log(x), _LOWEST_LOG)


def _clamped_log_of_rest(x: Any) -> Any:
    return np.maximum(np.log1p(-x), _LOWEST_LOG)


binary_cross_entropy = elementwise(
    lambda x, target: -(target * _clamped_log(x) + (1 - target) * _clamped_log_of_rest(x)),
    name="binary_cross_entropy",
    widens=True,
    x=lambda g, x, target: g * (x - target) / np.maximum(x * (1 - x), _SMALLEST_VARIANCE),
    target=lambda g, x: g * (_clamped_log_of_rest(x) - _clamped_log(x)),
)
