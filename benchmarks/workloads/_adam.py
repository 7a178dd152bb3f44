"""Adam by hand, for W2a and W10, in the order of its formulas.

With t = 1, 2, …:

    W ← W - rate · decay · W
    m ← β₁ m + (1 - β₁) g    v ← β₂ v + (1 - β₂) g²    W ← W - rate m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + ε)

The two corrections are drawn into the rate and ε, and parameters are gone through in blocks that fit a core's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.workloads._networks import Array

__all__ = ["BETAS", "EPS", "adam_by_hand"]

BETAS = (0.9, 0.999)
EPS = 1e-8
BLOCK = 32_768  # 128 kB in float32


def adam_by_hand(start: Sequence[Array], rate: float, decay: float = 0.0) -> Callable[[Sequence[Array]], None]:
    """Return a function that moves the parameters `start` by their gradients."""
    averages = [np.zeros_like(values) for values in start]
    squares = [np.zeros_like(values) for values in start]
    scratch = np.empty(BLOCK, dtype=np.float32)
    beta1, beta2 = BETAS
    t = 0

    def move(W: Array, g: Array, m: Array, v: Array) -> None:
        x, corrected = scratch[: len(W)], float(np.sqrt(1 - beta2**t))
        if decay:
            np.multiply(W, 1 - rate * decay, out=W)
        np.subtract(g, m, out=x)
        np.multiply(x, 1 - beta1, out=x)
        np.add(m, x, out=m)
        np.multiply(g, g, out=x)
        np.subtract(x, v, out=x)
        np.multiply(x, 1 - beta2, out=x)
        np.add(v, x, out=v)
        np.sqrt(v, out=x)
        np.add(x, EPS * corrected, out=x)
        np.divide(m, x, out=x)
        np.multiply(x, rate * corrected / (1 - beta1**t), out=x)
        np.subtract(W, x, out=W)

    def update(gradients: Sequence[Array]) -> None:
        nonlocal t
        t += 1
        for arrays in zip(start, gradients, averages, squares, strict=True):
            flat = [each.reshape(-1) for each in arrays]
            for begin in range(0, len(flat[0]), BLOCK):
                move(*(each[begin : begin + BLOCK] for each in flat))

    return update
