"""Planting a mistake in the live table, and asking the tests whether they notice.

The function's code is exchanged in place, which every caller sees at once. Forwards get helpers of their own
before: the derivative goes wrong, the function stays right. All this happens in processes apart.
"""

from __future__ import annotations

import _thread
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from multiprocessing import get_context
from threading import Timer
from types import CodeType, FunctionType
from typing import Any

from hypothesis import Phase, Verbosity, given, settings
from hypothesis import strategies as st

from tinygrad_edu.ops import TABLE

from .mistakes import CALLED_BY_MISTAKES
from .sites import Site, helpers, planted, sites

PROCESSES = 2
TIME_LIMIT = 120.0  # seconds, a hundred times what the checks take: a mistake may also never end


def judged(names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Yield, for each mistake named, which test noticed it and how; None if it survives.

    The name of a site stands for its code as it is: that must survive, or the tests are no judges.
    """
    names = list(names)
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=_prepare) as pool:
        yield from zip(names, pool.map(_noticed_by, names, chunksize=4), strict=True)


def _prepare() -> None:
    """Set up a process in which mistakes are planted."""
    warnings.simplefilter("error")
    copies: dict[FunctionType, FunctionType] = {}
    for primitive in TABLE.values():
        if isinstance(primitive.forward, FunctionType):
            primitive.forward = _copy(primitive.forward, copies)
    for site in sites():
        site.function.__globals__.update(CALLED_BY_MISTAKES)


def _copy(function: FunctionType, copies: dict[FunctionType, FunctionType]) -> FunctionType:
    """Return a copy of `function` whose helpers are copies, too."""
    if function not in copies:
        space = dict(function.__globals__)
        copies[function] = FunctionType(function.__code__, space, function.__name__, function.__defaults__)
        copies[function].__kwdefaults__ = function.__kwdefaults__
        space |= {name: _copy(helper, copies) for name, helper in helpers(function)}
    return copies[function]


def _noticed_by(name: str) -> str | None:
    mistake = planted().get(name)
    site = mistake.site if mistake else next(each for each in sites() if each.name == name)
    code = mistake.code if mistake else site.function.__code__
    with _installed(site, code), _time_limit():
        for primitive in site.users:
            for check in _properties(primitive):
                if failure := _failure(check):
                    return failure
        return next(filter(None, map(_failure, _conventions())), None)


def _failure(check: Callable[[], None]) -> str | None:
    """Return how a check fails; None if it passes."""
    try:
        check()
    except (Exception, KeyboardInterrupt) as error:
        if type(error) is NameError:
            raise  # the mistake itself is mistaken
        return f"{check.func.__name__}: {type(error).__name__}"  # type: ignore[attr-defined]
    return None


@contextmanager
def _installed(site: Site, code: CodeType) -> Iterator[None]:
    right = site.function.__code__
    try:
        _exchange(site, code)
        yield
    finally:
        _exchange(site, right)


def _exchange(site: Site, code: CodeType) -> None:
    site.function.__code__ = code
    for name in site.users:
        TABLE[name].plans.clear()  # what the rule asks for may be different now
        TABLE[name].trust()


@contextmanager
def _time_limit() -> Iterator[None]:
    timer = Timer(TIME_LIMIT, _thread.interrupt_main)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@cache
def _tests() -> tuple[list[tuple[Any, str, Any]], list[tuple[Any, str, Any]]]:
    """Return the property tests and those of conventions: each as its function and one value of its parameter."""
    import conftest  # noqa: F401  hypothesis's profile, which the tests' settings come from
    from ops import test_conventions, test_derivatives

    return tuple(
        [
            (function, mark.args[0], value)
            for name, function in vars(module).items()
            if name.startswith("test_")
            for mark in getattr(function, "pytestmark", [])
            for value in mark.args[1]
        ]
        for module in (test_derivatives, test_conventions)
    )


@cache
def _properties(name: str) -> list[Callable[[], None]]:
    """Return the property tests of a primitive, on the examples of CI, without shrinking what fails."""
    properties, _ = _tests()
    quick = settings(phases=[Phase.generate], report_multiple_bugs=False, verbosity=Verbosity.quiet)
    return [
        partial(quick(given(data=st.data())(test.hypothesis.inner_test)), **{parameter: value})
        for test, parameter, value in properties
        if value is TABLE[name]
    ]


@cache
def _conventions() -> list[Callable[[], None]]:
    _, conventions = _tests()
    return [partial(test, **{parameter: value}) for test, parameter, value in conventions]
