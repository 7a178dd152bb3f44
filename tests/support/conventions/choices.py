"""Choices beside NaN."""

from __future__ import annotations

from support.conventions.convention import Convention, inf, nan

import tinygrad_edu as tg

CHOICES = [
    Convention(
        "where with nan in the branch not chosen",
        lambda x, y: tg.where(x > 0, x, y),
        [[1.0, -1.0], [nan, 5.0]],
        [[1, 0], [0, 1]],
    ),
    Convention("where with inf, not chosen", lambda x: tg.where(x > 0, x, x * 0), [[2.0, -inf]], [[1, 0]]),
    Convention("where after a pole", lambda x: tg.where(x > 0, 1 / x, 0.0), [[0.0, 2.0]], [[nan, -0.25]]),
    Convention("masked_select", lambda x: x.masked_select(x > 0), [[0.0, 1.0]], [[0, 1]]),
    Convention("masked_fill of nan", lambda x: x.masked_fill(x.isnan(), 0.0), [[nan, 1.0]], [[0, 1]]),
]
