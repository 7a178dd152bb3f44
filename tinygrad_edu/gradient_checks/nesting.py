"""Arguments and results in any nesting: tuples, lists and dicts with tensors somewhere inside.

The leaves of a nesting are numbered from 0 in the order in which they are written; a plain tuple's
are its items. Each also has a path, the text that finds it: ``[1]['weight']``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tinygrad_edu.autograd.graph import TensorBase

__all__ = ["Numbered", "as_tuple", "differentiable", "leaves", "path_to", "replaced"]

Numbered = Sequence[tuple[int, Any]]  # tensors, with their numbers among the leaves


def as_tuple(values: Any) -> tuple[Any, ...]:
    """One value or several as a tuple."""
    return tuple(values) if isinstance(values, (tuple, list)) else (values,)


def leaves(values: Any) -> list[Any]:
    """All leaves of a nesting, in order; those that are no tensors too."""
    if isinstance(values, TensorBase):  # nearly always
        return [values]
    return [leaf for _, leaf in _walk(values, "")]


def path_to(values: Any, number: int) -> str:
    """The place of the leaf of that number, if it isn't simply an item: ``[0]['weight']``; else ""."""
    path = [path for path, _ in _walk(values, "")][number]
    return "" if path.count("[") <= 1 and "'" not in path else path


def differentiable(values: Any) -> Numbered:
    """The leaves that have a gradient, with their numbers."""
    return [
        (number, each)
        for number, each in enumerate(leaves(values))
        if isinstance(each, TensorBase) and each._requires_grad
    ]


def replaced(values: Any, replace: Callable[[Any], Any]) -> Any:
    """A nesting like `values`, with `replace` of every leaf in its place."""
    if isinstance(values, dict):
        return {key: replaced(each, replace) for key, each in values.items()}
    if isinstance(values, tuple) and hasattr(values, "_fields"):  # a named tuple
        return type(values)(*(replaced(each, replace) for each in values))
    if isinstance(values, (tuple, list)):
        return type(values)([replaced(each, replace) for each in values])
    return replace(values)


def _walk(values: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(values, dict):
        for key, each in values.items():
            yield from _walk(each, f"{path}[{key!r}]")
    elif isinstance(values, (tuple, list)):
        for number, each in enumerate(values):
            yield from _walk(each, f"{path}[{number}]")
    else:
        yield path, values
