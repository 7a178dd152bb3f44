"""The recorded graph of a result, to look at: as text, as a picture (SVG), or in DOT for Graphviz."""

from __future__ import annotations

import html
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.inspection._boxes import Box, boxes_of, folded
from tinygrad_edu.inspection._layout import laid_out
from tinygrad_edu.inspection._looking import recorded_for, saved_as
from tinygrad_edu.inspection._numbers import in_short
from tinygrad_edu.inspection._recorded import walk

__all__ = ["Graph", "graph"]

MANY = 40  # operations: from there on a graph is folded, unless that is said
LETTER, ROW, MARGIN = 7.2, 17.0, 9.0  # the width of a letter, the height of a line and the room around them, in pixels
COLOURS = {"leaf": "#fff3d6", "operation": "#e4eefb", "folded": "#e6e6e6", "result": "#dff2e3"}


def graph(
    result: Tensor, named: Any = None, *, values: bool = False, gradients: bool = False, fold: bool | None = None
) -> Graph:
    """The recorded graph of a result: which operations made it, from which tensors.

    In Jupyter it shows itself as a picture, and in a terminal as text; ``save("graph.svg")`` and ``save("graph.dot")``
    write files. A line of the text was computed from the one below it; where there are several, they are branches.

    Args:
        result: A tensor that was computed from others with gradients.
        named: What tensors are called: a module, whose parameters have names, or a dict of tensors and modules; by
            default the variables of the caller.
        values: Whether to show the numbers of small tensors, where they are known.
        gradients: Whether to show the gradient of the result by each of them.
        fold: Whether modules, and blocks that are repeated, are shown as one; by default if there are many operations.

    Raises:
        TypeError: If `result` is no tensor, or `named` neither module nor dict.
        RuntimeError: If nothing was recorded; and with `gradients`, if an earlier backward has freed the graph.

    >>> x, w = tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0], requires_grad=True)
    >>> loss = (w * x).sum()
    >>> print(tg.inspection.graph(loss))
    loss = sum  ()
    mul(w)  (2,)
    """
    found = recorded_for("graph", result, named, sys._getframe(1))
    try:
        walk(found, np.ones_like(result._data))  # which sees all shapes
    except RuntimeError:
        if gradients:
            raise
    wanted = len(found.vertices) > MANY if fold is None else fold
    return Graph(found, wanted, values, gradients)


class Graph:
    """A graph to look at; made by `graph`."""

    def __init__(self, found: Any, fold: bool, values: bool, gradients: bool) -> None:
        self._result = found.result.number
        self._values, self._gradients = values, gradients
        inline, apart = boxes_of(found, leaves=False), boxes_of(found, leaves=True)
        self._inline, self._apart = (folded(inline), folded(inline)) if fold else (inline, apart)

    # As text

    def __str__(self) -> str:
        lines: list[str] = []
        shown: set[int] = set()
        waiting = [(self._result, "", "")]
        while waiting:
            number, first, rest = waiting.pop()
            again = number in shown
            while True:
                box = self._inline[number]
                lines.append(first + "  ".join(self._words(box)) + ("  (as above)" if again else ""))
                shown.add(number)
                if again or len(box.operands) != 1:
                    break
                (number,), first = box.operands, rest
                again = number in shown
            if not again:
                branches = [(each, f"{rest}├─ ", f"{rest}│  ") for each in box.operands[:-1]]
                branches += [(each, f"{rest}└─ ", f"{rest}   ") for each in box.operands[-1:]]
                waiting += reversed(branches)
        return "\n".join(lines)

    __repr__ = __str__

    def _words(self, box: Box) -> list[str]:
        """What stands in a box, line by line."""
        title = f"{box.name} = {box.title}" if box.name and box.title != "leaf" else box.name or box.title
        words = [title, "" if box.shape is None else str(box.shape)]
        if box.vertex is not None and self._values and box.vertex.value is not None:
            words.append(in_short(box.vertex.value))
        if box.vertex is not None and self._gradients and box.vertex.gradient is not None:
            words.append(f"gradient {in_short(box.vertex.gradient)}")
        return [each for each in words if each]

    # As a picture

    def svg(self) -> str:
        """The picture, as text that a browser shows."""
        words = {number: self._words(box) for number, box in self._apart.items()}
        sizes = {
            number: (max(map(len, each)) * LETTER + 2 * MARGIN, len(each) * ROW + 2 * MARGIN)
            for number, each in words.items()
        }
        places = laid_out({number: box.operands for number, box in self._apart.items()}, sizes)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{places.width:.0f}" height="{places.height:.0f}" '
            f'viewBox="0 0 {places.width:.0f} {places.height:.0f}" font-family="ui-monospace, Menlo, Consolas, '
            'DejaVu Sans Mono, monospace" font-size="12">',
            '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
            'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="#666"/></marker></defs>',
        ]
        for (upper, lower), points in places.lines.items():
            (x0, y0), *between, (x1, y1) = points
            through = [(x0, y0 + sizes[upper][1] / 2), *between, (x1, y1 - sizes[lower][1] / 2)]
            parts.append(
                f'<path class="line" data-from="{upper}" data-to="{lower}" d="{_curve(through)}" fill="none" '
                'stroke="#666" marker-end="url(#arrow)"/>'
            )
        for number, box in self._apart.items():
            (x, y), (wide, tall) = places.centres[number], sizes[number]
            kind = "result" if number == self._result else _kind(box)
            lines = "".join(
                f'<tspan x="{x:.1f}" y="{y - tall / 2 + MARGIN + ROW * (row + 0.72):.1f}">{html.escape(text)}</tspan>'
                for row, text in enumerate(words[number])
            )
            parts.append(
                f'<g class="box" id="box{number}"><rect x="{x - wide / 2:.1f}" y="{y - tall / 2:.1f}" '
                f'width="{wide:.1f}" height="{tall:.1f}" rx="{12 if kind != "leaf" else 2}" fill="{COLOURS[kind]}" '
                f'stroke="#444"/><text text-anchor="middle" fill="#111">{lines}</text></g>'
            )
        return "\n".join([*parts, "</svg>\n"])

    def _repr_svg_(self) -> str:
        return self.svg()

    def dot(self) -> str:
        """The graph in DOT, the language of Graphviz."""
        lines = ["digraph {", '  node [shape=box, style="rounded,filled", fontname="monospace"];']
        for number, box in self._apart.items():
            label = "\\n".join(_quoted(each) for each in self._words(box))
            kind = "result" if number == self._result else _kind(box)
            lines.append(f'  n{number} [label="{label}", fillcolor="{COLOURS[kind]}"];')
        for number, box in self._apart.items():
            lines += [f"  n{each} -> n{number};" for each in dict.fromkeys(box.operands)]
        return "\n".join([*lines, "}\n"])

    def save(self, path: str | Path) -> None:
        """Write the graph to a file; its ending says what: ``.svg``, ``.dot`` or ``.txt``.

        Raises:
            ValueError: If it is another ending.
        """
        saved_as("Graph.save", path, {".svg": self.svg, ".dot": self.dot, ".txt": lambda: f"{self}\n"})


def _kind(box: Box) -> str:
    return "folded" if box.vertex is None else "operation" if box.vertex.operation else "leaf"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _curve(points: list[tuple[float, float]]) -> str:
    """A line that leaves and arrives upright."""
    (x, y), *others = points
    parts = [f"M{x:.1f} {y:.1f}"]
    for end, down in others:
        middle = (y + down) / 2
        parts.append(f"C{x:.1f} {middle:.1f} {end:.1f} {middle:.1f} {end:.1f} {down:.1f}")
        x, y = end, down
    return " ".join(parts)
