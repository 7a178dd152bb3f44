"""The rows of the elementwise operations of ops/arithmetic.py: how they are called, and what they are exactly."""

from __future__ import annotations

from hypothesis import strategies as st
from mpmath import mp
from support.arrays import (
    ANY,
    BETWEEN_STEPS,
    DIVISOR,
    NONZERO,
)
from support.elementwise.row import Case, Row, beside_numbers, operands, pointwise
from support.exact import (
    Exact,
    nought,
    one,
    quotient,
    slopes_of_quotient,
)

ARITHMETIC: dict[str, Row] = {
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
    "abs": Row(pointwise(NONZERO), Exact(abs, (mp.sign,))),
    "sign": Row(pointwise(NONZERO), Exact(mp.sign, (nought,))),
    "scale": Row(pointwise(ANY, by=st.sampled_from([3, -0.5])), "a product, as mul is"),
    "fmod": Row(
        st.one_of(
            pointwise(BETWEEN_STEPS, DIVISOR),
            st.builds(lambda many, one: Case((*many, one), {}), operands(BETWEEN_STEPS), DIVISOR),
        ),
        "exact in C; its gradient is held against exact fractions in tests/api/test_arithmetic.py",
    ),
    "frac": Row(
        pointwise(BETWEEN_STEPS),
        Exact(lambda x: x - mp.sign(x) * mp.floor(abs(x)) if mp.isfinite(x) else mp.nan, (one,)),
    ),
}
