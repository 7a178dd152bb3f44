"""What the row of an optimizer is made of: its step by hand, and the settings to try it with."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Settings = dict[str, Any]
Memory = dict[str, Any]


class Row(NamedTuple):
    """How one optimizer is tested.

    Attributes:
        by_hand: ``by_hand(W, g, memory, **settings)`` returns the new W, as the paper has it; `memory` is a dict.
        tried: Values of each setting. Tests of combinations take the first two, and the first learning rate.
        refused: Settings that are errors, of which kind, and what the error says after the optimizer's name.
        allowed: Whether settings go together.
        chaotic: Why its trajectory makes much of a rounding, if it does: such ones are compared by given gradients.
    """

    by_hand: Callable[..., np.ndarray]
    tried: dict[str, tuple[Any, ...]]
    refused: tuple[tuple[Settings, type[Exception], str], ...] = ()
    allowed: Callable[..., bool] = lambda **settings: True
    chaotic: str = ""

    def combinations(self) -> list[Settings]:
        """Settings that go together: the first of each, others of one or two, others of all."""
        usual = {name: tried[0] for name, tried in self.tried.items()}
        others = {name: tried[1] for name, tried in self.tried.items() if name != "lr"}
        chosen = [names for count in (0, 1, 2) for names in itertools.combinations(others, count)]
        each = [usual | {name: others[name] for name in names} for names in [*chosen, tuple(others)]]
        return [settings for settings in each if self.allowed(**settings)]


def negative(*names: str) -> tuple[tuple[Settings, type[Exception], str], ...]:
    """Errors of settings that must not be negative."""
    return tuple(({name: -0.1}, ValueError, f"{name} can't be negative, got float -0.1") for name in names)


WRONG_BETAS: tuple[tuple[Settings, type[Exception], str], ...] = (
    ({"betas": (1.0, 0.9)}, ValueError, r"betas\[0\] must be at least 0 and less than 1, got float 1.0"),
    ({"betas": (0.9, 1.0)}, ValueError, r"betas\[1\] must be at least 0 and less than 1, got float 1.0"),
    ({"betas": (-0.1, 0.9)}, ValueError, r"betas\[0\] must be at least 0 and less than 1, got float -0.1"),
    ({"betas": 0.9}, TypeError, "betas must be two numbers, got float 0.9"),
)
