"""What a run has compared with PyTorch, counted by public name: what `python -m tests.parity` prints.

The tests of tests/parity write down each comparison here, under the function or class that was called. A name stands
for its function, its method and its form in place. Nothing is counted unless somebody has asked for it (`LEDGER.open`).
"""

from __future__ import annotations

import ast
import inspect
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from support.package import names_of, original, public, published

import tinygrad_edu as tg
from tinygrad_edu.nn.utils import rnn
from tinygrad_edu.optim import lr_scheduler, swa_utils

COLUMNS = ("value", "gradient", "second order", "in place", "errors")
ENOUGH = 10  # calls of a name

# The kinds of arguments that calls should have seen, where they apply.
KINDS = ("float32", "float64", "integers", "empty", "0-d", "broadcast", "non-contiguous", "negative dim", "options")


@cache
def names() -> dict[str, Any]:
    """Every public function and class, by how it is written; a form in place belongs to the name without underscore."""
    found = {name: member for name, member in public().items() if not _is_form_in_place(name)}
    rooms: list[tuple[str, ModuleType, Iterable[str]]] = [
        ("tg.nn.utils.rnn", rnn, published(rnn)),
        ("tg.optim.lr_scheduler", lr_scheduler, names_of("tinygrad_edu.optim.lr_scheduler")),
        ("tg.optim.swa_utils", swa_utils, published(swa_utils)),
        ("tg.func", tg.func, published(tg.func)),
        ("tg.distributions", tg.distributions, names_of("tinygrad_edu.distributions")),
        ("tg.utils.data", tg.utils.data, published(tg.utils.data)),
        ("tg.autograd", tg.autograd, published(tg.autograd)),
        ("tg.autograd.functional", tg.autograd.functional, published(tg.autograd.functional)),
    ]
    known = {id(original(each)) for each in found.values()}
    for face, place, listed in rooms:
        for name in listed:
            member = getattr(place, name)
            if callable(member) and id(original(member)) not in known:
                known.add(id(original(member)))
                found[f"{face}.{name}"] = member
    return found


def _is_form_in_place(name: str) -> bool:
    face, _, last = name.rpartition(".")
    places = [tg, tg.Tensor, tg.nn.functional] if face in ("tg", "tg.Tensor", "tg.nn.functional") else []
    return last.endswith("_") and any(hasattr(place, last[:-1]) for place in places)


@cache
def _by_identity() -> dict[int, str]:
    return {id(original(member)): name for name, member in names().items()}


def name_of(member: Any) -> str | None:
    """The name under which a function, method or class is counted; None if it isn't public."""
    return _by_identity().get(id(original(member)))


class Ledger:
    """How often each name was compared, in which column, with which kinds of arguments; and what disagreed."""

    def __init__(self) -> None:
        self.is_open = False
        self.counts: Counter[tuple[str, str]] = Counter()
        self.kinds: Counter[tuple[str, str]] = Counter()
        self.faults: dict[tuple[str, str], list[str]] = {}

    def count(self, name: str | None, columns: Iterable[str], kinds: Iterable[str] = ()) -> None:
        """Write down that a call of a name agreed, in these columns."""
        if self.is_open and name is not None:
            self.counts.update((name, each) for each in columns)
            self.kinds.update((name, each) for each in kinds)

    def agreed(self, expression: str, *columns: str, **names: Any) -> None:
        """Write down that an expression agreed, for each public name that it calls."""
        for name, _, args, kwargs in calls_in(expression, names) if self.is_open else ():
            self.count(name, columns, kinds_of(args, kwargs))

    def fault(self, name: str | None, column: str, words: str) -> None:
        """Write down that a call disagreed."""
        if self.is_open and name is not None:
            self.faults.setdefault((name, column), []).append(words)

    @contextmanager
    def judging(self, name: str | None, column: str) -> Iterator[None]:
        """A comparison: whatever fails in it is a fault."""
        try:
            yield
        except AssertionError as error:
            self.fault(name, column, " ".join(str(error).split())[:300])
            raise


LEDGER = Ledger()


def calls_in(expression: str, names: Mapping[str, Any]) -> Iterator[tuple[str, str, list[Any], dict[str, Any]]]:
    """The outermost calls of public names in an expression: the name, how it is written there, and its arguments."""
    for node in _outermost(ast.parse(expression, mode="eval").body):
        member, me = _called(node.func, names)
        name = name_of(member) or name_of(_without_underscore(node.func))
        if name is None and isinstance(member, type):
            name = name_of(member)
        if name is None:
            continue
        written = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        try:
            args = [*me, *(_value(each, names) for each in node.args)]
            kwargs = {each.arg: _value(each.value, names) for each in node.keywords if each.arg}
        except Exception:  # a call that is refused, or a star
            args, kwargs = [], {}
        yield name, written, args, kwargs


def _outermost(node: ast.AST) -> Iterator[ast.Call]:
    if isinstance(node, ast.Call):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from _outermost(child)


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "<argument>", "eval"), {"m": tg, "np": np, **names})


def _called(node: ast.expr, names: Mapping[str, Any]) -> tuple[Any, list[Any]]:
    """What is called, and the object whose method it is, if it is one."""
    if isinstance(node, ast.Call):  # of a layer that is made on the spot
        return _called(node.func, names)
    if isinstance(node, ast.Subscript):  # of one of the functions that a function returned
        return _called(node.value, names)
    if not isinstance(node, ast.Attribute):
        return None, []
    path = ast.unparse(node)
    if path.startswith("m.") and "(" not in path:
        member: Any = tg
        for part in path.split(".")[1:]:
            member = getattr(member, part, None)
        return member, []
    if isinstance(node.value, ast.Call):
        owner, _ = _called(node.value.func, names)
        if inspect.isclass(owner) and not issubclass(owner, tg.Tensor):
            return owner, []
    try:
        me = [_value(node.value, names)]
    except Exception:
        me = []
    return getattr(tg.Tensor, node.attr, None), me


def _without_underscore(node: ast.expr) -> Any:
    """The function of which this is the form in place."""
    if not isinstance(node, ast.Attribute) or not node.attr.endswith("_"):
        return None
    return of_form_in_place(node.attr)


def of_form_in_place(written: str) -> Any:
    """The function or method whose form in place is written so: of ``exp_`` exp."""
    plain = written.removesuffix("_")
    places = (tg, tg.Tensor, tg.nn.functional)
    return next((getattr(place, plain) for place in places if hasattr(place, plain)), None)


def kinds_of(args: Iterable[Any], kwargs: Mapping[str, Any]) -> set[str]:
    """Of which kinds the arguments of a call are: those of KINDS, and other dtypes."""
    found = {"options"} if any(value is not None for value in kwargs.values()) else set()
    tensors = []
    for each in _flat([*args, *kwargs.values()]):
        if hasattr(each, "grad_fn"):
            tensors.append(each)
        elif isinstance(each, int) and not isinstance(each, bool) and each < 0:
            found.add("negative dim")
    for each in tensors:
        dtype = str(each.dtype).rpartition(".")[2]
        found.add("integers" if "int" in dtype else dtype)
        found |= {"empty"} if each.numel() == 0 else set()
        found |= {"0-d"} if each.dim() == 0 else set()
        found |= set() if each.is_contiguous() else {"non-contiguous"}
    found |= {"broadcast"} if len({tuple(each.shape) for each in tensors}) > 1 else set()
    return found


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for each in values:
        if isinstance(each, (tuple, list)):
            yield from _flat(each)
        else:
            yield each
