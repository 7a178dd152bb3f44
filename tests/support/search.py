"""How hard a test searches, and whether a strategy ever draws what it is meant to be tried with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

FEW = settings(max_examples=max(2, settings().max_examples // 4))
"""For what holds of an operation in whatever way it is called, or not at all: a quarter of the profile's examples."""

_SEARCH = settings(max_examples=200, derandomize=True, database=None, deadline=None, phases=[Phase.generate])


def occurs(strategy: st.SearchStrategy[Any], condition: Callable[[Any], bool]) -> bool:
    """Return whether one of the strategy's first 200 examples has the condition."""
    try:
        find(strategy, condition, settings=_SEARCH)
    except NoSuchExample:
        return False
    return True
