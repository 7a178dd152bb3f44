"""Values whose type is wrong on purpose: for calls that must be refused, and that a type checker refuses already."""

from __future__ import annotations

from typing import Any


def wrong(value: Any) -> Any:
    """The value, of which the type checker knows nothing."""
    return value
