"""Functions to look at: curves of one variable, and landscapes over two with the ways down.

A function of two variables takes points (N, 2) and returns the value at each, (N,), as
``lambda w: (w**2).sum(dim=1)`` does; its gradient is found by `Tensor.backward`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api.creation import from_numpy
from tinygrad_edu.autograd import enable_grad, no_grad
from tinygrad_edu.viz._figure import COLOURS, new_figure
from tinygrad_edu.viz.panels import BELOW, panel_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_descent", "plot_downhill", "plot_functions", "plot_surface"]

_DASHES = ("-", "--", "-.", ":")


def plot_functions(
    functions: Mapping[str, Callable[[Tensor], Tensor]],
    x: Tensor,
    title: str = "",
    *,
    axis_names: tuple[str, str] = ("x", "y"),
    axes: Axes | None = None,
) -> Figure:
    """Draw functions of one variable as curves.

    Args:
        functions: For each curve's name, a function that takes `x` and returns a tensor of its shape.
        x: (N,), the values to draw them at, rising.
        title: What stands above the picture.
        axis_names: What `x` and the values are.
        axes: The panel to draw into; a new figure if None.

    Returns:
        The figure; ``figure.savefig("curves.png")`` writes it.

    Raises:
        ImportError: If matplotlib isn't installed.
        TypeError: If the functions have no names.
        ValueError: If a function's values don't have the shape of `x`.

    >>> from tinygrad_edu.viz import plot_functions
    >>> figure = plot_functions({"sigmoid": tg.sigmoid, "tanh": tg.tanh}, tg.arange(-5.0, 5.0, 0.1))
    >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    ['sigmoid', 'tanh']
    """
    if not isinstance(functions, Mapping):
        raise TypeError(
            "plot_functions: wanted the functions with their names, such as {'tanh': tg.tanh}; got "
            f"{describe(functions)}"
        )
    figure, panel = panel_or_new("plot_functions", axes, 6, 4)
    for number, (name, function) in enumerate(functions.items()):
        with no_grad():
            values = function(x)
        if values.shape != x.shape:
            raise ValueError(
                f"plot_functions: {name!r} returned {describe(values)} for x of shape {tuple(x.shape)}; "
                "wanted one value for each x"
            )
        colour, dashes = COLOURS[number % len(COLOURS)], _DASHES[number % len(_DASHES)]
        panel.plot(x.detach().numpy(), values.detach().numpy(), color=colour, linestyle=dashes, linewidth=2, label=name)
    panel.margins(x=0.02, y=0.1)
    panel.grid(color="0.9")
    panel.spines[["top", "right"]].set_visible(False)
    panel.set(xlabel=axis_names[0], ylabel=axis_names[1], title=title)
    if len(functions) > 1:
        panel.legend()
    return figure


def plot_surface(f: Callable[[Tensor], Tensor], title: str = "", reach: float = 3.0) -> Figure:
    """Draw a function of two variables as a surface in space.

    Args:
        f: Takes points (N, 2) and returns (N,).
        title: What stands above the picture.
        reach: Both variables go from ``-reach`` to ``reach``.

    Returns:
        The figure; ``figure.savefig("surface.png")`` writes it.

    Raises:
        ImportError: If matplotlib isn't installed.
        ValueError: If `f` doesn't return one value for each point.

    >>> from tinygrad_edu.viz import plot_surface
    >>> figure = plot_surface(lambda w: (w**2).sum(dim=1))
    >>> figure.axes[0].get_zlabel()
    'f(w0, w1)'
    """
    figure = new_figure("plot_surface", 6, 5)
    panel: Any = figure.add_subplot(projection="3d")
    w0, w1, height = _heights("plot_surface", f, reach, 61)
    panel.plot_surface(w0, w1, height, cmap="viridis", rcount=30, ccount=30, edgecolor="white", linewidth=0.3)
    panel.set_box_aspect((4, 4, 3), zoom=0.95)  # leaves the name of the vertical axis inside the picture
    panel.set(xlabel="w0", ylabel="w1", zlabel="f(w0, w1)")
    panel.set_title(title, y=0.98)
    return figure


def plot_downhill(
    f: Callable[[Tensor], Tensor], title: str = "", reach: float = 2.0, *, axes: Axes | None = None
) -> Figure:
    """Draw the negative gradient of a function of two variables as arrows: where each place sends its weights.

    Args:
        f: Takes points (N, 2) and returns (N,).
        title: What stands above the picture.
        reach: Both variables go from ``-reach`` to ``reach``.
        axes: The panel to draw into; a new figure if None.

    Returns:
        The figure; ``figure.savefig("arrows.png")`` writes it.

    Raises:
        ImportError: If matplotlib isn't installed.
        ValueError: If `f` doesn't return one value for each point.

    >>> from tinygrad_edu.viz import plot_downhill
    >>> figure = plot_downhill(lambda w: (w**2).sum(dim=1))
    >>> figure.axes[0].get_xlabel()
    'w0'
    """
    figure, panel = panel_or_new("plot_downhill", axes, 5.5, 5.5)
    points = _grid(reach, 17).reshape(-1, 2)
    with enable_grad():
        weights = from_numpy(points.copy()).requires_grad_()
        _values("plot_downhill", f, weights).sum().backward()
    downhill = -np.asarray(weights.grad)
    panel.quiver(points[:, 0], points[:, 1], downhill[:, 0], downhill[:, 1], angles="xy", color=COLOURS[0])
    panel.set(xlabel="w0", ylabel="w1", title=title, aspect="equal")
    panel.grid(color="0.9")
    panel.set_axisbelow(True)
    return figure


def plot_descent(
    f: Callable[[Tensor], Tensor],
    path: Tensor,
    title: str = "",
    reach: float = 5.0,
    *,
    axes: Axes | None = None,
) -> Figure:
    """Draw the steps of an optimiser on the contours of the function that it goes down.

    Args:
        f: Takes points (N, 2) and returns (N,).
        path: (S + 1, 2), where it started and where it was after each of S steps.
        title: What stands above the picture.
        reach: Both variables go from ``-reach`` to ``reach``; further, if the path does. Where a place isn't finite,
            the path has a gap, and the legend says how many there are.
        axes: The panel to draw into; a new figure if None.

    Returns:
        The figure; ``figure.savefig("path.png")`` writes it.

    Raises:
        ImportError: If matplotlib isn't installed.
        ValueError: If `path` isn't (S + 1, 2) or doesn't begin at a finite place, or `f` doesn't return one value for
            each point.

    >>> from tinygrad_edu.viz import plot_descent
    >>> path = tg.tensor([[-3.0, 4.0], [-1.5, 2.0], [-0.75, 1.0]])
    >>> figure = plot_descent(lambda w: (w**2).sum(dim=1), path, "halved with each step")
    >>> figure.axes[0].get_title()
    'halved with each step'
    """
    if path.ndim != 2 or path.shape[1] != 2 or not len(path):
        raise ValueError(f"plot_descent: wanted a path of shape (steps + 1, 2), got {describe(path)}")
    places = np.array(path.detach().numpy(), dtype=np.float64)
    finite = np.isfinite(places[:, 0]) & np.isfinite(places[:, 1])
    if not finite[0]:
        raise ValueError(f"plot_descent: the path begins at {places[0]}, which has no place in a picture")
    places[~finite] = np.nan
    furthest = float(np.abs(places[finite]).max())
    reach = reach if furthest <= reach else 1.15 * furthest
    figure, panel = panel_or_new("plot_descent", axes, 5.5, 6)
    w0, w1, height = _heights("plot_descent", f, reach, 121)
    panel.contour(w0, w1, height, levels=12, colors="0.75", linewidths=0.8)
    _draw_path(panel, places, leap=reach / 5)
    panel.set(xlabel="w0", ylabel="w1", title=title, aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach))
    panel.locator_params(steps=[1, 2, 5, 10])
    panel.legend(**BELOW)
    return figure


def _draw_path(panel: Axes, places: NDArray[Any], leap: float) -> None:
    """Draw each place, and number the first two steps if they are at least a `leap` long."""
    there = places[~np.isnan(places[:, 0])]
    lost = len(places) - len(there)
    name = f"each step ({lost} not finite)" if lost else "each step"
    panel.plot(places[:, 0], places[:, 1], color=COLOURS[0], marker="o", markersize=4, linewidth=1, label=name)
    last = "last finite" if lost and np.isnan(places[-1, 0]) else "end"
    ends = [(there[0], "s", COLOURS[4], "start"), (there[-1], "D", COLOURS[1], last)]
    for place, marker, colour, name in ends:
        panel.plot(*place, color=colour, marker=marker, markersize=8, markeredgecolor="black", ls="", label=name)
    for step, (before, place) in enumerate(pairwise(places[:3]), start=1):
        if np.linalg.norm(place - before) >= leap:
            panel.annotate(f"step {step}", place, xytext=(7, 3), textcoords="offset points")


def _grid(reach: float, count: int) -> NDArray[np.float64]:
    """The points of a square grid, (count, count, 2)."""
    line = np.linspace(-reach, reach, count)
    return np.stack(np.meshgrid(line, line), axis=-1)


def _values(operation: str, f: Callable[[Tensor], Tensor], points: Tensor) -> Tensor:
    values = f(points)
    if values.shape != points.shape[:1]:
        raise ValueError(
            f"{operation}: f got points of shape {tuple(points.shape)} and returned {describe(values)}; wanted one "
            "value for each point, as lambda w: (w**2).sum(dim=1) gives"
        )
    return values


def _heights(
    operation: str, f: Callable[[Tensor], Tensor], reach: float, count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[Any]]:
    """The two coordinates and the value of `f` over a square grid, each (count, count)."""
    grid = _grid(reach, count)
    with no_grad():
        values = _values(operation, f, from_numpy(grid.reshape(-1, 2)))
    return grid[..., 0], grid[..., 1], values.numpy().reshape(count, count)
