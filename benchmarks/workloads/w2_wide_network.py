"""W2: a wide network, 784-1024-1024-10 with ReLU, batch 256, SGD with momentum: all matrix products.

By hand, with H = max(0, X Wᵀ + b) for each hidden layer and G = dL/dZ at the output, from the last
layer to the first:

    dL/dW = Gᵀ X    dL/db = Σ G    and for the layer below    G ← (G W) where H > 0, else 0

Momentum is PyTorch's: v ← 0.9 v + dL/dW, W ← W - rate · v.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.workloads import Step
from benchmarks.workloads._networks import endless_batches, framework, parameters, softmax_cross_entropy

SIZES = (784, 1024, 1024, 10)
BATCH_SIZE = 256
LEARNING_RATE = 0.01
MOMENTUM = 0.9


def framework_step(torch: Any, optimizer_of: Callable[[Any], Any]) -> Step:
    """Write the step in PyTorch's words, which are tinygrad_edu's too; `optimizer_of` makes one of parameters."""
    model = torch.nn.Sequential(
        torch.nn.Linear(784, 1024),
        torch.nn.ReLU(),
        torch.nn.Linear(1024, 1024),
        torch.nn.ReLU(),
        torch.nn.Linear(1024, 10),
    )
    batches = framework(torch, model, parameters(SIZES), endless_batches(SIZES, BATCH_SIZE))
    loss_function = torch.nn.CrossEntropyLoss()
    optimizer = optimizer_of(model.parameters())

    def step() -> tuple[Any, ...]:
        images, labels = next(batches)
        optimizer.zero_grad()
        loss = loss_function(model(images), labels)
        loss.backward()
        optimizer.step()
        return (loss,)

    return step


def _with_momentum(torch: Any) -> Step:
    return framework_step(torch, lambda weights: torch.optim.SGD(weights, lr=LEARNING_RATE, momentum=MOMENTUM))


def tinygrad_edu_step() -> Step:
    return _with_momentum(importlib.import_module("tinygrad_edu"))


def torch_step() -> Step:
    return _with_momentum(importlib.import_module("torch"))


def numpy_by_hand(start: list[Any], update: Callable[[list[Any]], None]) -> Step:
    """Write the step in NumPy's words; `update` moves the parameters, which it has, by their gradients."""
    W1, b1, W2, b2, W3, b3 = start
    dW1, db1, dW2, db2, dW3, db3 = gradients = [np.empty_like(values) for values in start]
    H1, H2, G1, G2 = np.empty((4, BATCH_SIZE, 1024), dtype=np.float32)
    Z = np.empty((BATCH_SIZE, 10), dtype=np.float32)
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

        update(gradients)
        return (loss,)

    return step


def numpy_step() -> Step:
    start = parameters(SIZES)
    velocities = [np.zeros_like(values) for values in start]

    def update(gradients: list[Any]) -> None:
        for values, gradient, velocity in zip(start, gradients, velocities, strict=True):
            velocity *= MOMENTUM
            velocity += gradient
            np.multiply(velocity, LEARNING_RATE, out=gradient)
            values -= gradient

    return numpy_by_hand(start, update)
