"""The article's own loss functions (損失関数): of probabilities, and summed over the outputs.

PyTorch has neither. They take ``y``, what the network answered, and ``t``, the right answer. A batch
is one row for each sample; how the samples are put together is said by ``reduction``.

Source: the article, 「二乗和誤差」, 「交差エントロピー誤差」.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_tensor_argument
from tinygrad_edu.api.indexing import getitem
from tinygrad_edu.nn.functional._loss.reduction import reduced, with_reduction
from tinygrad_edu.nn.functional._loss.targets import as_classes, check_labels

__all__ = ["cross_entropy_error", "sum_of_squared_errors"]


@with_reduction
def sum_of_squared_errors(y: Tensor, t: Tensor, reduction: str = "sum") -> Tensor:
    """The sum of squared errors (二乗和誤差) ``1/2 Σ (y - t)²``, for regression.

    The half is there to go against the 2 that the derivative brings: the gradient is ``y - t``.

    Args:
        y: The answers, of shape (K,), or (N, K) for a batch of N samples.
        t: The right ones, of the same shape.
        reduction: What to do with the N sums: "sum", as the article's program; "mean", divided by N;
            "none".

    Returns:
        One number; for "none", one for each sample.

    Raises:
        RuntimeError: If the shapes differ.
        ValueError: If `reduction` is unknown.

    >>> t = tg.tensor([0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    >>> y = tg.tensor([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0])
    >>> print(f"{tg.nn.functional.sum_of_squared_errors(y, t):f}")
    0.097500
    """
    _check_answers(y, t)
    if y._data.shape != t._data.shape:
        raise RuntimeError(f"y and t must have the same shape, got {describe(y)} and {describe(t)}")
    return reduced(0.5 * (y - t).square().sum(-1), reduction)


@with_reduction
def cross_entropy_error(y: Tensor, t: Tensor, delta: float = 1e-7, reduction: str = "mean") -> Tensor:
    """The cross-entropy error (交差エントロピー誤差) ``-Σ t log(y + delta)``, for classification.

    PyTorch's `cross_entropy` does the same to the scores before the softmax, faster and more precisely.

    Args:
        y: Probabilities, of shape (K,), or (N, K) for a batch of N samples.
        t: The right classes: one-hot, in the shape of `y`; or their numbers (int64), of shape () or (N,).
        delta: A small number that keeps the logarithm away from log 0.
        reduction: What to do with the N sums: "mean", divided by N as in the book; "sum"; "none".

    Returns:
        One number; for "none", one for each sample.

    Raises:
        IndexError: If a class number is out of range.
        RuntimeError: If shapes or dtypes don't fit.
        ValueError: If `reduction` is unknown, or the batches are of different lengths.

    >>> t = tg.tensor([0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    >>> y = tg.tensor([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0])
    >>> print(f"{tg.nn.functional.cross_entropy_error(y, t):f}")
    0.510825
    """
    _check_answers(y, t)
    logs = (y + delta).log()
    if y._data.shape == t._data.shape:
        return reduced(-(t * logs).sum(-1), reduction)
    classes = as_classes(y, t)
    check_labels(classes.reshape(-1), y._data.shape[-1])
    rows = (np.arange(len(classes)), classes) if classes.ndim else (classes,)
    return reduced(-getitem(logs, rows), reduction)


def _check_answers(y: Any, t: Any) -> None:
    answers = as_tensor_argument(y, "y")._data
    if answers.ndim not in (1, 2) or answers.dtype.kind != "f":
        raise RuntimeError(f"wanted floating-point y of shape (K,) or (N, K), got {describe(y)}")
    as_tensor_argument(t, "t")
