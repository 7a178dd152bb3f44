"""Panels: the places in a figure that one drawing each goes into."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

from tinygrad_edu.viz._figure import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["BELOW", "new_panels", "panel_or_new"]

# Where a legend goes that must not hide a part of the picture: in one line below it.
BELOW: dict[str, Any] = {
    "loc": "upper center",
    "bbox_to_anchor": (0.5, -0.14),
    "ncols": 6,
    "frameon": False,
    "columnspacing": 1.2,
    "handletextpad": 0.5,
}


def new_panels(count: int, title: str = "", width: float = 4.2, height: float = 4.5) -> list[Axes]:
    """`count` empty panels in one figure, to draw into with ``axes=``: side by side, or in rows from 4 on.

    Args:
        count: How many panels, at least 1.
        title: What stands above them all.
        width: Of each panel, in inches.
        height: Of each panel, in inches.

    Returns:
        The panels, matplotlib's `Axes`; ``panels[0].figure`` is the figure that they are in.

    Raises:
        ImportError: If matplotlib isn't installed.
        ValueError: If `count` is less than 1.

    >>> from tinygrad_edu.viz import new_panels, plot_functions
    >>> left, right = new_panels(2)
    >>> figure = plot_functions({"sigmoid": tg.sigmoid}, tg.arange(-5.0, 5.0, 0.1), axes=left)
    >>> figure is right.figure
    True
    """
    if count < 1:
        raise ValueError(f"new_panels: count must be at least 1, got {count}")
    columns = count if count <= 3 else math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    figure = new_figure("new_panels", columns * width, rows * height + (0.4 if title else 0))
    figure.set_layout_engine("compressed", h_pad=0.1)
    if title:
        figure.suptitle(title)
    return [figure.add_subplot(rows, columns, number + 1) for number in range(count)]


def panel_or_new(operation: str, axes: Axes | None, width: float, height: float) -> tuple[Figure, Axes]:
    """The figure and the panel to draw into: those of `axes`, or new ones if it is None."""
    if axes is not None:
        return cast("Figure", axes.get_figure(root=True)), axes
    figure = new_figure(operation, width, height)
    figure.set_layout_engine("compressed")  # keeps square panels whole, with all that stands around them
    return figure, figure.add_subplot()
