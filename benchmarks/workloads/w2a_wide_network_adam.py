"""W2a: the network of W2 with Adam: passes over the parameters, their gradients and two averages of those.

The mathematics up to the gradients is that of W2, and Adam by hand is in _adam.py.
"""

from __future__ import annotations

from typing import Any

from benchmarks.workloads import Step
from benchmarks.workloads._adam import BETAS, EPS, adam_by_hand
from benchmarks.workloads._networks import parameters
from benchmarks.workloads._three_layers import by_framework, numpy_by_hand
from benchmarks.workloads.w2_wide_network import BATCH_SIZE, SIZES

LEARNING_RATE = 0.001


def framework_step(torch: Any) -> Step:
    return by_framework(
        torch,
        SIZES,
        BATCH_SIZE,
        lambda weights: torch.optim.Adam(weights, lr=LEARNING_RATE, betas=BETAS, eps=EPS),
    )


def numpy_step() -> Step:
    start = parameters(SIZES)
    return numpy_by_hand(SIZES, BATCH_SIZE, start, adam_by_hand(start, LEARNING_RATE))
