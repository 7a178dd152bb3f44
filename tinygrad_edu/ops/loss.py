"""Losses that are worth an operation of their own: faster, or safer, than their parts.

Softmax and cross-entropy together have a gradient as simple as it gets: p - t, the predicted
probabilities less the target's (the article's sections 8 and 12, fused).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import elementwise, primitive
from tinygrad_edu.autograd.rules import constant
from tinygrad_edu.ops._kept import first_numbers, number, ones
from tinygrad_edu.ops.activation import softmax


def _cross_entropy(x: Any, *, target: Any, averaged: bool) -> tuple[Any, Any]:
    """Σ_n -log softmax(x_n)[target_n], and its slope p - t; `x` is (N, C), `target` (N,) of classes.

    Raises a ValueError if a class is out of range.
    """
    count, classes = x.shape
    layout: Any = "C" if count > classes else "F"  # the longer dimension inside, where NumPy is fast
    p = x.T.copy(layout)
    p -= np.maximum.reduce(p)
    values = p.reshape(-1, order=layout)  # the same memory in one row
    places = np.ravel_multi_index((target, first_numbers(count)), p.shape, order=layout)
    correct = values[places]
    np.exp(p, out=p)
    losses = ones(classes, p.dtype).dot(p)
    p /= losses
    values[places] -= number(1, p.dtype)
    np.log(losses, out=losses)
    losses -= correct
    loss = ones(count, p.dtype).dot(losses)
    return loss / count if averaged else loss, p.T


def _slope(x: Any, target: Any) -> Any:
    """p - t: the probabilities, less 1 at the target's class."""
    p = softmax(x, dim=1)
    return p - (np.arange(p.shape[1]) == target[:, None]).astype(constant(p).dtype)


cross_entropy = primitive(
    _cross_entropy,
    residuals={"slope": _slope},
    x=lambda g, slope, target, averaged: slope * (g / len(target) if averaged else g),
)

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
