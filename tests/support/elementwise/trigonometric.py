"""The rows of the elementwise operations of ops/trigonometric.py: how they are called, and what they are exactly."""

from __future__ import annotations

from mpmath import mp
from support.arrays import (
    ANY,
    between,
)
from support.elementwise.row import Row, pointwise
from support.exact import (
    Exact,
)

TRIGONOMETRIC: dict[str, Row] = {
    "sin": Row(pointwise(ANY), Exact(mp.sin, (mp.cos,))),
    "cos": Row(pointwise(ANY), Exact(mp.cos, (lambda x: -mp.sin(x),))),
    "tan": Row(pointwise(between(-1, 1)), Exact(mp.tan, (lambda x: 1 / mp.cos(x) ** 2,))),
    "tanh": Row(pointwise(ANY), Exact(mp.tanh, (lambda x: 1 / mp.cosh(x) ** 2,), last_place_of=1)),
}
