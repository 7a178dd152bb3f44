"""Sums of one tensor and a product or a quotient of others: what optimizers and averages are made of.

lerp goes from x to y as the weight goes from 0 to 1. It starts from the nearer end, so that it meets both exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.ops._entries import elementwise


def _lerp(x: Any, y: Any, weight: Any) -> Any:
    return np.where(np.abs(weight) < 0.5, x + weight * (y - x), y - (y - x) * (1 - weight))


lerp = elementwise(
    _lerp,
    widens=True,
    x=lambda g, weight: g * (1 - weight),
    y=lambda g, weight: g * weight,
    weight=lambda g, x, y: g * (y - x),
)
addcmul = elementwise(
    lambda x, y, z, *, value: x + value * y * z,
    name="addcmul",
    widens=True,
    x=lambda g: g,
    y=lambda g, z, value: g * (z * value),
    z=lambda g, y, value: g * (y * value),
)
addcdiv = elementwise(
    lambda x, y, z, *, value: x + value * y / z,
    name="addcdiv",
    widens=True,
    x=lambda g: g,
    y=lambda g, z, value: g * (value / z),
    z=lambda g, y, z, value: -g * (value * y / z) / z,
)
