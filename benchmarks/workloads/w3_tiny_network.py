"""W3: a network of 2-16-16-2 with ReLU, batch 32, SGD with rate 0.1: almost nothing to compute.

What is timed is what a framework adds to each operation. The mathematics is that of W2, without
momentum.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from benchmarks.workloads import Step
from benchmarks.workloads._networks import endless_batches, framework, parameters, softmax_cross_entropy

SIZES = (2, 16, 16, 2)
BATCH_SIZE = 32
LEARNING_RATE = 0.1


def _framework_step(torch: Any) -> Step:
    """Write the step in PyTorch's words, which are tinygrad_edu's too."""
    model = torch.nn.Sequential(
        torch.nn.Linear(2, 16),
        torch.nn.ReLU(),
        torch.nn.Linear(16, 16),
        torch.nn.ReLU(),
        torch.nn.Linear(16, 2),
    )
    batches = framework(torch, model, parameters(SIZES), endless_batches(SIZES, BATCH_SIZE))
    loss_function = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)

    def step() -> tuple[Any, ...]:
        points, labels = next(batches)
        optimizer.zero_grad()
        loss = loss_function(model(points), labels)
        loss.backward()
        optimizer.step()
        return (loss,)

    return step


def tinygrad_edu_step() -> Step:
    return _framework_step(importlib.import_module("tinygrad_edu"))


def torch_step() -> Step:
    return _framework_step(importlib.import_module("torch"))


def numpy_step() -> Step:
    W1, b1, W2, b2, W3, b3 = start = parameters(SIZES)
    dW1, db1, dW2, db2, dW3, db3 = gradients = [np.empty_like(values) for values in start]
    H1, H2, G1, G2 = np.empty((4, BATCH_SIZE, 16), dtype=np.float32)
    Z = np.empty((BATCH_SIZE, 2), dtype=np.float32)
    batches = endless_batches(SIZES, BATCH_SIZE)

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

        for values, gradient in zip(start, gradients, strict=True):
            gradient *= LEARNING_RATE
            values -= gradient
        return (loss,)

    return step
