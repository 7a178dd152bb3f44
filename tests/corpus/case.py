"""What an entry of the corpus is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

__all__ = ["Right", "Wrong", "right", "wrong"]


class Wrong(NamedTuple):
    """An operation with a mistake, its inputs and options for `check_gradients`, and a pattern of the words for it."""

    operation: Callable[..., Any]
    inputs: tuple[Any, ...]
    options: dict[str, Any]
    words: str


class Right(NamedTuple):
    """An operation without a mistake, its inputs and options for `check_gradients`."""

    operation: Callable[..., Any]
    inputs: tuple[Any, ...]
    options: dict[str, Any]


def wrong(words: str, operation: Callable[..., Any], *inputs: Any, **options: Any) -> Wrong:
    return Wrong(operation, inputs, options, words)


def right(operation: Callable[..., Any], *inputs: Any, **options: Any) -> Right:
    return Right(operation, inputs, options)
