"""How the losses of single values or samples become one number: the argument ``reduction``."""

from __future__ import annotations

from typing import Any

from tinygrad_edu._errors import describe, warn
from tinygrad_edu._tensor import Tensor

__all__ = ["reduced", "reduction_of"]

_KNOWN = ("none", "mean", "sum")


def reduction_of(
    operation: str,
    reduction: str,
    size_average: bool | None = None,
    reduce: bool | None = None,
) -> str:
    """Return which reduction is asked for; the two old arguments, if given, overrule the new one.

    Raises:
        ValueError: If `reduction` isn't "none", "mean" or "sum".
    """
    if size_average is not None or reduce is not None:
        averaged = size_average is None or size_average
        reduction = "none" if reduce is False else "mean" if averaged else "sum"
        warn(f"{operation}: size_average and reduce are deprecated; write reduction={reduction!r} instead")
    if reduction not in _KNOWN:
        raise ValueError(f"{operation}: reduction must be 'none', 'mean' or 'sum', got {describe(reduction)}")
    return reduction


def reduced(losses: Tensor, reduction: str, count: Any = None) -> Tensor:
    """Return the losses as they are, their sum, or their mean: the sum over `count`, if it is given."""
    if reduction == "none":
        return losses
    if reduction == "sum":
        return losses.sum()
    if count is None:
        return losses.mean()
    average: Tensor = losses.sum() / count
    return average
