"""W4: a long chain of scalar operations, forward and backward: the cost of one operation.

A network of one neuron that feeds itself: x ← tanh(w x + b), again and again. Each turn is three
operations (multiply, add, tanh) on 0-d float32 tensors; w, b and the first x want gradients.

With w = 1 and b = 0 the gradient fades only like a power of the depth. Any weight below 1 would make
it fade exponentially, and a deep chain would time arithmetic on denormal numbers instead.

By hand, going back through y = tanh(w x + b) with dL/dy = g: s = g (1 - y²) is the gradient with
respect to w x + b, so dL/dw grows by s x, dL/db by s, and dL/dx = s w.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.workloads import Step

START = 0.5
WEIGHT = 1.0
BIAS = 0.0
OPERATIONS_A_TURN = 3


def framework_step(torch: Any, operations: int) -> Step:
    """Write the step in PyTorch's words, which are tinygrad_edu's too."""
    start = torch.tensor(START, requires_grad=True)
    w = torch.tensor(WEIGHT, requires_grad=True)
    b = torch.tensor(BIAS, requires_grad=True)
    turns = operations // OPERATIONS_A_TURN

    def step() -> tuple[Any, ...]:
        start.grad = w.grad = b.grad = None
        x = start
        for _ in range(turns):
            x = (w * x + b).tanh()
        x.backward()
        return x, start.grad, w.grad, b.grad

    return step


def numpy_step(operations: int) -> Step:
    start, w, b, one = np.array([START, WEIGHT, BIAS, 1], dtype=np.float32)
    turns = operations // OPERATIONS_A_TURN

    def step() -> tuple[Any, ...]:
        tanh = np.tanh
        x = start
        values = [x]
        for _ in range(turns):
            x = tanh(w * x + b)
            values.append(x)
        g = one
        dw = db = np.float32(0)
        y = values.pop()
        while values:
            s = g * (one - y * y)
            y = values.pop()
            dw += s * y
            db += s
            g = s * w
        return x, g, dw, db

    return step
