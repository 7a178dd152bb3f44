"""The diagrams of the article that only its chapters need, drawn with matplotlib.

`label` is `Chapter.label`: it takes a text in English and in Japanese, and returns the one to write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tinygrad_edu.viz import new_panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

__all__ = ["draw_bars", "draw_descent", "draw_matrix_product", "draw_perceptron"]

Label = Callable[[str, str], str]

BLUE, ORANGE, GREEN, YELLOW, GREY = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#666666"


def draw_perceptron(
    weights: Sequence[float], bias: float, inputs: Sequence[str], output: str, label: Label
) -> FigureBase:
    """Draw a perceptron with all its parts named: inputs, weights, bias, sum, activation, output."""
    [axes] = new_panels(1, label("A perceptron and its parts", "パーセプトロンの構成要素"), width=8, height=4.2)
    axes.set(xlim=(-1.2, 7.5), ylim=(-2.3, 2.3), aspect="equal")
    axes.axis("off")
    for number, (weight, name) in enumerate(zip(weights, inputs, strict=True), start=1):
        height = 1.3 - 2.6 * (number - 1) / (len(weights) - 1)
        _arrow(axes, (0, height), (2.2, 0), width=1 + 4 * abs(weight))
        _note(axes, 0.95, 0.57 * height, f"w{number} = {weight:g}", BLUE)
        _circle(axes, 0, height, f"x{number}", YELLOW)
        axes.text(0, height - 0.5, name, ha="center", va="top", color=GREY)
    _arrow(axes, (2.2, 1.6), (2.2, 0))
    _circle(axes, 2.2, 1.6, "b", GREEN)
    _note(axes, 2.75, 1.6, f"b = {bias:g}", GREEN, ha="left")
    _arrow(axes, (2.2, 0), (4.5, 0))
    _circle(axes, 2.2, 0, "Σ", "white")
    _arrow(axes, (4.5, 0), (6.6, 0))
    _step(axes, 4.5, 0)
    _circle(axes, 6.6, 0, "y", ORANGE)
    axes.text(6.6, -0.5, output, ha="center", va="top", color=GREY)
    for x, y, text in (
        (0, 2, label("inputs X", "入力 X")),
        (1.25, 1.25, label("weights W", "重み W")),
        (2.2, 2.2, label("bias b", "バイアス b")),
        (2.3, -0.85, label("sum", "総和") + "\nb + w1 x1 + w2 x2"),
        (4.5, -0.85, label("activation\n0 if sum ≤ 0, else 1", "活性化関数\n総和 ≦ 0 なら 0、他は 1")),
        (6.6, 0.65, label("output Y", "出力 Y")),
    ):
        axes.text(x, y, text, ha="center", va="center", fontsize=10)
    return axes.figure


def draw_matrix_product(X: np.ndarray, W: np.ndarray, B: np.ndarray, label: Label) -> FigureBase:
    """Draw A = X W + B as tables of numbers, with how each number of A comes about."""
    [axes] = new_panels(1, label("A fully connected layer: A = X W + B", "全結合層: A = X W + B"), width=8, height=3)
    axes.set(xlim=(-0.7, 10.3), ylim=(-2.1, 1.7), aspect="equal")
    axes.axis("off")
    left = 0.0
    for name, table, sign, colour in (
        (label("inputs X", "入力 X"), X[None], "·", YELLOW),
        (label("weights W", "重み W"), W, "+", BLUE),
        (label("biases B", "バイアス B"), B[None], "=", GREEN),
        (label("sums A", "総和 A"), (X @ W + B)[None], "", ORANGE),
    ):
        rows, columns = table.shape
        for (row, column), number in np.ndenumerate(table):
            _cell(axes, left + column, (rows - 1) / 2 - row, number, colour)
        axes.text(left + (columns - 1) / 2, rows / 2 + 0.25, name, ha="center", va="bottom")
        axes.text(left + columns - 0.1, 0, sign, ha="center", va="center", fontsize=18)
        left += columns + 0.8
    for column, (weights, b) in enumerate(zip(W.T, B, strict=True)):
        products = " + ".join(f"{x} · {w}" for x, w in zip(X, weights, strict=True))
        axes.text(2.7, -1.5 - 0.5 * column, f"a{column + 1} = {products} + {b} = {X @ weights + b}")
    return axes.figure


def draw_bars(axes: Axes, values: Sequence[float], names: Sequence[str], title: str, right: int | None = None) -> None:
    """Draw values as bars with their numbers, the bar `right` in another colour than the others."""
    colours = [ORANGE if number == right else BLUE for number in range(len(values))]
    bars = axes.bar(range(len(values)), values, color=colours)
    axes.bar_label(bars, [f"{value:.3g}" for value in values], padding=2)
    axes.set_xticks(range(len(values)), names)
    axes.margins(y=0.15)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(title)


def draw_descent(path: Sequence[float], label: Label) -> FigureBase:
    """Draw the steps of a weight down the curve L = w^2, with the slope where it starts."""
    [axes] = new_panels(1, label("Gradient descent on one curve", "1 本の曲線での勾配降下法"), width=6.5, height=4.5)
    w = np.linspace(-2.3, 2.3, 200)
    axes.plot(w, w**2, color="0.6", label=label("loss L(w) = w²", "損失関数 L(w) = w²"))
    start = path[0]
    tangent = np.array([start - 0.75, start + 0.35])
    slope = label(f"gradient dL/dw = {2 * start:g} at w = {start:g}", f"w = {start:g} での勾配 dL/dw = {2 * start:g}")
    axes.plot(tangent, start**2 + 2 * start * (tangent - start), color=GREEN, ls="--", lw=2, label=slope)
    for before, after in pairwise(path):
        style = {"arrowstyle": "-|>", "color": BLUE, "lw": 1.5, "shrinkA": 3, "shrinkB": 3}
        axes.annotate("", (after, after**2), (before, before**2), arrowprops=style)
    steps = label("each step goes against the gradient", "勾配のマイナス方向へ 1 ステップずつ")
    axes.plot(path, [each**2 for each in path], color=BLUE, marker="o", ls="", label=steps)
    axes.plot([0], [0], color=ORANGE, marker="*", markersize=14, ls="", label=label("minimum", "最小の点"))
    axes.set(xlabel="w", ylabel="L", ylim=(-0.5, 8.5))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper left", fontsize=9)
    return axes.figure


def _cell(axes: Axes, x: float, y: float, number: float, colour: str) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((x - 0.45, y - 0.45), 0.9, 0.9, facecolor=colour, alpha=0.3, edgecolor="black"))
    axes.text(x, y, f"{number:g}", ha="center", va="center", fontsize=13)


def _circle(axes: Axes, x: float, y: float, text: str, colour: str) -> None:
    from matplotlib.patches import Circle

    axes.add_patch(Circle((x, y), 0.4, facecolor=colour, edgecolor="black", zorder=2))
    ink = "white" if colour in (GREEN, ORANGE) else "black"
    axes.text(x, y, text, ha="center", va="center", color=ink, fontsize=12, zorder=3)


def _step(axes: Axes, x: float, y: float) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((x - 0.45, y - 0.4), 0.9, 0.8, facecolor="white", edgecolor="black", zorder=2))
    axes.plot([x - 0.35, x, x, x + 0.35], [y - 0.25, y - 0.25, y + 0.25, y + 0.25], color=BLUE, lw=2.5, zorder=3)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], width: float = 1.5) -> None:
    style = {
        "arrowstyle": "-|>,head_length=0.6,head_width=0.3",
        "color": BLUE,
        "lw": width,
        "shrinkA": 26,
        "shrinkB": 29,
    }
    axes.annotate("", end, start, arrowprops=style, zorder=1)


def _note(axes: Axes, x: float, y: float, text: str, colour: str, ha: str = "center") -> None:
    note = axes.text(x, y, text, ha=ha, va="center", color=colour, fontsize=10, zorder=3)
    note.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.9})
