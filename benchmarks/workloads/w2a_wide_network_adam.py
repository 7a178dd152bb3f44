"""W2a: the network of W2 with Adam: passes over the parameters, their gradients and two averages of those.

The mathematics up to the gradients is that of W2. Adam is PyTorch's, by hand with t = 1, 2, …:

    m ← β₁ m + (1 - β₁) g    v ← β₂ v + (1 - β₂) g²    W ← W - rate m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + ε)

The NumPy side draws the two corrections into the rate and ε, and goes through the parameters in
blocks that fit a core's cache.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from benchmarks.workloads import Step
from benchmarks.workloads._networks import parameters
from benchmarks.workloads._three_layers import framework_step, numpy_by_hand
from benchmarks.workloads.w2_wide_network import BATCH_SIZE, SIZES

LEARNING_RATE = 0.001
BETA1, BETA2 = 0.9, 0.999
EPS = 1e-8
BLOCK = 32_768  # 128 kB in float32


def _framework_step(torch: Any) -> Step:
    return framework_step(
        torch,
        SIZES,
        BATCH_SIZE,
        lambda weights: torch.optim.Adam(weights, lr=LEARNING_RATE, betas=(BETA1, BETA2), eps=EPS),
    )


def tinygrad_edu_step() -> Step:
    return _framework_step(importlib.import_module("tinygrad_edu"))


def torch_step() -> Step:
    return _framework_step(importlib.import_module("torch"))


def numpy_step() -> Step:
    start = parameters(SIZES)
    averages = [np.zeros_like(values) for values in start]
    squares = [np.zeros_like(values) for values in start]
    scratch = np.empty(BLOCK, dtype=np.float32)
    t = 0

    def move(W: Any, g: Any, m: Any, v: Any) -> None:
        x = scratch[: len(W)]
        np.subtract(g, m, out=x)
        np.multiply(x, 1 - BETA1, out=x)
        np.add(m, x, out=m)
        np.multiply(g, g, out=x)
        np.subtract(x, v, out=x)
        np.multiply(x, 1 - BETA2, out=x)
        np.add(v, x, out=v)
        corrected = np.sqrt(1 - BETA2**t)
        np.sqrt(v, out=x)
        np.add(x, EPS * float(corrected), out=x)
        np.divide(m, x, out=x)
        np.multiply(x, LEARNING_RATE * float(corrected) / (1 - BETA1**t), out=x)
        np.subtract(W, x, out=W)

    def update(gradients: list[Any]) -> None:
        nonlocal t
        t += 1
        for arrays in zip(start, gradients, averages, squares, strict=True):
            flat = [each.reshape(-1) for each in arrays]
            for begin in range(0, len(flat[0]), BLOCK):
                move(*(each[begin : begin + BLOCK] for each in flat))

    return numpy_by_hand(SIZES, BATCH_SIZE, start, update)
