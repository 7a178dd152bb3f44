"""The row of each operation that works element by element: the calls of its tests, and what it is exactly.

A `Case` is one call: operands (float64 arrays, or what else the operation takes) and settings. The
domains keep away from points without a derivative; what happens *there* is a matter of convention
and has tests of its own, tests/ops/test_conventions.py.

In exact arithmetic (support/exact.py) an operation is held to its result and its slopes over the whole range of
floats; or its row says in words why not.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from mpmath import mp
from support.arrays import (
    ANY,
    BETWEEN_STEPS,
    DIVISOR,
    NONZERO,
    POSITIVE,
    PROBABILITY,
    WITH_ZEROS,
    Domain,
    Shape,
    arrays,
    between,
    lattice,
    shapes,
)
from support.exact import (
    SLOPE_OF_POWERS,
    Exact,
    entropy,
    entropy_by_input,
    entropy_by_target,
    half_at_a_tie,
    log1p,
    nought,
    of_networks,
    one,
    parts_of_power,
    power,
    power_by_base,
    power_by_exponent,
    quotient,
    sigmoid,
    slope_of_sigmoid,
    slopes_of_quotient,
    softplus,
)


class Case(NamedTuple):
    """One call of a primitive."""

    operands: tuple[Any, ...]
    params: dict[str, Any]


Cases = st.SearchStrategy[Case]


@st.composite
def broadcast_shapes(draw: st.DrawFn, count: int) -> tuple[Shape, ...]:
    """Shapes that broadcast against each other; mostly such as really stretch, which few drawn at random do."""
    if draw(st.integers(0, 2)):
        return tuple(draw(st.permutations([(2, 3), (3,), (2, 1), (2, 1, 3), ()]))[:count])
    return draw(hnp.mutually_broadcastable_shapes(num_shapes=count, max_dims=3, min_side=0, max_side=3)).input_shapes


@st.composite
def operands(draw: st.DrawFn, *domains: Domain) -> tuple[Any, ...]:
    """One array from each domain, of shapes that broadcast against each other."""
    if len(domains) == 1:
        return (draw(arrays(draw(shapes()), domains[0])),)
    shapes_of_all = draw(broadcast_shapes(len(domains)))
    return tuple(draw(arrays(shape, domain)) for shape, domain in zip(shapes_of_all, domains, strict=True))


def pointwise(*domains: Domain, **params: st.SearchStrategy[Any]) -> Cases:
    """Calls of an elementwise operation of arrays."""
    return st.builds(Case, operands(*domains), st.fixed_dictionaries(params))


def beside_numbers(x: Domain, y: Domain) -> Cases:
    """Calls of a binary operation on two arrays, or on an array and a Python number."""
    return st.one_of(
        pointwise(x, y),
        st.builds(lambda many, one: Case((*many, one), {}), operands(x), y),
        st.builds(lambda one, many: Case((one, *many), {}), x, operands(y)),
    )


class Row(NamedTuple):
    """What is known of an operation.

    Attributes:
        calls: The strategy of its calls.
        exact: What it is in exact arithmetic, or why that isn't asked.
    """

    calls: Cases
    exact: Exact | str


def _power() -> Cases:
    whole = st.sampled_from([0, 1, 2, 3, 0.0, 1.0, 2.0])
    negative = st.sampled_from([-1, -2.0])
    return st.one_of(
        beside_numbers(POSITIVE, ANY),
        pointwise(POSITIVE, WITH_ZEROS),
        pointwise(POSITIVE, st.just(0.0)),
        st.builds(lambda base, n: Case((*base, n), {}), operands(WITH_ZEROS), whole),
        st.builds(lambda base, n: Case((*base, n), {}), operands(NONZERO), negative),
    )


@st.composite
def _where(draw: st.DrawFn) -> Case:
    condition, x, y = draw(broadcast_shapes(3))
    number = draw(st.sampled_from([None, 0, 1.5]))
    other = draw(arrays(y)) if number is None else number
    return Case((draw(hnp.arrays(bool, condition)), draw(arrays(x)), other), {})


@st.composite
def _clamp(draw: st.DrawFn) -> Case:
    x, low, high = draw(operands(lattice(0), lattice(0.03), lattice(0.06)))
    kind = draw(st.sampled_from(["arrays", "numbers", "low", "high"]))
    if kind == "numbers":
        low, high = -0.43, draw(lattice(0.06))
    return Case((x, None if kind == "high" else low, None if kind == "low" else high), {})


@st.composite
def _round(draw: st.DrawFn) -> Case:
    decimals = draw(st.sampled_from([0, 1, -1]))
    part = between(-0.4, 0.4)
    near_whole = st.builds(lambda whole, rest: (whole + rest) / 10.0**decimals, st.integers(-3, 3), part)
    return Case(draw(operands(near_whole)), {"decimals": decimals})


ELEMENTWISE: dict[str, Row] = {
    "add": Row(beside_numbers(ANY, ANY), Exact(lambda x, y: x + y, (one, one))),
    "sub": Row(beside_numbers(ANY, ANY), Exact(lambda x, y: x - y, (one, lambda x, y: mp.mpf(-1)))),
    "mul": Row(beside_numbers(ANY, ANY), Exact(lambda x, y: x * y, (lambda x, y: y, lambda x, y: x))),
    "div": Row(
        beside_numbers(ANY, NONZERO), Exact(quotient, slopes_of_quotient, on_the_way_back=lambda x, y: (x / y,))
    ),
    "neg": Row(pointwise(ANY), Exact(lambda x: -x, (lambda x: mp.mpf(-1),))),
    "floor_divide": Row(
        beside_numbers(BETWEEN_STEPS, DIVISOR), "held against exact fractions in tests/api/test_arithmetic.py"
    ),
    "trunc_divide": Row(
        beside_numbers(BETWEEN_STEPS, DIVISOR), "rounds a quotient that was rounded before, as PyTorch does"
    ),
    "remainder": Row(
        beside_numbers(BETWEEN_STEPS, DIVISOR), "held against exact fractions in tests/api/test_arithmetic.py"
    ),
    "pow": Row(
        _power(),
        Exact(
            power,
            (power_by_base, power_by_exponent),
            slope_limit=SLOPE_OF_POWERS,
            on_the_way_back=parts_of_power,
        ),
    ),
    "exp": Row(pointwise(ANY), Exact(mp.exp, (mp.exp,))),
    "expm1": Row(pointwise(ANY), Exact(mp.expm1, (mp.exp,))),
    "log": Row(pointwise(POSITIVE), Exact(mp.log, (lambda x: 1 / x,))),
    "log2": Row(pointwise(POSITIVE), Exact(lambda x: mp.log(x) / mp.ln2, (lambda x: 1 / (x * mp.ln2),))),
    "log10": Row(pointwise(POSITIVE), Exact(lambda x: mp.log(x) / mp.ln10, (lambda x: 1 / (x * mp.ln10),))),
    "log1p": Row(pointwise(between(-0.5, 2)), Exact(log1p, (lambda x: 1 / (1 + x) if x != -1 else None,))),
    "sqrt": Row(pointwise(POSITIVE), Exact(mp.sqrt, (lambda x: 1 / (2 * mp.sqrt(x)) if x else None,))),
    "rsqrt": Row(
        pointwise(POSITIVE),
        Exact(
            lambda x: 1 / mp.sqrt(x) if x else None,
            (lambda x: -1 / (2 * x * mp.sqrt(x)) if x else None,),
            slope_limit=6,
        ),
    ),
    "reciprocal": Row(pointwise(NONZERO), Exact(lambda x: 1 / x, (lambda x: -1 / x**2,))),
    "square": Row(pointwise(ANY), Exact(lambda x: x * x, (lambda x: 2 * x,))),
    "sin": Row(pointwise(ANY), Exact(mp.sin, (mp.cos,))),
    "cos": Row(pointwise(ANY), Exact(mp.cos, (lambda x: -mp.sin(x),))),
    "tan": Row(pointwise(between(-1, 1)), Exact(mp.tan, (lambda x: 1 / mp.cos(x) ** 2,))),
    "tanh": Row(pointwise(ANY), Exact(mp.tanh, (lambda x: 1 / mp.cosh(x) ** 2,), last_place_of=1)),
    "abs": Row(pointwise(NONZERO), Exact(abs, (mp.sign,))),
    "sign": Row(pointwise(NONZERO), Exact(mp.sign, (nought,))),
    "scale": Row(pointwise(ANY, by=st.sampled_from([3, -0.5])), "a product, as mul is"),
    "floor": Row(pointwise(BETWEEN_STEPS), Exact(mp.floor, (nought,))),
    "ceil": Row(pointwise(BETWEEN_STEPS), Exact(mp.ceil, (nought,))),
    "trunc": Row(pointwise(BETWEEN_STEPS), Exact(lambda x: mp.sign(x) * mp.floor(abs(x)), (nought,))),
    "round": Row(_round(), "rounds to decimal places, by a product and a quotient, as PyTorch does"),
    "maximum": Row(pointwise(lattice(0), lattice(0.05)), Exact(max, (half_at_a_tie, lambda x, y: half_at_a_tie(y, x)))),
    "minimum": Row(pointwise(lattice(0), lattice(0.05)), Exact(min, (lambda x, y: half_at_a_tie(y, x), half_at_a_tie))),
    "where": Row(_where(), "chooses, and computes nothing"),
    "clamp": Row(_clamp(), "chooses, and computes nothing"),
    "sigmoid": Row(
        pointwise(ANY), Exact(sigmoid, (slope_of_sigmoid,), last_place_of=1, on_the_way=lambda x: (mp.exp(-x),))
    ),
    "relu": Row(pointwise(NONZERO), Exact(lambda x: max(x, mp.mpf(0)), (lambda x: mp.mpf(x > 0),))),
    "gate": Row(pointwise(ANY, NONZERO), "chooses, and computes nothing"),
    "softplus": Row(pointwise(ANY), Exact(softplus, (sigmoid,), of_networks("softplus", threshold=float("inf")))),
    "binary_cross_entropy": Row(
        pointwise(PROBABILITY, PROBABILITY),
        Exact(
            entropy,
            (entropy_by_input, entropy_by_target),
            of_networks("binary_cross_entropy", reduction="none"),
            last_place_of=1,
            probabilities=True,
        ),
    ),
}

EXACT = {name: row.exact for name, row in ELEMENTWISE.items() if isinstance(row.exact, Exact)}
