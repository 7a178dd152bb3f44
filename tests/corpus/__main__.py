"""Hold the kit against every entry, print the table, and fail if one is not as it should be. See the package."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
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
    parser.add_argument("--processes", type=int, default=PROCESSES, help="how many run at once")
    options = parser.parse_args()
    unknown = set(options.names) - {*WRONG, *RIGHT}
    if unknown:
        parser.error(f"no entry is called {', '.join(sorted(unknown))}")

    start = time.perf_counter()
    names = options.names or [*WRONG, *RIGHT]
    whole = options.examples >= EXAMPLES and options.seeds >= len(SEEDS)
    managed: Counter[bool] = Counter()
    complaints = 0
    with ProcessPoolExecutor(options.processes, get_context("spawn")) as pool:
        searches = pool.map(judged, names, [options.seeds] * len(names), [options.examples] * len(names))
        for name, (kind, answers) in zip(names, searches, strict=True):
            missed = any(answers)
            managed[not missed] += 1
            as_listed = missed == (name in MISSED | UNSURE) or (name in UNSURE and not whole)
            complaints += not as_listed
            passed = f"{sum(answer is None for answer in answers)} of {len(answers)}"
            reason = next(filter(None, answers), "")
            print(f"{' ' if as_listed else '!'} {kind}  {name:26} {passed}  {reason}".rstrip(), flush=True)
    print(f"{managed[True]} of {len(names)} as they should be; {complaints} not as corpus/missed.py has it")
    print(f"{time.perf_counter() - start:.0f} s")
    return complaints


if __name__ == "__main__":
    sys.exit(min(main(), 1))
