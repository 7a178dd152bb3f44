"""Probabilities as logits and back: of one event, log(p / (1 - p)); of several, log p up to a constant.

Probabilities of 0 and 1 have infinite logits; here, as in PyTorch, those of the nearest numbers that don't.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["binary_logits_of", "logits_of", "one_of"]


def logits_of(probs: Tensor) -> Tensor:
    """``log p``, of probabilities of several events."""
    return _inside(probs).log()


def binary_logits_of(probs: Tensor) -> Tensor:
    """``log(p / (1 - p))``, of the probability of one event."""
    p = _inside(probs)
    return p.log() - (-p).log1p()


def one_of(operation: str, probs: Any, logits: Any) -> tuple[str, Any]:
    """Which of the two was given, and its value."""
    if (probs is None) == (logits is None):
        raise ValueError(f"{operation}: wanted one of probs and logits, got {describe(probs)} and {describe(logits)}")
    return ("logits", logits) if probs is None else ("probs", probs)


def _inside(probs: Tensor) -> Tensor:
    tiny = float(np.finfo(probs._data.dtype).eps)
    return probs.clamp(tiny, 1 - tiny)
