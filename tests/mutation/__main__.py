"""Plant every mistake, print the table of kills, and fail if one survives. See the package's docstring."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # as in a run of the tests

from mutation.equivalent import EQUIVALENT
from mutation.judge import judged
from mutation.mistakes import KINDS
from mutation.sites import Planted, planted, sites

VERDICTS = ("planted", "noticed", "equivalent", "survived")


def main() -> int:
    """Run, print, and return how many complaints there are."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("operations", nargs="*", help="only the mistakes of these operations or helpers, such as mul")
    wanted = set(parser.parse_args().operations)
    chosen = {site.name for site in sites() if not wanted or wanted & set(site.row.split(", "))}
    mistakes = [each for each in planted().values() if each.site.name in chosen]

    start = time.perf_counter()
    noticed: dict[str, str | None] = {}
    for name, by in judged([*chosen, *(each.name for each in mistakes)]):
        noticed[name] = by
        if sys.stderr.isatty():
            print(f"\r{len(noticed)} of {len(chosen) + len(mistakes)}", end="\r", file=sys.stderr)

    print(table_of_kills(mistakes, noticed))
    complaints = list(all_complaints(chosen, mistakes, noticed, whole=not wanted))
    print("\n".join(complaints) or "Every mistake was noticed, or is listed as none.")
    print(f"{time.perf_counter() - start:.0f} s")
    return len(complaints)


def all_complaints(
    chosen: Iterable[str], mistakes: Iterable[Planted], noticed: dict[str, str | None], *, whole: bool
) -> Iterable[str]:
    """Yield what must not be, a line each."""
    for site in chosen:
        if noticed[site]:
            yield f"FALSE ALARM: with nothing planted, {noticed[site]}: {site}"
    for each in mistakes:
        if noticed[each.name] is None and each.name not in EQUIVALENT:
            yield f"SURVIVED: {each.name}"
        if noticed[each.name] and each.name in EQUIVALENT:
            yield f"LISTED AS EQUIVALENT, BUT NOTICED by {noticed[each.name]}: {each.name}"
    if whole:
        yield from (f"LISTED AS EQUIVALENT, BUT NOT FOUND: {name}" for name in EQUIVALENT.keys() - planted().keys())


def table_of_kills(mistakes: Iterable[Planted], noticed: dict[str, str | None]) -> str:
    """Return the table: for each operation and kind the mistakes noticed, and in brackets those that are none."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for each in mistakes:
        verdict = "noticed" if noticed[each.name] else "equivalent" if each.name in EQUIVALENT else "survived"
        counts.update(product((each.site.row, "all"), (each.kind, "all"), (verdict, "planted")))
    rows = [*dict.fromkeys(each.site.row for each in mistakes), "all"]
    cells = [["", *KINDS, *VERDICTS]]
    for row in rows:
        of_kinds = [_cell(*(counts[row, kind, verdict] for verdict in VERDICTS)) for kind in KINDS]
        cells.append([row, *of_kinds, *(str(counts[row, "all", verdict]) for verdict in VERDICTS)])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in cells)


def _cell(planted: int, noticed: int, equivalent: int, survived: int) -> str:
    text = f"{noticed} ({equivalent})" if equivalent else str(noticed)
    return "" if not planted else f"{text} !{survived}" if survived else text


if __name__ == "__main__":
    sys.exit(min(main(), 1))
