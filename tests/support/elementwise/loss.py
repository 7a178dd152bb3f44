"""The rows of the elementwise operations of ops/loss.py: how they are called, and what they are exactly."""

from __future__ import annotations

from support.arrays import (
    PROBABILITY,
)
from support.elementwise.row import Row, pointwise
from support.exact import (
    Exact,
    entropy,
    entropy_by_input,
    entropy_by_target,
    of_networks,
)

LOSS: dict[str, Row] = {
    "binary_cross_entropy": Row(
        pointwise(PROBABILITY, PROBABILITY),
        Exact(
            entropy,
            (entropy_by_input, entropy_by_target),
            of_networks("binary_cross_entropy", reduction="none"),
            last_place_of=1,
            probabilities=True,
        ),
    ),
}
