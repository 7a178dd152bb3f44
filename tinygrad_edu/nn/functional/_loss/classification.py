"""Losses for classification (分類問題): cross-entropy, with whole classes or probabilities as targets.

For scores x of C classes and the right class t, the loss is -log softmax(x)[t]. It is 0 for a sure
and right answer and grows without bound for a sure and wrong one.

Source: the article, 「出力層の活性化関数の使い方」, 「交差エントロピー誤差」;
https://docs.pytorch.org/docs/stable/nn.functional.html#loss-functions
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._summation import add_up
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer, as_number, as_tensor_argument
from tinygrad_edu.api.activation import log_softmax
from tinygrad_edu.api.axes import movedim
from tinygrad_edu.api.choice import where
from tinygrad_edu.api.indexing import getitem
from tinygrad_edu.autograd.grad_mode import is_grad_enabled
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.nn.functional._loss.reduction import reduced, with_reduction
from tinygrad_edu.nn.functional._loss.targets import as_classes, check_labels
from tinygrad_edu.ops import loss

__all__ = ["cross_entropy", "nll_loss"]

_INT64 = np.dtype(np.int64)


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """The cross-entropy (交差エントロピー誤差) between ``softmax(input)`` and the targets.

    It takes scores (logits), not probabilities: the softmax is part of it. The article's function of
    probabilities is `cross_entropy_error`.

    Args:
        input: Scores of shape (C,), (N, C) or (N, C, d1, ...): C classes, a batch of N samples.
        target: Either class numbers (int64) of shape (), (N,) or (N, d1, ...), or the probabilities of
            all classes (floating-point) in the shape of `input`.
        weight: A factor for each class, of shape (C,); it gets a gradient only beside probabilities.
        ignore_index: A class number that marks samples that don't count; of probabilities it can ignore none,
            so one that is 0 or more is refused beside them.
        reduction: "mean" (weighted, if there are weights), "sum", or "none" for the loss of each sample.
        label_smoothing: How much of the target, from 0 to 1, is spread evenly over all classes.

    Raises:
        IndexError: If a class number is out of range.
        RuntimeError: If a shape, dtype or `label_smoothing` doesn't fit.
        ValueError: If `reduction` is unknown, or the batches are of different lengths.

    >>> scores = tg.tensor([[2.0, 0.5, 0.1], [0.0, 3.0, 0.2]])
    >>> tg.nn.functional.cross_entropy(scores, tg.tensor([0, 1]))
    tensor(0.2108)
    """
    if (
        isinstance(input, TensorBase)
        and isinstance(target, TensorBase)
        and target._data.dtype is _INT64
        and target._data.shape == input._data.shape[:1]
        and (reduction == "mean" or reduction == "sum")
        and weight is None
        and type(ignore_index) is int
        and ignore_index < 0
        and not label_smoothing
        and size_average is None
        and reduce is None
    ):
        try:  # in the common case the fused operation is all (benchmarks W1 to W3)
            return loss.cross_entropy(input, target=target._data, averaged=reduction == "mean")
        except (IndexError, ValueError):
            pass  # a label out of range, or scores that want the general way
    return _cross_entropy(input, target, weight, size_average, ignore_index, reduce, reduction, label_smoothing)


@with_reduction
def _cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Any,
    size_average: Any,
    ignore_index: int,
    reduce: Any,
    reduction: str,
    label_smoothing: float,
) -> Tensor:
    ignore_index = as_integer("ignore_index", ignore_index)
    if not 0 <= as_number("label_smoothing", label_smoothing) <= 1:
        raise RuntimeError(f"label_smoothing must lie between 0 and 1, got {label_smoothing}")
    _check_scores(input, target)
    if target._data.shape == input._data.shape:
        if ignore_index >= 0:
            raise RuntimeError(
                f"ignore_index={ignore_index} marks class numbers, but the target holds the probabilities of all "
                "classes; leave it out, or give the numbers of the classes"
            )
        return _with_probabilities(input, target, weight, reduction, label_smoothing)
    return _with_classes(input, target, weight, ignore_index, reduction, label_smoothing)


@with_reduction
def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The negative log-likelihood: of each sample, minus the `input` at the right class.

    Args:
        input: Logarithms of probabilities, as `log_softmax` gives, of shape (C,), (N, C) or (N, C, d1, ...).
        target: Class numbers (int64) of shape (), (N,) or (N, d1, ...).
        weight: A factor for each class, of shape (C,).
        ignore_index: A class number that marks samples that don't count.
        reduction: "mean" (weighted, if there are weights), "sum", or "none" for the loss of each sample.

    Raises:
        IndexError: If a class number is out of range.
        RuntimeError: If a shape or dtype doesn't fit.
        ValueError: If `reduction` is unknown, or the batches are of different lengths.

    >>> logs = tg.tensor([[0.25, 0.75], [0.5, 0.5]]).log()
    >>> tg.nn.functional.nll_loss(logs, tg.tensor([1, 0]))
    tensor(0.4904)
    """
    _check_scores(input, target)
    ignore_index = as_integer("ignore_index", ignore_index)
    classes = as_classes(input, target)
    return _likelihood(input, classes, _class_weights(weight, input), ignore_index, reduction)


def _check_scores(input: Any, target: Any) -> None:
    scores = as_tensor_argument(input)._data
    if scores.ndim == 0 or scores.dtype.kind != "f":
        raise RuntimeError(f"wanted floating-point scores of shape (C,), (N, C) or (N, C, ...), got {describe(input)}")
    as_tensor_argument(target, "target")


def _class_dim(x: Any) -> int:
    return 0 if x._data.ndim == 1 else 1


def _class_weights(weight: Any, x: Any) -> Any:
    """The weights of the classes, or None, for targets that are classes."""
    if weight is None:
        return None
    _check_weight(weight, x)
    if weight.requires_grad and is_grad_enabled():
        raise RuntimeError(
            "weight requires a gradient, but with classes as targets there is no derivative with respect "
            "to it; pass weight.detach()"
        )
    return weight


def _check_weight(weight: Any, x: Any) -> None:
    count = x._data.shape[_class_dim(x)]
    given = as_tensor_argument(weight, "weight")._data
    if given.shape != (count,) or given.dtype != x._data.dtype:
        raise RuntimeError(
            f"weight must hold one {x._data.dtype.name} for each of the {count} classes, got {describe(weight)}"
        )


def _per_class(values: Tensor, x: Any) -> Any:
    """One value for each class in a shape that broadcasts against the scores."""
    return values.reshape(-1, *[1] * (x._data.ndim - 1 - _class_dim(x)))


def _likelihood(logs: Tensor, classes: np.ndarray, weights: Any, ignore_index: int, reduction: str) -> Tensor:
    """The value -Σ w_t · logs[t], over Σ w_t for a mean; ignored samples are in neither sum."""
    rows = movedim(logs, _class_dim(logs), -1).reshape(-1, logs._data.shape[_class_dim(logs)])
    flat = classes.reshape(-1)
    counts = flat != ignore_index
    check_labels(flat[counts], rows._data.shape[1])
    safe = np.where(counts, flat, 0)
    losses = -getitem(rows, (np.arange(len(flat)), safe))
    factors = counts.astype(rows._data.dtype) if weights is None else weights._data[safe] * counts
    if weights is not None:
        losses = losses * Tensor.wrap(factors)
    if not counts.all():
        losses = where(Tensor.wrap(counts), losses, 0.0)
    return reduced(losses.reshape(classes.shape), reduction, count=float(add_up(factors)))


def _with_classes(
    x: Tensor, target: Tensor, weight: Any, ignore_index: int, reduction: str, smoothing: float
) -> Tensor:
    dim = _class_dim(x)
    count = x._data.shape[dim]
    classes = as_classes(x, target)
    weights = _class_weights(weight, x)
    logs = log_softmax(x, dim)
    sharp = _likelihood(logs, classes, weights, ignore_index, reduction)
    if not smoothing:
        return sharp
    weighted = logs if weights is None else logs * _per_class(weights, x)
    counts = classes != ignore_index
    even = where(Tensor.wrap(np.asarray(counts)), -weighted.sum(dim), 0.0)
    total = np.count_nonzero(counts) if weights is None else add_up(weights._data[classes[counts]])
    smoothed: Tensor = (1 - smoothing) * sharp + smoothing * reduced(even / count, reduction, count=float(total))
    return smoothed


def _with_probabilities(x: Tensor, target: Tensor, weight: Any, reduction: str, smoothing: float) -> Tensor:
    if target._data.dtype.kind != "f":
        raise RuntimeError(
            f"a target in the shape {x._data.shape} of the scores holds the probabilities of all "
            f"classes and must be floating-point, got {describe(target)}; convert it with .float(), or give the "
            f"numbers of the classes, for example target.argmax({_class_dim(x)})"
        )
    dim = _class_dim(x)
    count = x._data.shape[dim]
    if smoothing:
        target = target * (1 - smoothing) + smoothing / count
    logs = log_softmax(x, dim)
    if weight is not None:
        _check_weight(weight, x)
        logs = logs * _per_class(weight, x)
    return reduced(-(logs * target).sum(dim), reduction)
