"""Connectionist temporal classification: a loss for sequences whose letters have no known places, such as speech.

The maths is in ops/ctc_loss.py.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.ctc_loss.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_flag, as_integer, as_tensor_argument
from tinygrad_edu.autograd.grad_mode import is_grad_enabled
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.nn.functional._loss.reduction import reduced, with_reduction
from tinygrad_edu.nn.functional._loss.targets import check_labels
from tinygrad_edu.ops.ctc_loss import ctc

__all__ = ["ctc_loss"]


@with_reduction
def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Tensor | Sequence[int],
    target_lengths: Tensor | Sequence[int],
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """How unlikely it is that the frames of `log_probs` say `targets`, wherever in them the letters lie.

    That is ``-log P``, where P is the sum of the probabilities of all paths through the frames that read as the target:
    repeated letters of a path count once, and blanks aren't read. With a blank around each letter, a text of S letters
    has ``2 S + 1`` states ``l``. The paths to state s in frame t have together the log-probability

    ``alpha[t, s] = log_probs[t, l[s]] + logsumexp(alpha[t-1, s], alpha[t-1, s-1], alpha[t-1, s-2])``

    the last of them only between two different letters; and log P is the ``logsumexp`` of the last two in the
    last frame.

    The gradient takes `log_probs` for what ``log_softmax`` gives: probabilities of each frame that sum to 1, so that
    one can't change alone. It is ``exp(log_probs)`` less the probability that a path is at that letter in that frame.

    Args:
        log_probs: Logarithms of the probabilities of C letters (the blank is one) in T frames, of shape (T, N, C) or
            (T, C).
        targets: The numbers of the letters, of shape (N, S) or (S,), or one after the other, of shape (sum of
            `target_lengths`,).
        input_lengths: How many frames each of the N sequences has, as integers or as a tensor of them.
        target_lengths: How many letters each target has.
        blank: The number of the blank.
        reduction: "mean" for the mean of the losses, each divided by the length of its target; "sum", or "none".
        zero_infinity: Whether a loss is 0, with no gradient, where there are too few frames for the target; it is
            infinite, with a gradient of NaN, otherwise.

    Raises:
        IndexError: If a letter's number is out of range.
        RuntimeError: If a shape, a length or `blank` doesn't fit.
        TypeError: If one of the lengths is a tensor and the other isn't.
        ValueError: If `reduction` is unknown.

    >>> log_probs = tg.tensor([[0.6, 0.4], [0.5, 0.5]]).log()
    >>> P = 0.6 * 0.5 + 0.4 * 0.5 + 0.4 * 0.5  # of the paths -a, a- and aa
    >>> loss = tg.nn.functional.ctc_loss(log_probs, tg.tensor([1]), (2,), (1,))
    >>> bool(loss.isclose(-tg.tensor(P).log()))
    True
    """
    x = as_tensor_argument(log_probs, "log_probs")
    letters = as_tensor_argument(targets, "targets")._data
    batched = x._data.ndim == 3
    if x._data.dtype.kind != "f":
        raise NotImplementedError(f"log_probs must be floating-point, got {describe(x)}; log_softmax makes them")
    if not batched:
        if x._data.ndim != 2:
            raise RuntimeError(f"log_probs must have the shape (T, N, C) or (T, C), got {describe(x)}")
        x = x.unsqueeze(1)
    if not x._data.size:
        raise RuntimeError(f"log_probs must not be empty, got {describe(log_probs)}")
    steps, count, classes = x._data.shape
    blank = as_integer("blank", blank)
    if not 0 <= blank < classes:
        raise RuntimeError(f"blank must be the number of a letter, 0 to {classes - 1}, got {blank}")
    if isinstance(input_lengths, TensorBase) is not isinstance(target_lengths, TensorBase):
        raise TypeError(
            "input_lengths and target_lengths must both be tensors or both tuples, got "
            f"{describe(input_lengths)} and {describe(target_lengths)}"
        )
    frames = _lengths("input_lengths", input_lengths, count, steps)
    lengths = _lengths("target_lengths", target_lengths, count)
    labels = _with_blanks(_padded(letters, lengths), lengths, blank, classes)
    if x._requires_grad and is_grad_enabled():
        total = x.exp().sum(-1, keepdim=True)
        x = x - (total - total.detach())  # 0, and takes from each probability what the others of its frame gain
    losses = ctc(
        x, labels=labels, frames=frames, states=2 * lengths + 1, zero_infinity=as_flag("zero_infinity", zero_infinity)
    )
    if reduction == "mean":
        divisors = Tensor.wrap(np.maximum(lengths, 1).astype(losses._data.dtype))
        return (losses / divisors).mean()
    return reduced(losses if batched else losses.squeeze(0), reduction)


def _lengths(name: str, given: Any, count: int, most: int | None = None) -> ndarray:
    """The lengths as an array, in int64."""
    if isinstance(given, TensorBase):
        found: ndarray = given._data.reshape(-1)
        if found.dtype.kind not in "iu":
            raise RuntimeError(f"{name} must be integers, got {describe(given)}; convert it with .long()")
        found = found.astype(np.int64)
    elif isinstance(given, tuple | list):
        found = np.array([as_integer(name, each) for each in given], dtype=np.int64)
    else:
        raise TypeError(f"{name} must be a tensor or a tuple of integers, got {describe(given)}")
    if len(found) != count:
        raise RuntimeError(f"{name} must have {count} values, one for each sequence of the batch, got {len(found)}")
    for each in found:
        if each < 0:
            raise RuntimeError(f"{name} must not be negative, got {each}")
        if most is not None and each > most:
            raise RuntimeError(f"{name} must not be above {most}, the number of frames, got {each}")
    return found


def _padded(letters: ndarray, lengths: ndarray) -> ndarray:
    """The targets in rows of one length, in int64; behind a target stands anything."""
    longest = int(lengths.max())
    if letters.ndim == 1:
        if len(letters) != lengths.sum():
            raise RuntimeError(
                f"targets of shape ({len(letters)},) must hold the letters of all sequences, as many as the "
                f"target_lengths say: {lengths.sum()}"
            )
        rows = np.zeros((len(lengths), longest), np.int64)
        rows[np.arange(longest) < lengths[:, None]] = letters
        return rows
    if letters.ndim != 2:
        raise RuntimeError(f"targets must have the shape (N, S) or (sum of target_lengths,), got {letters.shape}")
    if letters.shape[0] != len(lengths) or letters.shape[1] < longest:
        raise RuntimeError(
            f"targets must have a row of at least {longest} letters for each of {len(lengths)} sequences, got the "
            f"shape {letters.shape}"
        )
    return letters[:, :longest].astype(np.int64, copy=False)


def _with_blanks(rows: ndarray, lengths: ndarray, blank: int, classes: int) -> ndarray:
    """The states of each target: its letters with a blank before, between and after them."""
    is_there = np.arange(rows.shape[1]) < lengths[:, None]
    check_labels(rows[is_there], classes)
    states = np.full((len(rows), 2 * rows.shape[1] + 1), blank)
    states[:, 1::2] = np.where(is_there, rows, blank)
    return states
