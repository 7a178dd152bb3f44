"""Patterns of a wrong Jacobian beside the right one: the reasoning of `gradcheck`'s diagnosis.

A single wrong number tells nothing: at x = 1 the derivative 3 x looks like a third too little of 3 x²,
and at x = -1 like a flipped sign. So Jacobians are compared whole and at several points, and a pattern
is named only if it holds for every entry at every point:

    all zero while differences are not      MISSING     the output takes no notice of this input
    A = -N, or A = ±N                       SIGN
    A = c N                                 FACTOR      and which; 1/n with n broadcast: BROADCAST
    A = N with two axes swapped             TRANSPOSED  of the input, of the output, or one of each
    A = N in one slice, 0 in the others     BROADCAST   along an axis in which the input was stretched
    A = N but for entries that are zero     MISSING
    N - A = c · a simple expression         MISSING     the expression is the term

Here A is the analytic Jacobian, N the numerical one. Nothing else depends on the engine's inner life, so
the same reasoning serves the first and the second derivative, primitives, Functions and compositions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from tinygrad_edu.autograd.gradcheck import Mistake

__all__ = ["Finding", "Sample", "recognise"]

ENOUGH = 4  # entries that a formula for a missing term must fit

CONSTANTS = {
    math.log(2): "ln 2",
    math.log(10): "ln 10",
    math.pi: "π",
    2 * math.pi: "2π",
    math.sqrt(2): "√2",
    math.sqrt(math.pi): "√π",
    math.sqrt(2 * math.pi): "√(2π)",
}

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


def recognise(
    samples: Sequence[Sample], input_shape: Shape, output_shape: Shape, atol: float, rtol: float, rule: str
) -> Finding:
    """The kind of mistake that the samples show.

    Args:
        samples: At least one; more make the answer surer.
        input_shape: The input's shape.
        output_shape: The output's.
        atol: How near two derivatives must come to be the same, as in `gradcheck`.
        rtol: See `atol`.
        rule: What to look at, such as ``"the rule for 'x' of 'cosine'"``.
    """
    evidence = Evidence(samples, input_shape, output_shape, atol, rtol)
    analytic, numerical = evidence.values(lambda s: s.analytic), evidence.values(lambda s: s.numerical)
    if not np.isfinite(analytic).all():
        return Finding(
            Mistake.OTHER,
            "Backward gives no finite number where the function is smooth, as 0 · inf and inf - inf do. In "
            f"{rule}, look for a division or a root of something that can be 0, also in a branch that where() "
            "doesn't choose: replace the operand before it is computed with, not the result afterwards.",
        )
    if evidence.zero(numerical).all():
        return Finding(
            Mistake.OTHER,
            f"By differences the output doesn't depend on this input at all. In {rule}, the gradient may belong to "
            "another operand, or a term that cancels in the function doesn't cancel.",
        )
    for test in (_all_zero, _constant_factor, _changing_sign, _transposed, _one_slice, _zero_entries, _missing_term):
        finding = test(evidence, analytic, numerical, rule)
        if finding is not None:
            return finding
    return Finding(
        Mistake.OTHER,
        "It is not simply the sign, a constant factor, a transposition, a sum over a broadcast axis or a simple term "
        f"left out. Derive it again, and check in {rule} which of operand and result each value is.",
    )


def _all_zero(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    if not evidence.zero(analytic).all():
        return None
    return Finding(
        Mistake.MISSING,
        "The whole gradient is missing: backward gives 0, but the output changes with this input. In "
        f"{rule}, look for a gradient that is 0 or None, or for a value that leaves the graph: detach(), .data, "
        ".item(), .numpy(), no_grad(), or a constant computed before.",
    )


def _constant_factor(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    factor = float(analytic @ numerical / (numerical @ numerical))
    if not evidence.same(analytic, factor * numerical, abs(factor)):
        return None
    if abs(factor + 1) <= evidence.rtol:
        return Finding(
            Mistake.SIGN,
            "The sign is flipped: everywhere the analytic derivative is minus the numerical one. Look for a minus "
            f"too many, or one that is missing, in {rule}.",
        )
    averaged = _averaged_axes(evidence, factor)
    if averaged:
        axes, length = averaged
        return Finding(
            Mistake.BROADCAST,
            f"It is everywhere 1/{length} of the numerical one, and {length} is how often this input was repeated "
            f"along {_axes(axes)} of the output: the mean over a broadcast axis is taken where the sum "
            f"belongs. In {rule}, sum over {_axes(axes)}.",
        )
    flipped = ", and the sign is flipped" if factor < 0 else ""
    return Finding(
        Mistake.FACTOR,
        f"It is off by a constant factor: everywhere {_named(factor, evidence.rtol)} times the numerical one{flipped}. "
        + _factor_advice(evidence, abs(factor), rule),
    )


def _changing_sign(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    if not evidence.same(np.abs(analytic), np.abs(numerical)):
        return None
    return Finding(
        Mistake.SIGN,
        "The sign is flipped at some places and right at others; the sizes are right. Look for a sign that depends on "
        f"the operand, such as np.sign(x), or for a minus on one of several operands, in {rule}.",
    )


def _transposed(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
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


def _one_slice(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    """Find the axes along which only one slice of the output was heard."""
    heard: dict[int, int] = {}
    for axis in _stretched_axes(evidence):
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
        f"The sum over a broadcast axis is missing: this input was repeated along {_axes(axes)} of the output, but "
        f"only the gradient of one slice there reaches it (number {', '.join(map(str, heard.values()))}). In {rule}, "
        f"sum over {_axes(axes)}.",
    )


def _zero_entries(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    left_out = evidence.zero(analytic) & ~evidence.zero(numerical)
    if not left_out.any() or left_out.all() or not evidence.same(analytic[~left_out], numerical[~left_out]):
        return None
    return Finding(
        Mistake.MISSING,
        "Terms are missing: some values of the output change with values of the input for which backward gives 0; all "
        f"others are right. In {rule}, look for a sum over the outputs that one input reaches (repeated indices, "
        "overlapping windows), or for a part that leaves the graph, as with detach().",
    )


def _missing_term(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    """Look for a simple expression in the input x and the output that the analytic derivative lacks."""
    gap = numerical - analytic
    where = ~(evidence.zero(numerical) & evidence.zero(analytic))
    x = evidence.values(lambda s: np.broadcast_to(s.input[:, None], s.analytic.shape))[where]
    out = evidence.values(lambda s: np.broadcast_to(s.output[None, :], s.analytic.shape))[where]
    gap, analytic, numerical = gap[where], analytic[where], numerical[where]
    if len(gap) < ENOUGH:
        return None
    with np.errstate(all="ignore"):
        factors = {"x": x, "out": out, "1 / x": 1 / x, "1 / out": 1 / out, "x**2": x * x, "out**2": out * out}
        for name, values in factors.items():
            if np.isfinite(values).all() and evidence.same(analytic * values, numerical):
                return Finding(
                    Mistake.OTHER,
                    f"The factor {name} is missing (x is the input, out the output): everywhere the numerical "
                    f"derivative is {name} times the analytic one. Look for a wrong power in {rule}.",
                )
        terms = {"1": np.ones_like(x), **factors, "x * out": x * out, "out / x": out / x}
        for name, values in terms.items():
            if not np.isfinite(values).all():
                continue
            factor = float(gap @ values / (values @ values))
            if abs(factor) > evidence.rtol and evidence.same(factor * values + analytic, numerical):
                times = "" if abs(factor - 1) <= evidence.rtol else f"{_named(factor, evidence.rtol)} · "
                return Finding(
                    Mistake.MISSING,
                    f"A term is missing: everywhere the numerical derivative is the analytic one plus {times}{name} "
                    f"(x is the input, out the output). Look for a term left out of {rule}, or for a use of the input "
                    "that leaves the graph, as with detach().",
                )
    return None


def _stretched_axes(evidence: Evidence) -> list[int]:
    """The axes of the output along which the input was repeated, if it was broadcast at all."""
    extra = len(evidence.output_shape) - len(evidence.input_shape)
    lengths = (*[1] * extra, *evidence.input_shape)
    if extra < 0 or any(a not in (1, b) for a, b in zip(lengths, evidence.output_shape, strict=True)):
        return []
    return [k for k, (a, b) in enumerate(zip(lengths, evidence.output_shape, strict=True)) if a == 1 < b]


def _averaged_axes(evidence: Evidence, factor: float) -> tuple[list[int], int] | None:
    """Axes of which `factor` is 1 over the length, if the input was repeated along them."""
    axes = _stretched_axes(evidence)
    for count in range(1, len(axes) + 1):
        for chosen in itertools.combinations(axes, count):
            length = math.prod(evidence.output_shape[axis] for axis in chosen)
            if abs(factor * length - 1) <= evidence.rtol:
                return list(chosen), length
    return None


def _factor_advice(evidence: Evidence, factor: float, rule: str) -> str:
    """Say what to look for in the rule, given by what factor its result is off."""
    small = factor < 1
    size = 1 / factor if small else factor
    name = _named(size, evidence.rtol)
    what = f"Look for a factor {name} that is missing" if small else f"Look for one factor {name} too many"
    summed = math.prod(evidence.output_shape) < math.prod(evidence.input_shape)
    for owner, shape in (
        ("of the input", evidence.input_shape if summed else ()),
        ("of the output", evidence.output_shape if _stretched_axes(evidence) else ()),
    ):
        counts = {f"the number of values {owner}": math.prod(shape)} if len(shape) != 1 else {}
        counts |= {f"the length of axis {axis} {owner}": length for axis, length in enumerate(shape)}
        for words, count in counts.items():
            if count > 1 and abs(size - count) <= evidence.rtol * count:
                return f"{what} in {rule}; {name} is {words}, so a mean may stand where a sum belongs, or the reverse."
    return f"{what} in {rule}."


def _named(factor: float, rtol: float) -> str:
    """A factor as people write it: 2, 1/3, ln 2, or 0.37."""
    sign, size = ("-" if factor < 0 else ""), abs(factor)
    close = min(rtol, 1e-3)
    for denominator in range(1, 13):
        numerator = round(size * denominator)
        if numerator and abs(size * denominator / numerator - 1) <= close:
            return sign + (f"{numerator}" if denominator == 1 else f"{numerator}/{denominator}")
    for constant, name in CONSTANTS.items():
        if abs(size / constant - 1) <= close:
            return sign + name
        if abs(size * constant - 1) <= close:
            return f"{sign}1/{name}" if len(name) <= 2 else f"{sign}1/({name})"
    whole = round(1 / size) if size else 0
    return f"{sign}1/{whole}" if whole and abs(size * whole - 1) <= close else f"{factor:.4g}"


def _axes(axes: Sequence[int]) -> str:
    return ("axis " if len(axes) == 1 else "axes ") + " and ".join(map(str, axes))
