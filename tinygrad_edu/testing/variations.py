"""The same point, given otherwise: a gradient is the same whichever operands ask for one, and however they lie.

It is also nearly the same in float32; there it is only called wrong if it is off by a quarter, where the function and
its gradient are tame: the results are those of float64, and numbers that are off by a rounding, or a little more,
change little. These need one backward each, and no differences: they are tried at every point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd import GradcheckError, Mistake
from tinygrad_edu.gradient_checks.comparison import SEED, Comparison, Numbered
from tinygrad_edu.gradient_checks.nesting import differentiable, replaced
from tinygrad_edu.gradient_checks.patterns import named_factor
from tinygrad_edu.gradient_checks.probes import Parts, apart, sizes_of
from tinygrad_edu.testing.strategies import LAYOUTS

__all__ = ["expect_same_otherwise"]

TAME = 1e-3, 1e3  # the sizes of values of which float32 is asked
SAME = 1e-4  # relatively: results in float32
NUDGE = 1e-6  # relatively: a little more than the rounding of float32
CALM = 1e-2  # relatively: by how much a nudge may change a gradient
QUARTER = 0.25

Change = Callable[[Tensor], Tensor]


class Variation(NamedTuple):
    """Other tensors for the same values, and the words for a gradient that is another one there."""

    change: Change
    circumstance: str
    advice: str


class Answer(NamedTuple):
    """The results of a function of other tensors, and the gradients of its inputs: None for those not asked for."""

    results: np.ndarray
    gradients: list[Any]


def expect_same_otherwise(comparison: Comparison, noise: float = 0.0) -> None:
    """Raise a GradcheckError if a gradient, which is right as the tensors are, isn't right as they could be."""
    outputs = comparison.outputs()
    generator = np.random.default_rng(SEED + 6)
    starts = [generator.uniform(0.5, 1.5, output._data.size) for _, output in outputs]
    wanted = comparison.gradients(outputs, starts)
    sizes = sizes_of(comparison, outputs, noise, wanted)
    for variation in _variations(comparison):
        answer = _answer(comparison, variation.change, starts, f"; it {variation.circumstance}")
        if answer is None:
            continue
        asked = [k for k, each in enumerate(answer.gradients) if each is not None]
        spot = apart(*([parts[k] for k in asked] for parts in (answer.gradients, wanted, sizes)))
        if spot is not None:
            place, index = asked[spot[0]], spot[1]
            raise _error(comparison, place, variation, answer.gradients[place][index], wanted[place][index])
    _expect_same_in_float32(comparison, outputs, starts, wanted)


def _variations(comparison: Comparison) -> Iterator[Variation]:
    numbers = {id(each): number for number, each in reversed(comparison.inputs)}
    tensors = list({id(each): each for _, each in comparison.inputs}.values())
    for tensor in tensors if len(tensors) > 1 else []:
        others = [each for each in tensors if each is not tensor]
        for left, circumstance in (
            (others, f"only {comparison.names.input(numbers[id(tensor)])} requires one"),
            ([tensor], f"{comparison.names.input(numbers[id(tensor)])} requires none"),
        ):
            yield Variation(
                partial(_without, left),
                f"is right where all operands require a gradient, and wrong where one doesn't ({circumstance})",
                "ctx.needs_input_grad, or a rule that uses what only another one's request computes",
            )
            if len(tensors) == 2:  # one is left out where the other is alone
                break
    in_rows = all(np.asarray(each._data).flags.c_contiguous for each in tensors)
    here = "where the operands lie in memory row by row" if in_rows else "as the operands lie in memory here"
    for name, lay in LAYOUTS.items():
        if any(np.ndim(each._data) and _laid(each, lay)._data.strides != each._data.strides for each in tensors):
            yield Variation(
                partial(_laid, lay=lay),
                f"is right {here}, and wrong in another memory layout ({name})",
                "strides, reshape with an order, ravel(order='K') or 'A', or .data that is read as it lies",
            )


def _without(left: Sequence[Tensor], tensor: Tensor) -> Tensor:
    return tensor.detach().requires_grad_(tensor.requires_grad and all(tensor is not other for other in left))


def _laid(tensor: Tensor, lay: Callable[[np.ndarray], np.ndarray]) -> Tensor:
    data = lay(np.array(tensor._data, order="C")) if np.ndim(tensor._data) else tensor._data
    return Tensor.wrap(data, requires_grad=tensor.requires_grad)


def _answer(comparison: Comparison, change: Change, starts: Parts, closing: str) -> Answer | None:
    """What comes of changed tensors; None where the function doesn't take them, or has other results."""
    changed: dict[int, Tensor] = {}

    def other(leaf: Any) -> Any:
        if not isinstance(leaf, Tensor) or not leaf.is_floating_point():
            return leaf
        if id(leaf) not in changed:
            changed[id(leaf)] = change(leaf)
        return changed[id(leaf)]

    arguments = replaced(comparison.arguments, other)
    outputs = None
    with suppress(Exception):  # a function needn't take every layout and type
        outputs = comparison.outputs(arguments)
    if outputs is None or [each._data.size for _, each in outputs] != [each.size for each in starts]:
        return None
    asked = differentiable(arguments)
    try:
        found = comparison._replace(arguments=arguments, inputs=asked).gradients(outputs, starts)
    except GradcheckError as error:
        error.args = (f"{error.args[0]}{closing}",)
        raise
    by_tensor = {id(each): g for (_, each), g in zip(asked, found, strict=True)}
    return Answer(
        np.concatenate([np.ravel(each._data) for _, each in outputs]),
        [by_tensor.get(id(changed[id(each)])) for _, each in comparison.inputs],
    )


def _error(comparison: Comparison, place: int, variation: Variation, found: float, wanted: float) -> GradcheckError:
    names = comparison.names
    number = comparison.inputs[place][0]
    return GradcheckError(
        f"{names.opening}: the gradient of {names.input(number)} {variation.circumstance}: "
        f"{found:.6g}, not {wanted:.6g}. In {names.rule}, look for {variation.advice}",
        mistake=Mistake.OTHER,
        input=number,
        **names.context,
    )


def _expect_same_in_float32(comparison: Comparison, outputs: Numbered, starts: Parts, wanted: Parts) -> None:
    results = np.concatenate([np.ravel(each._data) for _, each in outputs])
    if not _tame(comparison, results):
        return
    floors = _floors(comparison, results)
    found: Parts = []
    number = -1
    for seed in (None, 1):  # what is off by chance isn't so twice
        answer = _answer(comparison, partial(_narrow, seed=seed), starts, "; it is right in float64, not in float32")
        if answer is None or not np.all(np.abs(answer.results - results) <= SAME * np.abs(results).max(initial=0)):
            return
        found = answer.gradients
        number = next((k for k, each in enumerate(found) if _far(each, wanted[k], QUARTER, floors[k])), -1)
        if number < 0:
            return
    for change in (partial(_nudged, seed=1), _rounded):
        there = _answer(comparison, change, starts, "")
        if there is None or any(
            _far(one, other, CALM, CALM * floor)
            for one, other, floor in zip(there.gradients, wanted, floors, strict=True)
        ):
            return
    place = int(np.nan_to_num(np.abs(found[number] - wanted[number]), posinf=0).argmax())
    one, other = float(found[number][place]), float(wanted[number][place])
    times = f", {named_factor(one / other)} times as much" if one and other else ""
    names = comparison.names
    raise GradcheckError(
        f"{names.opening}: the gradient of {names.input(comparison.inputs[number][0])} is right in float64, and "
        f"another one in float32: {one:.6g}, not {other:.6g}{times}. In {names.rule}, look for what asks for a dtype",
        mistake=Mistake.DTYPE,
        input=comparison.inputs[number][0],
        **names.context,
    )


def _tame(comparison: Comparison, results: np.ndarray) -> bool:
    """Whether values and results are of sizes in which float32 is nearly as good as float64."""
    low, high = TAME
    sizes = [np.abs(each._data) for _, each in comparison.inputs]
    return all(bool(np.all((low <= each) & (each <= high) | (each == 0))) for each in sizes) and bool(
        np.isfinite(results).all() and np.abs(results).max(initial=0) <= high
    )


def _floors(comparison: Comparison, results: np.ndarray) -> list[float]:
    """For each input what may get lost of a gradient in float32, beside gradients of the natural size f / x.

    That is at least what is smaller than all numbers of float32.
    """
    largest = [float(np.abs(each._data).max(initial=0)) or 1.0 for _, each in comparison.inputs]
    lost, smallest = SAME * float(np.abs(results).sum()), float(np.finfo(np.float32).tiny)
    return [smallest + lost * max(1.0, *largest) / min(each, 1.0) for each in largest]


def _nudged(tensor: Tensor, seed: int | None) -> Tensor:
    values = np.array(tensor._data)
    if seed is not None:
        values *= 1 + NUDGE * np.random.default_rng(SEED + seed).choice([-1.0, 1.0], values.shape)
    return Tensor.wrap(values, requires_grad=tensor.requires_grad)


def _narrow(tensor: Tensor, seed: int | None) -> Tensor:
    return Tensor.wrap(_nudged(tensor, seed)._data.astype(np.float32), requires_grad=tensor.requires_grad)


def _rounded(tensor: Tensor) -> Tensor:
    """In float64, with the values that float32 has: numbers that are nearly equal may be equal there."""
    return Tensor.wrap(_narrow(tensor, None)._data.astype(np.float64), requires_grad=tensor.requires_grad)


def _far(found: np.ndarray, wanted: np.ndarray, share: float, floor: float) -> bool:
    """Whether they are apart somewhere; what isn't finite is beyond the range of float32, and no mistake."""
    gap = np.abs(found - wanted)
    return bool(np.any((gap > share * float(np.abs(wanted).max(initial=0)) + floor) & np.isfinite(gap)))
