"""Where a derivative can be wrong: the rules of the table, and what they call.

A *site* is a Python function that takes part in a derivative: the rule of an operand, the recipe of a
residual, what rules share, or a helper that rules call, found by following the names in their code.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from tinygrad_edu import _broadcasting
from tinygrad_edu.autograd import Primitive
from tinygrad_edu.ops.table import TABLE

from .mistakes import Context, Function, compiled, mistakes

HOMES = ("tinygrad_edu.ops", "tinygrad_edu._broadcasting", "tinygrad_edu._constants")  # of what rules call


class Site(NamedTuple):
    """A function that takes part in the derivatives of some operations."""

    name: str
    function: FunctionType
    tree: Function
    context: Context
    users: tuple[str, ...]  # the operations

    @property
    def row(self) -> str:
        """The line of the table of kills that it belongs to: its operations, or the helper itself."""
        return ", ".join(part.partition(".")[0] for part in self.name.split(", "))

    @property
    def code_that_asks_for_all(self) -> CodeType:
        """The right code, with every argument that a mistake could have need of."""
        return compiled(self.tree, None, self.context)


class Planted(NamedTuple):
    """A mistake at a site, ready to be installed there."""

    name: str
    site: Site
    kind: str
    code: CodeType


@cache
def sites() -> tuple[Site, ...]:
    """Find all sites: what the table states, and then the helpers."""
    names: dict[FunctionType, list[str]] = {}
    contexts: dict[FunctionType, Context] = {}
    users: dict[FunctionType, list[str]] = {}
    for primitive in TABLE.values():
        for part, function in parts_of(primitive):
            if function is None:
                continue
            assert isinstance(function, FunctionType)
            names.setdefault(function, []).append(f"{primitive.name}.{part}")
            context = _context(primitive, part, function)
            contexts[function] = contexts.get(function, context).common_with(context)
            for each in _reached(function):
                users.setdefault(each, []).append(primitive.name)
    sum_to = _broadcasting.sum_to  # nodes call it, not rules
    assert isinstance(sum_to, FunctionType)
    users[sum_to] = [each.name for each in TABLE.values() if _can_stretch(each)]
    return tuple(
        Site(
            name=", ".join(names.get(function, [f"{function.__name__}()"])),
            function=function,
            tree=_tree_of(function),
            context=contexts.get(function, Context()),
            users=tuple(dict.fromkeys(users[function])),
        )
        for function in (*names, *(each for each in users if each not in names))
    )


def parts_of(primitive: Primitive) -> list[tuple[str, Any]]:
    """What the table states of an operation, by name."""
    return [*primitive.rules.items(), *primitive.residuals.items(), *primitive.shared.items()]


@cache
def planted() -> dict[str, Planted]:
    """Return every mistake at every site, by name."""
    everything: dict[str, Planted] = {}
    for site in sites():
        for mistake in mistakes(site.tree, site.context):
            code = compiled(site.tree, mistake, site.context)
            name = f"{site.name} | {mistake.kind} | {mistake.described(site.tree)}"
            while name in everything:
                name += " (again)"
            everything[name] = Planted(name, site, mistake.kind, code)
    return everything


def helpers(function: FunctionType) -> Iterator[tuple[str, FunctionType]]:
    """Yield the helpers that the code of `function` names: Python functions of the table and its machinery."""
    for name in sorted(_names(function.__code__)):
        value = function.__globals__.get(name)
        if isinstance(value, FunctionType) and value.__module__.startswith(HOMES):
            yield name, value


def _names(code: CodeType) -> set[str]:
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    return {*code.co_names}.union(*map(_names, inner))


def _reached(function: Any) -> list[FunctionType]:
    """Return `function` and all helpers that it comes to call."""
    reached = [function]
    for each in reached:
        reached += [helper for _, helper in helpers(each) if helper not in reached]
    return reached


def _can_stretch(primitive: Primitive) -> bool:
    return primitive.elementwise and len(primitive.rules) > 1


def _context(primitive: Primitive, part: str, function: FunctionType) -> Context:
    if part in primitive.residuals:
        return Context(is_rule=True)
    return Context(
        saved=frozenset() if primitive.variadic else frozenset({*primitive.operands, "out"}),
        shapes=frozenset(f"{name}_shape" for name in primitive.operands),
        is_rule=True,
        gives_list=primitive.variadic or function.__annotations__.get("return", "").startswith(("list", "tuple")),
        stretched=f"{part}_shape" if _can_stretch(primitive) else None,
    )


@cache
def _tree_of_module(name: str) -> ast.Module:
    return ast.parse(inspect.getsource(sys.modules[name]))


def _tree_of(function: FunctionType) -> Function:
    """Return the definition of `function`: the innermost around its code."""
    furthest = max((line or 0, column or 0) for line, _, column, _ in function.__code__.co_positions())
    around = [
        node
        for node in ast.walk(_tree_of_module(function.__module__))
        if isinstance(node, ast.Lambda | ast.FunctionDef) and _holds(node, furthest)
    ]
    return around[-1]


def _holds(node: Function, place: tuple[int, int]) -> bool:
    first, last = (node.body, node.body) if isinstance(node, ast.Lambda) else (node.body[0], node.body[-1])
    assert last.end_lineno is not None
    assert last.end_col_offset is not None
    return (first.lineno, first.col_offset) <= place < (last.end_lineno, last.end_col_offset)
