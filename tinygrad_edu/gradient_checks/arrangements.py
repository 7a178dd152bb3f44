"""Patterns in how a wrong Jacobian is arranged: its axes swapped, summed over, left out, made symmetric or normalised.

See patterns.py, which goes through them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from tinygrad_edu.autograd.gradcheck import Mistake

__all__ = [
    "Evidence",
    "Finding",
    "Sample",
    "Shape",
    "named_axes",
    "normalised",
    "one_slice",
    "reordered",
    "stretched_axes_of",
    "symmetrised",
    "transposed",
    "zero_entries",
]

Shape = tuple[int, ...]


class Finding(NamedTuple):
    """A kind of mistake, and the sentences that explain it."""

    mistake: Mistake
    words: str


class Sample(NamedTuple):
    """The derivatives of one output by one input at one point.

    Attributes:
        analytic: As backward gives them, a row for each value of the input, a column for each of the output.
        numerical: As differences give them.
        usable: Where there is a derivative and the differences can be trusted.
        input: The values of the input.
        output: The values of the output.
    """

    analytic: np.ndarray
    numerical: np.ndarray
    usable: np.ndarray
    input: np.ndarray
    output: np.ndarray


class Evidence(NamedTuple):
    """All samples of an output by an input, and how near two values must come to be the same."""

    samples: Sequence[Sample]
    input_shape: Shape
    output_shape: Shape
    atol: float
    rtol: float

    def values(self, choose: Callable[[Sample], np.ndarray]) -> np.ndarray:
        """The values that `choose` gives for the usable entries of all samples, as one vector."""
        return np.concatenate([choose(each)[each.usable] for each in self.samples])

    def same(self, one: np.ndarray, other: np.ndarray, scale: float = 1.0) -> bool:
        """Whether two sets of derivatives agree everywhere."""
        return bool(np.all(np.abs(one - other) <= self.atol * max(1.0, scale) + self.rtol * np.abs(other)))

    def zero(self, values: np.ndarray) -> np.ndarray:
        """The places where derivatives are nothing but noise."""
        return np.asarray(np.abs(values) <= self.atol)

    def matches(self, change: Callable[[np.ndarray], np.ndarray]) -> bool:
        """Whether the analytic Jacobian, changed, is the numerical one."""
        for each in self.samples:
            moved = change(each.analytic)
            known = each.usable & change(each.usable)
            if not self.same(moved[known], each.numerical[known]):
                return False
        return True


def transposed(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    """Look for axes that are swapped."""
    for words, change in _transpositions(evidence.input_shape, evidence.output_shape):
        if evidence.matches(change):
            return Finding(
                Mistake.TRANSPOSED, f"It is transposed: {words} In {rule}, look for a .T too many or too few."
            )
    return None


def _transpositions(
    input_shape: Shape, output_shape: Shape
) -> Iterator[tuple[str, Callable[[np.ndarray], np.ndarray]]]:
    """Yield the ways in which a Jacobian can be transposed, in words and as a function."""
    shape, count = input_shape + output_shape, len(input_shape)

    def swapped(one: int, other: int) -> Callable[[np.ndarray], np.ndarray]:
        return lambda J: J.reshape(shape).swapaxes(one, other).reshape(J.shape)

    def reread(axes: Sequence[int]) -> Callable[[np.ndarray], np.ndarray]:
        """Take what lies in the order of `axes`, but was read in the order of `shape`, for what it is."""
        return lambda J: J.reshape([shape[axis] for axis in axes]).transpose(axes).reshape(J.shape)

    def permuted(axes: Sequence[int]) -> Callable[[np.ndarray], np.ndarray]:
        return lambda J: J.reshape(shape).transpose(axes).reshape(J.shape)

    places = [(f"axis {k} of the input", k) for k in range(count)]
    places += [(f"axis {k - count} of the output", k) for k in range(count, len(shape))]
    for (name, one), (other_name, other) in itertools.combinations(places, 2):
        same_side = (one < count) == (other < count)
        if shape[one] == shape[other] > 1:
            words = f"it would be right with {name} and {other_name} swapped."
            if same_side and one >= count:
                words += " (A sum over one of them instead of the other looks so, too.)"
            yield words, swapped(one, other)
        elif same_side and shape[one] != shape[other] and 1 not in (shape[one], shape[other]):
            axes = list(range(len(shape)))
            axes[one], axes[other] = other, one
            yield (
                f"its values are right but in another order, as if reshape() had been used where {name} and "
                f"{other_name} had to be swapped.",
                reread(axes),
            )
    for side in (range(count), range(count, len(shape))):
        for turned in itertools.permutations(side) if 3 <= len(side) <= 4 else ():
            axes = [*range(side.start), *turned, *range(side.stop, len(shape))]
            if all(shape[one] == shape[other] for one, other in enumerate(axes)):
                owner = "input" if side.start == 0 else "output"
                yield f"it would be right with the axes of the {owner} in another order.", permuted(axes)
    if math.prod(input_shape) == math.prod(output_shape) > 1 and len(shape) > 2:
        yield "the Jacobian is that of the transposed map, input and output exchanged.", lambda J: J.T


def one_slice(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    """Find the axes along which only one slice of the output was heard."""
    heard: dict[int, int] = {}
    for axis in stretched_axes_of(evidence):
        parts = [np.moveaxis(s.analytic.reshape(-1, *evidence.output_shape), axis + 1, 0) for s in evidence.samples]
        loud = {k for part in parts for k, each in enumerate(part) if not evidence.zero(each[np.isfinite(each)]).all()}
        if len(loud) == 1:
            heard[axis] = loud.pop()
    if not heard:
        return None
    chosen = tuple(heard.get(axis, slice(None)) for axis in range(len(evidence.output_shape)))

    def part(values: np.ndarray) -> np.ndarray:
        return values.reshape(-1, *evidence.output_shape)[(slice(None), *chosen)]

    for each in evidence.samples:
        known = part(each.usable)
        if not evidence.same(part(each.analytic)[known], part(each.numerical)[known]):
            return None
    axes = list(heard)
    return Finding(
        Mistake.BROADCAST,
        f"The sum over a broadcast axis is missing: this input was repeated along {named_axes(axes)} of the output, "
        f"but only the gradient of one slice there reaches it (number {', '.join(map(str, heard.values()))}). "
        f"In {rule}, sum over {named_axes(axes)}.",
    )


def zero_entries(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    """Look for entries that are 0 and shouldn't be, where all others are right."""
    left_out = evidence.zero(analytic) & ~evidence.zero(numerical)
    if not left_out.any() or left_out.all() or not evidence.same(analytic[~left_out], numerical[~left_out]):
        return None
    return Finding(
        Mistake.MISSING,
        "Terms are missing: some values of the output change with values of the input for which backward gives 0; all "
        f"others are right. In {rule}, look for a sum over the outputs that one input reaches (repeated indices, "
        "overlapping windows), or for a part that leaves the graph, as with detach().",
    )


def symmetrised(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    """Look for two axes of the input over whose exchange the analytic derivative is the mean."""
    shape = evidence.input_shape
    for one, other in itertools.combinations(range(len(shape)), 2):
        if shape[one] != shape[other] or shape[one] < 2:
            continue
        for factor, words in ((2, "the mean"), (1, "the sum")):

            def mirrored(J: np.ndarray, one: int = one, other: int = other, factor: int = factor) -> np.ndarray:
                swapped: np.ndarray = J.reshape(*shape, -1).swapaxes(one, other).reshape(J.shape)
                return np.asarray((J + swapped) / factor)

            if all(s.usable.all() and evidence.same(s.analytic, mirrored(s.numerical), 2) for s in evidence.samples):
                return Finding(
                    Mistake.OTHER,
                    f"It is symmetrised: everywhere {words} of the right derivative and of the one with axis {one} and "
                    f"axis {other} of the input swapped. In {rule}, take only one of the two.",
                )
    return None


def reordered(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    """Look for derivatives that are right, but by other values of the input."""
    for each in evidence.samples:
        known = each.usable.all(axis=0)
        ours, theirs = (np.sort(J[:, known], axis=0) for J in (each.analytic, each.numerical))
        if not known.any() or not evidence.same(ours, theirs):
            return None
    return Finding(
        Mistake.TRANSPOSED,
        "The values are right, and stand at the wrong places: they are the derivatives by "
        f"other values of the input. In {rule}, look for an order that is not undone, or in the wrong direction or on "
        "another axis: flip, roll, sort, reshape, an index.",
    )


def normalised(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    """Look for derivatives that have the right direction and the length 1."""
    several = False
    for each in evidence.samples:
        lengths = np.sqrt(np.sum(each.numerical**2, axis=0))
        known = each.usable.all(axis=0) & (lengths > evidence.atol)
        if not known.any() or not evidence.same(each.analytic[:, known], (each.numerical / lengths)[:, known]):
            return None
        several |= bool(np.any(np.abs(lengths[known] - 1) > evidence.rtol))
    if not several:
        return None
    return Finding(
        Mistake.OTHER,
        "It is normalised: it points where the right derivative does, but its length is 1. In "
        f"{rule}, look for a division by a norm too many.",
    )


def stretched_axes_of(evidence: Evidence) -> list[int]:
    """The axes of the output along which the input was repeated, if it was broadcast at all."""
    extra = len(evidence.output_shape) - len(evidence.input_shape)
    lengths = (*[1] * extra, *evidence.input_shape)
    if extra < 0 or any(a not in (1, b) for a, b in zip(lengths, evidence.output_shape, strict=True)):
        return []
    return [k for k, (a, b) in enumerate(zip(lengths, evidence.output_shape, strict=True)) if a == 1 < b]


def named_axes(axes: Sequence[int]) -> str:
    """Axes in words."""
    return ("axis " if len(axes) == 1 else "axes ") + " and ".join(map(str, axes))
