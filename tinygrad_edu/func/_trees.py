"""Nested arguments: tensors in dicts, lists, tuples and named tuples. They are called trees, and tensors leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["filled", "leaves", "mapped"]


def mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """The tree of what `function` makes of each leaf."""
    if isinstance(tree, dict):
        return type(tree)((key, mapped(function, each)) for key, each in tree.items())
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(mapped(function, each) for each in tree))
    if isinstance(tree, (tuple, list)):
        return type(tree)(mapped(function, each) for each in tree)
    return function(tree)


def leaves(tree: Any) -> list[Any]:
    """The leaves, in order."""
    found: list[Any] = []
    mapped(found.append, tree)
    return found


def filled(tree: Any, values: Iterable[Any]) -> Any:
    """A tree of the same form, with these leaves."""
    following = iter(values)
    return mapped(lambda _: next(following), tree)
