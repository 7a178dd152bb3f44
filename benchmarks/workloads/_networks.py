"""What the training workloads share: equal starts for all, the step of a framework, and the loss by hand for NumPy.

A network is given by its sizes, such as (784, 50, 10). Its parameters are (W1, b1, W2, b2, …) with
each W shaped (outputs, inputs), as `nn.Linear` keeps them. Labels are random, so that there is
always something left to learn and no step differs in kind from the one before.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.workloads import Step

__all__ = ["Array", "endless_batches", "parameters", "softmax_cross_entropy", "training_step"]

Array = np.ndarray[Any, np.dtype[Any]]

BATCHES = 10


def parameters(sizes: Sequence[int], scale: float | None = None) -> list[Array]:
    """Return normal random weights, times `scale` or He's sqrt(2 / inputs), and zero biases."""
    generator = np.random.default_rng(0)
    made = []
    for inputs, outputs in itertools.pairwise(sizes):
        weights = generator.standard_normal((outputs, inputs)) * (scale or np.sqrt(2 / inputs))
        made += [weights.astype(np.float32), np.zeros(outputs, dtype=np.float32)]
    return made


def endless_batches(sizes: Sequence[int], batch_size: int) -> Iterator[tuple[Array, Array]]:
    """Return ten batches of values in [0, 1) with random labels, over and over."""
    generator = np.random.default_rng(1)
    batches = [
        (
            generator.random((batch_size, sizes[0]), dtype=np.float32),
            generator.integers(sizes[-1], size=batch_size),
        )
        for _ in range(BATCHES)
    ]
    return itertools.cycle(batches)


def training_step(
    torch: Any,
    model: Any,
    optimizer: Any,
    start: Sequence[Array],
    batches: Iterator[tuple[Array, Array]],
) -> Step:
    """Write the step in PyTorch's words, which are tinygrad_edu's too: `torch` is either of them.

    Args:
        torch: The framework.
        model: Its model, which gets the values of `start`.
        optimizer: Its optimizer of the model's parameters.
        start: The values of the parameters.
        batches: Inputs and labels.
    """
    with torch.no_grad():
        for parameter, values in zip(model.parameters(), start, strict=True):
            parameter.copy_(torch.from_numpy(values))
    tensors = itertools.cycle([tuple(map(torch.from_numpy, batch)) for batch in itertools.islice(batches, BATCHES)])
    loss_function = torch.nn.CrossEntropyLoss()

    def step() -> tuple[Any, ...]:
        inputs, labels = next(tensors)
        optimizer.zero_grad()
        loss = loss_function(model(inputs), labels)
        loss.backward()
        optimizer.step()
        return (loss,)

    return step


def softmax_cross_entropy(logits: Array, labels: Array) -> tuple[Any, Array]:
    """Return the mean of -log softmax(logits)[label] and its gradient, which overwrites `logits`."""
    rows = np.arange(len(labels))
    logits -= np.maximum.reduce(logits, axis=1, keepdims=True)
    correct = logits[rows, labels]
    np.exp(logits, out=logits)
    total = np.add.reduce(logits, axis=1, keepdims=True)
    loss = np.add.reduce(np.log(total[:, 0]) - correct) / np.float32(len(labels))
    logits /= total
    logits[rows, labels] -= 1
    logits /= len(labels)
    return loss, logits
