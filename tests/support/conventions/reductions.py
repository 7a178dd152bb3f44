"""Products with zeros, spreads of equal values."""

from __future__ import annotations

from support.conventions.convention import Convention, nan

import tinygrad_edu as tg

PRODUCTS = [
    Convention("prod without zeros", lambda x: x.prod(), [[2.0, 3.0, 4.0]], [[12, 8, 6]], [[7, 6, 5]]),
    Convention("prod with one zero", lambda x: x.prod(), [[2.0, 0.0, 4.0]], [[0, 8, 0]], [[4, 6, 2]]),
    Convention("prod with two zeros", lambda x: x.prod(), [[0.0, 3.0, 0.0]], [[0, 0, 0]], [[3, 0, 3]]),
    Convention("prod with three zeros", lambda x: x.prod(), [[0.0, 0.0, 0.0]], [[0, 0, 0]], [[0, 0, 0]]),
    Convention(
        "prod of rows, one with a zero",
        lambda x: x.prod(1),
        [[[2.0, 3.0], [0.0, 5.0]]],
        [[[3, 2], [5, 0]]],
        [[[1, 1], [1, 1]]],
    ),
    Convention("cumprod with one zero", lambda x: x.cumprod(0), [[2.0, 0.0, 4.0]], [[1, 10, 0]], [[5, 7, 2]]),
    Convention("cumprod with two zeros", lambda x: x.cumprod(0), [[0.0, 3.0, 0.0]], [[4, 0, 0]], [[4, 1, 3]]),
    Convention("cumprod without zeros", lambda x: x.cumprod(0), [[2.0, 3.0, 4.0]], [[16, 10, 6]], [[8, 7, 5]]),
    Convention(
        "cumprod so small that it is 0", lambda x: x.cumprod(0), [[1e-200, 1e-200, 1e200]], [[1, 0, 0]], [[0, 0, 0]]
    ),
    Convention("prod of none", lambda x: x.prod(), [[]], [[]]),
    Convention("prod so small that it is 0", lambda x: x.prod(), [[1e-200, 1e-200, 1e200]], [[0, 0, 0]]),
    Convention("prod of one value", lambda x: x.prod(0), [[0.0]], [[1]]),
]


SPREADS = [
    Convention("std of equal values", lambda x: x.std(), [[2.0, 2.0, 2.0]], [[0, 0, 0]]),
    Convention(
        "std of equal values along a dimension",
        lambda x: x.std(1),
        [[[1.0, 1.0], [0.0, 2.0]]],
        [[[0, 0], [-0.7071067811865476, 0.7071067811865476]]],
    ),
    Convention(
        "std of equal multiples",
        lambda x: (x * tg.tensor([1.0, 2.0, 3.0], dtype=tg.float64)).std(),
        [[6.0, 3.0, 2.0]],
        [[0, 0, 0]],
        [[0, 0, 0]],
    ),
    Convention(
        "std of equal values, times a number",
        lambda x, factor: x.std() * factor,
        [[2.0, 2.0, 2.0], 3.0],
        [[0, 0, 0], 0],
        [[0, 0, 0], 0],
    ),
    Convention("mean of none", lambda x: x.mean(), [[]], [[]]),
    Convention("mean of none in each row", lambda x: x.mean(1), [[[], []]], [[[], []]]),
    Convention(
        "mean of none in each row, times numbers",
        lambda x, factors: x.mean(1) * factors,
        [[[], []], [3.0, 4.0]],
        [[[], []], [nan, nan]],
        [[[], []], [0, 0]],
    ),
    Convention("var of equal values", lambda x: x.var(), [[2.0, 2.0]], [[0, 0]]),
    Convention("var of one value", lambda x: x.var(), [[2.0]], [[nan]]),
    Convention("std of one value", lambda x: x.std(), [[2.0]], [[nan]]),
    Convention("std with more correction than values", lambda x: x.std(correction=3), [[1.0, 2.0]], [[nan, nan]]),
    Convention("std of one value, biased", lambda x: x.std(correction=0), [[2.0]], [[0]]),
]
