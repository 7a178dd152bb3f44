"""Whether an entry of the corpus is as it should be: a wrong one found, shrunk and named; a right one left alone."""

from __future__ import annotations

import re
import warnings
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings

import tinygrad_edu as tg
from corpus.case import Right, Wrong
from corpus.entries import RIGHT, WRONG
from tinygrad_edu.autograd import GradcheckError
from tinygrad_edu.testing import gradient_test

__all__ = ["ENOUGH", "complaint_of_right", "complaint_of_wrong", "judged"]

ENOUGH = 4  # values that a shrunk example may have
USUAL = 100  # examples, hypothesis's own default


def complaint_of_wrong(entry: Wrong, number: int | None, examples: int = USUAL, *, shrink: bool = True) -> str | None:
    """Return what is not as it should be with the search for a mistake; None if all is.

    Args:
        entry: The wrong operation.
        number: The seed; None derives it from the name, the same in every run.
        examples: How many inputs may be tried.
        shrink: Whether the example is made small. If not, it may show more than one thing, and needs no right name.
    """
    sizes: list[int] = []

    def watched(*arguments: Any) -> Any:
        sizes.append(sum(each.numel() for each in arguments if isinstance(each, tg.Tensor)))
        return entry.operation(*arguments)

    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    error = _error(Wrong(watched, *entry[1:]), number, examples, phases)
    if error is None:
        return "not found"
    if not isinstance(error, GradcheckError):
        return f"{type(error).__name__}: {_start(error)}"
    if not shrink:
        return None
    if not re.search(entry.words, _said(error)):
        return f"named {error.mistake.name}: {_start(error)}"
    if sizes[-1] > ENOUGH:  # the last call is that with the smallest example
        return f"shrunk to {sizes[-1]} values only"
    return None


def complaint_of_right(entry: Right, number: int | None, examples: int) -> str | None:
    """Return the alarm that a right operation raises; None if there is none."""
    error = _error(entry, number, examples, [Phase.generate])
    return None if error is None else f"{type(error).__name__}: {_start(error)}"


def judged(name: str, seeds: int, examples: int) -> tuple[str, list[str | None]]:
    """Return the kind of an entry, and the complaint of each search."""
    if name in WRONG:
        return "wrong", [complaint_of_wrong(WRONG[name], number) for number in range(seeds)]
    return "right", [complaint_of_right(RIGHT[name], 0, examples)]


def _error(entry: Wrong | Right, number: int | None, examples: int, phases: list[Phase]) -> Exception | None:
    """Return what a search raises."""
    search = settings(
        max_examples=examples,
        derandomize=number is None,
        deadline=None,
        database=None,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow],
    )
    test = gradient_test(*entry.inputs, **entry.options)(entry.operation)
    test = search(test if number is None else seed(number)(test))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", ".*gives no value", UserWarning)  # a pole, which is named and no alarm
        try:
            test()
        except Exception as error:
            return error
    return None


def _said(error: GradcheckError) -> str:
    """The kind of mistake and the words for it, without names, which would say it, and the list of what it is not."""
    words = re.sub(r"'\w+'", "it", " ".join(str(error).split()))
    return f"{error.mistake.name} {re.sub(r'It is not simply [^.]*[.]', '', words)}"


def _start(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
