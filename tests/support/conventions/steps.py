"""Functions that are flat between their steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from support.conventions.convention import Convention

import tinygrad_edu as tg

STEPS = [
    Convention("sign", lambda x: x.sign(), [[-2.0, 0.0, 3.0]], [[0, 0, 0]]),
    Convention("floor", lambda x: x.floor(), [[-1.0, 0.5, 2.0]], [[0, 0, 0]]),
    Convention("ceil", lambda x: x.ceil(), [[-1.0, 0.5, 2.0]], [[0, 0, 0]]),
    Convention("trunc", lambda x: x.trunc(), [[-1.0, 0.5, 2.0]], [[0, 0, 0]]),
    Convention("round", lambda x: x.round(), [[-0.5, 0.5, 1.5]], [[0, 0, 0]]),
    Convention("round to a decimal", lambda x: x.round(decimals=1), [[0.25, 0.05]], [[0, 0]]),
    Convention(
        "rounded division", lambda x, y: x.div(y, rounding_mode="floor"), [[3.0, -3.0], [1.5, 1.5]], [[0, 0], [0, 0]]
    ),
    Convention(
        "truncated division", lambda x, y: x.div(y, rounding_mode="trunc"), [[3.0, -3.0], [1.5, 1.5]], [[0, 0], [0, 0]]
    ),
    Convention("remainder", lambda x, y: x % y, [[3.0, -3.5], [1.0, 2.0]], [[1, 1], [-3, 2]]),
    Convention(
        "remainder where the quotient would be rounded up",
        lambda x, y: x % y,
        [[1.0, -1.0, 6.0, 5.5], [0.1, 0.1, -0.3, 1.1]],
        [[1, 1, 1, 1], [-9, 10, 21, -4]],
        [[0, 0, 0, 0], [0, 0, 0, 0]],
    ),
    Convention(
        "fmod where the quotient is rounded",
        lambda x, y: x.fmod(y),
        [[8.9, -8.9, 7.1], [1.4, 1.4, -1.9]],
        [[1, 1, 1], [-6, 6, 3]],
        [[0, 0, 0], [0, 0, 0]],
    ),
    Convention("a fractional part", lambda x: x - x.floor(), [[0.25, 1.0]], [[1, 1]]),
]


STEEP = np.array([np.inf, np.nan])


def steep(flat: Any) -> Any:
    """What comes from above a flat function here is infinite, or NaN."""
    return flat * tg.tensor(STEEP)


STEPS += [
    Convention("sign, steep above", lambda x: steep(x.sign()), [[0.5, 0.5]], [[0, 0]], [[0, 0]]),
    Convention("floor, steep above", lambda x: steep(x.floor()), [[0.5, 0.5]], [[0, 0]], [[0, 0]]),
    Convention("ceil, steep above", lambda x: steep(x.ceil()), [[0.5, 0.5]], [[0, 0]], [[0, 0]]),
    Convention("trunc, steep above", lambda x: steep(x.trunc()), [[0.5, 0.5]], [[0, 0]], [[0, 0]]),
    Convention("round, steep above", lambda x: steep(x.round()), [[0.5, 0.5]], [[0, 0]], [[0, 0]]),
    Convention("x ** 0, steep above", lambda x: steep(x**0), [[0.5, 0.5]], [[0, 0]], [[0, 0]]),
    Convention(
        "rounded division, steep above",
        lambda x, y: steep(x.div(y, rounding_mode="floor")),
        [[3.0, 3.0], [2.0, 2.0]],
        [[0, 0], [0, 0]],
    ),
    Convention(
        "truncated division, steep above",
        lambda x, y: steep(x.div(y, rounding_mode="trunc")),
        [[3.0, 3.0], [2.0, 2.0]],
        [[0, 0], [0, 0]],
    ),
]
