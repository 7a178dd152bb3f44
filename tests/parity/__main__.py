"""Compare every public name with PyTorch's; print a table: name x (value, gradient, second order, in place, errors).

Runs the tests of this folder, and makes every call of support/mistakes.py with both modules. A cell says

    ✓    at least ten calls agreed, and none disagreed (but where a decision says why: printed below)
    7    only seven did
    –    there is nothing of the kind: no gradient, no form in place, no call that PyTorch refuses
    ✗    a call disagreed: printed below
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # as in a run of the tests

import pytest
from parity.decisions import decision
from parity.sweep import counterpart, sweep
from support.evidence import COLUMNS, ENOUGH, KINDS, LEDGER, names


def table(found: list[str]) -> list[str]:
    """A line for each name."""
    wide = max(map(len, found), default=4)
    lines = [f"{'name':{wide}}  {'  '.join(f'{each:>12}' for each in COLUMNS)}  never saw"]
    for name in found:
        cells = [f"{cell(name, column):>12}" for column in COLUMNS]
        lines.append(f"{name:{wide}}  {'  '.join(cells)}  {', '.join(unseen(name))}".rstrip())
    return lines


def cell(name: str, column: str) -> str:
    """What is known of a name, in one column."""
    count = LEDGER.counts[name, column]
    if (name, column) in LEDGER.faults:
        return "✗"
    return "✓" if count >= ENOUGH else str(count) if count or column == "value" else "–"


def unseen(name: str) -> list[str]:
    """The kinds of arguments that no call of a name had that was compared in value, of a name that takes tensors."""
    seen = [each for each in KINDS if LEDGER.kinds[name, each]]
    return [each for each in KINDS if each not in seen] if "float32" in seen or "float64" in seen else []


def main() -> int:
    """Run, print, and return how many cells have a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these, such as exp or GELU")
    parser.add_argument("--without-tests", action="store_true", help="only the calls of support/mistakes.py")
    options = parser.parse_args()
    only = set(options.names)
    found = sorted(each for each in names() if counterpart(each) is not None)
    found = [each for each in found if not only or each.rpartition(".")[2] in only]
    if not found:
        parser.error(f"PyTorch and this package have no name {' or '.join(sorted(only))} in common")

    start = time.perf_counter()
    LEDGER.is_open = True
    decided: Counter[str] = Counter()
    failed = run_tests(only) if not options.without_tests else []
    for name, columns, fault, kinds in sweep(only):
        if not fault:
            LEDGER.count(name, columns, kinds)
        elif reason := decision(fault):
            decided[reason] += 1
            LEDGER.count(name, columns[:-1], kinds)
        else:
            LEDGER.fault(name, columns[-1], fault)
    LEDGER.is_open = False

    print(*table(found), sep="\n")
    for (name, column), faults in sorted(LEDGER.faults.items()):
        print(f"\n✗ {name}, {column}: {len(faults)} calls disagree", *faults[:3], sep="\n    ")
    print(*(f"\nfailed: {each}" for each in failed), sep="")
    print(*(f"{count:6d} calls differ on purpose: {reason}" for reason, count in decided.most_common()), sep="\n")
    calls = sum(count for (_, column), count in LEDGER.counts.items() if column in ("value", "in place", "errors"))
    full = sum(all(cell(name, column) in "✓–" for column in COLUMNS) for name in found)
    print(f"{calls} calls compared, {len(found)} names, {full} of them with ✓ or – in all columns")
    print(f"{len(LEDGER.faults)} cells with ✗; {time.perf_counter() - start:.0f} s")
    return len(LEDGER.faults) + len(failed)


class Failures:
    """A plugin of pytest that notes which tests fail."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        if report.failed:
            self.found.append(report.nodeid)


def run_tests(only: set[str]) -> list[str]:
    """Run this folder's tests, those of some names or all; return those that fail."""
    failures = Failures()
    with contextlib.redirect_stdout(io.StringIO()):
        for chosen in [["--operation", each] for each in sorted(only)] or [[]]:
            pytest.main([str(Path(__file__).parent), "-q", "-p", "no:cacheprovider", *chosen], [failures])
    return failures.found


if __name__ == "__main__":
    sys.exit(min(main(), 1))
