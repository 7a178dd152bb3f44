"""Losses for yes-or-no questions: the cross-entropy of two classes.

For a predicted probability x and a target t between 0 and 1: -(t log x + (1 - t) log(1 - x)).

Source: https://docs.pytorch.org/docs/stable/nn.functional.html#loss-functions
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_tensor_argument, in_dtype
from tinygrad_edu.api._reading import refuse_bools
from tinygrad_edu.nn.functional._loss.reduction import reduced, with_reduction
from tinygrad_edu.ops import activation, loss

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits"]


@with_reduction
def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The cross-entropy between probabilities and targets of two classes.

    Logarithms below -100 count as -100, so that the loss stays finite.

    Args:
        input: Probabilities of any shape, as after a sigmoid.
        target: The right answers, 0 or 1 or between, of the same shape and dtype.
        weight: A factor for each value; must broadcast.
        reduction: "mean", "sum", or "none" for the loss of each value.

    Raises:
        ValueError: If the shapes differ or `reduction` is unknown.
        RuntimeError: If the dtypes differ or values lie outside [0, 1].

    >>> tg.nn.functional.binary_cross_entropy(tg.tensor([0.9, 0.2]), tg.tensor([1.0, 0.0]))
    tensor(0.1643)
    """
    _check_pair(input, target)
    for name, values in (("input", input._data), ("target", target._data)):
        if not np.all((values >= 0) & (values <= 1)):
            hint = "; for scores before a sigmoid use binary_cross_entropy_with_logits" if name == "input" else ""
            raise RuntimeError(
                f"{name} must hold probabilities from 0 to 1, got values from {values.min()} to {values.max()}{hint}"
            )
    losses = loss.binary_cross_entropy(input, target)
    return reduced(_weighted(losses, weight), reduction)


@with_reduction
def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """The cross-entropy between ``sigmoid(input)`` and targets of two classes, computed safely.

    Args:
        input: Scores of any shape, before a sigmoid.
        target: The right answers, 0 or 1 or between, of the same shape; floating-point. The losses have its dtype.
        weight: A factor for each value; must broadcast.
        reduction: "mean", "sum", or "none" for the loss of each value.
        pos_weight: A factor for the part of answer 1; must broadcast.

    Raises:
        ValueError: If the shapes differ or `reduction` is unknown.
        RuntimeError: If `target` isn't floating-point.

    >>> tg.nn.functional.binary_cross_entropy_with_logits(tg.tensor([0.0, -200.0]), tg.tensor([1.0, 0.0]))
    tensor(0.3466)
    """
    _check_pair(input, target, same_dtype=False)
    # -log sigmoid(x) = softplus(-x), and -log(1 - sigmoid(x)) = softplus(x): no digits are lost for sure answers
    positive = target if pos_weight is None else refuse_bools(as_tensor_argument(pos_weight, "pos_weight")) * target
    losses = positive * activation.softplus(-input) + (1 - target) * activation.softplus(input)
    return reduced(in_dtype(_weighted(losses, weight), target._data.dtype), reduction)


def _weighted(losses: Any, weight: Any) -> Any:
    """The losses times their weights, if there are any."""
    return losses if weight is None else losses * as_tensor_argument(weight, "weight")


def _check_pair(input: Any, target: Any, same_dtype: bool = True) -> None:
    x, t = as_tensor_argument(input)._data, as_tensor_argument(target, "target")._data
    if x.shape != t.shape:
        raise ValueError(f"the target must have the shape {x.shape} of the input, got {describe(target)}")
    if x.dtype.kind != "f" or t.dtype.kind != "f" or (same_dtype and x.dtype != t.dtype):
        raise RuntimeError(
            f"wanted floating-point input and target of one dtype, got {describe(input)} and "
            f"{describe(target)}; convert with .float()"
        )
