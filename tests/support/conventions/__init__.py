"""What the gradient is where there is none: corners, steps, ties, zeros and infinities.

At such points a derivative is a convention. These are PyTorch's (tests/parity/test_conventions_parity.py
asks it, where it is installed): where a function has one-sided slopes it takes one of them or their
mean, where it is infinitely steep it says so, and a place that was not chosen gets exactly 0, never NaN.
At second order, where PyTorch has NaN at a corner of `norm` or `std`, the gradient stays 0. The few
that differ at first order, and why, are in `DIFFERENT`; those that PyTorch has no derivative for, in `UNKNOWN`.
"""

from __future__ import annotations

from support.conventions import (
    bends,
    choices,
    corners,
    different,
    exponentials,
    losses,
    matrices,
    norms,
    powers,
    reductions,
    sequences,
    steps,
    ties,
    unknown,
)
from support.conventions.bends import BENDS
from support.conventions.choices import CHOICES
from support.conventions.convention import Convention
from support.conventions.corners import CORNERS
from support.conventions.different import DIFFERENT
from support.conventions.exponentials import EXPONENTIALS
from support.conventions.losses import LOSSES
from support.conventions.matrices import MATRICES
from support.conventions.norms import NORMS
from support.conventions.powers import POWERS
from support.conventions.reductions import PRODUCTS, SPREADS
from support.conventions.sequences import SEQUENCES
from support.conventions.steps import STEPS
from support.conventions.ties import TIES
from support.conventions.unknown import UNKNOWN

__all__ = ["ALL", "DIFFERENT", "FILES", "UNKNOWN", "Convention"]

FILES = (
    *(bends, choices, corners, different, exponentials, losses, matrices),
    *(norms, powers, reductions, sequences, steps, ties, unknown),
)
ALL = [
    *CORNERS,
    *STEPS,
    *TIES,
    *POWERS,
    *PRODUCTS,
    *SPREADS,
    *EXPONENTIALS,
    *CHOICES,
    *NORMS,
    *LOSSES,
    *BENDS,
    *MATRICES,
    *SEQUENCES,
]
