"""The course of learning: the accuracy and the loss, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._errors import describe
from tinygrad_edu._summation import running_sums
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.viz._figure import COLOURS, GREY, new_figure
from tinygrad_edu.viz.panels import panel_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_learning", "plot_loss"]

_DASHES = ("-", "--", "-.", ":")  # so that curves on top of each other, or printed in grey, stay apart


def plot_learning(
    losses: Sequence[Any],
    accuracies: Mapping[str, Sequence[Any]],
    accuracy_steps: Sequence[int],
    title: str = "",
) -> Figure:
    """Draw the accuracy above and the loss below, over the training steps.

    Args:
        losses: The loss of the mini-batch of each step, numbers or tensors of one number. Single mini-batches
            vary a lot, so the mean over neighbouring steps is drawn on top.
        accuracies: For each curve's name, such as ``"test images"``, the share of right answers from 0
            to 1 at each of `accuracy_steps`.
        accuracy_steps: The numbers of training steps taken when the accuracies were measured.
        title: What stands above the picture.

    Returns:
        The figure; ``figure.savefig("curves.png")`` writes it.

    Raises:
        ImportError: If matplotlib isn't installed.
        TypeError: If a loss or an accuracy is no number.
        ValueError: If a curve doesn't have as many values as there are `accuracy_steps`, or one that isn't from 0 to 1.

    >>> from tinygrad_edu.viz import plot_learning
    >>> figure = plot_learning([2.3, 1.9, 1.6, 1.5], {"test images": [0.1, 0.4, 0.6]}, [0, 2, 4])
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['accuracy (share of right answers)', 'loss (cross-entropy)']
    """
    for name, values in accuracies.items():
        if len(values) != len(accuracy_steps):
            raise ValueError(
                f"plot_learning: the curve {name!r} has {len(values)} values, but there are "
                f"{len(accuracy_steps)} accuracy_steps; give one value for each of them"
            )
    shares = {name: _numbers("plot_learning", name, values) for name, values in accuracies.items()}
    for name, curve in shares.items():
        if curve.max(initial=0) > 1 or curve.min(initial=0) < 0:
            raise ValueError(
                f"plot_learning: the curve {name!r} goes from {curve.min():g} to {curve.max():g}; an accuracy is a "
                "share from 0 to 1 (of percents, divide by 100)"
            )
    numbers = _numbers("plot_learning", "", losses)
    figure = new_figure("plot_learning", 8, 7)
    upper, lower = figure.subplots(2, 1, sharex=True)
    if title:
        figure.suptitle(title)
    _draw_accuracies(upper, shares, accuracy_steps)
    _draw_losses(lower, numbers)
    for axes in (upper, lower):
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.grid(color="0.9")
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def plot_loss(
    losses: Sequence[Any] | Mapping[str, Sequence[Any]], title: str = "", *, axes: Axes | None = None
) -> Figure:
    """Draw the losses of a training run, step by step; or those of several, to compare.

    Args:
        losses: The loss of each step, numbers or tensors of one number; for several runs a dict of them by name. Those
            that aren't finite are gaps, and the picture says how many there are.
        title: What stands above the picture.
        axes: The panel to draw into; a new figure if None.

    Returns:
        The figure; ``figure.savefig("loss.png")`` writes it.

    Raises:
        ImportError: If matplotlib isn't installed.
        TypeError: If a loss is no number.

    >>> from tinygrad_edu.viz import plot_loss
    >>> figure = plot_loss([2.3, 1.9, 1.6, 1.5])
    >>> figure.axes[0].get_ylabel()
    'loss'
    """
    figure, panel = panel_or_new("plot_loss", axes, 7, 4)
    runs = losses if isinstance(losses, Mapping) else {"": losses}
    lost = 0
    for number, (name, values) in enumerate(runs.items()):
        numbers = _numbers("plot_loss", name, values)
        lost += int(np.count_nonzero(~np.isfinite(numbers)))
        steps, colour = np.arange(1, len(numbers) + 1), COLOURS[number % len(COLOURS)]
        window = max(1, len(numbers) // 100)
        if window > 1:
            panel.plot(steps, numbers, color=colour, alpha=0.3, linewidth=0.6)
        marker = "o" if len(numbers) <= 40 else ""
        mean = _smoothed(numbers, window)
        panel.plot(steps, mean, color=colour, linestyle=_DASHES[number % len(_DASHES)], marker=marker, label=name)
    panel.xaxis.set_major_formatter("{x:,.0f}")
    panel.grid(color="0.9")
    panel.spines[["top", "right"]].set_visible(False)
    panel.set(xlabel="training step", ylabel="loss", title=title)
    panel.locator_params(axis="x", integer=True)
    if lost:
        panel.text(0.98, 0.03, f"{lost:,} not finite", transform=panel.transAxes, ha="right", color=COLOURS[1])
    if isinstance(losses, Mapping):
        panel.legend()
    return figure


def _numbers(operation: str, name: str, values: Sequence[Any]) -> NDArray[np.float64]:
    """The values of the curve of that name, numbers or tensors of one number."""
    numbers = np.empty(len(values))
    for place, value in enumerate(values):
        try:
            numbers[place] = float(value.detach() if isinstance(value, Tensor) else value)
        except (TypeError, ValueError, RuntimeError):
            whose = f" of {name!r}" if name else ""
            raise TypeError(f"{operation}: wanted numbers, got {describe(value)} as value {place}{whose}") from None
    return numbers


def _smoothed(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """The mean of the `window` values around each value, of fewer at both ends; what isn't finite stays a gap."""
    finite = np.isfinite(values)
    totals = np.concatenate([[0.0], running_sums(np.where(finite, values, 0.0), 0)])
    counts = np.concatenate([[0], running_sums(finite.astype(np.int64), 0)])
    places = np.arange(len(values))
    starts = np.maximum(places - window // 2, 0)
    ends = np.minimum(places - window // 2 + window, len(values))
    means = (totals[ends] - totals[starts]) / np.maximum(counts[ends] - counts[starts], 1)
    return np.where(finite, means, np.nan)


def _draw_accuracies(axes: Axes, accuracies: Mapping[str, NDArray[np.float64]], steps: Sequence[int]) -> None:
    marker = "o" if len(steps) <= 40 else ""
    for number, (name, values) in enumerate(accuracies.items()):
        last = f" (at the end {values[-1]:.3f})" if len(values) else ""
        colour, dashes = COLOURS[number % len(COLOURS)], _DASHES[number % len(_DASHES)]
        axes.plot(
            steps,
            values,
            color=colour,
            linestyle=dashes,
            marker=marker,
            markersize=4,
            label=name + last,
            clip_on=False,  # a point on the edge is drawn whole
        )
    axes.set_ylabel("accuracy (share of right answers)")
    axes.set_ylim(0, 1.02)
    axes.tick_params(labelbottom=True)
    if accuracies:
        axes.legend(loc="lower right")


def _draw_losses(axes: Axes, losses: NDArray[np.float64]) -> None:
    steps = np.arange(1, len(losses) + 1)
    window = max(1, len(losses) // 100)
    axes.plot(steps, losses, color=GREY, alpha=0.5, linewidth=0.6, label="each mini-batch")
    if window > 1:
        mean = _smoothed(losses, window)
        axes.plot(steps, mean, color=COLOURS[0], linewidth=1.8, label=f"mean of the {window} mini-batches around")
    axes.set_xlabel("training step")
    axes.set_ylabel("loss (cross-entropy)")
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]) if (losses < 0).any() else 0)
    axes.set_xlim(left=0)
    if len(losses):
        axes.legend(loc="upper right")
