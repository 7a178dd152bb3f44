"""The command ``python -m benchmarks.ulps``: how exact results and gradients are, in units in the last place.

Each function is held against exact arithmetic, over the whole range of floats, from denormals to infinities, with both
zeros; and PyTorch beside it, if it is installed. What is exact, and how far the floats may be from it, is written in
tests/support/elementwise/, exact.py and exact_rows.py; the tests hold a few hundred numbers of each function to it.
It needs mpmath: ``pip install -e ".[test]"``.

The exit status is 1 if an error is above its limit, and above twice that of PyTorch.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # as in a run of the tests

import numpy as np
from support.elementwise import EXACT
from support.exact import MADE_OF_SEVERAL
from support.exact_rows import ROWS, errors_of_rows, rows
from support.ulps import Error, errors, operands_of

__all__ = ["main"]

ENDLESS_ELSEWHERE = {"polygamma"}  # PyTorch goes from far below 0 to above it in steps of 1, which are lost there


class Line(NamedTuple):
    """A line of the table."""

    name: str
    dtype: str
    what: str
    ours: Error
    torch: Error | None
    limit: float

    @property
    def met(self) -> bool:
        """Whether the error is within its limit, or no more than twice PyTorch's."""
        return self.ours.ulps <= max(self.limit, 2 * self.torch.ulps if self.torch else 0)

    def cells(self) -> list[str]:
        """The line in words."""
        torch = "-" if self.torch is None else f"{self.torch.ulps:.3g}"
        where = ", ".join(f"{each:.9g}" for each in self.ours.where)
        met = "yes" if self.met else "NO"
        return [self.name, self.dtype, self.what, f"{self.ours.ulps:.3g}", torch, f"{self.limit:g}", met, where]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the functions named on the command line, or all of them; return whether an error is too large."""
    every = [*EXACT, *MADE_OF_SEVERAL, *ROWS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ulps", description="Errors in units in the last place.")
    parser.add_argument("functions", nargs="*", metavar="FUNCTION", help="which of them, such as exp (default: all)")
    parser.add_argument("--many", type=int, default=300, help="how many sizes of numbers to try (default: 300)")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.functions if name not in every]
    if unknown or options.many < 2:
        parser.error(
            f"there is no {', '.join(unknown)}; there are {', '.join(every)}" if unknown else "--many is 2 or more"
        )
    libraries = [importlib.import_module(name) for name in ("tinygrad_edu", "torch") if find_spec(name)]
    lines = []
    for name in options.functions or every:
        print(f"measuring {name}", file=sys.stderr)
        asked = libraries[:1] if name in ENDLESS_ELSEWHERE else libraries
        for dtype in (np.float32, np.float64):
            lines += list(_lines(name, dtype, asked, options.many))
    heading = ["", "", "", "ours", "PyTorch", "limit", "met", "where ours is largest"]
    print(_table([heading, *(line.cells() for line in lines)]))
    return 0 if all(line.met for line in lines) else 1


def _lines(name: str, dtype: Any, libraries: list[Any], many: int) -> Iterator[Line]:
    exact: Any = {**EXACT, **MADE_OF_SEVERAL, **ROWS}[name]
    found = []
    for library in libraries:
        call = partial(exact.call, library) if exact.call else getattr(library, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if name in ROWS:
                found.append([*errors_of_rows(exact, call, library, rows(exact, dtype, many // 5))])
            else:
                found.append([*errors(exact, call, library, operands_of(exact, dtype, many))])
    ours, torch = found if len(found) == 2 else (found[0], [None] * len(found[0]))
    for place, (mine, theirs) in enumerate(zip(ours, torch, strict=True)):
        what = "result" if place == 0 else "gradient" if len(ours) == 2 else f"gradient {place}"
        yield Line(name, np.dtype(dtype).name, what, mine, theirs, exact.slope_limit if place else exact.limit)


def _table(lines: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


if __name__ == "__main__":
    sys.exit(main())
