"""The command ``python -m benchmarks``: chooses the races, runs them, prints the table.

The exit status is 0 whether or not the targets are met: on a shared machine a time proves nothing.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.contest import Rounds, installed_contenders, race, race_fresh
from benchmarks.report import Result, table
from benchmarks.targets import TARGETS
from benchmarks.workloads import WORKLOADS

__all__ = ["main"]

MEMORY_WORKLOAD = "W2"

TITLES = {name: workload.title for name, workload in WORKLOADS.items()} | {
    "import": "importing the package in a fresh process",
    "memory": f"peak memory of training {MEMORY_WORKLOAD}, less that of the import",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the races named on the command line, or all of them."""
    options = _options(arguments)
    contenders = installed_contenders()
    if "torch" not in contenders:
        print("PyTorch isn't installed: racing against NumPy alone.", file=sys.stderr)
    results = []
    for name in options.races:
        print(f"racing {name}: {TITLES[name]}", file=sys.stderr)
        results.append(Result(name, TITLES[name], _run(name, contenders, options), TARGETS[name]))
    print(table(results))
    if options.json is not None:
        options.json.write_text(json.dumps(_everything(results, options), indent=2) + "\n", encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Race tinygrad_edu against its peers.")
    parser.add_argument("races", nargs="*", metavar="RACE", help=f"which races: {', '.join(TARGETS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=9, help="how many rounds (default: 9)")
    parser.add_argument("--threads", type=int, default=1, help="threads for each contender (default: 1)")
    parser.add_argument("--seconds", type=float, default=0.3, help="length of a contender's turn (default: 0.3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure of every round to a file")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.races if name not in TARGETS]
    if unknown:
        parser.error(f"no race is called {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    if options.rounds < 1 or options.threads < 1 or options.seconds <= 0:
        parser.error("--rounds and --threads must be 1 or more, and --seconds above 0")
    options.races = options.races or list(TARGETS)
    return options


def _run(name: str, contenders: list[str], options: argparse.Namespace) -> Rounds:
    rounds, threads = options.rounds, options.threads
    if name == "import":
        return race_fresh(["import"], contenders, rounds=rounds, threads=threads)
    if name == "memory":
        return race_fresh(["memory", MEMORY_WORKLOAD], contenders, rounds=rounds, threads=threads)
    return race(name, contenders, rounds=rounds, threads=threads, seconds=options.seconds)


def _everything(results: list[Result], options: argparse.Namespace) -> dict[str, object]:
    return {
        "machine": platform.machine(),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in ("numpy", "torch")},
        "rounds": options.rounds,
        "threads": options.threads,
        "seconds": options.seconds,
        "results": {result.name: result.as_json() for result in results},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
