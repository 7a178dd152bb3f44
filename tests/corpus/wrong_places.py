"""Wrong operations: in one region, at one point, at one scale, by a factor near 1.

Each rule is right at most inputs, or nearly right at all of them: it takes the right place, or a sharp eye.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import strategies as st
from support.operations import function

from corpus.case import Wrong, wrong
from tinygrad_edu.autograd import elementwise
from tinygrad_edu.testing import between, nonzero, positive, reals, unit_interval

__all__ = ["WRONG"]

R = reals()


def sinc(x: np.ndarray) -> np.ndarray:
    return np.where(x == 0, 1.0, np.sin(x) / np.where(x == 0, 1.0, x))


def sinc_slope(x: Any) -> Any:
    return (np.cos(x) - np.sin(x) / x) / x


WRONG: dict[str, Wrong] = {
    # In one region
    "sine_folded": wrong(  # the argument is brought into one period, and a half period is lost
        "SIGN",
        elementwise(np.sin, name="sine_folded", x=lambda g, x: g * np.where(abs(x) > 3, -1, 1) * np.cos(x)),
        R,
    ),
    "softplus_cut": wrong(  # beyond the threshold it is x, but the slope is left at 0
        "MISSING",
        elementwise(
            lambda x: np.logaddexp(0, x),
            name="softplus_cut",
            x=lambda g, x, out: g * np.where(x > 3, 0, np.exp(np.minimum(x - out, 0))),
        ),
        R,
    ),
    "logarithm_floored": wrong(
        "OTHER",
        elementwise(np.log, name="logarithm_floored", x=lambda g, x: g / np.maximum(x, 0.4)),
        positive(),
    ),
    "logarithm_doubled": wrong(
        r"FACTOR.*factor 2\b",
        elementwise(np.log, name="logarithm_doubled", x=lambda g, x: g / x * np.where(x < 0.4, 2, 1)),
        positive(),
    ),
    "huber_too_wide": wrong(  # the quadratic part's slope up to twice delta
        "FACTOR|OTHER",
        elementwise(
            lambda x: np.where(abs(x) <= 1, x * x / 2, abs(x) - 0.5),
            name="huber_too_wide",
            x=lambda g, x: g * np.where(abs(x) <= 2, x, np.sign(x)),
        ),
        R,
    ),
    "arcsine_capped": wrong(  # no slope above 3, so that nothing explodes near ±1
        "OTHER",
        elementwise(np.arcsin, name="arcsine_capped", x=lambda g, x: g * np.minimum((1 - x * x) ** -0.5, 3)),
        between(-1, 1),
    ),
    "logit_of_the_safe": wrong(  # probabilities near the ends count as constant
        "MISSING",
        elementwise(
            lambda p: np.log(p / (1 - p)),
            name="logit_of_the_safe",
            p=lambda g, p: g * np.where((p > 0.1) & (p < 0.9), 1, 0) / (p * (1 - p)),
        ),
        unit_interval(),
    ),
    "power_of_sizes": wrong(  # right for odd n or positive x
        "SIGN",
        lambda x, n: elementwise(
            lambda x, *, n: x**n, name="power_of_sizes", x=lambda g, x, n: g * n * abs(x) ** (n - 1)
        )(x, n=n),
        R,
        st.sampled_from([1, 2, 3, 4]),
    ),
    "leak_on_the_left": wrong(
        r"FACTOR.*factor 2\b",
        elementwise(
            lambda x: np.where(x < -3, 0.2 * x - 2.4, x), name="leak", x=lambda g, x: g * np.where(x < -3, 0.1, 1)
        ),
        R,
    ),
    "distant_pairs": wrong(  # the smaller of two that are far apart is taken to have no part
        "MISSING",
        elementwise(
            np.logaddexp,
            name="distant_pairs",
            x=lambda g, x, out: g * np.exp(x - out) * np.where(x - out > -2, 1, 0),
            y=lambda g, y, out: g * np.exp(y - out),
        ),
        R,
        R,
    ),
    # At one point
    "sinc": wrong(  # 0 / 0
        "no finite number",
        elementwise(sinc, name="sinc", x=lambda g, x, out: g * (np.cos(x) - out) / x),
        R,
    ),
    "cubic": wrong(
        "doesn't depend|at this point|alone",
        elementwise(lambda x: x**3, name="cubic", x=lambda g, x: g * np.where(x == 0, 1, 3 * x * x)),
        R,
    ),
    "wave_at_integers": wrong(
        "MISSING",
        elementwise(
            lambda x: np.sin(np.pi * x),
            name="wave_at_integers",
            x=lambda g, x: g * np.where(x == np.round(x), 0, np.pi) * np.cos(np.pi * x),
        ),
        R,
    ),
    "wave_at_halves": wrong(
        "MISSING",
        elementwise(
            lambda x: np.sin(2 * np.pi * x),
            name="wave_at_halves",
            x=lambda g, x: g * np.where(x - np.floor(x) == 0.5, 0, 2 * np.pi) * np.cos(2 * np.pi * x),
        ),
        R,
    ),
    "product_at_ties": wrong(  # half for each, as in maximum
        r"FACTOR.*factor 2\b|at this point|alone|equal",
        elementwise(
            lambda x, y: x * y,
            name="product_at_ties",
            x=lambda g, x, y: g * y * np.where(x == y, 0.5, 1),
            y=lambda g, x, y: g * x * np.where(x == y, 0.5, 1),
        ),
        R,
        R,
    ),
    "bump_at_one": wrong(  # a guard that asks for the wrong number
        "MISSING",
        elementwise(
            lambda x: np.exp(-x * x), name="bump_at_one", x=lambda g, x, out: g * np.where(x == 1, 0, -2 * x * out)
        ),
        R,
    ),
    "quotient_of_equals": wrong(  # x / x is 1, which is constant
        "MISSING",
        elementwise(
            lambda x, y: x / y,
            name="quotient_of_equals",
            x=lambda g, x, y: g * np.where(x == y, 0, 1 / y),
            y=lambda g, x, y: g * np.where(x == y, 0, -x / y**2),
        ),
        R,
        nonzero(),
    ),
    # At one scale
    "logarithm_of_large": wrong(  # log1p for large x, but 2 x in the place of x
        r"FACTOR.*factor 2\b",
        elementwise(np.log1p, name="logarithm_of_large", x=lambda g, x: g / np.where(x > 1e6, 2 * x, 1 + x)),
        positive(),
    ),
    "sinc_of_small": wrong(  # a series near 0, with the sign lost
        "SIGN",
        elementwise(
            sinc,
            name="sinc_of_small",
            x=lambda g, x: g * np.where(abs(x) < 1e-2, x / 3, sinc_slope(np.where(x == 0, 1, x))),
        ),
        R,
    ),
    "root_with_epsilon": wrong(  # right to three digits from 1e-3 on
        "FACTOR|OTHER",
        elementwise(np.sqrt, name="root_with_epsilon", x=lambda g, x: g * 0.5 * (x + 1e-6) ** -0.5),
        positive(),
    ),
    "rounded_rule": wrong(  # a table with three digits
        "OTHER|DTYPE|FACTOR",
        elementwise(np.sin, name="rounded_rule", x=lambda g, x: g * (np.cos(x) * 1000 // 1 / 1000)),
        R,
    ),
    "far_from_one": wrong(  # the inverse's slope, with x lost where it hardly matters
        "FACTOR|OTHER|MISSING",
        elementwise(
            lambda x: 1 / x, name="far_from_one", x=lambda g, x: -g * np.where(abs(x) < 1e-3, 1e6, 1 / (x * x))
        ),
        positive(),
    ),
    # By a factor near 1
    "pi_by_heart": wrong(
        r"FACTOR.*(0\.999[45]|1\.0005)",
        elementwise(lambda x: np.sin(np.pi * x), name="pi_by_heart", x=lambda g, x: g * 3.14 * np.cos(np.pi * x)),
        R,
    ),
    "degrees_by_heart": wrong(
        r"FACTOR.*(1\.00007|0\.99992)",
        elementwise(np.rad2deg, name="degrees_by_heart", x=lambda g: g * 57.3),
        R,
    ),
    "doubling_by_heart": wrong(
        r"FACTOR.*(0\.995|1\.0045)",
        elementwise(np.exp2, name="doubling_by_heart", x=lambda g, out: g * out * 0.69),
        R,
    ),
    "degrees_left_out": wrong(
        r"FACTOR.*(180/π|57\.29)",
        function(lambda x: x * (180 / math.pi), lambda g, _x: g),
        R,
    ),
    "area_by_heart": wrong(
        r"FACTOR.*1\.0004",
        elementwise(lambda r: np.pi * r * r, name="area_by_heart", r=lambda g, r: g * 2 * (22 / 7) * r),
        positive(),
    ),
}
