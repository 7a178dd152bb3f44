"""Networks as the article draws them: units as circles, weights as lines between them; and how far gradients reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._summation import add_up
from tinygrad_edu.nn import Linear, Module, Perceptron
from tinygrad_edu.viz._figure import COLOURS, GREY
from tinygrad_edu.viz.panels import BELOW, panel_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_gradient_flow", "plot_network"]

MOST = 10  # units of a layer that are drawn; of more, the first and the last
NUMBERED = 24  # lines: up to so many, their weights stand beside them


def plot_network(model: Module, title: str = "", *, axes: Axes | None = None) -> Figure:
    """Draw the fully connected layers of a network: a circle for each unit, a line for each weight.

    Blue lines are positive weights and orange ones negative, black ones aren't finite; the larger, the thicker. In a
    small network the numbers of weights (重み) and biases (バイアス) stand beside lines and circles. Between the layers
    stands what else the model does, such as the activation (活性化関数). Of more than 10 units in a layer, the first
    and the last are drawn.

    Args:
        model: A `nn.Sequential` with `nn.Linear` layers, or anything whose fully connected layers follow each other in
            the order in which they are registered; or a `nn.Perceptron`.
        title: What stands above the picture.
        axes: The panel to draw into; a new figure if None.

    Returns:
        The figure; ``figure.savefig("network.png")`` writes it.

    Raises:
        ImportError: If matplotlib isn't installed.
        TypeError: If `model` is no module.
        ValueError: If it has no fully connected layer, or two that don't follow each other.

    Source: the article's pictures of the perceptron (パーセプトロン) and of networks of several layers.

    >>> from tinygrad_edu.viz import plot_network
    >>> model = tg.nn.Sequential(tg.nn.Linear(2, 3), tg.nn.Sigmoid(), tg.nn.Linear(3, 1))
    >>> figure = plot_network(model)
    >>> len(figure.axes[0].patches)
    6
    """
    if not isinstance(model, Module):
        raise TypeError(f"plot_network: wanted a module, got {describe(model)}")
    weights, biases, between = _layers(model)
    widths = [weights[0].shape[1], *(each.shape[0] for each in weights)]
    figure, panel = panel_or_new("plot_network", axes, 2.4 * len(widths) + 0.6, 0.9 * max(3, *map(_shown, widths)))
    places = [_places(width) for width in widths]
    largest = max(float(np.abs(each[np.isfinite(each)]).max(initial=0)) for each in weights) or 1.0
    numbered = sum(each.size for each in weights) <= NUMBERED
    for layer, weight in enumerate(weights):
        for upper, y0 in places[layer].items():
            for lower, y1 in places[layer + 1].items():
                _line(panel, layer, (y0, y1), float(weight[lower, upper]), largest, numbered)
    for layer, units in enumerate(places):
        for unit, y in units.items():
            _circle(panel, layer, y, COLOURS[4] if layer == 0 else "white")
            if layer == 0 and numbered:
                panel.text(layer, y, f"x{unit + 1}", ha="center", va="center")
            elif layer and numbered and biases[layer - 1] is not None:
                panel.text(layer, y, f"{biases[layer - 1][unit]:+.3g}", ha="center", va="center", fontsize=8)
        if widths[layer] > MOST:
            panel.text(layer, 0, "⋮", ha="center", va="center", fontsize=18)
    _name_layers(panel, widths, between)
    reach = max(max(map(abs, units.values())) for units in places)
    panel.set(xlim=(-0.45, len(widths) - 0.55), ylim=(-reach - 1.5, reach + 0.7), title=title)
    panel.set_aspect("auto")
    panel.axis("off")
    if numbered:
        panel.plot([], [], color=COLOURS[0], label="positive weight")
        panel.plot([], [], color=COLOURS[1], label="negative weight")
        panel.legend(**{**BELOW, "bbox_to_anchor": (0.5, 0.02)})
    return figure


def plot_gradient_flow(model: Module, title: str = "", *, axes: Axes | None = None) -> Figure:
    """Draw how large the gradients of a model's parameters are, from the first layer to the last.

    The scale is logarithmic. Call it after ``backward()``. Where bars get shorter and shorter to the left, gradients
    vanish on their way back; where they grow, they explode. A parameter whose gradient is 0, or has values that aren't
    finite, says so.

    Args:
        model: The model.
        title: What stands above the picture.
        axes: The panel to draw into; a new figure if None.

    Returns:
        The figure.

    Raises:
        ImportError: If matplotlib isn't installed.
        TypeError: If `model` is no module.
        ValueError: If no parameter has a gradient.

    >>> from tinygrad_edu.viz import plot_gradient_flow
    >>> model = tg.nn.Linear(2, 3)
    >>> model(tg.ones(1, 2)).sum().backward()
    >>> [label.get_text() for label in plot_gradient_flow(model).axes[0].get_xticklabels()]
    ['weight', 'bias']
    """
    if not isinstance(model, Module):
        raise TypeError(f"plot_gradient_flow: wanted a module, got {describe(model)}")
    found = [(name, parameter.owned_gradient()) for name, parameter in model.named_parameters()]
    sizes = {name: np.abs(gradient.detach().numpy()) for name, gradient in found if gradient is not None}
    if not sizes:
        raise ValueError("plot_gradient_flow: no parameter has a gradient; call it after loss.backward()")
    figure, panel = panel_or_new("plot_gradient_flow", axes, max(5.0, 0.45 * len(sizes) + 2), 4)
    places = np.arange(len(sizes))
    finite = [each[np.isfinite(each)] for each in sizes.values()]
    largest = [float(each.max(initial=0)) for each in finite]
    mean = [float(add_up(each) / max(each.size, 1)) for each in finite]
    smallest = min((float(each[each > 0].min()) for each in finite if (each > 0).any()), default=0.1)
    panel.set_yscale("log")
    panel.set_ylim(smallest / 2, 2 * max(*largest, smallest))
    for values, label, colour, width in ((largest, "largest", COLOURS[5], 0.8), (mean, "mean", COLOURS[0], 0.5)):
        panel.bar(places, values, width, label=label, color=colour)
    for place, (whole, counted) in enumerate(zip(sizes.values(), finite, strict=True)):
        words = "not finite" if counted.size < whole.size else "" if counted.any() else "0"
        panel.text(place, smallest / 1.8, words, ha="center", va="bottom", rotation=90 if len(words) > 1 else 0)
    panel.set_xticks(places, list(sizes), rotation=90 if len(sizes) > 4 else 0)
    panel.spines[["top", "right"]].set_visible(False)
    panel.grid(axis="y", color="0.9")
    panel.set_axisbelow(True)
    panel.set(ylabel="size of the gradient", title=title)
    panel.legend()
    return figure


def _layers(model: Module) -> tuple[list[np.ndarray], list[Any], list[str]]:
    """Weights (out, in) and biases of the fully connected layers, and what stands behind each, in words."""
    weights: list[np.ndarray] = []
    biases: list[Any] = []
    between: list[str] = []
    for module in model.modules():
        if isinstance(module, Linear | Perceptron):
            weight = np.atleast_2d(module.weight.detach().numpy())
            if weights and weights[-1].shape[0] != weight.shape[1]:
                raise ValueError(
                    f"plot_network: a fully connected layer has {weights[-1].shape[0]} outputs, and the next "
                    f"{weight.shape[1]} inputs; only layers that follow each other can be drawn"
                )
            bias = module.bias
            weights.append(weight)
            biases.append(None if bias is None else np.atleast_1d(bias.detach().numpy()))
            between.append("step" if isinstance(module, Perceptron) else "")
        elif weights and not list(module.children()):
            between[-1] = f"{between[-1]}\n{type(module).__name__}".strip()
    if not weights:
        raise ValueError(f"plot_network: {type(model).__name__} has no fully connected layer (nn.Linear) to draw")
    return weights, biases, between


def _shown(width: int) -> int:
    return min(width, MOST + 1)


def _places(width: int) -> dict[int, float]:
    """The units that are drawn, and their heights: of many, half at either end, with a gap between."""
    if width <= MOST:
        return {unit: (width - 1) / 2 - unit for unit in range(width)}
    half = MOST // 2
    upper = {unit: half - unit for unit in range(half)}
    return {**upper, **{width - 1 - unit: float(unit - half) for unit in range(half)}}


def _line(panel: Axes, layer: int, heights: tuple[float, float], weight: float, largest: float, numbered: bool) -> None:
    share = abs(weight) / largest if np.isfinite(weight) else 1.0
    colour = "black" if not np.isfinite(weight) else COLOURS[0] if weight >= 0 else COLOURS[1]
    panel.plot([layer, layer + 1], heights, color=colour, linewidth=0.3 + 3 * share, alpha=0.25 + 0.6 * share, zorder=1)
    if numbered:
        x, y = layer + 0.22, heights[0] + 0.22 * (heights[1] - heights[0])  # where numbers are apart
        note = panel.text(x, y, f"{weight:.2g}", ha="center", va="center", fontsize=8, color=colour, zorder=3)
        note.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85})


def _circle(panel: Axes, x: float, y: float, colour: str) -> None:
    from matplotlib.patches import Ellipse

    panel.add_patch(Ellipse((x, y), 0.26, 0.62, facecolor=colour, edgecolor="#333", zorder=2))


def _name_layers(panel: Axes, widths: list[int], between: list[str]) -> None:
    below = -max(min(width, MOST + 1) for width in widths) / 2 - 0.35
    for layer, width in enumerate(widths):
        name = "inputs" if layer == 0 else f"{'unit' if width == 1 else 'units'}\n{between[layer - 1] or 'identity'}"
        panel.text(layer, below, f"{width} {name}", ha="center", va="top", color=GREY)
