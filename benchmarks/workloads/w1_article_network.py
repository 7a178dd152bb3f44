"""W1: the article's network, 784-50-10 with a sigmoid hidden layer, batch 100, SGD with rate 0.1.

By hand, with A = X W1ᵀ + b1, H = sigmoid(A), Z = H W2ᵀ + b2 and G = dL/dZ:

    dL/dW2 = Gᵀ H    dL/db2 = Σ G    dL/dA = (G W2) H (1 - H)    dL/dW1 = (dL/dA)ᵀ X    dL/db1 = Σ dL/dA
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.workloads import Step
from benchmarks.workloads._networks import endless_batches, parameters, softmax_cross_entropy, training_step

SIZES = (784, 50, 10)
BATCH_SIZE = 100
LEARNING_RATE = 0.1
WEIGHT_SCALE = 0.01


def framework_step(torch: Any) -> Step:
    model = torch.nn.Sequential(torch.nn.Linear(784, 50), torch.nn.Sigmoid(), torch.nn.Linear(50, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    start, batches = parameters(SIZES, WEIGHT_SCALE), endless_batches(SIZES, BATCH_SIZE)
    return training_step(torch, model, optimizer, start, batches)


def numpy_step() -> Step:
    W1, b1, W2, b2 = start = parameters(SIZES, WEIGHT_SCALE)
    dW1, db1, dW2, db2 = gradients = [np.empty_like(values) for values in start]
    H, slope = np.empty((2, BATCH_SIZE, 50), dtype=np.float32)
    Z = np.empty((BATCH_SIZE, 10), dtype=np.float32)
    batches = endless_batches(SIZES, BATCH_SIZE)

    def step() -> tuple[Any, ...]:
        X, labels = next(batches)

        np.matmul(X, W1.T, out=H)
        np.add(H, b1, out=H)
        np.negative(H, out=H)
        np.exp(H, out=H)
        np.add(H, 1, out=H)
        np.reciprocal(H, out=H)
        np.matmul(H, W2.T, out=Z)
        np.add(Z, b2, out=Z)
        loss, G = softmax_cross_entropy(Z, labels)

        np.matmul(G.T, H, out=dW2)
        np.add.reduce(G, axis=0, out=db2)
        dA = np.matmul(G, W2)
        np.subtract(1, H, out=slope)
        np.multiply(slope, H, out=slope)
        np.multiply(dA, slope, out=dA)
        np.matmul(dA.T, X, out=dW1)
        np.add.reduce(dA, axis=0, out=db1)

        for values, gradient in zip(start, gradients, strict=True):
            gradient *= LEARNING_RATE
            values -= gradient
        return (loss,)

    return step
