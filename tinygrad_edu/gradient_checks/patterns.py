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
    A = (N + N with two axes swapped) / 2   OTHER       it is symmetrised
    A = N / |N|                             OTHER       it is normalised
    A = N with its rows in another order    TRANSPOSED
    N - A = c · a simple expression         MISSING     the expression is the term

Here A is the analytic Jacobian, N the numerical one. Nothing else depends on the engine's inner life, so
the same reasoning serves the first and the second derivative, primitives, Functions and compositions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from tinygrad_edu.autograd.gradcheck import Mistake
from tinygrad_edu.gradient_checks.arrangements import (
    Evidence,
    Finding,
    Sample,
    Shape,
    named_axes,
    normalised,
    one_slice,
    reordered,
    stretched_axes_of,
    symmetrised,
    transposed,
    zero_entries,
)

__all__ = ["Finding", "Sample", "named_factor", "recognise", "recognise_part"]

NEARLY = 1e-5  # a factor that is nearer to 1 isn't told from it
ENOUGH = 4  # entries that a formula for a missing term must fit

CONSTANTS = {
    math.log(2): "ln 2",
    math.log(10): "ln 10",
    math.pi: "π",
    2 * math.pi: "2π",
    180 / math.pi: "180/π",
    math.pi / 180: "π/180",
    math.sqrt(2): "√2",
    math.sqrt(math.pi): "√π",
    math.sqrt(2 * math.pi): "√(2π)",
}


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
            "Backward gives no finite number where the function has a value, as 0 · inf and inf - inf do. In "
            f"{rule}, look for a division or a root of something that can be 0, also in a branch that where() "
            "doesn't choose: replace the operand before it is computed with, not the result afterwards.",
        )
    if evidence.zero(numerical).all():
        return Finding(
            Mistake.OTHER,
            f"By differences the output doesn't depend on this input at all. In {rule}, the gradient may belong to "
            "another operand, or a term that cancels in the function doesn't cancel.",
        )
    for test in TESTS:
        finding = test(evidence, analytic, numerical, rule)
        if finding is not None:
            return finding
    return Finding(
        Mistake.OTHER,
        "It is not simply the sign, a constant factor, a transposition, a sum over a broadcast axis or a simple term "
        f"left out. Derive it again, and check in {rule} which of operand and result each value is.",
    )


def recognise_part(
    samples: Sequence[Sample], wrong: Sequence[np.ndarray], atol: float, rtol: float, rule: str
) -> Finding | None:
    """The kind of mistake that those entries show that are wrong, where others are right.

    Args:
        samples: As in `recognise`.
        wrong: For each sample, which of its entries are wrong.
        atol: As in `recognise`.
        rtol: As in `recognise`.
        rule: As in `recognise`.
    """
    chosen = [each._replace(usable=each.usable & which) for each, which in zip(samples, wrong, strict=True)]
    if not any((each.usable & ~which).any() for each, which in zip(samples, wrong, strict=True)):
        return None
    evidence = Evidence(chosen, (), (), atol, rtol)
    analytic, numerical = evidence.values(lambda s: s.analytic), evidence.values(lambda s: s.numerical)
    if not analytic.size or not np.isfinite(analytic).all() or evidence.zero(numerical).all():
        return None
    for test in (_all_zero, _constant_factor, _changing_sign):
        finding = test(evidence, analytic, numerical, rule)
        if finding is not None and (len(analytic) >= ENOUGH or "." not in finding.words.partition("times")[0][-8:]):
            return Finding(
                finding.mistake,
                f"At some places it is right; at others it is wrong, and there: {finding.words} Look for a condition "
                "that tells these places apart: a threshold, a bound, where(), a comparison.",
            )
    return None


def _all_zero(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    largest = int(np.abs(analytic).argmax())
    a_part = evidence.rtol * abs(numerical[largest]) < abs(analytic[largest]) < abs(numerical[largest])
    if a_part or not evidence.zero(analytic).all():  # small beside the largest derivative, but not beside its own
        return None
    return Finding(
        Mistake.MISSING,
        "The whole gradient is missing: backward gives 0, but the output changes with this input. In "
        f"{rule}, look for a gradient that is 0 or None, or for a value that leaves the graph: detach(), .data, "
        ".item(), .numpy(), no_grad(), or a constant computed before.",
    )


def _constant_factor(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    factor = float(analytic @ numerical / (numerical @ numerical))
    with np.errstate(all="ignore"):  # the median is more exact than the rounding of what is written
        factor = float(np.median((analytic / numerical)[~evidence.zero(numerical)]))
    if not evidence.same(analytic, factor * numerical, abs(factor)):
        return None
    if abs(factor + 1) <= NEARLY or evidence.same(analytic, -numerical):
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
            f"along {named_axes(axes)} of the output: the mean over a broadcast axis is taken where the sum "
            f"belongs. In {rule}, sum over {named_axes(axes)}.",
        )
    flipped = ", and the sign is flipped" if factor < 0 else ""
    return Finding(
        Mistake.FACTOR,
        f"It is off by a constant factor: everywhere {named_factor(factor, evidence.rtol)} times the numerical "
        f"one{flipped}. " + _factor_advice(evidence, abs(factor), rule),
    )


def _changing_sign(evidence: Evidence, analytic: np.ndarray, numerical: np.ndarray, rule: str) -> Finding | None:
    if not evidence.same(np.abs(analytic), np.abs(numerical)):
        return None
    return Finding(
        Mistake.SIGN,
        "The sign is flipped at some places and right at others; the sizes are right. Look for a sign that depends on "
        f"the operand, such as np.sign(x), or for a minus on one of several operands, in {rule}.",
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
                times = "" if abs(factor - 1) <= evidence.rtol else f"{named_factor(factor, evidence.rtol)} · "
                return Finding(
                    Mistake.MISSING,
                    f"A term is missing: everywhere the numerical derivative is the analytic one plus {times}{name} "
                    f"(x is the input, out the output). Look for a term left out of {rule}, or for a use of the input "
                    "that leaves the graph, as with detach().",
                )
    return None


def _averaged_axes(evidence: Evidence, factor: float) -> tuple[list[int], int] | None:
    """Axes of which `factor` is 1 over the length, if the input was repeated along them."""
    axes = stretched_axes_of(evidence)
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
    name = named_factor(size, evidence.rtol)
    what = f"Look for a factor {name} that is missing" if small else f"Look for one factor {name} too many"
    summed = math.prod(evidence.output_shape) < math.prod(evidence.input_shape)
    for owner, shape in (
        ("of the input", evidence.input_shape if summed else ()),
        ("of the output", evidence.output_shape if stretched_axes_of(evidence) else ()),
    ):
        counts = {f"the number of values {owner}": math.prod(shape)} if len(shape) != 1 else {}
        counts |= {f"the length of axis {axis} {owner}": length for axis, length in enumerate(shape)}
        for words, count in counts.items():
            if count > 1 and abs(size - count) <= evidence.rtol * count:
                return f"{what} in {rule}; {name} is {words}, so a mean may stand where a sum belongs, or the reverse."
    return f"{what} in {rule}."


def named_factor(factor: float, rtol: float = 1e-3) -> str:
    """A factor as people write it: 2, 1/3, ln 2, or 0.37."""
    sign, size = ("-" if factor < 0 else ""), abs(factor)
    close = min(rtol, 1e-6)
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
    return f"{sign}1/{whole}" if whole and abs(size * whole - 1) <= close else _digits(factor)


def _digits(factor: float) -> str:
    """A factor with four digits, or as many as tell it from 1."""
    off = abs(abs(factor) - 1)
    return f"{factor:.{max(4, 1 - math.floor(math.log10(off)) + 1) if off else 4}g}"


TESTS = (
    _all_zero,
    _constant_factor,
    _changing_sign,
    transposed,
    one_slice,
    zero_entries,
    symmetrised,
    normalised,
    reordered,
    _missing_term,
)
"""The patterns, in the order in which they are tried."""
