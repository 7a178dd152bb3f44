"""Settings that every test shares: how hard hypothesis searches, and where the helpers are.

Three hypothesis profiles:

    ci     the default: the same examples in every run, few enough for each push
    quick  very few of them, for what asks where tests go, and not what they find: coverage
    long   random examples, many of them: ``pytest --hypothesis-profile=long``
           (or ``HYPOTHESIS_PROFILE=long`` in the environment)

``pytest --operation NAME`` runs the tests that prove one operation, layer or optimiser (support/quick.py).

The helpers in tests/support are imported as ``support.…``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, is_hypothesis_test, seed, settings

import tinygrad_edu

sys.path.insert(0, str(Path(__file__).parent))

from support import quick

# Slow data generation says something about the machine, not about the code: it is no failure. What a failure means is
# said by support/diagnosis.py; hypothesis's own explanation takes long, and tells of lines of NumPy.
_UNTIMED: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": [HealthCheck.too_slow],
    "phases": [phase for phase in Phase if phase is not Phase.explain],
}

settings.register_profile("ci", derandomize=True, max_examples=12, **_UNTIMED)
settings.register_profile("quick", derandomize=True, max_examples=3, **_UNTIMED)
settings.register_profile("long", max_examples=500, print_blob=True, **_UNTIMED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--operation", metavar="NAME", help="run only the tests that prove this one")


def pytest_configure(config: pytest.Config) -> None:
    if name := config.getoption("operation"):
        quick.check(name)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    name = config.getoption("operation")
    if name and collection_path.suffix == ".py" and not quick.may_be_about(collection_path, name):
        return True
    return None  # as pytest decides


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if name := config.getoption("operation"):
        wanted = [item for item in items if quick.is_about(item, name)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(wanted)])
        items[:] = wanted


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give each test examples of its own by its name; else hypothesis reads its source for it, which takes longer."""
    if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj) and settings().derandomize:
        seed(item.nodeid)(item.obj)


@pytest.fixture(autouse=True)
def same_numbers_in_every_run() -> None:
    tinygrad_edu.manual_seed(0)
