"""A network of three layers with ReLU, two of one width, for every contender: that of W2, W2a and W3.

By hand, with H = max(0, X Wᵀ + b) for each hidden layer and G = dL/dZ at the output, from the last
layer to the first:

    dL/dW = Gᵀ X    dL/db = Σ G    and for the layer below    G ← (G W) where H > 0, else 0
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.workloads import Step
from benchmarks.workloads._networks import Array, endless_batches, parameters, softmax_cross_entropy, training_step

__all__ = ["by_framework", "numpy_by_hand"]


def by_framework(torch: Any, sizes: Sequence[int], batch_size: int, optimizer_of: Callable[[Any], Any]) -> Step:
    """Write the step in PyTorch's words, which are tinygrad_edu's too; `optimizer_of` makes one of parameters."""
    inputs, width, same_width, outputs = sizes
    model = torch.nn.Sequential(
        torch.nn.Linear(inputs, width),
        torch.nn.ReLU(),
        torch.nn.Linear(width, same_width),
        torch.nn.ReLU(),
        torch.nn.Linear(same_width, outputs),
    )
    optimizer = optimizer_of(model.parameters())
    return training_step(torch, model, optimizer, parameters(sizes), endless_batches(sizes, batch_size))


def numpy_by_hand(
    sizes: Sequence[int], batch_size: int, start: list[Array], update: Callable[[list[Array]], None]
) -> Step:
    """Write the step in NumPy's words; `update` moves the parameters `start` by their gradients."""
    W1, b1, W2, b2, W3, b3 = start
    dW1, db1, dW2, db2, dW3, db3 = gradients = [np.empty_like(values) for values in start]
    H1, H2, G1, G2 = np.empty((4, batch_size, sizes[1]), dtype=np.float32)
    Z = np.empty((batch_size, sizes[-1]), dtype=np.float32)
    batches = endless_batches(sizes, batch_size)

    def step() -> tuple[Any, ...]:
        X, labels = next(batches)

        np.matmul(X, W1.T, out=H1)
        np.add(H1, b1, out=H1)
        np.maximum(H1, 0, out=H1)
        np.matmul(H1, W2.T, out=H2)
        np.add(H2, b2, out=H2)
        np.maximum(H2, 0, out=H2)
        np.matmul(H2, W3.T, out=Z)
        np.add(Z, b3, out=Z)
        loss, G3 = softmax_cross_entropy(Z, labels)

        np.matmul(G3.T, H2, out=dW3)
        np.add.reduce(G3, axis=0, out=db3)
        np.matmul(G3, W3, out=G2)
        np.multiply(G2, H2 > 0, out=G2)
        np.matmul(G2.T, H1, out=dW2)
        np.add.reduce(G2, axis=0, out=db2)
        np.matmul(G2, W2, out=G1)
        np.multiply(G1, H1 > 0, out=G1)
        np.matmul(G1.T, X, out=dW1)
        np.add.reduce(G1, axis=0, out=db1)

        update(gradients)
        return (loss,)

    return step
