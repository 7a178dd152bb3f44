"""The judges, by name."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from itertools import combinations
from multiprocessing import get_context
from types import CodeType
from typing import Any, NamedTuple

import numpy as np

from . import recomputed_gradients
from .decisions import CRASHED, Decision, decision
from .expressions import UnsureError
from .judge import Disagreement, compared, ours, rough_theme, smaller
from .program import FUNCTIONS, NAMES, Machine, pasted
from .recomputed_memory import Mode
from .writing import written


class TorchMachine(Machine):
    """PyTorch; asked for the nodes of all views before a hook is hung, or 2.13 may crash at one that was changed."""

    def run(self, code: CodeType) -> Exception | None:
        """Run one line; return what it raised."""
        if {"register_hook", "retain_grad"} & {*code.co_names}:
            for _, value in self.variables():
                with suppress(RuntimeError):
                    getattr(value, "grad_fn", None)
        names = [name for name in code.co_names if NAMES.fullmatch(name)] if "autograd" in code.co_names else []
        before = [self.env.get(name) for name in names]
        error = super().run(code)
        if error is None:
            self._part([name for name, old in zip(names, before, strict=True) if self.env[name] is not old])
        return error

    def _part(self, names: Sequence[str]) -> None:
        """Give each of the gradients a line made its memory: some that PyTorch returns are one, or share some."""
        for place, name in enumerate(names):
            result: Any = self.env[name]
            if not self.is_tensor(result) or result.is_inference():
                continue
            others = [self.env[other] for other in names[:place] if self.is_tensor(self.env[other])]
            if any(self.shares(each, result) for each in others) or (result.is_leaf and not result.requires_grad):
                with self.module.enable_grad():
                    self.env[name] = result.clone()

    def state(self, line: str, ours: Machine) -> str:
        """Return what is special about its tensors, and those that a line names."""
        named = [self.env[name] for name in NAMES.findall(line) if self.is_tensor(self.env.get(name))]
        tensors = [value for _, value in self.variables() if self.is_tensor(value)]
        kinds = {
            "inference tensor": any(each.is_inference() for each in tensors),
            "view made without recording": any(_unrecorded(each) for each in tensors),
            "whole numbers that require a gradient": any(
                each.requires_grad and not each.is_floating_point() for each in tensors
            ),
            "laid out otherwise": any(
                _steps(ours.array(value)) != _steps(self.array(self.env[name]))
                for name, value in ours.variables()
                if ours.is_tensor(value) and self.is_tensor(self.env.get(name)) and not self.env[name]._is_view()
            ),
            "operands that overlap": any(self.shares(*pair) for pair in combinations(named, 2)),
        }
        return ", ".join(kind for kind, there in kinds.items() if there)


def _unrecorded(tensor: Any) -> bool:
    """Whether it is a view made under ``no_grad``, which PyTorch says to require a gradient if its base does."""
    try:
        return bool(tensor._is_view() and tensor.is_leaf and tensor._base.requires_grad)
    except RuntimeError:
        return True


def _steps(array: Any) -> list[int]:
    """Return the steps in memory along each dimension that has some."""
    return [
        step // array.itemsize
        for step, length in zip(np.asarray(array).strides, array.shape, strict=True)
        if length > 1 < array.size
    ]


def by_torch(lines: Sequence[str]) -> Disagreement | None:
    """Compare with the same lines in PyTorch."""
    return compared(lines, ours(), TorchMachine(import_module("torch")))


class PlainMachine(Machine):
    """The plain double (recomputed_gradients.py): it is asked about what the package computed."""

    judges_refusals = False
    closeness = 1e-6
    gradients_of_nothing = True

    def __init__(self) -> None:
        super().__init__(recomputed_gradients)
        Mode.recording, Mode.wanted = True, []

    def run(self, code: CodeType) -> Exception | None:
        """Run one line; return what it raised."""
        error = super().run(code)
        if isinstance(error, UnsureError):
            raise error
        return error

    def array(self, tensor: Any) -> Any:
        """The values of a tensor."""
        return tensor.numbers

    def shares(self, one: Any, other: Any) -> bool | None:
        """Whether two tensors have memory in common; None if it can't say."""
        first, second = one.family.memory, other.family.memory
        if first.doubtful or second.doubtful or one.family.vague or not one.index.size or not other.index.size:
            return None
        return first is second and np.intersect1d(one.index, other.index).size > 0


def by_recomputation(lines: Sequence[str]) -> Disagreement | None:
    """Compare with everything computed again, in float64 and without a graph.

    Raises:
        UnsureError: If the double can't say.
    """
    plain = PlainMachine()
    found = compared(lines, ours(), plain)
    numbers = [value.numbers for _, value in plain.variables() if plain.is_tensor(value)]
    if found and not all(np.isfinite(each).all() for each in numbers):
        raise UnsureError("numbers that aren't finite")
    if found and "nan" in found.text.partition("the other's")[0]:
        raise UnsureError("the chain rule's NaN: 0 times a slope that isn't finite")
    return found


class Judge(NamedTuple):
    """A second opinion."""

    compare: Callable[[Sequence[str]], Disagreement | None]
    dtypes: tuple[str, ...]  # of the programs that it can judge; none named: all
    decides: Callable[[Sequence[str], Disagreement], Decision | None]  # whether a disagreement is meant

    def disagrees(self, lines: Sequence[str]) -> Disagreement | None:
        """Return a disagreement that isn't a decision; None too where the judge can't say."""
        try:
            found = self.compare(lines)
        except UnsureError:
            return None
        return None if found is None or self.decides(lines, found) else found


def _decided(lines: Sequence[str], found: Disagreement) -> Decision | None:
    each = decision(lines, found)
    if each is not None and each.confirmed:
        with suppress(UnsureError):
            if by_recomputation(lines[: found.line + 1]):
                return None
    return each


JUDGES = {
    "torch": Judge(by_torch, (), _decided),
    "recomputation": Judge(by_recomputation, ("float64",), lambda lines, found: None),
}


class Result(NamedTuple):
    """What came of a program."""

    number: int
    verdict: str  # agreed, decided, not judged, disagreed, crashed
    about: str = ""  # the reason of the decision, what the judge can't say, the kind of disagreement
    report: str = ""  # a disagreement, in words, with a program to paste


def results(judge: str, seed: int, numbers: Iterable[int], small: int = 3) -> Iterator[Result]:
    """Run programs, and yield what comes of each. Of a kind of disagreement the first few are made `small`.

    They run in a process apart, for some programs end PyTorch itself (2.13); the next goes on behind them.
    """
    left = list(numbers)
    while left:
        here, there = get_context("spawn").Pipe(duplex=False)
        process = get_context("spawn").Process(
            target=_send_results, args=(there, judge, seed, left, small), daemon=True
        )
        process.start()
        there.close()
        try:
            while left:
                yield here.recv()
                left.pop(0)
        except EOFError:
            yield _after_crash(judge, seed, left.pop(0))
        finally:
            process.terminate()
            process.join()


def _after_crash(judge: str, seed: int, number: int) -> Result:
    """A program ended its process: that is PyTorch's fault if this package runs all its lines."""
    lines = written(seed, number, JUDGES[judge].dtypes)
    alone = f"for line in {lines!r}:\n    with suppress(Exception):\n        exec(line)"
    text = f"{pasted([])}\nfrom contextlib import suppress\n{FUNCTIONS}\n{alone}"
    survived = subprocess.run([sys.executable, "-W", "ignore", "-c", text], check=False).returncode == 0
    return Result(number, *(("decided", CRASHED) if survived and judge == "torch" else ("crashed",)))


def _send_results(there: Any, judge: str, seed: int, numbers: Iterable[int], small: int) -> None:
    seen: Counter[str] = Counter()
    for number in numbers:
        result = result_of(JUDGES[judge], seed, number, seen, small)
        there.send(result)
    threading.Event().wait()  # forever: the other side ends this process


def result_of(judge: Judge, seed: int, number: int, seen: Counter[str], small: int) -> Result:
    """Run a program, and return what comes of it."""
    lines = written(seed, number, judge.dtypes)
    try:
        found = judge.compare(lines)
    except UnsureError as unsure:
        return Result(number, "not judged", str(unsure))
    if found is None:
        return Result(number, "agreed")
    if meant := judge.decides(lines, found):
        return Result(number, "decided", meant.reason)
    kind = rough_theme(lines, found)
    seen[kind] += 1
    if seen[kind] <= small:
        lines = smaller(lines, judge.disagrees)
        found = judge.disagrees(lines) or found
    text = f"# program {number}, {found.kind}: {lines[found.line]}: {found.text}\n{pasted(lines)}\n"
    return Result(number, "disagreed", kind, text)
