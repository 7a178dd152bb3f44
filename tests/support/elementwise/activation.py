"""The rows of the elementwise operations of ops/activation.py: how they are called, and what they are exactly."""

from __future__ import annotations

from mpmath import mp
from support.arrays import (
    ANY,
    NONZERO,
)
from support.elementwise.row import Row, pointwise
from support.exact import (
    Exact,
    of_networks,
    sigmoid,
    slope_of_sigmoid,
    softplus,
)

ACTIVATION: dict[str, Row] = {
    "sigmoid": Row(
        pointwise(ANY), Exact(sigmoid, (slope_of_sigmoid,), last_place_of=1, on_the_way=lambda x: (mp.exp(-x),))
    ),
    "relu": Row(pointwise(NONZERO), Exact(lambda x: max(x, mp.mpf(0)), (lambda x: mp.mpf(x > 0),))),
    "gate": Row(pointwise(ANY, NONZERO), "chooses, and computes nothing"),
    "softplus": Row(pointwise(ANY), Exact(softplus, (sigmoid,), of_networks("softplus", threshold=float("inf")))),
}
