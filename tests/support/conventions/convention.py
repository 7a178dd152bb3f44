"""The form of a convention: a function at a point, and its gradient there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

inf, nan = float("inf"), float("nan")


class Convention(NamedTuple):
    """A function at a point, and the gradient of the sum of its results with respect to each input."""

    name: str
    function: Callable[..., Any]
    inputs: list[Any]
    first: list[Any]
    second: list[Any] | None = None  # of the sum of the first gradients; None: not asked
