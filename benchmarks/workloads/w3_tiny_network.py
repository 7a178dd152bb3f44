"""W3: a network of 2-16-16-2 with ReLU, batch 32, SGD with rate 0.1: almost nothing to compute.

What is timed is what a framework adds to each operation.
"""

from __future__ import annotations

from typing import Any

from benchmarks.workloads import Step
from benchmarks.workloads._networks import Array, parameters
from benchmarks.workloads._three_layers import by_framework, numpy_by_hand

SIZES = (2, 16, 16, 2)
BATCH_SIZE = 32
LEARNING_RATE = 0.1


def framework_step(torch: Any) -> Step:
    return by_framework(torch, SIZES, BATCH_SIZE, lambda weights: torch.optim.SGD(weights, lr=LEARNING_RATE))


def numpy_step() -> Step:
    start = parameters(SIZES)

    def update(gradients: list[Array]) -> None:
        for values, gradient in zip(start, gradients, strict=True):
            gradient *= LEARNING_RATE
            values -= gradient

    return numpy_by_hand(SIZES, BATCH_SIZE, start, update)
