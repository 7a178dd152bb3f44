"""W9: 3x3 convolutions with batch norm and ReLU, 1-16-16-32-32 channels on 28x28 and, pooled, 14x14; batch 64, SGD.

The mean over each of the last 32 channels goes to a linear layer of 10 classes. By hand, with X̂ = (X - m) / √(v + ε),
m and v each channel's mean and variance over all N values of a batch, and G = dL/dY of Y = γ X̂ + β:

    dL/dγ = Σ G X̂    dL/dβ = Σ G    dL/dX = γ (G - dL/dβ / N - X̂ dL/dγ / N) / √(v + ε)
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from benchmarks.workloads import Step
from benchmarks.workloads._networks import Array, endless_batches, parameters, softmax_cross_entropy, training_step
from benchmarks.workloads.w6_lenet import pooled, unpooled

BATCH_SIZE = 64
LEARNING_RATE = 0.05
SIDE = 28
CHANNELS = (1, 16, 16, 32, 32)
POOLED_AFTER = 2  # layers
EPS = np.float32(1e-5)


def _start() -> list[Array]:
    """Of each layer the kernels, and the factor and summand of its norm; the matrix and the bias of the classes."""
    generator = np.random.default_rng(2)
    made: list[Array] = []
    for inputs, outputs in itertools.pairwise(CHANNELS):
        kernels = generator.standard_normal((outputs, inputs, 3, 3)) * np.sqrt(2 / (inputs * 9))
        made += [kernels.astype(np.float32), np.ones(outputs, dtype=np.float32), np.zeros(outputs, dtype=np.float32)]
    return made + parameters((CHANNELS[-1], 10))


def _batches() -> Any:
    images = endless_batches((SIDE * SIDE, 10), BATCH_SIZE)
    return ((values.reshape(-1, 1, SIDE, SIDE), labels) for values, labels in images)


def framework_step(torch: Any) -> Step:
    nn = torch.nn
    layers: list[Any] = []
    for number, (inputs, outputs) in enumerate(itertools.pairwise(CHANNELS)):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
        layers += [nn.MaxPool2d(2)] if number + 1 == POOLED_AFTER else []
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(CHANNELS[-1], 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    return training_step(torch, model, optimizer, _start(), _batches())


def _columns(x: Array) -> Array:
    """What each 3x3 window sees, with a row of zeros around the image: (n, c · 9, height · width)."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    views = sliding_window_view(padded, (3, 3), axis=(2, 3))
    n, c, height, width, *_ = views.shape
    return views.transpose(0, 1, 4, 5, 2, 3).reshape(n, c * 9, height * width)


def _back(G: Array, kernels: Array, shape: tuple[int, ...]) -> Array:
    """Put the gradient of all columns back where the windows saw them."""
    n, c, height, width = shape
    back = np.matmul(kernels.reshape(len(kernels), -1).T, G).reshape(n, c, 3, 3, height, width)
    whole: Array = np.zeros((n, c, height + 2, width + 2), dtype=np.float32)
    for a, b in itertools.product(range(3), repeat=2):
        whole[:, :, a : a + height, b : b + width] += back[:, :, a, b]
    return whole[:, :, 1:-1, 1:-1]


def _of_channels(values: Array) -> Array:
    return values[:, None]


def numpy_step() -> Step:
    *layers, W, b = start = _start()
    gradients = [np.empty_like(values) for values in start]
    kept = list(zip(layers[::3], layers[1::3], layers[2::3], strict=True))
    wanted = list(zip(gradients[:-2:3], gradients[1:-2:3], gradients[2:-2:3], strict=True))
    batches = _batches()

    def step() -> tuple[Any, ...]:
        x, labels = next(batches)
        memory: list[Any] = []
        for number, (kernels, factor, summand) in enumerate(kept):
            columns, shape = _columns(x), x.shape
            y = np.matmul(kernels.reshape(len(kernels), -1), columns)
            y -= np.mean(y, axis=(0, 2), keepdims=True)
            root = np.sqrt(np.mean(y * y, axis=(0, 2), keepdims=True) + EPS)
            y /= root
            a = np.maximum(y * _of_channels(factor) + _of_channels(summand), 0)
            a = x = a.reshape(*a.shape[:2], *shape[2:])
            if number + 1 == POOLED_AFTER:
                x = pooled(a)
            memory.append((columns, shape, y, root, a, x))
        means = np.mean(x, axis=(2, 3))
        loss, G = softmax_cross_entropy(means @ W.T + b, labels)

        np.matmul(G.T, means, out=gradients[-2])
        np.add.reduce(G, axis=0, out=gradients[-1])
        places = x.shape[2] * x.shape[3]
        g: Array = np.broadcast_to((G @ W / places)[:, :, None, None], x.shape)
        for number, (columns, shape, y, root, a, out) in reversed(list(enumerate(memory))):
            (kernels, factor, _), (dK, dfactor, dsummand) = kept[number], wanted[number]
            if number + 1 == POOLED_AFTER:
                g = unpooled(g, a, out)
            flat = (g * (a > 0)).reshape(y.shape)
            np.add.reduce(flat, axis=(0, 2), out=dsummand)
            np.add.reduce(flat * y, axis=(0, 2), out=dfactor)
            count = y.shape[0] * y.shape[2]
            flat -= _of_channels(dsummand / count)
            flat -= y * _of_channels(dfactor / count)
            flat *= _of_channels(factor) / root
            np.add.reduce(np.matmul(flat, columns.mT), axis=0, out=dK.reshape(len(dK), -1))
            if number:
                g = _back(flat, kernels, shape)

        for values, gradient in zip(start, gradients, strict=True):
            gradient *= LEARNING_RATE
            values -= gradient
        return (loss,)

    return step
