"""A constant around the values; less than none cuts some off.

What was put on is cut off again on the way back, and what was cut off gets 0: the derivative pads by the same numbers,
negated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive

Pads = Sequence[tuple[int, int]]  # for each dimension, how many values come before and after


def _pad(x: Any, *, pads: Pads, value: Any) -> Any:
    lengths = [a + n + b for n, (a, b) in zip(x.shape, pads, strict=True)]
    whole = np.full(lengths, value, x.dtype)
    inside = tuple(slice(max(a, 0), n - max(b, 0)) for n, (a, b) in zip(lengths, pads, strict=True))
    whole[inside] = x[tuple(slice(max(-a, 0), n - max(-b, 0)) for n, (a, b) in zip(x.shape, pads, strict=True))]
    return whole


pad: Primitive = primitive(
    _pad,
    name="constant_pad_nd",
    x=lambda g, pads: pad(g, pads=[(-a, -b) for a, b in pads], value=0),
)
