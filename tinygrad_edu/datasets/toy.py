"""Toy sets: a few hundred points in the plane, drawn to be looked at.

Each function returns points (N, 2) in float32 and the class of each (N,) in int64, ready for a
network and for a scatter plot.
"""

from __future__ import annotations

import numpy as np

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer
from tinygrad_edu.api._reading import named
from tinygrad_edu.api.creation import from_numpy
from tinygrad_edu.random import Generator, draw

__all__ = ["make_spirals", "make_xor"]


@named
def make_xor(n_samples: int = 200, noise: float = 0.1, generator: Generator | None = None) -> tuple[Tensor, Tensor]:
    """Points around the corners of a square, coloured like a chessboard (XOR, 排他的論理和).

    The corners are the inputs of the truth table of "exclusive or", the classes its outputs: (0, 0)
    and (1, 1) are of class 0, (0, 1) and (1, 0) of class 1. No straight line divides the two classes,
    so no single perceptron can tell them apart (the article, 「単純パーセプトロンの限界」); with a hidden layer it can
    be done (「多層パーセプトロンとは」).

    Args:
        n_samples: How many points; they go round the four corners in turn.
        noise: Standard deviation of the points' distance from their corner, along each axis.
        generator: Where the noise is drawn from; the default generator if None.

    Returns:
        The points, float32 (n_samples, 2), and their classes, int64 (n_samples,).

    Raises:
        ValueError: If `n_samples` or `noise` is negative, or `noise` more than float32 can hold.

    >>> from tinygrad_edu.datasets import make_xor
    >>> points, classes = make_xor(4, noise=0)
    >>> points.tolist()
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    >>> classes.tolist()
    [0, 1, 1, 0]
    """
    _check("make_xor", n_samples, noise)
    corner = np.arange(n_samples) % 4
    x1, x2 = corner // 2, corner % 2
    points = np.stack([x1, x2], axis=1) + _gaussian(generator, (n_samples, 2), noise)
    return from_numpy(points.astype(np.float32)), from_numpy((x1 ^ x2).astype(np.int64))


@named
def make_spirals(
    n_samples: int = 300, noise: float = 0.2, generator: Generator | None = None, *, n_classes: int = 3
) -> tuple[Tensor, Tensor]:
    """Points on the arms of a spiral, one arm a class.

    Along its arm a point has radius r, from 0 to 1, and angle 2 pi k / n_classes + 4 r + noise, where k
    is its class. The arms wind around each other, so the border between the classes is curved.

    Args:
        n_samples: How many points; they belong to the classes in turn, going outwards.
        noise: Standard deviation of the angle, in radians.
        generator: Where the noise is drawn from; the default generator if None.
        n_classes: How many arms.

    Returns:
        The points, float32 (n_samples, 2), and their classes, int64 (n_samples,).

    Raises:
        ValueError: If `n_samples` or `noise` is negative, `noise` more than float32 can hold, or `n_classes` less
            than 1.

    >>> from tinygrad_edu.datasets import make_spirals
    >>> points, classes = make_spirals(300)
    >>> points.shape, classes[:6].tolist()
    (tinygrad_edu.Size([300, 2]), [0, 1, 2, 0, 1, 2])
    """
    _check("make_spirals", n_samples, noise)
    if as_integer("n_classes", n_classes) < 1:
        raise ValueError(f"make_spirals: n_classes must be at least 1, got {n_classes}")
    classes = np.arange(n_samples) % n_classes
    step = np.arange(n_samples) // n_classes
    radius = step / max(step.max(initial=0), 1)
    angle = 2 * np.pi * classes / n_classes + 4 * radius + _gaussian(generator, (n_samples,), noise)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return from_numpy(points.astype(np.float32)), from_numpy(classes.astype(np.int64))


def _gaussian(generator: Generator | None, shape: tuple[int, ...], deviation: float) -> np.ndarray:
    return draw(generator).normal(0.0, deviation, shape)


def _check(operation: str, n_samples: int, noise: float) -> None:
    if as_integer("n_samples", n_samples) < 0:
        raise ValueError(f"{operation}: n_samples must not be negative, got {n_samples}")
    if not noise <= 1e37:  # ten times as much is near the largest number of float32
        raise ValueError(
            f"{operation}: noise must be a number up to 1e37, or points leave float32's range; got {noise}"
        )
    if noise < 0:
        raise ValueError(f"{operation}: noise is a standard deviation and must not be negative, got {noise}")
