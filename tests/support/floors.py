"""Watching that the functions of api/ never go through the floor above them: the methods and operators of tensors.

Those are functions of api/ themselves: who calls ``x.sum()`` there goes up to `Tensor`, and down again to the same
room. Functions call functions and rules. Rules may use operators: they are written for arrays and for tensors.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from support.package import PACKAGE, original

import tinygrad_edu as tg

ROOM = "tinygrad_edu.api."
COMING_BACK = (ROOM, "tinygrad_edu._methods", "tinygrad_edu._operators")


def coming_back() -> Iterator[tuple[type, str, Any]]:
    """The methods, properties and operators of tensors that are functions of api/, or call them; with their class."""
    for kind in tg.Tensor.__mro__:
        for name, member in list(vars(kind).items()):
            written = original(member)
            if inspect.isfunction(written) and written.__module__.startswith(COMING_BACK):
                yield kind, name, member


def adapter(frame: FrameType) -> bool:
    """Whether the code belongs to a class: a method that hands its arguments to a function."""
    return "." in frame.f_code.co_qualname.split(".<locals>")[0]


@contextmanager
def watched() -> Iterator[set[str]]:
    """While it lasts, gather the places in api/ from where a method or operator of a tensor was called."""
    found: set[str] = set()

    def watch(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def method(*args: Any, **kwargs: Any) -> Any:
            caller = sys._getframe(1)
            if caller.f_globals.get("__name__", "").startswith(ROOM) and not adapter(caller):
                code = caller.f_code
                file = Path(code.co_filename).relative_to(PACKAGE.parent).as_posix()
                found.add(f"{file}:{caller.f_lineno}: {code.co_qualname} calls Tensor.{name}")
            return function(*args, **kwargs)

        return method

    members = list(coming_back())
    for kind, name, member in members:
        if isinstance(member, property):
            getter = member.fget and watch(name, member.fget)
            setattr(kind, name, property(getter, member.fset, member.fdel, member.__doc__))
        elif inspect.isfunction(member):
            setattr(kind, name, watch(name, member))
    try:
        yield found
    finally:
        for kind, name, member in members:
            setattr(kind, name, member)


# As a plugin of pytest, ``-p support.floors``, this watches a whole run of tests.

_watching = watched()
_found: set[str] = set()
BEGIN = "From api/ through the floor above:"


def pytest_sessionstart() -> None:
    _found.clear()
    globals()["_found"] = _watching.__enter__()


def pytest_sessionfinish() -> None:
    _watching.__exit__(None, None, None)
    print("\n".join([f"\n{BEGIN}", *sorted(_found), ""]))
