"""Losses for regression (回帰問題): how far numbers are from the right ones.

Source: the article, 「二乗和誤差」; https://docs.pytorch.org/docs/stable/nn.functional.html#loss-functions
"""

from __future__ import annotations

from typing import Any

from tinygrad_edu._errors import describe, warn
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_number, as_tensor_argument, in_dtype
from tinygrad_edu.api._reading import real_already, refuse_bools
from tinygrad_edu.api.choice import where
from tinygrad_edu.dtypes import widest
from tinygrad_edu.nn.functional._loss.reduction import reduced, with_reduction

__all__ = ["huber_loss", "l1_loss", "mse_loss", "smooth_l1_loss"]


@with_reduction
def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The mean of the squares ``(input - target)**2`` (平均二乗誤差).

    The article's sum of squared errors is `sum_of_squared_errors`.

    Args:
        input: Predictions of any shape.
        target: The right values, of the same shape; another one warns and broadcasts.
        reduction: "mean", "sum", or "none" for the squares themselves.
        weight: A factor for each square, of the shape of `input`; a mean is then weighted.

    Raises:
        ValueError: If `reduction` is unknown or `weight` has another shape.
        RuntimeError: If the shapes don't broadcast.

    >>> tg.nn.functional.mse_loss(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 4.0]))
    tensor(2.)
    """
    return _weighted(_difference("mse_loss", input, target).square(), input, weight, reduction)


@with_reduction
def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The mean of the distances ``|input - target|``; the arguments are as in `mse_loss`.

    Raises:
        ValueError: If `reduction` is unknown or `weight` has another shape.
        RuntimeError: If the shapes don't broadcast.

    >>> tg.nn.functional.l1_loss(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 4.0]))
    tensor(1.)
    """
    for each in (as_tensor_argument(input), as_tensor_argument(target, "target")):
        refuse_bools(each)
    return _weighted(_difference("l1_loss", input, target).abs(), input, weight, reduction)


@with_reduction
def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """The distance ``|input - target|``, with a parabola in place of its corner: ``difference**2 / (2 * beta)``.

    Args:
        input: Predictions of any shape.
        target: The right values, of the same shape; another one warns and broadcasts.
        reduction: "mean", "sum", or "none".
        beta: Up to which distance it is a parabola; 0 for none.

    Raises:
        ValueError: If `reduction` is unknown.
        RuntimeError: If `beta` is negative, or the shapes don't broadcast.

    >>> tg.nn.functional.smooth_l1_loss(tg.tensor([1.0, 2.0]), tg.tensor([1.5, 4.0]), reduction="none")
    tensor([0.1250, 1.5000])
    """
    if not as_number("beta", beta) >= 0:
        raise RuntimeError(f"beta must not be negative, got {beta}")
    distance = _difference("smooth_l1_loss", input, target).abs()
    if beta == 0:
        return reduced(distance, reduction)
    losses = where(distance < beta, distance.square() * (0.5 / beta), distance - 0.5 * beta)
    return reduced(losses, reduction)


@with_reduction
def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """Half the square of the difference, and from `delta` on a straight line.

    Args:
        input: Predictions of any shape, floating-point; the losses have their dtype.
        target: The right values, of the same shape; another one warns and broadcasts.
        reduction: "mean", "sum", or "none".
        delta: Up to which distance it is a parabola; more than 0.
        weight: A factor for each loss, of the shape of `input`.

    Raises:
        ValueError: If `reduction` is unknown or `weight` has another shape.
        RuntimeError: If `delta` isn't positive, or the shapes don't broadcast.

    >>> tg.nn.functional.huber_loss(tg.tensor([1.0, 2.0]), tg.tensor([1.5, 4.0]), reduction="none")
    tensor([0.1250, 1.5000])
    """
    if not as_number("delta", delta) > 0:
        raise RuntimeError(f"delta must be greater than 0, got {delta}")
    distance = _difference("huber_loss", real_already(as_tensor_argument(input)), target).abs()
    losses = where(distance <= delta, 0.5 * distance.square(), delta * (distance - 0.5 * delta))
    losses = in_dtype(losses, input._data.dtype)
    return reduced(losses if weight is None else losses * _checked_weight(weight, input), reduction)


def _difference(operation: str, input: Any, target: Any) -> Tensor:
    x: Tensor = as_tensor_argument(input)
    t: Tensor = as_tensor_argument(target, "target")
    if x._data.shape != t._data.shape:
        warn(
            f"{operation}: the target has shape {t._data.shape} but the input {x._data.shape}; they are broadcast, "
            "which is rarely meant: reshape one of them, for example with target.reshape(input.shape)"
        )
    common = widest(x._data.dtype, t._data.dtype)  # a 0-d operand counts like any other, as in PyTorch
    difference: Tensor = in_dtype(x, common) - in_dtype(t, common)
    return difference


def _weighted(losses: Tensor, input: Tensor, weight: Tensor | None, reduction: str) -> Tensor:
    if weight is None:
        return reduced(losses, reduction)
    return reduced(losses * _checked_weight(weight, input), reduction, count=weight.sum())


def _checked_weight(weight: Tensor, input: Tensor) -> Tensor:
    if as_tensor_argument(weight, "weight")._data.shape != input._data.shape:
        raise ValueError(f"weight must have the shape {input._data.shape} of the input, got {describe(weight)}")
    return weight
