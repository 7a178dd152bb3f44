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
from benchmarks.workloads._networks import endless_batches, framework, parameters, softmax_cross_entropy
from benchmarks.workloads.w2_wide_network import BATCH_SIZE, SIZES

LEARNING_RATE = 0.001
BETA1, BETA2 = 0.9, 0.999
EPS = 1e-8
BLOCK = 32_768  # 128 kB in float32


def _framework_step(torch: Any) -> Step:
    """Write the step in PyTorch's words, which are tinygrad_edu's too."""
    model = torch.nn.Sequential(
        torch.nn.Linear(784, 1024),
        torch.nn.ReLU(),
        torch.nn.Linear(1024, 1024),
        torch.nn.ReLU(),
        torch.nn.Linear(1024, 10),
    )
    batches = framework(torch, model, parameters(SIZES), endless_batches(SIZES, BATCH_SIZE))
    loss_function = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, betas=(BETA1, BETA2), eps=EPS)

    def step() -> tuple[Any, ...]:
        images, labels = next(batches)
        optimizer.zero_grad()
        loss = loss_function(model(images), labels)
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
    averages = [np.zeros_like(values) for values in start]
    squares = [np.zeros_like(values) for values in start]
    H1, H2, G1, G2 = np.empty((4, BATCH_SIZE, 1024), dtype=np.float32)
    Z = np.empty((BATCH_SIZE, 10), dtype=np.float32)
    scratch = np.empty(BLOCK, dtype=np.float32)
    batches = endless_batches(SIZES, BATCH_SIZE)
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

    def step() -> tuple[Any, ...]:
        nonlocal t
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

        t += 1
        for arrays in zip(start, gradients, averages, squares, strict=True):
            flat = [each.reshape(-1) for each in arrays]
            for begin in range(0, len(flat[0]), BLOCK):
                move(*(each[begin : begin + BLOCK] for each in flat))
        return (loss,)

    return step
