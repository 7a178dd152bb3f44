"""Settings that every test shares: how hard hypothesis searches, and where the helpers are.

Two hypothesis profiles:

    ci     the default: the same examples in every run, few enough for each push
    long   random examples, many of them: ``pytest --hypothesis-profile=long``
           (or ``HYPOTHESIS_PROFILE=long`` in the environment)

The helpers in tests/support are imported as ``support.…``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import tinygrad_edu

sys.path.insert(0, str(Path(__file__).parent))

# Slow data generation says something about the machine, not about the code: it is no failure.
_UNTIMED = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}

settings.register_profile("ci", derandomize=True, max_examples=25, **_UNTIMED)
settings.register_profile("long", max_examples=500, print_blob=True, **_UNTIMED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(autouse=True)
def same_numbers_in_every_run() -> None:
    tinygrad_edu.manual_seed(0)
