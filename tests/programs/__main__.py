"""Write programs, compare, and print every disagreement as a program to paste. See the package's docstring."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # as in a run of the tests

from programs.program import pasted
from programs.search import JUDGES, results
from programs.writing import written

SMALL = 3  # of a kind of disagreement: making one small takes as long as a hundred programs


def main() -> int:
    """Run, print, and return how many disagreements there are."""
    parser = argparse.ArgumentParser(prog="python -m tests.programs", description=__doc__)
    parser.add_argument("--judge", choices=sorted(JUDGES), default="recomputation")
    parser.add_argument("--count", type=int, default=1000, help="how many programs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first program")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="no program is begun after that time")
    parser.add_argument("--only", type=int, help="the number of one program, to look at")
    options = parser.parse_args()
    numbers = range(options.first, options.first + options.count)
    if options.only is not None:
        numbers = range(options.only, options.only + 1)
        print(pasted(written(options.seed, options.only, JUDGES[options.judge].dtypes)), "\n")

    start = time.perf_counter()
    verdicts: Counter[str] = Counter()
    about: Counter[tuple[str, str]] = Counter()
    for result in results(options.judge, options.seed, numbers, SMALL):
        verdicts[result.verdict] += 1
        about[result.verdict, result.about] += 1
        if result.verdict == "crashed":
            print(f"# program {result.number} ended the other's process\n")
        elif result.report and about[result.verdict, result.about] <= SMALL:
            print(result.report, flush=True)
        if time.perf_counter() - start > options.seconds:
            break
    seconds = time.perf_counter() - start
    print(f"{verdicts.total()} programs, judge {options.judge}, seed {options.seed}, {seconds:.0f} s")
    for verdict, times in verdicts.most_common():
        print(f"{times:6d} {verdict}")
    for (verdict, what), times in about.most_common():
        if verdict in ("decided", "not judged"):
            print(f"{times:6d} {verdict}: {what}")
    return verdicts["disagreed"] + verdicts["crashed"]


if __name__ == "__main__":
    sys.exit(min(main(), 1))
