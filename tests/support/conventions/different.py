"""Where PyTorch has other gradients, and why."""

from __future__ import annotations

from typing import Any

from support.conventions.convention import Convention, inf, nan

import tinygrad_edu as tg


def entropy_by_target(y: Any) -> Any:
    x = tg.tensor([0.0, 1.0], dtype=tg.float64)
    return tg.nn.functional.binary_cross_entropy(x, y, reduction="none")


DIFFERENT = [
    # PyTorch gives NaN to all, and nobody learns which value it was.
    Convention("amax with nan", lambda x: x.amax(0), [[1.0, nan, nan]], [[0, 0.5, 0.5]]),
    Convention("amin with nan", lambda x: x.amin(0), [[1.0, nan, 2.0]], [[0, 1, 0]]),
    # PyTorch gives neither bound the gradient where the bounds meet: a change of both would go unseen.
    Convention(
        "clamp between bounds that meet",
        lambda x, low, high: x.clamp(low, high),
        [[0.0, 1.0, 2.0], [1.0] * 3, [1.0] * 3],
        [[0, 1, 0], [1, 0, 0], [0, 0, 1]],
    ),
    # PyTorch credits both values, though the first was overwritten.
    Convention(
        "scatter to one place twice",
        lambda x, values: x.scatter(0, tg.tensor([0, 0]), values),
        [[1.0, 2.0], [3.0, 4.0]],
        [[0, 1], [0, 1]],
    ),
    # PyTorch says inf for all: the sign is that of x - mean.
    Convention("var with more correction than values", lambda x: x.var(correction=3), [[1.0, 2.0]], [[-inf, inf]]),
    # PyTorch says ±inf, the slope without the bound that keeps the loss itself finite.
    Convention("binary cross-entropy by the target", entropy_by_target, [[0.0, 0.0]], [[100, -100]]),
]
