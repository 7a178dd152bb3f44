"""Probes of a backward: what it does with the gradient g that it gets.

Whatever the function, its backward is linear in g: from 2 g it gives twice, from -g minus, from g + h the sum of
what it gives from g and from h, and from the gradients of several results together the sum of what it gives from
each. A backward that clips, squares or normalises g, or takes its absolute value, isn't, and unit vectors don't
show it. It also leaves g and the inputs as they were, for others hold them too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_edu.autograd.engine import grad
from tinygrad_edu.autograd.grad_mode import enable_grad
from tinygrad_edu.autograd.gradcheck import GradcheckError, Mistake
from tinygrad_edu.gradient_checks.comparison import SEED, Comparison, Numbered
from tinygrad_edu.gradient_checks.extrapolation import DENORMAL, neighbours
from tinygrad_edu.gradient_checks.nesting import differentiable
from tinygrad_edu.gradient_checks.patterns import named_factor
from tinygrad_edu.gradient_checks.refusals import answers
from tinygrad_edu.gradient_checks.second_look import CAUTION

__all__ = [
    "HALF",
    "Parts",
    "apart",
    "expect_same_from_arrays",
    "expect_same_inputs",
    "from_numbers",
    "probe",
    "sizes_of",
]

HALF = 4e-3  # what float16 leaves of a result, relatively
CLOSE = 1e-9  # relatively to the largest part of a sum
CANCELLING = 1e-13
SMALLEST = 1e-300  # below it, numbers are too coarse
FACTORS = (2.0, -1.0, 1e-3, -1e4)  # 2 before -1, by which an absolute value can't be told from a square

Parts = list[np.ndarray]


def probe(comparison: Comparison, noise: float = 0.0) -> None:
    """Raise a GradcheckError if the backward isn't linear in g, or changes what isn't its own.

    Args:
        comparison: The function, its arguments and names.
        noise: How noisy the function is, relatively to its values; so is its gradient.
    """
    before = [np.array(tensor._data) for _, tensor in comparison.inputs]
    outputs = comparison.outputs()
    generator = np.random.default_rng(SEED + 5)
    g = [generator.normal(size=output._data.size) for _, output in outputs]
    h = [generator.normal(size=output._data.size) for _, output in outputs]
    from_g = comparison.gradients(outputs, g)
    expect_same_inputs(comparison, before)
    for factor in FACTORS:
        found = comparison.gradients(outputs, [factor * each for each in g])
        wanted = [factor * each for each in from_g]
        sizes = [
            abs(factor) * size + floor
            for size, floor in zip(sizes_of(comparison, outputs, noise, from_g), _denormal(comparison), strict=True)
        ]
        spot = _spot(comparison, outputs, [[factor * each for each in g]], found, wanted, sizes)
        if spot is not None:
            raise _not_in_proportion(comparison, spot, found, wanted, factor, from_g)
    from_h = comparison.gradients(outputs, h)
    together = comparison.gradients(outputs, [a + b for a, b in zip(g, h, strict=True)])
    sums = [a + b for a, b in zip(from_g, from_h, strict=True)]
    sizes = sizes_of(comparison, outputs, noise, [np.abs(a) + np.abs(b) for a, b in zip(from_g, from_h, strict=True)])
    spot = _spot(comparison, outputs, [g, h], together, sums, sizes)
    if spot is not None:
        words = "from g + h it doesn't give the sum of what it gives from g and h"
        raise _not_the_sum(comparison, spot, together, sums, words)
    if len(outputs) > 1:
        each_alone = [comparison.gradients([output], [start]) for output, start in zip(outputs, g, strict=True)]
        sums = [np.sum(parts, axis=0) for parts in zip(*each_alone, strict=True)]
        sizes = [np.sum(np.abs(parts), axis=0) for parts in zip(*each_alone, strict=True)]
        sizes = sizes_of(comparison, outputs, noise, sizes)
        spot = _spot(comparison, outputs, [g], from_g, sums, sizes)
        if spot is not None:
            words = (
                "from the gradients of all results together it doesn't give the sum of what it gives from those of each"
            )
            raise _not_the_sum(comparison, spot, from_g, sums, words)
    _expect_same_in_columns(comparison, outputs, noise, g, from_g)
    _expect_same_g(comparison, outputs, g)


def from_numbers(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Parts | None:
    """The gradients where tensors without dimensions hold NumPy's numbers, as results of reductions do.

    Later they hold arrays, which can be moved; `expect_same_from_arrays` compares.
    """
    inputs = [each for _, each in differentiable(arguments)]
    if not any(isinstance(each._data, np.generic) for each in inputs):
        return None
    with enable_grad():
        outputs = [each for _, each in differentiable(function(*arguments))]
    if not outputs:
        return None
    starts = [output.result_type.wrap(np.ones_like(output._data)) for output in outputs]
    try:
        found = grad(outputs, inputs, starts, allow_unused=True)
    except (RuntimeError, TypeError, ValueError, IndexError):
        return None  # it is told with the first comparison
    return [
        np.zeros(tensor._data.size) if each is None else np.ravel(each._data)
        for tensor, each in zip(inputs, found, strict=True)
    ]


def expect_same_from_arrays(comparison: Comparison, before: Parts, noise: float = 0.0) -> None:
    """Raise a GradcheckError if the gradients are others now that all tensors hold arrays."""
    outputs = comparison.outputs()
    after = comparison.gradients(outputs, [np.ones(output._data.size) for _, output in outputs])
    spot = apart(before, after, sizes_of(comparison, outputs, noise, after))
    if spot is not None:
        number, place = spot
        one, other = float(before[number][place]), float(after[number][place])
        names = comparison.names
        raise GradcheckError(
            f"{names.opening}: the gradient of {names.input(comparison.inputs[number][0])} depends on what a tensor "
            f"without dimensions holds: from a NumPy number it is {one:.6g}, from an array {other:.6g}; that is "
            f"{named_factor(one / other) if other else 'something'} times as much. In {names.rule}, look for "
            "isinstance(x, np.ndarray): a number is none",
            mistake=Mistake.OTHER,
            input=comparison.inputs[number][0],
            **names.context,
        )


def sizes_of(comparison: Comparison, outputs: Numbered, noise: float, parts: Parts) -> Parts:
    """For each part the size of what it may be a difference of: terms of g · f / x may cancel in it."""
    values = [np.abs(output._data) for _, output in outputs]
    result = sum(float(np.sum(each, where=np.isfinite(each))) for each in values)
    places = [np.ravel(np.abs(tensor._data)) for _, tensor in comparison.inputs]
    steepest = max(float(np.max(each, initial=1)) for each in places)
    floors = [max(CANCELLING, noise) / CLOSE * result * steepest / np.maximum(each, 1e-3) for each in places]
    floors = [floor + smallest for floor, smallest in zip(floors, _denormal(comparison), strict=True)]
    wider = 1 + CAUTION * noise / CLOSE
    return [wider * np.abs(part) + floor for part, floor in zip(parts, floors, strict=True)]


def _denormal(comparison: Comparison) -> Parts:
    """For each part what the coarseness of the smallest numbers may leave in a quotient by x, whatever g is."""
    places = [np.ravel(np.abs(tensor._data)) for _, tensor in comparison.inputs]
    return [DENORMAL / CLOSE / (each + (each == 0)) for each in places]


def apart(found: Parts, wanted: Parts, sizes: Parts) -> tuple[int, int] | None:
    """The input and the place where two sets of gradients differ most, if they do."""
    worst, spot = 0.0, None
    for number, (one, other, size) in enumerate(zip(found, wanted, sizes, strict=True)):
        scale = CLOSE * (np.abs(size) + float(np.max(np.abs(size), where=np.isfinite(size), initial=0)))
        gap = np.where(np.isfinite(one) & np.isfinite(other), np.abs(one - other) - scale - SMALLEST, 0)
        if gap.size and gap.max() > worst:
            worst, spot = float(gap.max()), (number, int(gap.argmax()))
    return spot


def _spot(
    comparison: Comparison, outputs: Numbered, starts: Sequence[Parts], found: Parts, wanted: Parts, sizes: Parts
) -> tuple[int, int] | None:
    """Where two sets of gradients, from such starts, differ by more than rounding; None if they don't."""
    if apart(found, wanted, sizes) is None:
        return None
    for start in starts:
        rounding = _rounding(comparison, outputs, start)
        sizes = [size + CAUTION / CLOSE * each for size, each in zip(sizes, rounding, strict=True)]
    return apart(found, wanted, sizes)


def _rounding(comparison: Comparison, outputs: Numbered, start: Parts) -> Parts:
    """By how much gradients differ among starts that are the same to some ulps: what is left where terms cancel."""
    nearby = [comparison.gradients(outputs, each) for each in neighbours(start)]
    return [np.nan_to_num(np.ptp(parts, axis=0), nan=0.0, posinf=0.0) for parts in zip(*nearby, strict=True)]


def _not_in_proportion(
    comparison: Comparison, spot: tuple[int, int], found: Parts, wanted: Parts, factor: float, from_g: Parts
) -> GradcheckError:
    number, place = spot
    ratio = float(found[number][place] / from_g[number][place]) if from_g[number][place] else np.inf
    looks = ""
    if abs(ratio - abs(factor)) < 1e-6 * abs(factor):
        looks = " It looks like the absolute value of g."
    elif abs(ratio - factor**2) < 1e-6 * factor**2:
        looks = " It looks like the square of g."
    elif abs(abs(ratio) - 1) < 1e-6:
        looks = " It looks normalised, or like the sign of g."
    elif abs(ratio) < abs(factor):
        looks = " It looks clipped."
    one = found[number]
    off = float(np.max(np.abs(one - wanted[number]), initial=0)) / float(np.max(np.abs(wanted[number]), initial=1e-300))
    whole = factor > 0 and not (from_g[number][place] and one[place])  # what is left of small numbers is 0
    if whole or off < HALF:
        dtype = "int64" if whole else "float16 or float32"
        much = "" if whole else f", but off by {off:.2g} of it"
        return GradcheckError(
            f"{comparison.names.opening}: backward from {factor:g} g isn't {factor:g} times that from g{much}, as "
            f"if it were computed in dtype {dtype} somewhere. In {comparison.names.rule}, look for "
            "astype(), .half(), .float(), .int() and constants of another dtype",
            mistake=Mistake.DTYPE,
            input=comparison.inputs[number][0],
            **comparison.names.context,
        )
    words = f"from {factor:g} g it gives {ratio:.6g} times what it gives from g.{looks}"
    return _error(comparison, number, words)


def _not_the_sum(
    comparison: Comparison, spot: tuple[int, int], found: Parts, wanted: Parts, words: str
) -> GradcheckError:
    number, place = spot
    return _error(comparison, number, f"{words}: {found[number][place]:.6g}, not {wanted[number][place]:.6g}.")


def _error(comparison: Comparison, place: int, words: str) -> GradcheckError:
    names = comparison.names
    number = comparison.inputs[place][0]
    return GradcheckError(
        f"{names.opening}: the backward isn't linear in the gradient g that it gets, as every derivative is: for "
        f"{names.input(number)}, {words} In {names.rule}, multiply by g, and use it in no other way.",
        mistake=Mistake.OTHER,
        input=number,
        **names.context,
    )


def expect_same_inputs(comparison: Comparison, before: Sequence[np.ndarray]) -> None:
    """Raise a GradcheckError if the inputs are other than `before`, and change them back."""
    names = comparison.names
    changed = []
    for (number, tensor), values in zip(comparison.inputs, before, strict=True):
        if not np.array_equal(tensor._data, values, equal_nan=True):
            tensor.owned_array()[...] = values
            changed.append(number)
    if changed:
        raise GradcheckError(
            f"{names.opening}: it changes {names.input(changed[0])} in place, which others use too; in {names.rule}, "
            "compute with a copy",
            mistake=Mistake.OTHER,
            input=changed[0],
            **names.context,
        )


def _expect_same_in_columns(
    comparison: Comparison, outputs: Numbered, noise: float, starts: Parts, from_g: Parts
) -> None:
    """Compare with what comes from a g that lies in memory column by column."""
    arrays = [
        np.array(g.reshape(output._data.shape), order="F") for (_, output), g in zip(outputs, starts, strict=True)
    ]
    if all(each.flags.c_contiguous for each in arrays):
        return
    wrapped = [output.result_type.wrap(each) for (_, output), each in zip(outputs, arrays, strict=True)]
    tensors = [output for _, output in outputs]
    inputs = [tensor for _, tensor in comparison.inputs]
    found = [
        np.zeros(tensor._data.size) if each is None else np.ravel(each._data)
        for tensor, each in zip(
            inputs, grad(tensors, inputs, wrapped, retain_graph=True, allow_unused=True), strict=True
        )
    ]
    spot = _spot(comparison, outputs, [starts], found, from_g, sizes_of(comparison, outputs, noise, from_g))
    if spot is not None:
        names = comparison.names
        raise GradcheckError(
            f"{names.opening}: the gradient of {names.input(comparison.inputs[spot[0]][0])} depends on the memory "
            f"layout of the gradient g that backward gets: it is another one where g lies column by column. "
            f"In {names.rule}, look for ravel(order='K') or 'A', reshape with an order, and strides",
            mistake=Mistake.OTHER,
            input=comparison.inputs[spot[0]][0],
            **names.context,
        )


def _expect_same_g(comparison: Comparison, outputs: Numbered, starts: Sequence[np.ndarray]) -> None:
    """Ask each rule of the user's own once more, and look whether the g that it got is as it was."""
    names = comparison.names
    for (_, output), start in zip(outputs, starts, strict=True):
        g: Any = np.array(start.reshape(output._data.shape), output._data.dtype)
        changed = next((answer for answer in answers(output, g) if answer.changed), None)
        if changed is not None:
            raise GradcheckError(
                f"{names.check}: {changed.node.operation}: its rule for {changed.operand} changes the gradient g that "
                "it gets in place, which others use too; compute with a copy: g * 2 makes one, g *= 2 doesn't",
                mistake=Mistake.OTHER,
                operation=changed.node.operation,
                derivative=names.derivative,
            )
