"""Activations: how far the numbers spread that go from layer to layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api.comparison import equal
from tinygrad_edu.api.creation import from_numpy
from tinygrad_edu.api.reduction import std
from tinygrad_edu.autograd import no_grad
from tinygrad_edu.nn import Module
from tinygrad_edu.random import fork_rng
from tinygrad_edu.viz._figure import COLOURS
from tinygrad_edu.viz.panels import panel_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_activations"]

_WIDTH = 0.82  # of a histogram, where layers are 1 apart


def plot_activations(
    model: Module,
    input: Tensor | tuple[Any, ...],
    title: str = "",
    *,
    layers: type[Module] | tuple[type[Module], ...] | None = None,
    axes: Axes | None = None,
) -> Figure:
    r"""Draw how the values spread that each layer puts out: a histogram for each, from the first to the last.

    Above each stands the standard deviation, and how many of the values are exactly 0 or not finite, if any are: those
    aren't drawn, as the zeros of ReLU would hide all others.
    Where histograms shrink to a line, the layers behind see nothing of the input; where they stand at the ends of a
    sigmoid, no gradient comes back.

    The model is called once, in the mode it is in and without recording; it is left as it was.

    Args:
        model: Any module.
        input: What to call it with: a tensor, or a tuple of arguments.
        title: What stands above the picture.
        layers: Which kinds of layers to show, such as ``nn.Tanh``; all that have no layers inside if None.
        axes: The panel to draw into; a new figure if None.

    Returns:
        The figure; ``figure.savefig("activations.png")`` writes it.

    Raises:
        ImportError: If matplotlib isn't installed.
        TypeError: If `model` is no module, or `input` neither a tensor nor a tuple.
        ValueError: If no layer of those kinds was called, or none put out any numbers.

    >>> from tinygrad_edu import nn
    >>> from tinygrad_edu.viz import plot_activations
    >>> model = nn.Sequential(nn.Linear(20, 50), nn.Tanh(), nn.Linear(50, 50), nn.Tanh())
    >>> figure = plot_activations(model, tg.randn(100, 20), layers=nn.Tanh)
    >>> [label.get_text() for label in figure.axes[0].get_xticklabels()]
    ['1\nTanh', '3\nTanh']
    """
    if not isinstance(model, Module):
        raise TypeError(f"plot_activations: wanted a module, got {describe(model)}")
    if not isinstance(input, Tensor | tuple):
        raise TypeError(f"plot_activations: input must be a tensor or a tuple of arguments, got {describe(input)}")
    found = _outputs(model, input if isinstance(input, tuple) else (input,), layers)
    if not any(values.size for _, values in found):
        raise ValueError("plot_activations: no layer to show put out any numbers; look at `layers`, and at the input")
    finite = [values[np.isfinite(values)] for _, values in found]
    low = min((float(each.min()) for each in finite if each.size), default=0.0)
    high = max((float(each.max()) for each in finite if each.size), default=0.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    figure, panel = panel_or_new("plot_activations", axes, max(5.0, 1.05 * len(found) + 1), 4)
    for place, values in enumerate(finite):
        counts, edges = np.histogram(values[values != 0], bins=60, range=(low, high))
        right = place + _WIDTH * counts / max(int(counts.max()), 1)
        panel.stairs(right, edges, baseline=place, orientation="horizontal", fill=True, color=COLOURS[0])
        panel.axvline(place, color="0.7", linewidth=0.8, zorder=0)
    space = (high - low) * 0.03
    for place, (_, values) in enumerate(found):
        words = _in_words(values, finite[place])
        panel.text(place + _WIDTH / 2, high + space, words, ha="center", va="bottom", fontsize=8, color="0.3")
    lines = max(_in_words(values, whole).count("\n") for (_, values), whole in zip(found, finite, strict=True)) + 1
    panel.set(xlim=(-0.1, len(found) - 0.05), ylim=(low - space, high + (high - low) * (0.06 + 0.065 * lines)))
    panel.set_xticks([place + _WIDTH / 2 for place in range(len(found))], [name for name, _ in found])
    panel.tick_params(axis="x", length=0, labelrotation=90 if len(found) > 10 else 0, labelsize=8)
    panel.spines[["top", "right"]].set_visible(False)
    panel.grid(axis="y", color="0.9")
    panel.set_axisbelow(True)
    panel.set(ylabel="value", title=title)
    return figure


def _outputs(
    model: Module, arguments: tuple[Any, ...], kinds: type[Module] | tuple[type[Module], ...] | None
) -> list[tuple[str, NDArray[Any]]]:
    """What the layers put out in one call, in the order of the calls: name and kind, and all values in a row."""
    found: list[tuple[str, NDArray[Any]]] = []

    def listen(name: str) -> Any:
        def note(module: Module, _: Any, output: Any) -> None:
            first = output[0] if isinstance(output, tuple) and output else output
            if isinstance(first, Tensor) and first.is_floating_point():
                values = np.asarray(first.detach(), dtype=np.float64).ravel()
                found.append((f"{name}\n{type(module).__name__}".strip(), values))

        return note

    chosen = [
        (name, module)
        for name, module in model.named_modules()
        if (isinstance(module, kinds) if kinds is not None else not list(module.children()))
    ]
    kept = [(buffer, buffer.clone()) for buffer in model.buffers()]  # what normalisations have seen so far
    handles = [module.register_forward_hook(listen(name)) for name, module in chosen]
    try:
        with no_grad(), fork_rng():
            model(*arguments)
    finally:
        for handle in handles:
            handle.remove()
        for buffer, before in kept:
            if not equal(buffer, before):
                buffer.copy_(before)
    return found


def _in_words(values: NDArray[Any], finite: NDArray[Any]) -> str:
    words = [f"std\n{std(from_numpy(finite), correction=0).item():.2g}"] if finite.size else []
    zeros = np.count_nonzero(finite == 0)
    if zeros:
        words.append(f"{100 * zeros / values.size:.0f} % are 0")
    if finite.size < values.size:
        words.append(f"{values.size - finite.size:,} not finite")
    return "\n".join(words)
