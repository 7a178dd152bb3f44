"""Backpropagation in slow motion: which rule ran at which operation, and which numbers went in and came out."""

from __future__ import annotations

import html
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.inspection._looking import recorded_for, saved_as
from tinygrad_edu.inspection._numbers import in_full, in_short
from tinygrad_edu.inspection._page import page
from tinygrad_edu.inspection._recorded import Recorded, Step, Vertex, walk
from tinygrad_edu.inspection._words import LANGUAGES, said
from tinygrad_edu.inspection.graph import Graph

__all__ = ["Explanation", "explain"]


def explain(result: Tensor, named: Any = None, *, lang: str = "en") -> Explanation:
    """Backpropagation from a result, step by step: a text to print, and a page to click through.

    Each step is one operation: what gradient arrived at its result, the rule as it stands in the derivative table
    (`g` is what arrived, `out` the result), the numbers that the rule used, and what went on to whom. Nothing
    changes: no ``grad`` is filled, no hook is called, and the graph stays for ``backward()``.

    Args:
        result: A tensor that was computed from others with gradients; of several values, the walk starts from ones.
        named: What tensors are called: a module, or a dict of tensors and modules; by default the variables of the
            caller.
        lang: "en" or "ja".

    Raises:
        TypeError: If `result` is no tensor, or `named` neither module nor dict.
        ValueError: If it is another language.
        RuntimeError: If nothing was recorded, or an earlier backward has freed the graph.

    Source: the article, 「勾配 (gradient)」.

    >>> x, w = tg.tensor(3.0), tg.tensor(2.0, requires_grad=True)
    >>> loss = (w * x) ** 2
    >>> print(tg.inspection.explain(loss))
    Backpropagation from loss, step by step
    The gradient of loss by itself is where it starts: 1.
    <BLANKLINE>
    Step 1: loss = pow(mul#2)  ()
      arrives: 1.
      d pow / d x = _power_by_base(g, x, y)
        with x = 6., y = 2
        goes to mul#2: 12.
    <BLANKLINE>
    Step 2: mul#2 = mul(w)  ()
      arrives: 12.
      d mul / d x = g * y
        with y = 3.
        goes to w: 36.
    <BLANKLINE>
    What arrived at the leaves, which backward() adds to their grad:
      w: 36.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"explain: lang must be 'en' or 'ja', got {lang!r}")
    found = recorded_for("explain", result, named, sys._getframe(1))
    return Explanation(found, walk(found, np.ones_like(result._data)), lang)


class Explanation:
    """The steps of backpropagation, to read; made by `explain`.

    Attributes:
        steps: What happened, in order.
        lang: The language of the words.
    """

    def __init__(self, graph: Recorded, steps: list[Step], lang: str) -> None:
        self._graph = graph
        self.steps = steps
        self.lang = lang

    def __str__(self) -> str:
        result, start = self._graph.result.title, self._graph.result.gradient
        lines = [
            self._say("title", result=result),
            self._say("start", result=result, value=in_short(np.asarray(start))),
            "",
        ]
        for number, step in enumerate(self.steps, 1):
            first, *others = self._lines(number, step)
            lines += [first, *(f"  {line}" for line in others), ""]
        return "\n".join([*lines, *self._end()])

    __repr__ = __str__

    def _say(self, sentence: str, **values: Any) -> str:
        return said(sentence, self.lang, **values)

    def _lines(self, number: int, step: Step) -> list[str]:
        """The words of a step; what belongs to a rule is indented."""
        vertex = step.vertex
        uses = Counter(each.target.number for other in self.steps for each in other.contributions)
        shape = f"  {vertex.shape}" if vertex.shape is not None else ""
        lines = [self._say("step", number=number, what=f"{vertex.title} = {call_of(vertex)}{shape}")]
        arrived, count = in_short(step.arrived), uses[vertex.number]
        lines.append(self._say("arrives, summed" if count > 1 else "arrives", value=arrived, count=count))
        for each in step.contributions:
            lines.append(self._say("rule", operation=vertex.operation, operand=each.operand, rule=each.rule))
            if each.used:
                values = ", ".join(f"{name} = {in_short(value)}" for name, value in each.used.items())
                lines.append("  " + self._say("with", values=values))
            handed = self._say("to", target=each.target.title, value=in_short(each.value))
            summed = " " + self._say("summed", shape=each.value.shape) if each.summed else ""
            lines.append(f"  {handed}{summed}")
        return lines

    def _end(self) -> list[str]:
        leaves = [each for each in self._graph.vertices if not each.operation and each.gradient is not None]
        found = [
            self._say("leaf", name=each.title, value=in_full(each.gradient).replace("\n", "\n      "))
            for each in leaves
            if each.gradient is not None
        ]
        return [self._say("results"), *(f"  {line}" for line in found or [self._say("nothing")])]

    # As a page

    def html(self) -> str:
        """The explanation as a page of its own: the graph, and the steps to go through with keys or buttons."""
        result = self._graph.result
        pages = [{"title": self._say("start", result=result.title, value=""), "box": result.number, "lines": []}]
        pages[0]["lines"] = [in_full(np.asarray(result.gradient))]
        for number, step in enumerate(self.steps, 1):
            first, *others = self._lines(number, step)
            numbers = {each.target.number: in_full(each.value) for each in step.contributions}
            pages.append({"title": first, "box": step.vertex.number, "lines": others, "to": numbers})
        first, *others = self._end()
        pages.append({"title": first, "box": 0, "lines": others})
        picture = Graph(self._graph, fold=False, values=False, gradients=False).svg()
        words = {each: self._say(each) for each in ("help", "back", "forward")}
        words["of"] = self._say("of", number="{number}", count="{count}")
        return page(self.lang, self._say("title", result=result.title), picture, pages, words)

    def _repr_html_(self) -> str:
        return f'<iframe srcdoc="{html.escape(self.html())}" width="100%" height="560" frameborder="0"></iframe>'

    def save(self, path: str | Path) -> None:
        """Write the explanation to a file: a page if its name ends in ``.html``, a text if in ``.txt``.

        Raises:
            ValueError: If it is another ending.
        """
        saved_as("Explanation.save", path, {".html": self.html, ".txt": lambda: f"{self}\n"})


def call_of(vertex: Vertex) -> str:
    """An operation with what it was computed from, as far as that has a gradient."""
    return f"{vertex.operation}({', '.join(each.title for _, each in vertex.operands)})"
