"""W7: self-attention of 4 heads, width 128, over 64 tokens, batch 16; the tokens' mean goes to 10 classes; SGD.

By hand, the four projections are products of matrices over all tokens of the batch at once, and the heads are views
of their rows (_attention.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.workloads import Step
from benchmarks.workloads._attention import attention, attention_back
from benchmarks.workloads._networks import Array, endless_batches, softmax_cross_entropy, training_step

WIDTH, HEADS, CLASSES = 128, 4, 10
TOKENS, BATCH_SIZE = 64, 16
LEARNING_RATE = 0.1


def _start() -> list[Array]:
    """The weight and the bias of queries, keys and values; of what mixes the heads; and of the classes."""
    generator = np.random.default_rng(2)
    made: list[Array] = []
    for outputs in (3 * WIDTH, WIDTH, CLASSES):
        weight = generator.uniform(-1, 1, (outputs, WIDTH)) / np.sqrt(WIDTH)
        made += [weight.astype(np.float32), np.zeros(outputs, dtype=np.float32)]
    return made


def _batches() -> Iterator[tuple[Array, Array]]:
    rows = endless_batches((TOKENS * WIDTH, CLASSES), BATCH_SIZE)
    return ((values.reshape(BATCH_SIZE, TOKENS, WIDTH), labels) for values, labels in rows)


def framework_step(torch: Any) -> Step:
    class Classifier(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.attention = torch.nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
            self.classes = torch.nn.Linear(WIDTH, CLASSES)

        def forward(self, x: Any) -> Any:
            return self.classes(self.attention(x, x, x, need_weights=False)[0].mean(1))

    model = Classifier()
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    return training_step(torch, model, optimizer, _start(), _batches())


def numpy_step() -> Step:
    W, b, V, c, U, d = start = _start()
    batches = _batches()

    def step() -> tuple[Any, ...]:
        X, labels = next(batches)
        X = X.reshape(-1, WIDTH)
        rows = X @ W.T
        rows += b
        Y, kept = attention(rows, TOKENS, HEADS)
        mixed = Y @ V.T
        mixed += c
        means = np.add.reduce(mixed.reshape(BATCH_SIZE, TOKENS, WIDTH), axis=1) / np.float32(TOKENS)
        loss, G = softmax_cross_entropy(means @ U.T + d, labels)

        dU, dd = G.T @ means, np.add.reduce(G)
        g = np.repeat(G @ U / np.float32(TOKENS), TOKENS, axis=0)
        dV, dc = g.T @ Y, np.add.reduce(g)
        g = attention_back(g @ V, kept)
        gradients = (g.T @ X, np.add.reduce(g), dV, dc, dU, dd)
        for values, gradient in zip(start, gradients, strict=True):
            values -= LEARNING_RATE * gradient
        return (loss,)

    return step
