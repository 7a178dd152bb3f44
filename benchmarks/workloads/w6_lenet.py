"""W6: LeNet, convolutions 1-6-16 of 5x5 with ReLU and pooling, layers 256-120-84-10; batch 64, SGD with rate 0.1.

By hand, a convolution is the product of its kernels, as a matrix W of the shape (outputs, inputs · 25), with what each
window sees, as columns X (samples, inputs · 25, windows). With G = dL/d(W X):

    dL/dW = Σ_n G Xᵀ    dL/db = Σ G    dL/dX = Wᵀ G, and each value of X goes back to where its window saw it
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from benchmarks.workloads import Step
from benchmarks.workloads._networks import Array, endless_batches, parameters, softmax_cross_entropy, training_step

BATCH_SIZE = 64
LEARNING_RATE = 0.1
SIDE, KERNEL = 28, 5
CHANNELS = (1, 6, 16)
LAYERS = (256, 120, 84, 10)


def _start() -> list[Array]:
    """The kernels of both convolutions and the matrices of the layers, each with its bias."""
    generator = np.random.default_rng(2)
    made: list[Array] = []
    for inputs, outputs in itertools.pairwise(CHANNELS):
        kernels = generator.standard_normal((outputs, inputs, KERNEL, KERNEL)) * np.sqrt(2 / (inputs * KERNEL**2))
        made += [kernels.astype(np.float32), np.zeros(outputs, dtype=np.float32)]
    return made + parameters(LAYERS)


def _batches() -> Any:
    images = endless_batches((SIDE * SIDE, LAYERS[-1]), BATCH_SIZE)
    return ((values.reshape(-1, 1, SIDE, SIDE), labels) for values, labels in images)


def framework_step(torch: Any) -> Step:
    nn = torch.nn
    model = nn.Sequential(
        *(nn.Conv2d(1, 6, KERNEL), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, KERNEL), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    return training_step(torch, model, optimizer, _start(), _batches())


def _convolved(x: Array, kernels: Array, bias: Array) -> tuple[Array, Array]:
    """The result of a convolution with a ReLU, and the columns that it was made of."""
    views = sliding_window_view(x, (KERNEL, KERNEL), axis=(2, 3))  # (n, c, height, width, k, k)
    n, c, height, width, *_ = views.shape
    columns = views.transpose(0, 1, 4, 5, 2, 3).reshape(n, c * KERNEL**2, height * width)
    y = np.matmul(kernels.reshape(len(kernels), -1), columns)
    y += bias[:, None]
    np.maximum(y, 0, out=y)
    return y.reshape(n, -1, height, width), columns


def _gradients(G: Array, y: Array, columns: Array, dW: Array, db: Array) -> Array:
    """Write the gradients of kernels and bias, and return that of the sums, which overwrites `G`."""
    G *= y > 0
    flat = G.reshape(*G.shape[:2], -1)
    np.add.reduce(np.matmul(flat, columns.mT), axis=0, out=dW.reshape(len(dW), -1))
    np.add.reduce(flat, axis=(0, 2), out=db)
    return flat


def _back(flat: Array, kernels: Array, shape: tuple[int, ...]) -> Array:
    """Put the gradient of all columns back where the windows saw them."""
    n, c, height, width = shape
    back = np.matmul(kernels.reshape(len(kernels), -1).T, flat)
    high, wide = height - KERNEL + 1, width - KERNEL + 1
    back = back.reshape(n, c, KERNEL, KERNEL, high, wide)
    whole: Array = np.zeros(shape, dtype=np.float32)
    for a, b in itertools.product(range(KERNEL), repeat=2):
        whole[:, :, a : a + high, b : b + wide] += back[:, :, a, b]
    return whole


def _corners(x: Array) -> list[Array]:
    """The four values of each 2x2 window, as images."""
    return [x[:, :, a::2, b::2] for a, b in itertools.product(range(2), repeat=2)]


def pooled(x: Array) -> Array:
    first, second, third, fourth = _corners(x)
    largest: Array = np.maximum(np.maximum(first, second), np.maximum(third, fourth))
    return largest


def unpooled(G: Array, x: Array, largest: Array) -> Array:
    """The gradient of `pooled`: it goes to the first of the values that are the largest."""
    whole = np.zeros_like(x)
    open_: Array = np.ones(largest.shape, dtype=bool)
    for values, place in zip(_corners(x), _corners(whole), strict=True):
        chosen = (values == largest) & open_
        np.multiply(G, chosen, out=place)
        open_ &= ~chosen
    return whole


def numpy_step() -> Step:
    start = _start()
    gradients = [np.empty_like(values) for values in start]
    K1, c1, K2, c2, W1, b1, W2, b2, W3, b3 = start
    dK1, dc1, dK2, dc2, dW1, db1, dW2, db2, dW3, db3 = gradients
    batches = _batches()

    def step() -> tuple[Any, ...]:
        X, labels = next(batches)

        A1, columns1 = _convolved(X, K1, c1)
        P1 = pooled(A1)
        A2, columns2 = _convolved(P1, K2, c2)
        P2 = pooled(A2)
        H0 = P2.reshape(len(X), -1)
        H1 = np.maximum(H0 @ W1.T + b1, 0)
        H2 = np.maximum(H1 @ W2.T + b2, 0)
        loss, G = softmax_cross_entropy(H2 @ W3.T + b3, labels)

        for H, W, dW, db in ((H2, W3, dW3, db3), (H1, W2, dW2, db2), (H0, W1, dW1, db1)):
            np.matmul(G.T, H, out=dW)
            np.add.reduce(G, axis=0, out=db)
            G = G @ W
            if H is not H0:
                G *= H > 0
        G2 = unpooled(G.reshape(P2.shape), A2, P2)
        flat = _gradients(G2, A2, columns2, dK2, dc2)
        G1 = unpooled(_back(flat, K2, P1.shape), A1, P1)
        _gradients(G1, A1, columns1, dK1, dc1)

        for values, gradient in zip(start, gradients, strict=True):
            gradient *= LEARNING_RATE
            values -= gradient
        return (loss,)

    return step
