"""Random programs, line by line beside PyTorch: a short search of tests/programs.

The long one: ``python -m tests.programs --judge torch --count 20000``.
"""

from __future__ import annotations

import pytest
from programs.search import results

PROGRAMS = 150

pytest.importorskip("torch")


def test_programs_agree_with_pytorch() -> None:
    found = list(results("torch", 0, range(PROGRAMS), small=1))
    disagreements = [each.report for each in found if each.verdict == "disagreed"]
    assert not disagreements, "\n".join(disagreements)
    assert sum(each.verdict == "agreed" for each in found) > 0.6 * PROGRAMS  # the rest meet a decision
