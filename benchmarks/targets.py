"""The targets, all in one place: what is compared with what, and how far it may go."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TARGETS", "Target"]


@dataclass(frozen=True)
class Target:
    """A bound on tinygrad_edu's figure, relative to another contender's.

    Attributes:
        against: The contender to compare with.
        limit: The largest ratio allowed, or the largest difference in seconds.
        difference: Whether it is the difference that counts, not the ratio.
        unit: What is measured: seconds, ``"s"``, or bytes, ``"B"``.
    """

    against: str
    limit: float
    difference: bool = False
    unit: str = "s"


TARGETS = {
    "W1": Target("torch", 0.55),
    "W2": Target("torch", 0.97),
    "W2a": Target("torch", 1.00),
    "W3": Target("torch", 0.30),
    "W4": Target("torch", 0.55),
    "W4-deep": Target("torch", 0.55),
    "W5": Target("torch", 0.60),
    "W6": Target("torch", 1.40),
    "W7": Target("torch", 1.30),
    "W8": Target("torch", 1.50),
    "W9": Target("torch", 1.80),
    "W10": Target("torch", 1.20),
    "import": Target("numpy", 0.050, difference=True),
    "memory": Target("torch", 1.0, unit="B"),
}
