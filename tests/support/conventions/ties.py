"""Ties between values."""

from __future__ import annotations

from support.conventions.convention import Convention, inf, nan

import tinygrad_edu as tg

NEXT = 1 + 2**-52  # to 1

TIES = [
    Convention(
        "fmax at a tie",
        lambda x, y: tg.fmax(x, y),
        [[1.0, nan, 1.0, nan], [1.0, 2.0, nan, nan]],
        [[1, 0, 1, 1], [0, 1, 0, 0]],
    ),
    Convention(
        "fmin at a tie",
        lambda x, y: tg.fmin(x, y),
        [[1.0, nan, 1.0, nan], [1.0, 2.0, nan, nan]],
        [[1, 0, 1, 1], [0, 1, 0, 0]],
    ),
    Convention("maximum", lambda x, y: x.maximum(y), [[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]], [[0, 0.5, 1], [1, 0.5, 0]]),
    Convention("minimum", lambda x, y: x.minimum(y), [[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]], [[1, 0.5, 0], [0, 0.5, 1]]),
    Convention("maximum of infinities", lambda x, y: x.maximum(y), [[inf, -inf], [inf, 0.0]], [[0.5, 0], [0.5, 1]]),
    Convention("maximum of one tensor twice", lambda x: x.maximum(x), [[1.0]], [[1]]),
    Convention(
        "maximum with nan", lambda x, y: x.maximum(y), [[nan, 1.0, nan], [1.0, nan, nan]], [[1, 1, 1], [1, 1, 1]]
    ),
    Convention(
        "minimum with nan", lambda x, y: x.minimum(y), [[nan, 1.0, nan], [1.0, nan, nan]], [[1, 1, 1], [1, 1, 1]]
    ),
    Convention(
        "nextafter where there is no step",
        lambda x, y: x.nextafter(y),
        [[1.0, 1.0, 1.0], [1.0, 2.0, NEXT]],
        [[0, 1, 1], [0, 0, 0]],
    ),
    Convention("relu made of maximum", lambda x: x.maximum(tg.zeros_like(x)), [[-1.0, 0.0, 1.0]], [[0, 0.5, 1]]),
    Convention("amax", lambda x: x.amax(1), [[[3.0, 1.0, 3.0], [2.0, 2.0, 2.0]]], [[[0.5, 0, 0.5], [1 / 3] * 3]]),
    Convention("amin", lambda x: x.amin(0), [[[3.0, 1.0], [3.0, 2.0]]], [[[0.5, 1], [0.5, 0]]]),
    Convention("max of all", lambda x: x.max(), [[2.0, 2.0, 1.0, 2.0]], [[1 / 3, 1 / 3, 0, 1 / 3]]),
    Convention("min of all", lambda x: x.min(), [[1.0, 2.0, 1.0]], [[0.5, 0, 0.5]]),
    Convention("max along a dimension takes the first", lambda x: x.max(1)[0], [[[1.0, 3.0, 3.0]]], [[[0, 1, 0]]]),
    Convention("min along a dimension takes the first", lambda x: x.min(1)[0], [[[3.0, 1.0, 1.0]]], [[[0, 1, 0]]]),
    Convention("sort keeps ties in order", lambda x: x.sort()[0].cumsum(0), [[2.0, 1.0, 2.0]], [[2, 3, 1]]),
    Convention("topk takes the first", lambda x: x.topk(2)[0], [[2.0, 3.0, 2.0]], [[1, 1, 0]]),
    Convention("amax of infinities", lambda x: x.amax(0), [[-inf, inf, inf]], [[0, 0.5, 0.5]]),
    Convention("max with nan", lambda x: x.max(), [[1.0, nan, 2.0]], [[0, 1, 0]]),
    Convention("min with nan", lambda x: x.min(), [[1.0, nan, 2.0]], [[0, 1, 0]]),
    Convention("max along a dimension with nan", lambda x: x.max(0)[0], [[1.0, nan, 2.0]], [[0, 1, 0]]),
    Convention("median of all", lambda x: x.median(), [[2.0, 1.0, 2.0, 3.0]], [[0.5, 0, 0.5, 0]], [[0, 0, 0, 0]]),
    Convention("median of all with nan", lambda x: x.median(), [[2.0, nan, nan]], [[0, 0.5, 0.5]]),
    Convention("nanmedian of all", lambda x: x.nanmedian(), [[nan, 2.0, 2.0, 5.0]], [[0, 0.5, 0.5, 0]]),
    Convention("median in order", lambda x: x.median(0).values, [[4.0, 1.0, 1.0, 4.0]], [[0, 0, 1, 0]]),
    Convention("mode takes the last", lambda x: x.mode().values, [[2.0, 1.0, 2.0, 1.0]], [[0, 0, 0, 1]]),
    Convention("cummax takes the last", lambda x: x.cummax(0).values, [[1.0, 3.0, 3.0, 2.0]], [[1, 1, 2, 0]]),
    Convention("cummin takes the last", lambda x: x.cummin(0).values, [[3.0, 1.0, 1.0, 2.0]], [[1, 1, 2, 0]]),
    Convention(
        "aminmax", lambda x: x.aminmax().max - x.aminmax().min, [[1.0, 3.0, 3.0, 1.0]], [[-0.5, 0.5, 0.5, -0.5]]
    ),
    Convention(
        "scatter_reduce of values that tie, also with what is there",
        lambda x, values: x.scatter_reduce(0, tg.tensor([0, 0, 1]), values, "amax"),
        [[3.0, 1.0, 5.0], [3.0, 3.0, 2.0]],
        [[1 / 3, 0, 1], [1 / 3, 1 / 3, 1]],
        [[0, 0, 0], [0, 0, 0]],
    ),
    Convention("quantile at a rank", lambda x: x.quantile(0.5), [[2.0, 1.0, 3.0]], [[1, 0, 0]], [[0, 0, 0]]),
]
