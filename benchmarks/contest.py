"""The contest: contenders in processes of their own, taking turns.

A machine's speed drifts: its clock follows its temperature, other programs come and go. So the
contenders race in rounds (A B C A B C …), one running while the others wait, and only times from
the same round, close together, are compared.

The races of workloads use *long-lived* processes: a worker imports, prepares, warms up and finds out
how many steps fill a round, all before the first round, and then waits for orders on a pipe. That is
how training runs: thousands of steps in a warm process. A fresh process for each round would spend
its time on importing, and would time cold caches and an allocator without free pages. The price is
that a worker keeps the memory layout that it got at its start, lucky or not; run the suite again to
see how much that matters. Import time and peak memory can be measured only once in a process, so
there each round takes a *fresh* one.

All workers get the same number of threads, none of the variables that make OpenBLAS choose another
kernel than it would, and leave to keep compiled modules, without which import times would be those
of a compiler.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.workloads import CONTENDERS

__all__ = ["Rounds", "installed_contenders", "race", "race_fresh"]

Rounds = dict[str, list[float]]  # for each contender its figure in each round

ROOT = Path(__file__).resolve().parent.parent
DROPPED_VARIABLES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONDONTWRITEBYTECODE")
CHECK_STEPS = 3
RELATIVE_TOLERANCE = 1e-3
ABSOLUTE_TOLERANCE = 1e-6


def installed_contenders() -> list[str]:
    """Return the contenders that can be imported here; PyTorch may be missing."""
    return [name for name in CONTENDERS if name == "tinygrad_edu" or importlib.util.find_spec(name) is not None]


def race(workload: str, contenders: Sequence[str], *, rounds: int, threads: int, seconds: float) -> Rounds:
    """Race a workload and return the seconds a step of each contender in each round.

    Args:
        workload: The name in `WORKLOADS`.
        contenders: Who races, in the order of their turns.
        rounds: How many rounds.
        threads: How many threads each may use.
        seconds: About how long each contender runs in a round.

    Raises:
        RuntimeError: If the contenders don't compute the same, or if a worker fails.
    """
    workers: dict[str, Worker] = {}
    try:
        for name in contenders:
            workers[name] = Worker("race", workload, name, threads=threads)
        _check_agreement(workload, {name: worker.ask({"check": CHECK_STEPS}) for name, worker in workers.items()})
        steps = {name: _steps_to_fill(seconds, worker) for name, worker in workers.items()}
        times: Rounds = {name: [] for name in contenders}
        for _ in range(rounds):
            for name, worker in workers.items():
                times[name].append(worker.ask({"run": steps[name]}))
        return times
    finally:
        for worker in workers.values():
            worker.close()


def race_fresh(task: Sequence[str], contenders: Sequence[str], *, rounds: int, threads: int) -> Rounds:
    """Run a task in a fresh process each time, after one round that only fills caches, on disk and in memory."""
    figures: Rounds = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name in contenders:
            with Worker(*task, name, threads=threads) as worker:
                figure = worker.answer()
            if turn > 0:
                figures[name].append(figure)
    return figures


class Worker:
    """A process that runs one contender; see worker.py for what it understands."""

    def __init__(self, *task: str, threads: int) -> None:
        self.task = " ".join(task)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", *task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=_environment(threads),
        )

    def ask(self, order: dict[str, int]) -> Any:
        """Send an order and wait for its answer."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # the missing answer will tell
            print(json.dumps(order), file=self._process.stdin, flush=True)
        return self.answer()

    def answer(self) -> Any:
        """Wait for the next answer.

        Raises:
            RuntimeError: If the process ended instead.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker '{self.task}' ended without an answer; its own message is above")
        return json.loads(line)

    def close(self) -> None:
        """End the process: it ends by itself when no more orders can come."""
        try:
            self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _environment(threads: int) -> dict[str, str]:
    """Return the environment of a worker."""
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED_VARIABLES}
    counts = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    return kept | counts


def _steps_to_fill(seconds: float, worker: Worker) -> int:
    """Return how many steps last about `seconds`: from a single step, then from a tenth of the time."""
    steps = 1
    for share in (0.1, 1.0):
        steps = max(1, round(share * seconds / worker.ask({"run": steps})))
    return steps


def _check_agreement(workload: str, values: dict[str, list[float]]) -> None:
    """Refuse a race in which somebody computes something else."""
    names = iter(values)
    reference = next(names)
    for name in names:
        for mine, theirs in zip(values[reference], values[name], strict=True):
            if not abs(mine - theirs) <= ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * abs(theirs):
                raise RuntimeError(
                    f"{workload}: after {CHECK_STEPS} steps {reference} has {values[reference]} but {name} has "
                    f"{values[name]}; a race between different computations means nothing"
                )
