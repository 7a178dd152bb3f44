"""The rows of the elementwise operations of ops/powers.py: how they are called, and what they are exactly."""

from __future__ import annotations

from hypothesis import strategies as st
from mpmath import mp
from support.arrays import (
    ANY,
    NONZERO,
    POSITIVE,
    WITH_ZEROS,
)
from support.elementwise.row import Case, Cases, Row, beside_numbers, operands, pointwise
from support.exact import (
    SLOPE_OF_POWERS,
    Exact,
    parts_of_power,
    power,
    power_by_base,
    power_by_exponent,
)


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


POWERS: dict[str, Row] = {
    "pow": Row(
        _power(),
        Exact(
            power,
            (power_by_base, power_by_exponent),
            slope_limit=SLOPE_OF_POWERS,
            on_the_way_back=parts_of_power,
        ),
    ),
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
    "hypot": Row(
        pointwise(NONZERO, ANY),
        Exact(
            mp.hypot,
            (lambda x, y: x / mp.hypot(x, y), lambda x, y: y / mp.hypot(x, y)),
            on_the_way_back=lambda x, y: (x, y),
        ),
    ),
}
