"""Where PyTorch has no derivative, though there is one."""

from __future__ import annotations

from typing import Any

from support.conventions.convention import Convention
from support.conventions.norms import ROW, ROWS, SLOPES

import tinygrad_edu as tg


def distances(p: float) -> Any:
    """Distances times a number: their second order has to do with what comes from above."""
    return lambda x, k: k * tg.cdist(x, tg.tensor(ROWS, dtype=tg.float64), p)


def sum_of_distances(p: float) -> float:
    return float(2 ** (1 / p) + 5)


UNKNOWN = [
    Convention(
        "heaviside by its value at 0", lambda x, y: tg.heaviside(x, y), [[-1.0, 0.0, 0.0], [3.0]], [[0, 0, 0], [2]]
    ),
    Convention(
        "heaviside by its values at 0", lambda x, y: tg.heaviside(x, y), [[-1.0, 0.0], [0.0, 3.0]], [[0, 0], [0, 1]]
    ),
    *(
        Convention(
            f"cdist with p = {p} where values or rows are equal, second order",
            distances(p),
            [ROW, 1.0],
            [[[-s, s - 1]], sum_of_distances(p)],
            [[[(p - 1) * s - s + (0.2 if p == 2 else 0), (p - 1) * s + s - 1]], -1],
        )
        for p, s in SLOPES.items()
    ),
]
