"""W8: an LSTM, 64 to 128, of 32 steps, batch 32, whose last state goes to a linear layer of 10 classes; SGD.

By hand, the formulas of a step and of its way back are those of tinygrad_edu/ops/recurrent.py, written out plainly.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.workloads import Step
from benchmarks.workloads._networks import Array, endless_batches, softmax_cross_entropy, training_step

INPUTS, WIDTH, CLASSES = 64, 128, 10
STEPS, BATCH_SIZE = 32, 32
LEARNING_RATE = 0.1


def _start() -> list[Array]:
    """The weights of input and state, their biases, and the matrix and the bias of the classes."""
    generator = np.random.default_rng(2)
    shapes = [(4 * WIDTH, INPUTS), (4 * WIDTH, WIDTH), (4 * WIDTH,), (4 * WIDTH,), (CLASSES, WIDTH), (CLASSES,)]
    return [(generator.uniform(-1, 1, shape) / np.sqrt(WIDTH)).astype(np.float32) for shape in shapes]


def _batches() -> Iterator[tuple[Array, Array]]:
    rows = endless_batches((STEPS * INPUTS, CLASSES), BATCH_SIZE)
    for values, labels in rows:
        yield np.ascontiguousarray(values.reshape(BATCH_SIZE, STEPS, INPUTS).swapaxes(0, 1)), labels


def framework_step(torch: Any) -> Step:
    class Classifier(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = torch.nn.LSTM(INPUTS, WIDTH)
            self.classes = torch.nn.Linear(WIDTH, CLASSES)

        def forward(self, x: Any) -> Any:
            return self.classes(self.lstm(x)[0][-1])

    model = Classifier()
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    return training_step(torch, model, optimizer, _start(), _batches())


def _sigmoid(x: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-x))
    return result


def numpy_step() -> Step:
    W, V, b, c, U, d = start = _start()
    batches = _batches()

    def step() -> tuple[Any, ...]:
        X, labels = next(batches)
        sums = (X.reshape(-1, INPUTS) @ W.T + (b + c)).reshape(STEPS, BATCH_SIZE, -1)
        h = cell = np.zeros((BATCH_SIZE, WIDTH), np.float32)
        kept = []
        for t in range(STEPS):
            a_i, a_f, a_g, a_o = np.split(sums[t] + h @ V.T, 4, axis=1)
            i, f, g, o = _sigmoid(a_i), _sigmoid(a_f), np.tanh(a_g), _sigmoid(a_o)
            before, cell = cell, f * cell + i * g
            bent = np.tanh(cell)
            kept.append((h, before, i, f, g, o, bent))
            h = o * bent
        loss, G = softmax_cross_entropy(h @ U.T + d, labels)

        dU, dd, dh, dc = G.T @ h, np.add.reduce(G), G @ U, np.zeros_like(h)
        da = np.empty_like(sums)
        for t in reversed(range(STEPS)):
            _, before, i, f, g, o, bent = kept[t]
            dc = dc + dh * o * (1 - bent * bent)
            of_gates = (dc * g * i * (1 - i), dc * before * f * (1 - f), dc * i * (1 - g * g), dh * bent * o * (1 - o))
            np.concatenate(of_gates, axis=1, out=da[t])
            dc, dh = dc * f, da[t] @ V
        rows = da.reshape(-1, 4 * WIDTH)
        db = np.add.reduce(rows)
        gradients = (
            rows.T @ X.reshape(-1, INPUTS),
            rows.T @ np.concatenate([each[0] for each in kept]),
            db,
            db,
            dU,
            dd,
        )
        for values, gradient in zip(start, gradients, strict=True):
            values -= LEARNING_RATE * gradient
        return (loss,)

    return step
