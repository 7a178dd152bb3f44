"""Two machines run a program line by line, and are asked whether they agree."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

import tinygrad_edu as tg

from .expressions import UnsureError
from .program import NAMES, Machine, UnfitError, compiled

CLOSENESS = {"float32": 2e-4, "float16": 3e-2}  # of a program that has such numbers somewhere
WORDS = (RuntimeError, ValueError, TypeError, IndexError, NotImplementedError, ZeroDivisionError)  # of errors in words


class Disagreement(NamedTuple):
    """Where two machines part: after which line, in what, and how."""

    line: int
    kind: str  # what it is about, without numbers: 'values', 'refused', …
    text: str
    theirs: str = ""  # the other machine's error, if that is what it is about
    state: str = ""  # what tensors of special kinds the other machine holds


def compared(lines: Sequence[str], ours: Machine, theirs: Machine) -> Disagreement | None:
    """Return the first disagreement of a program, None if there is none."""
    coarse = [closeness for dtype, closeness in CLOSENESS.items() if any(dtype in line for line in lines)]
    theirs.closeness = max([theirs.closeness, *coarse])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for number, line in enumerate(lines):
            code = compiled(line)
            mine = ours.run(code)
            errors = mine, theirs.run(code) if mine is None or theirs.judges_refusals else mine
            if isinstance(mine, NameError):
                raise UnfitError(line)
            partly = mine is not None and _PARTLY.search(line)  # how far it came before it was refused is no promise
            if partly and not theirs.judges_refusals:
                return None
            for found in _after(line, ours, theirs, *errors):
                return found._replace(line=number, state=theirs.state(line, ours))
            if partly:
                break
        else:
            number = len(lines)
        for found in at_the_end(ours, theirs, gradients=number == len(lines)):
            number = min(number, len(lines) - 1)
            return found._replace(line=number, state=theirs.state(lines[number], ours))
    return None


_PARTLY = re.compile(r"backward\(|autograd\.grad\(|\.apply\(")  # walks back, and functions of users


def _after(line: str, ours: Machine, theirs: Machine, mine: Any, other: Any) -> Iterator[Disagreement]:
    """Yield what differs after a line."""
    if (mine is None) != (other is None):
        if mine is None:
            yield Disagreement(0, "computed", f"is computed, where the other refuses: {_words(other)}", _words(other))
        else:
            yield Disagreement(0, "refused", f"is refused, where the other computes: {_words(mine)}")
    if mine is not None and not isinstance(mine, WORDS) and type(mine) is not type(other):
        yield Disagreement(0, "error", f"is refused by a bare {_words(mine)}")
    for name, value in ours.variables():
        yield from differing(name, value, theirs.env.get(name), ours, theirs)


def differing(name: str, mine: Any, other: Any, ours: Machine, theirs: Machine) -> Iterator[Disagreement]:
    """Yield how what a variable holds differs."""
    if ours.is_tensor(mine) and theirs.is_tensor(other):
        yield from arrays_differing(name, ours.array(mine), theirs.array(other), theirs.closeness)
    elif theirs.gradients_of_nothing and mine is None and theirs.is_tensor(other):
        yield from arrays_differing(name, np.zeros(other.shape), theirs.array(other), theirs.closeness)
    elif ours.is_tensor(mine) or theirs.is_tensor(other):
        yield Disagreement(0, "kind", f"{name} is {_short(mine)}, the other's {_short(other)}")
    elif isinstance(mine, (tuple, list)):
        if tuple(mine) != tuple(other):
            yield Disagreement(0, "answer", f"{name} is {_short(mine)}, the other's {_short(other)}")
    elif isinstance(mine, (bool, int, float, type(None))) and not _close(np.asarray(mine), np.asarray(other), 3e-2):
        yield Disagreement(0, "answer", f"{name} is {_short(mine)}, the other's {_short(other)}")


def arrays_differing(name: str, mine: Any, other: Any, closeness: float) -> Iterator[Disagreement]:
    """Yield how two arrays differ."""
    if mine.shape != other.shape:
        yield Disagreement(0, "shape", f"{name} has shape {mine.shape}, the other's {other.shape}")
    elif mine.dtype != other.dtype:
        yield Disagreement(0, "dtype", f"{name} is {mine.dtype}, the other's {other.dtype}")
    elif not _close(mine, other, closeness if mine.dtype.kind == "f" else 0):
        yield Disagreement(0, "values", f"{name} is {mine.tolist()}, the other's {other.tolist()}")


def _close(mine: Any, other: Any, closeness: float) -> bool:
    if mine.dtype.kind not in "fiu" or other.dtype.kind not in "fiu":
        return bool((mine == other).all())
    one, two = np.asarray(mine, np.float64), np.asarray(other, np.float64)
    finite = np.isfinite(one) & np.isfinite(two)
    scale = max(1.0, float(np.abs(two[finite]).max())) if finite.any() else 1.0
    return bool(
        (finite & (np.abs(one - two) <= closeness * scale) | (one == two) | np.isnan(one) & np.isnan(two)).all()
    )


def at_the_end(ours: Machine, theirs: Machine, *, gradients: bool) -> Iterator[Disagreement]:
    """Yield what differs in flags, gradients, and in who shares memory."""
    tensors = [(name, value, theirs.env[name]) for name, value in ours.variables() if ours.is_tensor(value)]
    for name, mine, other in tensors:
        for flag in ("requires_grad", "is_leaf", "retains_grad"):
            one, two = _flag(mine, flag), _flag(other, flag)
            if flag == "retains_grad" and not (mine.requires_grad and _flag(other, "requires_grad") is True):
                continue
            if one != two and not isinstance(two, Exception):
                yield Disagreement(0, flag, f"{name}.{flag} is {one}, the other's {two}")
        if gradients:
            one, two = mine.grad, other.grad
            if theirs.gradients_of_nothing and (one is None) != (two is None):
                there = theirs.array(two) if one is None else ours.array(one)
                if np.abs(there).max(initial=0) > theirs.closeness:
                    yield Disagreement(0, "grad", f"{name}.grad is {_short(one)}, the other's {_short(two)}")
            elif (one is None) != (two is None):
                yield Disagreement(0, "grad", f"{name}.grad is {_short(one)}, the other's {_short(two)}")
            elif one is not None:
                for found in arrays_differing(f"{name}.grad", ours.array(one), theirs.array(two), theirs.closeness):
                    yield found._replace(kind=f"grad {found.kind}")
    for (name, mine, other), (name2, mine2, other2) in combinations(tensors, 2):
        one, two = ours.shares(mine, mine2), theirs.shares(other, other2)
        if one is not two and None not in (one, two):
            yield Disagreement(
                0,
                "memory",
                f"{name} and {name2} {'share' if one else 'do not share'} memory, unlike the other's",
            )


def _flag(tensor: Any, flag: str) -> Any:
    """Return a flag, or the error with which PyTorch refuses it (of a part, say, when another part was changed)."""
    try:
        return getattr(tensor, flag)
    except (RuntimeError, UnsureError) as error:
        return error


def _words(error: Any) -> str:
    text = re.sub(r"\s+", " ", str(error))
    return f"{type(error).__name__}: {text[:300]}"


def _short(value: Any) -> str:
    return re.sub(r"\s+", " ", repr(value.tolist() if hasattr(value, "tolist") else value))[:200]


def smaller(lines: Sequence[str], disagrees: Callable[[Sequence[str]], Disagreement | None]) -> list[str]:
    """Return a shorter program with a disagreement of the same kind, by leaving out and simplifying lines."""
    found = disagrees(lines)
    assert found is not None
    kind, best = found.kind, list(lines[: found.line + 1])

    def still(candidate: Sequence[str]) -> bool:
        try:
            again = disagrees(candidate)
        except UnfitError:
            return False
        return again is not None and again.kind == kind

    if not still(best):
        best = list(lines)
    changed = True
    while changed:
        changed = False
        for place in reversed(range(len(best))):
            candidates = [best[:place] + best[place + 1 :]]
            candidates += [[*best[:place], simpler, *best[place + 1 :]] for simpler in _simpler(best[place])]
            for candidate in candidates:
                if still(candidate):
                    best, changed = candidate, True
                    break
    return best


SIMPLER: tuple[tuple[str, str], ...] = (
    (r"^with [^:]*: ", ""),
    (r"\.(?:exp|sin|tanh|sigmoid|cos|expm1|sqrt|square|reciprocal)\(\)", ".neg()"),
    (r", requires_grad=True", ""),
    (r", retain_graph=True|retain_graph=True, |retain_graph=True", ""),
    (r"create_graph=True", "retain_graph=True"),
    (r", keepdim=True", ""),
    (r"float16|float32", "float64"),
    (r"\bv\d+ \* ", "2 * "),
    (r"-?\b\d+\.\d\d?\b", "2.0"),
    (r" (?:\*\*|/|-) ", " * "),
)  # what makes a line simpler, if the disagreement stays


def _simpler(line: str) -> Iterator[str]:
    for pattern, instead in SIMPLER:
        changed = re.sub(pattern, instead, line)
        if changed != line:
            yield changed


def rough_theme(lines: Sequence[str], found: Disagreement) -> str:
    """Return what a disagreement is about, before its program is made small."""
    line = re.sub(r"[\d.]+", "", NAMES.sub("v", lines[found.line].partition(" = ")[2] or lines[found.line]))
    called = " ".join(re.findall(r"\w+(?=\()", line)[:1])
    return f"{found.kind} {called} {re.sub(r'[^a-z]+', ' ', found.text.partition(': ')[2])[:60]}"


def ours() -> Machine:
    """Return this package's machine, fresh."""
    return Machine(tg)
