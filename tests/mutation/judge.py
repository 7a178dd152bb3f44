"""Planting a mistake in the live table, and asking the tests whether they notice.

The function's code is exchanged in place, which every caller sees at once. Forwards get helpers of their own
before: the derivative goes wrong, the function stays right. All this happens in processes apart.
"""

from __future__ import annotations

import faulthandler
import threading
import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from importlib import import_module
from multiprocessing import get_context
from types import CodeType, FunctionType
from typing import Any

from hypothesis import Phase, Verbosity, given, settings
from hypothesis import strategies as st

from tinygrad_edu.ops.table import TABLE

from .mistakes import CALLED_BY_MISTAKES
from .sites import Site, helpers, planted, sites

PROCESSES = 2
TIME_LIMIT = 600.0  # seconds, some hundred times what the checks take: one that never ends stops the run
ROOM = 2**28  # bytes of stack: one that never returns ends at Python's limit, not at the system's


def judged(names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Yield, for each mistake named, which test noticed it and how; None if it survives.

    The name of a site stands for its right code, which asks for all that a mistake could ask for: that must
    survive, or the tests notice something else than the mistakes.
    """
    names = list(names)
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=_prepare) as pool:
        yield from zip(names, pool.map(_noticed_by, names, chunksize=4), strict=True)


def _prepare() -> None:
    """Set up a process in which mistakes are planted."""
    import_module("conftest")  # the settings of hypothesis
    warnings.simplefilter("error")
    threading.stack_size(ROOM)
    copies: dict[FunctionType, FunctionType] = {}
    for primitive in TABLE.values():
        if isinstance(primitive.forward, FunctionType):
            primitive.forward = _copy(primitive.forward, copies)
            primitive.rules_changed()
    for site in sites():
        function: Any = site.function
        function.__globals__.update(CALLED_BY_MISTAKES)


def _copy(function: FunctionType, copies: dict[FunctionType, FunctionType]) -> FunctionType:
    """Return a copy of `function` whose helpers are copies, too."""
    if function not in copies:
        space = dict(function.__globals__)
        code, defaults, closure = function.__code__, function.__defaults__, function.__closure__
        copies[function] = FunctionType(code, space, function.__name__, defaults, closure)
        copies[function].__kwdefaults__ = function.__kwdefaults__
        space |= {name: _copy(helper, copies) for name, helper in helpers(function)}
    return copies[function]


def _noticed_by(name: str) -> str | None:
    faulthandler.dump_traceback_later(TIME_LIMIT, exit=True)
    with ThreadPoolExecutor(1) as thread:
        failure = thread.submit(_judge, name).result()
    faulthandler.cancel_dump_traceback_later()
    return failure


def _judge(name: str) -> str | None:
    mistake = planted().get(name)
    site = mistake.site if mistake else next(each for each in sites() if each.name == name)
    with _installed(site, mistake.code if mistake else site.code_that_asks_for_all):
        for primitive in site.users:
            for check in _properties(primitive):
                if failure := _failure(check):
                    return failure
        return next(filter(None, map(_failure, _conventions())), None)


def _failure(check: partial[None]) -> str | None:
    """Return how a check fails; None if it passes."""
    try:
        check()
    except Exception as error:
        if type(error) is NameError:
            raise  # the mistake itself is mistaken
        return f"{check.func.__name__}: {type(error).__name__}"
    return None


@contextmanager
def _installed(site: Site, code: CodeType) -> Iterator[None]:
    right, defaults = site.function.__code__, site.function.__defaults__
    try:
        _exchange(site, code, (*(defaults or ()), *[None] * (code.co_argcount - right.co_argcount)))
        yield
    finally:
        _exchange(site, right, defaults)


def _exchange(site: Site, code: CodeType, defaults: tuple[Any, ...] | None) -> None:
    """Put `code` in the place of a site's; rules that call it as a helper don't know of new arguments."""
    function: Any = site.function
    function.__code__ = code
    function.__defaults__ = defaults
    for name in site.users:
        TABLE[name].rules_changed()


@cache
def _tests(module: str) -> list[tuple[Any, dict[str, Any]]]:
    """Return the tests of a module of this folder's neighbour, ops: each function with one of its parameters."""
    return [
        (function, {mark.args[0]: value})
        for name, function in vars(import_module(f"ops.{module}")).items()
        if name.startswith("test_")
        for mark in getattr(function, "pytestmark", [])
        for value in mark.args[1]
    ]


@cache
def _properties(name: str) -> list[partial[None]]:
    """Return the property tests of a primitive, on the examples of CI, without shrinking what fails."""
    quick = settings(phases=[Phase.generate], report_multiple_bugs=False, verbosity=Verbosity.quiet)
    return [
        partial(quick(given(data=st.data())(test.hypothesis.inner_test)), **parameter)
        for test, parameter in _tests("test_derivatives")
        if TABLE[name] in parameter.values()
    ]


@cache
def _conventions() -> list[partial[None]]:
    return [partial(test, **parameter) for test, parameter in _tests("test_conventions")]
