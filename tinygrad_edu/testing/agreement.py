"""Whether gradients agree with differences, judged by how far the differences can be trusted.

A central difference D(h) is off by a truncation error that falls with h² and a rounding error that
grows with 1/h. One tolerance for all functions is therefore too tight for exp(10 x) and too loose for
1e-6 x. Here each difference says itself how good it is: halving the step takes three quarters of the
truncation error away, so that

    e = max |D(w h) - D(h/2)|   over w = 1 and 0.7

is three times the error left in D(h/2), when truncation rules, and about as large as the noise, when
rounding does: two w, as two differences may be off by the same noise. `CAUTION` times e, and what
rounding the function's values costs at that step, is the tolerance with which `gradcheck` compares
D(h/2).

The steps are tried from wide to narrow, in units of the largest input. A step at which e isn't small
beside the derivatives has not settled and says nothing. The gradient is right if it agrees at one
of two steps that have settled, and wrong if it agrees at neither. If no step settles, the point itself is
unsuitable: the function has a corner, jump or pole there.

Source: L. F. Richardson, The deferred approach to the limit, Phil. Trans. R. Soc. A 226 (1927);
W. H. Press et al., Numerical Recipes, section 5.7, on the two errors of a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from tinygrad_edu.autograd import GradcheckError, Mistake, enable_grad, grad, gradcheck, gradgradcheck, no_grad
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.autograd.numerical import differences
from tinygrad_edu.gradient_checks.nesting import differentiable, leaves

__all__ = ["proven"]

STEPS = (1e-3, 1e-4, 1e-5, 1e-6)
WIDER = (1.0, 0.7)
CAUTION = 4.0
SETTLED = 1e-3  # of the largest derivative; a mistake is seldom smaller
ABSOLUTELY_SETTLED = 1e-8  # where all derivatives are 0
ROUNDING = 16 * np.finfo(np.float64).eps  # of a function that computes a result in some ten operations
RELATIVE = 1e-5

Function = Callable[..., Any]


@np.errstate(all="ignore")  # beside a pole there are infinities, which agree with nothing
def proven(function: Function, arguments: tuple[Any, ...], second_order: bool) -> bool:
    """Check the gradients of `function` at one point, and the gradients of those.

    Returns:
        Whether the point tells anything; False at a corner, jump or pole.

    Raises:
        GradcheckError: If a gradient is wrong.
    """
    inputs = [each.owned_array() for _, each in differentiable(arguments)]
    unit = max((float(np.abs(each).max(initial=0)) for each in inputs), default=0.0) or 1.0
    if not _agrees(partial(_gradcheck, function, arguments), function, arguments, unit):
        return False
    with enable_grad():
        outputs = [each for _, each in differentiable(function(*arguments))]
    if not second_order or not outputs:
        return True
    starts = _starts(outputs)
    check = partial(gradgradcheck, function, arguments, starts)
    return _agrees(check, _gradient_of(function, arguments), (*arguments, *starts), unit)


def _gradcheck(function: Function, arguments: tuple[Any, ...], **tolerances: Any) -> bool:
    """Check values first, as a rule that answers in a wrong shape is named by that, and then dtypes."""
    gradcheck(function, arguments, **tolerances)
    return gradcheck(function, arguments, check_grad_dtypes=True, **tolerances)


def _agrees(check: Callable[..., bool], function: Function, arguments: tuple[Any, ...], unit: float) -> bool:
    """Run `check` at a step at which the differences of `function` settle, and if it fails at a second one.

    Returns:
        Whether there was such a step, and no corner.

    Raises:
        GradcheckError: If it fails at both.
    """
    failure: GradcheckError | None = None
    for step, tolerance in islice(_settled_steps(function, arguments, unit), 2):
        try:
            return check(eps=step, atol=tolerance, rtol=RELATIVE)
        except GradcheckError as error:
            if error.mistake is Mistake.KINK:
                return False
            failure = failure or error
    if failure is not None:
        raise failure
    try:
        check()  # random numbers keep differences from settling, too: it knows the difference
    except GradcheckError as error:
        if error.mistake is Mistake.NONDETERMINISTIC:
            raise
    return False


def _settled_steps(function: Function, arguments: tuple[Any, ...], unit: float) -> Iterator[tuple[float, float]]:
    """Yield steps for `gradcheck`, in units of `unit`, each with the tolerance that its differences deserve."""
    places = [each.owned_array() for _, each in differentiable(arguments)]

    def values() -> np.ndarray:
        with enable_grad():
            results = leaves(function(*arguments))
        return np.concatenate(
            [np.ravel(each._data) for each in results if isinstance(each, TensorBase)] + [np.zeros(0)]
        )

    with no_grad():
        magnitude = float(np.abs(values()).max(initial=0))
        before, settled = np.inf, False
        for step in (each * unit for each in STEPS):
            fine = _slopes(values, places, step / 2)
            wider = np.stack([_slopes(values, places, factor * step) for factor in WIDER])
            error = float(np.abs(wider - fine).max(initial=0))
            if error > before and not settled:
                return  # noise has the upper hand, and the narrower the step, the more
            before = error
            settled = error <= SETTLED * float(np.abs(fine).max(initial=0)) + ABSOLUTELY_SETTLED  # not so for NaN
            if settled:
                yield step / 2, CAUTION * error + ROUNDING * magnitude / step


def _slopes(values: Callable[[], np.ndarray], places: list[np.ndarray], step: float) -> np.ndarray:
    """All derivatives of all values, by differences."""
    found = [slope for place in places for _, slope in differences(values, place, step)]
    return np.concatenate([*found, np.zeros(0)])


def _gradient_of(function: Function, arguments: tuple[Any, ...]) -> Function:
    """The gradient as a function of the arguments and of the gradients that backward starts from."""
    count = len(arguments)

    def gradient(*everything: Any) -> tuple[Any, ...]:
        outputs = [each for _, each in differentiable(function(*everything[:count]))]
        inputs = [each for _, each in differentiable(everything[:count])]
        return grad(outputs, inputs, everything[count:], allow_unused=True, materialize_grads=True)

    return gradient


def _starts(outputs: list[Any]) -> tuple[Any, ...]:
    generator = np.random.default_rng(0)
    return tuple(
        each.result_type.wrap(
            generator.uniform(0.5, 1.5, each._data.shape).astype(each._data.dtype), requires_grad=True
        )
        for each in outputs
    )
