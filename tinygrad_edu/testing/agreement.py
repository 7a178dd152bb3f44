"""All that is checked at one point: gradients, how they depend on g, and the gradients of the gradients.

1.  The first derivatives, held against differences that know their own error (gradient_checks/judgement.py).
2.  The backward itself: is it linear in g, and does it leave g and the inputs alone (gradient_checks/probes.py)?
3.  The same from the same values given otherwise: of other operands, in another layout, in float32 (variations.py).
4.  The second derivatives, as the first ones of the gradient. A gradient is computed from values of the size of
    f / x, which may cancel: those of sigmoid are 0 or 1e-16 where it is nearly 1. So its values are trusted to
    a rounding of that size, g · f / x, and no further.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tinygrad_edu.autograd import GradcheckError, Mistake, enable_grad
from tinygrad_edu.autograd.gradcheck import ATOL
from tinygrad_edu.gradient_checks import checks
from tinygrad_edu.gradient_checks.comparison import Comparison
from tinygrad_edu.gradient_checks.extrapolation import ROUNDING
from tinygrad_edu.gradient_checks.judgement import Judgement, Verdict
from tinygrad_edu.gradient_checks.nesting import differentiable
from tinygrad_edu.gradient_checks.probes import HALF, expect_same_from_arrays, expect_same_inputs, from_numbers, probe
from tinygrad_edu.testing.variations import expect_same_otherwise

__all__ = ["proven"]

SINGLE = 1e-7  # what float32 leaves of a number, relatively
EXACTLY = checks.Tolerances(1e-6, ATOL, 1e-5, 0.0)

Function = Callable[..., Any]


@np.errstate(all="ignore")  # beside a pole there are infinities, which agree with nothing
def proven(
    function: Function, arguments: tuple[Any, ...], second_order: bool, noise: float = 0.0, *, otherwise: bool = True
) -> Verdict:
    """Check the gradients of `function` at one point, and the gradients of those; `otherwise` given, too.

    Returns:
        Whether the point tells anything (not so at a corner, jump or pole), and what was seen.

    Raises:
        GradcheckError: If a gradient is wrong.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = from_numbers(function, arguments)
        comparison = checks.of_gradients(function, arguments, EXACTLY)
        held = [np.array(tensor._data) for _, tensor in comparison.inputs]
        try:
            return _proven(comparison, before, second_order, noise, otherwise)
        except GradcheckError:
            expect_same_inputs(comparison, held)  # other values would explain any mistake
            raise


def _proven(
    comparison: Comparison, before: list[np.ndarray] | None, second_order: bool, noise: float, otherwise: bool
) -> Verdict:
    function, arguments = comparison.func, comparison.arguments
    verdict = Judgement(comparison, noise).verdict()
    with enable_grad():
        outputs = [each for _, each in differentiable(function(*arguments))]
    if outputs:
        probe(comparison, noise)
        if before is not None:
            expect_same_from_arrays(comparison, before, noise)
        if verdict.telling and otherwise:
            expect_same_otherwise(comparison, noise)
    if not second_order or not outputs or not verdict.telling:
        return verdict
    starts = _starts(outputs)
    second = checks.of_gradients_of_gradients(function, arguments, starts, EXACTLY, False)
    second = second._replace(plain=partial(second.func, create_graph=False))
    floors = _floors(comparison, verdict, outputs, starts)
    try:
        Judgement(second, noise, floors, complete=True).verdict()
    except GradcheckError:
        _expect_right_nearby(comparison, noise)  # a first derivative that is coarse explains the second
        raise
    return verdict


def _expect_right_nearby(comparison: Comparison, noise: float) -> None:
    """Raise a GradcheckError if a first derivative is wrong beside the point, where values are less round."""
    places = [each.owned_array() for _, each in comparison.inputs]
    before = [place.copy() for place in places]
    generator = np.random.default_rng(1)
    try:
        for place in places:
            place *= 1 - generator.uniform(1e-3, 2e-3, place.shape)
        Judgement(comparison, noise).verdict()
    except GradcheckError as error:
        off = abs(error.analytic / error.numerical - 1) if error.analytic and error.numerical else 1.0
        if off > HALF:
            raise
        names = comparison.names
        raise GradcheckError(
            f"{names.opening}: its gradient moves in steps: it is right here, and off by {off:.2g} of it nearby, as if "
            f"computed in dtype {'float16' if off > SINGLE else 'float32'} somewhere. In {names.rule}, look for "
            "astype(), .half(), .float() and constants of another dtype",
            mistake=Mistake.DTYPE,
            input=error.input,
            **names.context,
        ) from None
    except Exception:
        return  # it lies outside of the function's domain
    finally:
        for place, values in zip(places, before, strict=True):
            place[...] = values


def _floors(comparison: Comparison, verdict: Verdict, outputs: list[Any], starts: tuple[Any, ...]) -> dict[int, Any]:
    """For each gradient the error that rounding may leave in it."""
    parts = [np.ravel(np.abs(output._data * start._data)) for output, start in zip(outputs, starts, strict=True)]
    flat = np.nan_to_num(np.concatenate(parts), nan=0.0, posinf=0.0, neginf=0.0)
    seen = np.any([each.any(axis=0) for each in verdict.reach], axis=0)
    floors = {}
    for number, (_, tensor) in enumerate(comparison.inputs):
        reach = verdict.reach[number].copy()
        reach[~reach.any(axis=1)] = True  # a saturated one may reach all
        reach[:, ~seen] = True  # and so may be reached by all
        floors[number] = (ROUNDING * (reach @ flat) / verdict.units[number]).reshape(tensor._data.shape)
    return floors


def _starts(outputs: list[Any]) -> tuple[Any, ...]:
    generator = np.random.default_rng(0)
    return tuple(
        each.result_type.wrap(
            generator.uniform(0.5, 1.5, each._data.shape).astype(each._data.dtype), requires_grad=True
        )
        for each in outputs
    )
