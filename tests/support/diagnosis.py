"""What the gradient checker says of the call at which a property test failed.

The checker knows the usual mistakes, a flipped sign, a constant factor, a missing sum, and the tests of the
derivative table fail with its words too. A test notes with `tried` what it is about to check; the decorator
`diagnosed` stands outside of hypothesis, so that only the call that is left in the end is looked into.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu.autograd import GradcheckError, Primitive, gradcheck, gradgradcheck


class Tried(NamedTuple):
    """A call: by which operands it is differentiated, and the gradient that its backward starts from, if known."""

    name: str
    function: Callable[..., Any]
    operands: Sequence[Any]
    needing: Sequence[int]
    upstream: Any


_last: list[Tried] = []


def tried(
    name: str, function: Callable[..., Any], operands: Sequence[Any], needing: Sequence[int], upstream: Any = None
) -> None:
    """Note the call that a test is about to check."""
    _last[:] = [Tried(name, function, operands, needing, upstream)]


def diagnosed(order: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a test of first or second derivatives fail with a diagnosis of the last call that it tried."""

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def run(*args: Any, **kwargs: Any) -> None:
            __tracebackhide__ = True
            _last.clear()
            try:
                test(*args, **kwargs)
            except Exception as error:
                error.add_note("\n".join(diagnosis(each, order) for each in _last))
                raise

        return run

    return decorate


def diagnosis(call: Tried, order: int) -> str:
    """What `gradcheck`, and for the second order `gradgradcheck`, say of a call."""
    inputs = tuple(
        tg.Tensor.wrap(np.array(each), requires_grad=number in call.needing)
        if isinstance(each, np.ndarray | np.generic)
        else each
        for number, each in enumerate(call.operands)
    )
    start = None if call.upstream is None else tg.Tensor.wrap(np.array(call.upstream), requires_grad=True)

    def function(*operands: Any) -> Any:
        return call.function(*operands)

    function.__name__ = call.name
    try:
        gradcheck(function, inputs)
        if order == 2:
            gradgradcheck(function, inputs, start)
    except GradcheckError as error:
        return f"\nDiagnosis of this call:\n{error}"
    except Exception as error:  # it can't be asked: what failed is no gradient
        return f"\nAsked about this call, gradcheck fails, too: {type(error).__name__}: {error}"
    return (
        f"\nAsked about this call, gradcheck finds nothing wrong{' with the second derivative' * (order == 2)}. Its "
        "tolerances are wider than this test's, and it works in float64: look for a rule that is nearly right, or "
        "wrong in another type, or for a mistake of the test itself."
    )


def suspected(primitive: Primitive) -> Primitive:
    """A copy of an operation of the table that isn't trusted: the checker then looks for the mistake in its rule."""
    suspect = copy.copy(primitive)
    suspect.trusted = False
    suspect.plans = {}
    suspect.__class__ = Primitive
    return suspect
