"""Norms of zeros, ties between their values."""

from __future__ import annotations

from typing import Any

import numpy as np
from support.conventions.convention import Convention, inf, nan

import tinygrad_edu as tg


def distances(p: float) -> Any:
    return lambda x, y: 2 * tg.cdist(x, y, p)


VERY_MANY = np.ones((2**19, 1))
ROW, ROWS = [[0.0, 0.0]], [[0.0, 5.0], [0.0, 0.0], [1.0, -1.0]]
SLOPES = {p: 2 ** (1 / p - 1) for p in (0.5, 1, 1.5, 2, 3)}  # of a distance between (0, 0) and (1, -1)

NORMS = [
    Convention("square root of a sum of squares at 0", lambda x: (x * x).sum().sqrt(), [[0.0, 0.0]], [[nan, nan]]),
    Convention("square root of the square at 0", lambda x: (x**2).sqrt(), [[0.0, 3.0]], [[nan, 1]]),
    Convention("safe square root by where", lambda x: tg.where(x > 0, x, 1.0).sqrt(), [[0.0, 4.0]], [[0, 0.25]]),
    Convention("norm at 0", lambda x: tg.norm(x), [[0.0, 0.0]], [[0, 0]], [[0, 0]]),
    Convention(
        "norm of rows, one of them 0", lambda x: tg.norm(x, dim=1), [[[0.0, 0.0], [3.0, 4.0]]], [[[0, 0], [0.6, 0.8]]]
    ),
    Convention("norm at 0, times a number", lambda x, k: tg.norm(x) * k, [[0.0, 0.0], 3.0], [[0, 0], 0], [[0, 0], 0]),
    Convention("norm of infinity", lambda x: tg.norm(x), [[inf, 1.0]], [[nan, 0]]),
    Convention("1-norm at 0", lambda x: tg.norm(x, 1), [[0.0, -3.0]], [[0, -1]], [[0, 0]]),
    Convention("maximum norm at a tie", lambda x: tg.norm(x, inf), [[3.0, -3.0, 1.0]], [[0.5, -0.5, 0]]),
    Convention("maximum norm at 0", lambda x: tg.norm(x, inf), [[0.0, 0.0]], [[0, 0]]),
    Convention("minimum norm at a tie", lambda x: tg.norm(x, -inf), [[3.0, -1.0, 1.0]], [[0, -0.5, 0.5]]),
    Convention("sum of absolute values", lambda x: x.abs().sum(), [[0.0, -3.0]], [[0, -1]]),
    Convention("distances of equal rows", lambda x: x.dist(x + 0), [[1.0, 2.0]], [[0, 0]]),
    Convention(
        "cdist of equal rows",
        lambda x, y: tg.cdist(x, y),
        [[[0.0, 0.0]], [[0.0, 0.0], [3.0, 4.0]]],
        [[[-0.6, -0.8]], [[0, 0], [0.6, 0.8]]],
    ),
    Convention(
        "cdist by the largest difference",
        distances(inf),
        [[[0.0, 0.0]], [[3.0, -3.0], [1.0, 2.0], [0.0, 0.0]]],
        [[[-2, 0]], [[2, -2], [0, 2], [0, 0]]],
    ),
    Convention("cdist by the number of differences", distances(0), [ROW, ROWS], [[[0, 0]], [[0, 0], [0, 0], [0, 0]]]),
    *(
        Convention(
            f"cdist with p = {p} where values or rows are equal",
            distances(p),
            [ROW, ROWS],
            [[[-2 * s, 2 * s - 2]], [[0, 2], [0, 0], [2 * s, -2 * s]]],
        )
        for p, s in SLOPES.items()
    ),
    Convention(
        "cdist of so many rows that some are looked at at once",
        lambda x, y: tg.cdist(x, y, 1) * x.detach(),
        [[[1.0], [2.0], [3.0]], -VERY_MANY],
        [VERY_MANY.sum() * np.array([[1], [2], [3]]), -6 * VERY_MANY],
    ),
    Convention("3-norm with 0", lambda x: tg.norm(x, 3), [[0.0, 1.0]], [[0, 1]], [[0, 0]]),
    Convention("3-norm at 0", lambda x: tg.norm(x, 3), [[0.0, 0.0]], [[0, 0]], [[0, 0]]),
    Convention("0.5-norm with 0", lambda x: tg.norm(x, 0.5), [[0.0, 1.0]], [[0, 1]], [[0, 0]]),
    Convention("-1-norm with 0", lambda x: tg.norm(x, -1), [[0.0, 1.0]], [[0, 0]], [[0, 0]]),
    Convention("renorm of zeros", lambda x: x.renorm(2, 0, 1), [[[0.0, 0.0], [0.3, 0.4]]], [[[1, 1], [1, 1]]]),
]
