"""Hold the kit against every entry, print the table, and fail if one is not as it should be. See the package."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # as in a run of the tests

from corpus.entries import RIGHT, WRONG
from corpus.missed import MISSED, UNSURE
from corpus.proof import judged

SEEDS = range(5)
EXAMPLES = 1000  # of each right operation
PROCESSES = 2


def main() -> int:
    """Run, print, and return how many entries are not as they should be, or not as they are listed."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these entries, such as cubic")
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="of each right operation")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="searches for each wrong operation")
    options = parser.parse_args()
    unknown = set(options.names) - {*WRONG, *RIGHT}
    if unknown:
        parser.error(f"no entry is called {', '.join(sorted(unknown))}")

    start = time.perf_counter()
    names = options.names or [*WRONG, *RIGHT]
    complaints = 0
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        count = len(names)
        for name, verdict in zip(
            names, pool.map(judged, names, [options.seeds] * count, [options.examples] * count), strict=True
        ):
            kind, answers = verdict
            wanted = "missed" if name in MISSED | UNSURE else "as it should be"
            got = "missed" if any(answers) else "as it should be"
            complaints += got != wanted
            mark = " " if got == wanted else "!"
            right = sum(answer is None for answer in answers)
            print(f"{mark} {kind:5}  {name:26} {right} of {len(answers)}  {_reason(answers)}", flush=True)
    print(f"{complaints} not as listed; {time.perf_counter() - start:.0f} s")
    return complaints


def _reason(answers: list[str | None]) -> str:
    return next(_reasons(answers), "")


def _reasons(answers: list[str | None]) -> Iterator[str]:
    return (answer for answer in answers if answer)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
