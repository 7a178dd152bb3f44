"""One contender in a process of its own: takes orders on standard input, answers on standard output.

    python -m benchmarks.worker race W1 torch       then, a line of JSON each: {"check": 3} or {"run": 200}
    python -m benchmarks.worker memory W2 torch     one answer, no orders
    python -m benchmarks.worker import torch        one answer, no orders

Python's garbage collector stays on, as it is for everybody who trains a network.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from time import perf_counter
from typing import Any

from benchmarks.workloads import WORKLOADS, Step

__all__: list[str] = []

MEMORY_STEPS = 20
TINY_WORKLOAD = "W3"
SAMPLES = 4


def main(task: str, *arguments: str) -> None:
    if task == "race":
        workload, contender = arguments
        _import(contender)
        _take_orders(WORKLOADS[workload].prepare(contender))
    elif task == "memory":
        _answer(_memory(*arguments))
    else:
        _answer(_import_seconds(*arguments))


def _take_orders(step: Step) -> None:
    for line in sys.stdin:
        ((order, steps),) = json.loads(line).items()
        _answer(_values(step, steps) if order == "check" else _seconds_a_step(step, steps))


def _values(step: Step, steps: int) -> list[float]:
    """Return a few of the values after some steps; nothing of them lives on, to be in the way of the race."""
    for _ in range(steps):
        values = step()
    return [number for value in values for number in _numbers(value)]


def _seconds_a_step(step: Step, steps: int) -> float:
    """Time `steps` steps, after one that fetches code and data back into the caches."""
    step()
    begin = perf_counter()
    for _ in range(steps):
        step()
    return (perf_counter() - begin) / steps


def _memory(workload: str, contender: str) -> float:
    """Return by how many bytes a training run raises the peak above that of importing the contender.

    What a contender imports or builds at its first step of all, a tiny one, counts as importing.
    """
    _import(contender)
    WORKLOADS[TINY_WORKLOAD].prepare(contender)()
    before = _peak_bytes()
    step = WORKLOADS[workload].prepare(contender)
    for _ in range(MEMORY_STEPS):
        step()
    return _peak_bytes() - before


def _peak_bytes() -> int:
    import resource  # not on every system, and only this task needs it

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _import_seconds(contender: str) -> float:
    begin = perf_counter()
    importlib.import_module(contender)
    return perf_counter() - begin


def _import(contender: str) -> None:
    module: Any = importlib.import_module(contender)
    if contender == "torch":
        module.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))


def _numbers(value: Any) -> list[float]:
    """Return a few of the values of an array or tensor, the same places for all contenders."""
    if hasattr(value, "detach"):
        value = value.detach().numpy()
    flat = value.reshape(-1)
    return [float(number) for number in flat[:: max(1, len(flat) // SAMPLES)]]


def _answer(answer: Any) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
