"""Decision regions: the plane in as many colours as a classifier knows classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api.creation import from_numpy
from tinygrad_edu.autograd import no_grad
from tinygrad_edu.viz._figure import COLOURS
from tinygrad_edu.viz.panels import BELOW, panel_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_decision_regions"]

_MARKERS = ("*", "^", "o", "s", "D", "v")  # shapes as well as colours tell the classes apart
_PLACES = 500  # at which each direction of the plane is classified: steps of about a pixel


def plot_decision_regions(
    classify: Callable[[Tensor], Tensor],
    points: Tensor,
    classes: Tensor,
    title: str = "",
    *,
    class_names: Sequence[str] | None = None,
    axis_names: tuple[str, str] = ("x1", "x2"),
    axes: Axes | None = None,
) -> Figure:
    """Colour the plane by what a classifier says at each place, with the points it is meant for on top.

    A point in a region of its own colour is classified right.

    Args:
        classify: Takes points (M, 2) and returns the class of each, (M,): whole numbers from 0 up, of
            any dtype, such as a perceptron's 0 and 1.
        points: (N, 2), the points to show. The picture reaches a little further than they do.
        classes: (N,), their true classes, from 0 up; at most six different ones.
        title: What stands above the picture.
        class_names: What the legend calls the classes; by default ``class 0`` and so on.
        axis_names: What the two coordinates are.
        axes: The panel to draw into; a new figure if None.

    Returns:
        The figure; ``figure.savefig("regions.png")`` writes it.

    Raises:
        ImportError: If matplotlib isn't installed.
        ValueError: If the shapes don't belong together or there are too many classes.

    >>> from tinygrad_edu.datasets import make_xor
    >>> from tinygrad_edu.viz import plot_decision_regions
    >>> points, classes = make_xor(100)
    >>> figure = plot_decision_regions(lambda x: x[:, 0] > 0.5, points, classes, "only x1 is looked at")
    >>> figure.axes[0].get_xlabel()
    'x1'
    """
    if points.ndim != 2 or points.shape[1] != 2 or classes.shape != points.shape[:1] or not len(points):
        raise ValueError(
            f"plot_decision_regions: got points of shape {tuple(points.shape)} and classes of shape "
            f"{tuple(classes.shape)}; wanted points (N, 2) and classes (N,), with N at least 1"
        )
    places = points.detach().numpy()
    labels = classes.detach().numpy().astype(int)
    low, high = _reach(places)
    x1, x2 = np.linspace(low[0], high[0], _PLACES), np.linspace(low[1], high[1], _PLACES)
    regions = _classes_on_grid(classify, x1, x2, points)
    count = max(labels.max(), regions.max()) + 1
    if min(labels.min(), regions.min()) < 0 or count > len(COLOURS):
        raise ValueError(
            f"plot_decision_regions: classes must be whole numbers from 0 to {len(COLOURS) - 1}, got "
            f"{min(labels.min(), regions.min())} to {count - 1}"
        )
    names = class_names or [f"class {number}" for number in range(count)]
    figure, panel = panel_or_new("plot_decision_regions", axes, 5.4, 6)
    _draw_regions(panel, x1, x2, regions, count)
    for number in np.unique(labels):
        _draw_points(panel, places[labels == number], number, names[number])
    panel.set(xlabel=axis_names[0], ylabel=axis_names[1], title=title)
    panel.legend(**BELOW)
    return figure


def _reach(places: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """The lowest and the highest coordinates to show: a sixth more on each side, for a square picture."""
    middle = (places.max(axis=0) + places.min(axis=0)) / 2
    half = max(np.ptp(places, axis=0).max() * 2 / 3, 0.5)
    return middle - half, middle + half


def _classes_on_grid(
    classify: Callable[[Tensor], Tensor], x1: NDArray[np.floating], x2: NDArray[np.floating], like: Tensor
) -> NDArray[np.int_]:
    """The class at each place of the grid, a row for each value of `x2`."""
    grid = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    with no_grad():
        answers = classify(from_numpy(grid).to(like.dtype))
    if answers.shape != (len(grid),):
        raise ValueError(
            f"plot_decision_regions: classify got points of shape {grid.shape} and returned {describe(answers)}; "
            f"wanted one class for each, shape {(len(grid),)} (of scores (N, K), take .argmax(dim=1))"
        )
    classes: NDArray[np.int_] = answers.numpy().astype(int).reshape(len(x2), len(x1))
    return classes


def _draw_regions(
    panel: Axes, x1: NDArray[np.floating], x2: NDArray[np.floating], regions: NDArray[np.int_], count: int
) -> None:
    from matplotlib.colors import ListedColormap

    edges = (x1[0], x1[-1], x2[0], x2[-1])
    tints = ListedColormap(COLOURS[:count])
    panel.imshow(regions, cmap=tints, vmin=0, vmax=max(count - 1, 1), alpha=0.3, extent=edges, origin="lower")
    for number in np.unique(regions)[1:]:
        panel.contour(x1, x2, regions == number, levels=[0.5], colors="0.25", linewidths=1)


def _draw_points(panel: Axes, places: NDArray[np.floating], number: int, name: str) -> None:
    panel.scatter(
        places[:, 0],
        places[:, 1],
        s=70 if _MARKERS[number] == "*" else 34,
        color=COLOURS[number],
        marker=_MARKERS[number],
        edgecolors="white",
        linewidths=0.6,
        label=name,
        zorder=3,
    )
