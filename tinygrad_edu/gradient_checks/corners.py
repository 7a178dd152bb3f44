"""Points without a derivative, told from wrong gradients by a look from close by.

One-sided differences at shrinking steps h tell: where there is a derivative, the slope to the right and
that to the left differ by h f'' and come together; at a corner they stay apart, at a jump or a vertical
tangent they grow. A corner hit exactly, or one within the reach of the step, is a reason to look
elsewhere and no sign of a mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tinygrad_edu.autograd.gradcheck import Mistake
from tinygrad_edu.gradient_checks.patterns import Finding

if TYPE_CHECKING:
    from tinygrad_edu.gradient_checks.comparison import Comparison

__all__ = ["OneSided", "corner", "seen_closely"]

SHRINKING = (1.0, 1 / 8, 1 / 64)  # the steps of one-sided differences
SLACK = 1e-3  # for a value at the very end of the range between two slopes


class OneSided(NamedTuple):
    """A look at one derivative from close by."""

    usable: bool  # whether there is a derivative here
    numerical: float  # the best estimate of it
    right: float  # the slope towards larger values
    left: float


def seen_closely(
    comparison: Comparison,
    tensor: Any,
    number: int,
    row: int,
    analytic: np.ndarray,
    numerical: np.ndarray,
    wrong: np.ndarray,
) -> dict[int, OneSided]:
    """Look at the wrong derivatives by one value of the input from both sides, closer and closer."""
    here = comparison.values([number])
    steps = [comparison.step(tensor) * factor for factor in SHRINKING]
    right, left = np.array([_slopes(comparison, tensor, number, row, step, here) for step in steps]).swapaxes(0, 1)
    precision = max(float(np.finfo(tensor._data.dtype).eps), comparison.rounding)
    found: dict[int, OneSided] = {}
    for column in np.flatnonzero(wrong):
        to_right, to_left = right[:, column], left[:, column]
        apart = np.abs(to_right - to_left)
        noise = 8 * precision * abs(here[column]) / np.array(steps)
        atol = comparison.atol + comparison.rtol * abs(numerical[column])
        gap = abs(analytic[column] - numerical[column])
        explains = apart[0] > gap / 10 or not np.isfinite(gap)
        stays = apart[0] > atol + 4 * noise[0] and apart[-1] > max(apart[0] / 4, 4 * noise[-1])
        usable = bool(np.isfinite([to_right[-1], to_left[-1]]).all() and not (stays and explains))
        changes = np.abs(np.diff((to_right + to_left) / 2))
        meet = apart[-1] < gap / 10 < apart[0]  # a corner that only the longer steps reach
        settled = meet or changes[-1] < min(changes[0] / 4, gap / 10) or np.isnan(gap)
        closest = float(to_right[-1] + to_left[-1]) / 2
        best = closest if usable and settled and not gap <= 10 * noise[-1] else float(numerical[column])
        found[int(column)] = OneSided(usable, best, float(to_right[-1]), float(to_left[-1]))
    return found


def _slopes(
    comparison: Comparison, tensor: Any, number: int, row: int, step: float, here: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The slopes of an output as one value of the input grows, and as it falls."""
    values = tensor.owned_array()
    index = np.unravel_index(row, values.shape)
    before = values[index]
    try:
        values[index] = before + step
        above = comparison.values([number])
        values[index] = before - step
        below = comparison.values([number])
    finally:
        values[index] = before
    return (above - here) / step, (here - below) / step


def corner(look: OneSided | None, analytic: float) -> Finding:
    """Say that a point is unsuitable, and why."""
    if look is None:
        return Finding(
            Mistake.KINK,
            "At a much smaller step the differences agree with the gradient: within the step the function has a corner "
            "or jump, or bends too much. This is not necessarily a mistake: check farther away from corners, or with "
            "a smaller eps.",
        )
    slopes = f"towards larger values its slope is {look.right:.4g}, towards smaller ones {look.left:.4g}"
    if not np.isfinite([look.right, look.left]).all():
        what = f"on one side of this point it has no finite value ({slopes}): the edge of its domain, or a pole"
    elif not np.isfinite(analytic):
        what = f"{slopes}: a corner, a jump or a vertical tangent"
    elif abs(2 * analytic - look.left - look.right) <= (1 + SLACK) * abs(look.left - look.right):
        what = f"{slopes}: a corner or a jump; the analytic value lies between the two, as a convention may have it"
    else:
        what = f"{slopes}: a corner or a jump; the analytic value lies outside of the two, which is worth a look"
    return Finding(
        Mistake.KINK,
        f"The function has no derivative here: {what}. This is not necessarily a mistake: check away from this point.",
    )
