"""The rows of the elementwise operations of ops/special.py: how they are called, and what they are exactly."""

from __future__ import annotations

from typing import Any

from mpmath import mp
from support.arrays import ANY
from support.elementwise.row import Row, pointwise
from support.exact import Exact

SLOPE_OF_BELL = 400  # the slope has exp(-x²), where x² is rounded, and that counts x² times; so in PyTorch


def bell(x: Any) -> Any:
    return 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)


SPECIAL: dict[str, Row] = {
    "erf": Row(pointwise(ANY), Exact(mp.erf, (bell,), slope_limit=SLOPE_OF_BELL)),
}
