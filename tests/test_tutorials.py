"""Programs in the style of public tutorials run, learn something, and do the same twice."""

from __future__ import annotations

import numpy as np
import pytest
from support.tutorials import NAMES, losses

RISING = {"gan", "wgan_gp", "dqn", "policy_gradient"}  # players and actors, whose losses don't fall


@pytest.mark.parametrize("name", NAMES)
def test_it_learns(name: str) -> None:
    found = losses(name)
    assert np.isfinite(found).all()
    assert name in RISING or np.mean(found[-3:]) < np.mean(found[:3])


def test_there_are_many() -> None:
    assert len(NAMES) >= 30
