"""Weights as pictures: what each unit of a layer looks for in its inputs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.nn import Module
from tinygrad_edu.viz._figure import COLOURS
from tinygrad_edu.viz.panels import panel_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_weights"]

_GAP = 0.08  # between two pictures, in widths of one
_NUMBER = 0.22  # the height of the number above a picture


def plot_weights(
    weights: Module | Tensor,
    title: str = "",
    *,
    shape: tuple[int, int] | None = None,
    limit: int = 50,
    columns: int | None = None,
    axes: Axes | None = None,
) -> Figure:
    """Draw the weights of each unit as a picture: blue where they are positive, orange where negative, white near 0.

    A fully connected layer that reads 784 pixels has 784 weights for each of its units; laid out as the pixels are,
    they show what the unit looks for. Of a convolution, the kernels are drawn: one for each channel that it reads, with
    those of a unit in a row. The number above a picture is the unit's, as in ``layer.weight[number]``.

    Args:
        weights: A layer with weights, such as ``model[0]``, or such weights: (units, inputs), (N, H, W) or
            (units, channels, H, W).
        title: What stands above the picture.
        shape: The height and width of each unit's picture; by default a square, if the number of inputs is a square
            number, and otherwise one picture of all weights, with a row for each unit.
        limit: How many pictures to draw at most: the first ones. If there are more, the title says so.
        columns: How many pictures a row holds; by default 10, or as many as a convolution reads channels.
        axes: The panel to draw into; a new figure if None.

    Returns:
        The figure; ``figure.savefig("weights.png")`` writes it.

    Raises:
        ImportError: If matplotlib isn't installed.
        TypeError: If `weights` is no layer and no tensor.
        ValueError: If the layer has no weights, there are none, or a picture of that `shape` has another number of
            them.

    Source: the article's picture of a perceptron's 784 weights.

    >>> from tinygrad_edu.viz import plot_weights
    >>> figure = plot_weights(tg.nn.Linear(784, 20), "20 units")
    >>> len(figure.axes[0].images)
    20
    """
    pictures, names, across = _pictures(_weights_of(weights), shape)
    if not pictures.size or limit < 1 or (columns is not None and columns < 1):
        raise ValueError(
            f"plot_weights: wanted at least one picture, limit and column; got {len(pictures)} pictures of shape "
            f"{pictures.shape[1:]}, limit={limit} and columns={columns}"
        )
    if len(pictures) > limit:
        title = f"{title}{': ' if title else ''}the first {limit} of {len(pictures)}"
        pictures, names = pictures[:limit], names[:limit]
    across = min(columns or across, len(pictures))
    rows = math.ceil(len(pictures) / across)
    tall = pictures.shape[1] / pictures.shape[2]
    alone = len(pictures) == 1
    gap, above = (0.0, 0.0) if alone else (_GAP, _NUMBER)
    wide = 5.0 if alone else min(1.0, 7 / across)
    figure, panel = panel_or_new("plot_weights", axes, across * wide + 1.4, rows * wide * (tall + above + gap) + 0.7)
    finite = np.abs(pictures[np.isfinite(pictures)])
    largest = float(finite.max(initial=0)) or 1.0
    for place, (picture, name) in enumerate(zip(pictures, names, strict=True)):
        left, top = place % across * (1 + gap), place // across * (tall + above + gap) + above
        edges = (left, left + 1, top + tall, top)
        image = panel.imshow(picture, cmap=_colours(), vmin=-largest, vmax=largest, extent=edges)
        if not alone:
            panel.text(left + 0.5, top - 0.03, name, ha="center", va="bottom", fontsize=7, color="0.3")
    panel.set(xlim=(0, across * (1 + gap) - gap), ylim=(rows * (tall + above + gap) - gap, 0))
    panel.set(aspect="equal", xticks=[], yticks=[], title=title)
    panel.spines[:].set_visible(False)
    if not names[0]:
        panel.set(xlabel="input", ylabel="unit")
    figure.colorbar(image, cax=panel.inset_axes((1.03, 0, 0.03, 1)), label="weight")
    return figure


def _weights_of(weights: Module | Tensor) -> NDArray[Any]:
    found = getattr(weights, "weight", None) if isinstance(weights, Module) else weights
    if isinstance(weights, Module) and not isinstance(found, Tensor):
        raise ValueError(
            f"plot_weights: {type(weights).__name__} has no weights of its own; "
            "give one of its layers, such as model[0]"
        )
    if not isinstance(found, Tensor | np.ndarray):
        raise TypeError(f"plot_weights: wanted a layer or a tensor, got {describe(weights)}")
    values = np.asarray(found.detach() if isinstance(found, Tensor) else found, dtype=np.float64)
    if not 1 <= values.ndim <= 4:
        raise ValueError(f"plot_weights: wanted weights with 1 to 4 dimensions, got {describe(found)}")
    return values.reshape(1, -1) if values.ndim == 1 else values


def _pictures(values: NDArray[Any], shape: tuple[int, int] | None) -> tuple[NDArray[Any], list[str], int]:
    """The pictures, the name of each, and how many a row holds if nobody says."""
    units = [str(unit) for unit in range(len(values))]
    if values.ndim == 2:
        side = math.isqrt(values.shape[1])
        if shape is None and side * side != values.shape[1]:
            return values[np.newaxis], [""], 1
        height, width = shape or (side, side)
        if height * width != values.shape[1]:
            raise ValueError(f"plot_weights: {values.shape[1]} weights don't fill a picture of shape {(height, width)}")
        return values.reshape(-1, height, width), units, 10
    if values.ndim == 3 or values.shape[1] == 1:
        return values.reshape(-1, *values.shape[-2:]), units, 10
    channels = values.shape[1]
    names = [f"{unit}, {channel}" for unit in units for channel in range(channels)]
    return values.reshape(-1, *values.shape[2:]), names, channels if channels <= 16 else 10


def _colours() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    colours = LinearSegmentedColormap.from_list("weights", [COLOURS[1], "white", COLOURS[0]])
    return colours.with_extremes(bad="0.5")
