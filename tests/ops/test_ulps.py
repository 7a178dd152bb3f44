"""Results and gradients beside exact arithmetic, over the whole range of floats.

``python -m benchmarks.ulps`` tries many more numbers, and shows PyTorch's errors beside ours.

Every elementwise operation of the derivative table states in support/elementwise/ what it is exactly, or why not.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from mpmath import mp
from support.elementwise import ELEMENTWISE, EXACT
from support.exact import MADE_OF_SEVERAL, Exact
from support.exact_rows import ROWS, ExactRow, errors_of_rows, rows
from support.ulps import Error, errors, numbers, operands_of, ulps

import tinygrad_edu as tg
from tinygrad_edu.autograd import elementwise
from tinygrad_edu.ops.table import TABLE

MANY = 10
FLOATS = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@FLOATS
@pytest.mark.parametrize("name", [*EXACT, *MADE_OF_SEVERAL])
def test_results_and_gradients_are_near_the_exact_ones(name: str, dtype: Any) -> None:
    exact = EXACT.get(name) or MADE_OF_SEVERAL[name]
    call = partial(exact.call, tg) if exact.call else getattr(tg, name)
    within_limits(name, exact, [*errors(exact, call, tg, operands_of(exact, dtype, MANY))])


@FLOATS
@pytest.mark.parametrize("name", ROWS)
def test_functions_of_rows_are_near_the_exact_ones(name: str, dtype: Any) -> None:
    exact = ROWS[name]
    within_limits(name, exact, [*errors_of_rows(exact, partial(exact.call, tg), tg, rows(exact, dtype, 3))])


def within_limits(name: str, exact: Exact | ExactRow, found: list[Error]) -> None:
    for place, error in enumerate(found):
        limit, what = (exact.slope_limit, "gradient") if place else (exact.limit, "result")
        assert error.ulps <= limit, (
            f"{name}: a {what} at {error.where} is {error.found}, the exact one {mp.nstr(error.exact, 20)}: "
            f"{error.ulps:.4g} units in the last place, where {limit:g} are allowed"
        )


def test_every_elementwise_operation_has_an_exact_one_or_a_reason() -> None:
    assert {name for name, each in TABLE.items() if each.elementwise} <= ELEMENTWISE.keys() <= TABLE.keys()
    for name, row in ELEMENTWISE.items():
        assert row.exact, f"{name}: write into its row in tests/support/elementwise/ why nothing exact is asked of it"
    for name, exact in EXACT.items():
        assert len(exact.slopes) == len(TABLE[name].operands), name


@FLOATS
def test_numbers_are_of_every_kind(dtype: Any) -> None:
    every, limits = numbers(dtype, MANY), np.finfo(dtype)
    for each in (0, limits.smallest_subnormal, limits.smallest_normal, 1, limits.max, np.inf):
        assert each in every
        assert -each in every
    assert np.signbit(every[every == 0]).any()
    assert np.sum((every > 0) & (every < limits.smallest_normal)) > 1


@FLOATS
def test_an_error_is_counted_in_steps_between_floats(dtype: Any) -> None:
    limits = np.finfo(dtype)
    for start in (1.0, 0.75, limits.smallest_normal, limits.smallest_subnormal, limits.max / 2, -3.0):
        value = dtype(start)
        assert ulps(value, mp.mpf(float(value))) == 0
        assert ulps(np.nextafter(value, dtype(np.copysign(np.inf, value))), mp.mpf(float(value))) == 1
    assert ulps(dtype(0), mp.mpf(float(limits.smallest_subnormal)) / 2) == 0.5
    assert ulps(dtype(np.inf), mp.mpf(float(limits.max)) * 2) == ulps(dtype(np.nan), mp.nan) == 0
    for found, exact in ((np.inf, 1), (np.nan, 1), (-np.inf, mp.inf), (np.inf, mp.nan), (limits.max, mp.inf)):
        assert ulps(dtype(found), mp.mpf(exact)) == np.inf


# Formulas that are right on paper, and lose digits or leave the range of floats.
LOSING: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "expm1": (np.expm1, lambda g, out: g * (out + 1)),
    "log10": (np.log10, lambda g, x: g / (x * float(np.log(10)))),
    "log1p": (lambda x: np.log(1 + x), lambda g, x: g / (1 + x)),
    "rsqrt": (lambda x: 1 / np.sqrt(x), lambda g, x: -g / (2 * np.sqrt(x * x * x))),
    "softplus": (lambda x: np.log(1 + np.exp(x)), lambda g, x: g / (1 + np.exp(-x))),
    "tanh": (lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)), lambda g, out: g * (1 - out * out)),
    "sigmoid": (lambda x: np.exp(x) / (1 + np.exp(x)), lambda g, out: g * out * (1 - out)),
    "reciprocal": (lambda x: 1 / x, lambda g, x: -g / (x * x)),
}


@FLOATS
@pytest.mark.parametrize("name", LOSING)
def test_formulas_that_lose_digits_are_found(name: str, dtype: Any) -> None:
    forward, rule = LOSING[name]
    exact = EXACT[name]
    found = [*errors(exact, elementwise(forward, name=name, x=rule), tg, operands_of(exact, dtype, 3 * MANY))]
    assert found[0].ulps > exact.limit or found[1].ulps > exact.slope_limit
