"""Whole programs: a beginning of leaves, lines of all kinds, and an end that asks for gradients."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from random import Random

from . import differentiating
from .changing import CHANGING
from .computing import COMPUTING, leaf
from .differentiating import DIFFERENTIATING
from .generator import MODES, Writer
from .program import Machine, compiled

SHORTEST, LONGEST = 4, 22  # lines


def written(seed: int, number: int, dtypes: Sequence[str] = ()) -> list[str]:
    """Return program `number` of a search; the same one in every run."""
    w = Writer(Random(f"{seed} {number}"), Machine())
    w.dtypes = tuple(dtypes) or w.dtypes
    lines: list[str] = []
    few, many = w.one([(0.5, 1.0), (1.0, 1.0), (1.5, 1.0), (0.7, 2.0)])
    kinds = COMPUTING | {k: few * v for k, v in CHANGING.items()} | {k: many * v for k, v in DIFFERENTIATING.items()}
    length = w.random.randint(SHORTEST, LONGEST)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        while len(lines) < length:
            kind = leaf if not w.tensors else w.one([*kinds], [*kinds.values()])
            _append(w, lines, kind(w), modes=w.modes)
        for _ in range(w.random.randint(1, 3)):
            _append(w, lines, differentiating.backward(w), modes=0.02)
    return lines


def _append(w: Writer, lines: list[str], line: str | None, *, modes: float) -> None:
    if line is None:
        return
    if w.chance(modes) and not line.startswith("with "):
        line = f"with {w.one(MODES, [4, 1, 0.5, 1])}: {line}"
    lines.append(line)
    w.machine.run(compiled(line))
    w.look()
