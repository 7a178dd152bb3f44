"""W2: a wide network, 784-1024-1024-10 with ReLU, batch 256, SGD with momentum: all matrix products.

Momentum is PyTorch's: v ← 0.9 v + dL/dW, W ← W - rate · v.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.workloads import Step
from benchmarks.workloads._networks import Array, parameters
from benchmarks.workloads._three_layers import by_framework, numpy_by_hand

SIZES = (784, 1024, 1024, 10)
BATCH_SIZE = 256
LEARNING_RATE = 0.01
MOMENTUM = 0.9


def framework_step(torch: Any) -> Step:
    return by_framework(
        torch, SIZES, BATCH_SIZE, lambda weights: torch.optim.SGD(weights, lr=LEARNING_RATE, momentum=MOMENTUM)
    )


def numpy_step() -> Step:
    start = parameters(SIZES)
    velocities = [np.zeros_like(values) for values in start]

    def update(gradients: list[Array]) -> None:
        for values, gradient, velocity in zip(start, gradients, velocities, strict=True):
            velocity *= MOMENTUM
            velocity += gradient
            np.multiply(velocity, LEARNING_RATE, out=gradient)
            values -= gradient

    return numpy_by_hand(SIZES, BATCH_SIZE, start, update)
