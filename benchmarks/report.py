"""From the figures of the rounds to ratios, verdicts and a table.

A ratio is taken within each round, and the median of those is what counts: dividing two medians
would compare times from different moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.contest import Rounds
from benchmarks.targets import Target

__all__ = ["Comparison", "Result", "table"]

OURS = "tinygrad_edu"


@dataclass(frozen=True)
class Comparison:
    """A figure relative to another contender's: the median over the rounds, and the extremes."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, mine: list[float], theirs: list[float], *, difference: bool = False) -> Comparison:
        """Compare round by round."""
        each = [a - b if difference else a / b for a, b in zip(mine, theirs, strict=True)]
        return cls(median(each), min(each), max(each))

    def text(self, *, difference: bool = False) -> str:
        """Return it as ``0.52 (0.49..0.55)``, differences in milliseconds."""
        if difference:
            return f"{self.median * 1e3:+.0f} ms ({self.lowest * 1e3:+.0f}..{self.highest * 1e3:+.0f})"
        digits = 2 if self.median >= 0.1 else 3
        return f"{self.median:.{digits}f} ({self.lowest:.{digits}f}..{self.highest:.{digits}f})"


@dataclass(frozen=True)
class Result:
    """What one race has shown.

    Attributes:
        name: Its name on the command line.
        title: What was computed.
        rounds: The figures, in the target's unit.
        target: What tinygrad_edu is to reach.
    """

    name: str
    title: str
    rounds: Rounds
    target: Target

    def compared(self, mine: str, theirs: str, *, difference: bool = False) -> Comparison | None:
        """Compare two contenders; None if one of them didn't race."""
        if mine not in self.rounds or theirs not in self.rounds:
            return None
        return Comparison.of(self.rounds[mine], self.rounds[theirs], difference=difference)

    @property
    def judged(self) -> Comparison | None:
        """The comparison that the target speaks of."""
        return self.compared(OURS, self.target.against, difference=self.target.difference)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None if its rival didn't race."""
        return None if self.judged is None else self.judged.median <= self.target.limit

    def as_json(self) -> dict[str, Any]:
        """Return everything, for a file."""
        pairs = [(OURS, "torch"), (OURS, "numpy"), ("numpy", "torch")]
        compared = {f"{mine}/{theirs}": self.compared(mine, theirs) for mine, theirs in pairs}
        return {
            "title": self.title,
            "rounds": self.rounds,
            "ratios": {pair: vars(each) for pair, each in compared.items() if each is not None},
            "target": vars(self.target),
            "judged": None if self.judged is None else vars(self.judged),
            "met": self.met,
        }


def table(results: list[Result]) -> str:
    """Return the results as text, a line each."""
    lines = [["", "ours", "target", "met", "ours / PyTorch", "ours / NumPy", "NumPy / PyTorch", "a step is"]]
    lines += [_line(result) for result in results]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _line(result: Result) -> list[str]:
    target = result.target
    rival = {"torch": "PyTorch", "numpy": "NumPy"}[target.against]
    bound = f"<= {rival} {target.limit * 1e3:+.0f} ms" if target.difference else f"<= {target.limit:.2f} {rival}"
    pairs = [(OURS, "torch"), (OURS, "numpy"), ("numpy", "torch")]
    compared = [result.compared(mine, theirs) for mine, theirs in pairs]
    cells = ["-" if each is None else each.text() for each in compared]
    if target.difference and result.judged is not None:
        cells[1] = result.judged.text(difference=True)
    return [
        result.name,
        _quantity(median(result.rounds[OURS]), target.unit),
        bound,
        {True: "yes", False: "NO", None: "-"}[result.met],
        *cells,
        result.title,
    ]


def _quantity(value: float, unit: str) -> str:
    """Return a time or an amount of memory, with the prefix that suits it."""
    if unit == "B":
        return f"{value / 1e6:.3g} MB"
    for size, prefix in [(1.0, ""), (1e-3, "m")]:
        if value >= size:
            return f"{value / size:.3g} {prefix}s"
    return f"{value / 1e-6:.3g} µs"
