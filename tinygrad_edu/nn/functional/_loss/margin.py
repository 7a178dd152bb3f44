"""Losses with a margin: what is right must be ahead of what is wrong, by some distance; further is not asked.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html#loss-functions
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_flag, as_number, as_tensor_argument, in_dtype
from tinygrad_edu.api._reading import real_already
from tinygrad_edu.api.choice import minimum, where
from tinygrad_edu.dtypes import widest
from tinygrad_edu.nn.functional._distance import pairwise_distance
from tinygrad_edu.nn.functional._loss.reduction import reduced, with_reduction
from tinygrad_edu.ops import activation

__all__ = [
    "cosine_embedding_loss",
    "hinge_embedding_loss",
    "margin_ranking_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "soft_margin_loss",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]


@with_reduction
def hinge_embedding_loss(
    input: Tensor,
    target: Tensor,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Distances of pairs: `input` where `target` is 1, and how far it is below `margin` where `target` is -1.

    Args:
        input: Distances of any shape; the losses have their dtype.
        target: 1 for pairs that belong together, -1 for others; must broadcast.
        margin: How far the others should be from each other.
        reduction: "mean", "sum", or "none".

    >>> tg.nn.functional.hinge_embedding_loss(tg.tensor([0.5, 0.25]), tg.tensor([1.0, -1.0]), reduction="none")
    tensor([0.5000, 0.7500])
    """
    x, t = as_tensor_argument(input), as_tensor_argument(target, "target")
    room = Tensor.wrap(np.asarray(as_number("margin", margin)).astype(x._data.dtype))
    apart = where(t == 1, 0, (room - x).clamp(min=0))
    return reduced(apart + where(t == -1, 0, x), reduction)


@with_reduction
def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """How far the right order of two scores is missed: ``max(0, -target * (input1 - input2) + margin)``.

    Args:
        input1: Scores.
        input2: Others, of as many dimensions.
        target: 1 where the first should be the larger, -1 where the second should, of as many dimensions.
        margin: By how much.
        reduction: "mean", "sum", or "none".

    Raises:
        RuntimeError: If the numbers of dimensions differ.

    >>> first, second = tg.tensor([1.0, 1.0]), tg.tensor([3.0, 0.0])
    >>> tg.nn.functional.margin_ranking_loss(first, second, tg.tensor([1.0, 1.0]), reduction="none")
    tensor([2., 0.])
    """
    a, b, t = (as_tensor_argument(x, n) for x, n in ((input1, "input1"), (input2, "input2"), (target, "target")))
    _check_as_many_dimensions(input1=a, input2=b, target=t)
    return reduced((-t * (a - b) + float(as_number("margin", margin))).clamp(min=0), reduction)


@with_reduction
def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Angles of pairs of vectors: ``1 - cos`` where `target` is 1, and ``max(0, cos - margin)`` where it is -1.

    Args:
        input1: Vectors, of shape (N, D); or one, of shape (D,).
        input2: Others, likewise.
        target: 1 for pairs that belong together, -1 for others, of shape (N,) or ().
        margin: How large the cosine of others may be.
        reduction: "mean", "sum", or "none".

    Raises:
        RuntimeError: If shapes don't fit.

    >>> x, y = tg.tensor([[1.0, 0.0], [1.0, 0.0]]), tg.tensor([[0.0, 1.0], [2.0, 0.0]])
    >>> tg.nn.functional.cosine_embedding_loss(x, y, tg.tensor([1, -1]), reduction="none")
    tensor([1., 1.])
    """
    a, b, t = (as_tensor_argument(x, n) for x, n in ((input1, "input1"), (input2, "input2"), (target, "target")))
    if t._data.ndim > 1 or not a._data.ndim == b._data.ndim == t._data.ndim + 1:
        raise RuntimeError(
            "wanted vectors (N, D) and a target (N,), or (D,) and (), "
            f"got {describe(input1)}, {describe(input2)} and {describe(target)}"
        )
    squares = ((a * a).sum(-1) + 1e-12) * ((b * b).sum(-1) + 1e-12)
    cosine = (a * b).sum(-1) / squares.sqrt()
    apart = (cosine - as_number("margin", margin)).clamp(min=0)
    return reduced(where(t == 1, 1 - cosine, 0) + where(t == -1, apart, 0), reduction)


@with_reduction
def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """How much nearer the anchor should be to the positive than to the negative: ``max(0, margin + near - far)``.

    Args:
        anchor: Vectors, of shape (N, D) or (D,).
        positive: Vectors that belong to them.
        negative: Vectors that don't.
        margin: How much nearer; more than 0.
        p: Which norm the distance is.
        eps: What is added to differences; see `pairwise_distance`.
        swap: Whether the negative's distance to the positive counts, where that is the smaller.
        reduction: "mean", "sum", or "none".

    Raises:
        ValueError: If `margin` isn't positive.
        RuntimeError: If the numbers of dimensions differ.

    Source: V. Balntas et al., Learning local feature descriptors with triplets (2016)

    >>> anchor, near, far = tg.tensor([[0.0, 0.0]]), tg.tensor([[3.0, 4.0]]), tg.tensor([[0.0, 4.5]])
    >>> tg.nn.functional.triplet_margin_loss(anchor, near, far)
    tensor(1.5000)
    """

    def distance(x: Tensor, y: Tensor) -> Tensor:
        return pairwise_distance(x, y, p, eps)

    return reduced(_triplets(anchor, positive, negative, distance, margin, swap), reduction)


@with_reduction
def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """`triplet_margin_loss` with any distance.

    Args:
        anchor: Tensors, of whatever the distance takes.
        positive: Tensors that belong to them.
        negative: Tensors that don't.
        distance_function: The distance of two; `pairwise_distance` by default.
        margin: How much nearer; more than 0.
        swap: Whether the negative's distance to the positive counts, where that is the smaller.
        reduction: "mean", "sum", or "none".

    Raises:
        ValueError: If `margin` isn't positive.
        RuntimeError: If the numbers of dimensions differ.

    >>> far = lambda x, y: (x - y).abs().amax(-1)
    >>> anchor, near, far_off = tg.tensor([[0.0, 0.0]]), tg.tensor([[3.0, 4.0]]), tg.tensor([[0.0, 4.5]])
    >>> tg.nn.functional.triplet_margin_with_distance_loss(anchor, near, far_off, distance_function=far)
    tensor(0.5000)
    """
    if distance_function is not None and not callable(distance_function):
        raise TypeError(f"distance_function must be a function of two tensors, got {describe(distance_function)}")
    distance = pairwise_distance if distance_function is None else distance_function
    return reduced(_triplets(anchor, positive, negative, distance, margin, swap), reduction)


def _triplets(anchor: Any, positive: Any, negative: Any, distance: Any, margin: float, swap: bool) -> Tensor:
    given = {"anchor": anchor, "positive": positive, "negative": negative}
    _check_as_many_dimensions(**{name: as_tensor_argument(each, name) for name, each in given.items()})
    if not as_number("margin", margin) > 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    near, far = distance(anchor, positive), distance(anchor, negative)
    if as_flag("swap", swap):
        far = minimum(far, distance(positive, negative))
    losses: Tensor = (margin + near - far).clamp(min=0)
    return losses


@with_reduction
def soft_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The cross-entropy of two classes that are called 1 and -1: ``log(1 + exp(-target * input))``.

    Args:
        input: Scores of any shape, floating-point; the losses have their shape and dtype.
        target: 1 or -1 for each; must broadcast to that shape.
        reduction: "mean", "sum", or "none".

    >>> tg.nn.functional.soft_margin_loss(tg.tensor([0.0, 100.0]), tg.tensor([1.0, -1.0]), reduction="none")
    tensor([  0.6931, 100.0000])
    """
    x, t = real_already(as_tensor_argument(input)), as_tensor_argument(target, "target")
    losses = activation.softplus(-in_dtype(t, widest(t._data.dtype, x._data.dtype)) * x)
    if losses._data.shape != x._data.shape:
        raise RuntimeError(f"target must broadcast to the shape {x._data.shape} of the input, got {describe(target)}")
    return reduced(in_dtype(losses, x._data.dtype), reduction)


@with_reduction
def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """How far the right class's score is from being ahead: the mean over classes of ``max(0, margin - right + other)``.

    Args:
        input: Scores of C classes, of shape (N, C) or (C,).
        target: The right class of each sample, of shape (N,) or ().
        p: 1, or 2 for the squares.
        margin: How far ahead it should be.
        weight: A factor for each class.
        reduction: "mean", "sum", or "none".

    Raises:
        ValueError: If `p` isn't 1 or 2, or `weight` has another number of dimensions.
        RuntimeError: If shapes don't fit, or a class is out of range.

    >>> tg.nn.functional.multi_margin_loss(tg.tensor([[0.5, 0.0, 2.0]]), tg.tensor([0]))
    tensor(1.)
    """
    x, t = real_already(as_tensor_argument(input)), as_tensor_argument(target, "target")
    if p not in (1, 2) or isinstance(p, bool):
        raise ValueError(f"p must be 1 or 2, got {describe(p)}")
    rows = _as_rows(x)
    count, classes = rows._data.shape
    labels = np.atleast_1d(t._data)
    if labels.shape != (count,) or labels.dtype != np.int64:
        raise RuntimeError(f"wanted one int64 class number for each of {count} samples, got {describe(target)}")
    if ((labels < 0) | (labels >= classes)).any():
        raise RuntimeError(f"class numbers must go from 0 to {classes - 1}, got {describe(target)}")
    right = Tensor.wrap(labels[:, None] == np.arange(classes))
    ahead = where(right, rows, 0).sum(1, keepdim=True)
    terms = where(right, 0, (as_number("margin", margin) - ahead + rows).clamp(min=0))
    losses = (terms.square() if p == 2 else terms).mean(1)
    if weight is not None:
        given = as_tensor_argument(weight, "weight")._data.shape
        if given != (classes,):
            raise (RuntimeError if len(given) == 1 else ValueError)(
                f"weight must have one factor for each of {classes} classes, got {describe(weight)}"
            )
        losses = losses * weight[Tensor.wrap(labels)]
    return reduced(losses if x._data.ndim > 1 else losses.reshape(()), reduction)


@with_reduction
def multilabel_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """How far the scores of several right classes are from being ahead of all others by 1.

    For each right class and each other one it is ``max(0, 1 - right + other)``; the sum of these is divided by the
    number of classes.

    Args:
        input: Scores of C classes, of shape (N, C) or (C,).
        target: The right classes of each sample, in the shape of `input`; what follows a -1 doesn't count.
        reduction: "mean", "sum", or "none".

    Raises:
        RuntimeError: If the shapes differ, or a class is out of range.

    >>> tg.nn.functional.multilabel_margin_loss(tg.tensor([0.1, 0.2, 0.4, 0.8]), tg.tensor([3, 0, -1, 1]))
    tensor(0.8500)
    """
    x, t = real_already(as_tensor_argument(input)), as_tensor_argument(target, "target")
    if t._data.shape != x._data.shape or t._data.dtype != np.int64:
        raise RuntimeError(f"target must hold int64 numbers in the shape of the input, got {describe(target)}")
    rows = _as_rows(x)
    labels = t._data.reshape(rows._data.shape)
    classes = labels.shape[1]
    if ((labels < -1) | (labels >= classes)).any():
        raise RuntimeError(f"class numbers must go from 0 to {classes - 1}, or be -1, got {describe(target)}")
    counted = np.logical_and.accumulate(labels >= 0, axis=1)
    times = np.zeros(labels.shape, x._data.dtype)
    np.add.at(times, (np.nonzero(counted)[0], labels[counted]), 1)
    pairs = times[:, :, None] * (times == 0)[:, None, :]
    terms = (1 - rows.unsqueeze(2) + rows.unsqueeze(1)).clamp(min=0) * Tensor.wrap(pairs)
    losses = terms.sum((1, 2)) / classes
    return reduced(losses if x._data.ndim > 1 else losses.reshape(()), reduction)


@with_reduction
def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The mean over classes of the cross-entropy of yes or no for each class.

    Args:
        input: Scores of C classes, of shape (N, C) or (C,).
        target: 1 for the right classes, 0 for others, of the same shape.
        weight: A factor for each class.
        reduction: "mean", "sum", or "none".

    >>> tg.nn.functional.multilabel_soft_margin_loss(tg.tensor([[0.0, 100.0]]), tg.tensor([[1.0, 1.0]]))
    tensor(0.3466)
    """
    x, t = real_already(as_tensor_argument(input)), as_tensor_argument(target, "target")
    if not x._data.ndim:
        raise IndexError(f"wanted scores of one class or more, got {describe(input)}")
    losses = t * activation.softplus(-x) + (1 - t) * activation.softplus(x)
    if weight is not None:
        losses = losses * as_tensor_argument(weight, "weight")
    return reduced(losses.sum(x._data.ndim - 1) / x._data.shape[-1], reduction)


def _as_rows(x: Tensor) -> Tensor:
    """Scores as a matrix with a row for each sample."""
    if x._data.ndim not in (1, 2) or not x._data.shape[-1]:
        raise RuntimeError(f"wanted scores of shape (N, C) or (C,), got {describe(x)}")
    return x if x._data.ndim == 2 else x.unsqueeze(0)


def _check_as_many_dimensions(**given: Tensor) -> None:
    if len({each._data.ndim for each in given.values()}) > 1:
        described = ", ".join(f"{name} {each._data.shape}" for name, each in given.items())
        raise RuntimeError(f"all must have the same number of dimensions, got {described}")
