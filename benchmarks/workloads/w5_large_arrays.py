"""W5: the mean of tanh(x) exp(-x²) + sqrt(x² + 1) over 4M elements, and its gradient: memory traffic.

By hand, with t = tanh x, e = exp(-x²) and r = sqrt(x² + 1):

    f = t e + r    df/dx = (1 - t²) e - 2 x t e + x / r

The NumPy side goes through the array in blocks that fit a core's cache, and so hardly touches memory.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.workloads import Step

ELEMENTS = 4_000_000
BLOCK = 16_384  # 64 kB in float32


def _values() -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(0).standard_normal(ELEMENTS, dtype=np.float32)


def framework_step(torch: Any) -> Step:
    """Write the step in PyTorch's words, which are tinygrad_edu's too."""
    x = torch.from_numpy(_values()).requires_grad_()

    def step() -> tuple[Any, ...]:
        x.grad = None
        y = torch.tanh(x) * torch.exp(-(x**2)) + torch.sqrt(x**2 + 1)
        loss = y.mean()
        loss.backward()
        return loss, x.grad

    return step


def numpy_step() -> Step:
    x = _values()
    gradient = np.empty_like(x)
    scratch = np.empty((4, BLOCK), dtype=np.float32)

    def block(x: Any, slope: Any) -> float:
        t, e, r, f = scratch[:, : len(x)]
        np.multiply(x, x, out=r)
        np.negative(r, out=e)
        np.exp(e, out=e)
        np.add(r, 1, out=r)
        np.sqrt(r, out=r)
        np.tanh(x, out=t)
        np.multiply(t, e, out=f)

        np.multiply(f, x, out=slope)
        np.multiply(slope, 2, out=slope)
        np.add(f, r, out=f)
        np.multiply(t, t, out=t)
        np.subtract(1, t, out=t)
        np.multiply(t, e, out=t)
        np.subtract(t, slope, out=slope)
        np.divide(x, r, out=r)
        np.add(slope, r, out=slope)
        np.divide(slope, ELEMENTS, out=slope)
        return float(np.add.reduce(f))

    def step() -> tuple[Any, ...]:
        total = 0.0
        for start in range(0, ELEMENTS, BLOCK):
            part = slice(start, start + BLOCK)
            total += block(x[part], gradient[part])
        return np.float32(total / ELEMENTS), gradient

    return step
