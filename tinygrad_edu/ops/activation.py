"""Activation functions (活性化関数): the article's sections 7 and 8, and their relatives.

relu'(0) is 0, as in PyTorch. Every softmax subtracts the maximum first, against overflow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import elementwise, primitive
from tinygrad_edu.autograd.rules import unless
from tinygrad_edu.ops.reduction import sum as sum_of


def _sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)); an overflow of exp gives the right limit, 0."""
    y = np.exp(-x)
    y += 1  # in place on arrays: one pass less over memory (benchmark W5)
    return np.reciprocal(y, out=y) if isinstance(y, np.ndarray) else 1 / y


def _softplus(x: Any) -> Any:
    """log(1 + exp(x)), without overflow for large x and without loss for small."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _softmax(x: Any, *, dim: int) -> Any:
    y = x - x.max(axis=dim, keepdims=True)
    np.exp(y, out=y)
    y /= np.add.reduce(y, axis=dim, keepdims=True)
    return y


def _log_softmax(x: Any, *, dim: int) -> Any:
    y = x - x.max(axis=dim, keepdims=True)
    y -= np.log(np.add.reduce(np.exp(y), axis=dim, keepdims=True))
    return y


sigmoid = elementwise(_sigmoid, x=lambda g, out: g * out * (1 - out))
relu = elementwise(
    lambda x: np.maximum(x, 0),
    name="relu",
    x=lambda g, out: unless(out <= 0, g),
)
softplus = elementwise(_softplus, x=lambda g, x: g * sigmoid(x))
softmax = primitive(
    _softmax,
    x=lambda g, out, dim: out * (g - sum_of(g * out, dim=(dim,), keepdim=True)),
)
log_softmax = primitive(
    _log_softmax,
    x=lambda g, out, dim: g - np.exp(out) * sum_of(g, dim=(dim,), keepdim=True),
)
