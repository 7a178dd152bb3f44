"""Rules of the derivative table as they are written there: ``g * y``."""

from __future__ import annotations

import ast
import functools
import linecache
from collections.abc import Callable
from typing import Any

from tinygrad_edu.autograd.plans import arguments

__all__ = ["written"]


@functools.cache
def written(rule: Callable[..., Any]) -> str:
    """The text of a rule: what a lambda or a function of one line returns; of a longer one its name.

    >>> from tinygrad_edu.inspection._rules import written
    >>> from tinygrad_edu.ops.table import TABLE
    >>> written(TABLE["mul"].rules["x"]), written(TABLE["div"].rules["y"])
    ('g * y', '-g * out / y')
    """
    code = rule.__code__
    for each in _functions(code.co_filename):
        if each.lineno == code.co_firstlineno and (body := _returned(each)) is not None and _stands_at(body, code):
            return ast.unparse(body)
    return f"{rule.__name__}({', '.join(arguments(rule))})"


@functools.cache
def _functions(file: str) -> tuple[ast.Lambda | ast.FunctionDef, ...]:
    """All functions of a file; none of one that isn't there to read."""
    tree = ast.parse("".join(linecache.getlines(file)))
    return tuple(each for each in ast.walk(tree) if isinstance(each, ast.Lambda | ast.FunctionDef))


def _returned(function: ast.Lambda | ast.FunctionDef) -> ast.expr | None:
    """What a function returns, if that is all it does beside its docstring."""
    if isinstance(function, ast.Lambda):
        return function.body
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None


def _stands_at(body: ast.expr, code: Any) -> bool:
    """Whether the instructions of a code object come from there: a line may hold several lambdas."""
    places = [(line, column) for line, _, column, _ in code.co_positions() if line and column is not None]
    first, last = (body.lineno, body.col_offset), (body.end_lineno, body.end_col_offset)
    inside = [place for place in places if first <= place < last]
    return bool(inside) and len(inside) >= len(places) - 2  # what begins a function stands at the lambda itself
