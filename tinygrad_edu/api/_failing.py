"""What becomes of the errors of calls: they get the name of what was called, and words of this package.

A call that failed over NumPy's names of arguments is made again with PyTorch's.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from tinygrad_edu._signatures import in_words

__all__ = ["ERRORS", "raise_named", "respelt"]

ERRORS = (TypeError, ValueError, RuntimeError, LookupError, ArithmeticError, AttributeError, MemoryError)

_SPELLINGS = {"axis": "dim", "keepdims": "keepdim"}  # NumPy's names of arguments, and PyTorch's
_NAME = "_name"  # where an error keeps the name that a door put in front
_NOTHING: Mapping[str, Any] = {}
_NAMED = re.compile(r"[\w.]+(: |\()")  # "exp: …"; and "exp() got an unexpected …", as Python says it


def raise_named(
    error: Exception,
    name: str,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any] = _NOTHING,
) -> NoReturn:
    """Raise the error of a call with the function's name in front, in words of this package."""
    cause = error.__cause__
    worded = in_words(error, function, args, kwargs)
    if worded is not error:
        cause, error = error, worded
    words = str(error).removeprefix(getattr(error, _NAME, ""))  # what the user called takes the place of an inner name
    if not _NAMED.match(words):
        vars(error)[_NAME] = f"{name}: "
        error.args = (f"{name}: {words}",)
    raise error from cause


def respelt(
    error: Exception,
    call: Callable[..., Any],
    name: str,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    *options: Mapping[str, Any],
) -> Any:
    """Raise the error of a call in words; if NumPy's names of arguments were what was wrong, call with PyTorch's.

    So ``x.sum(axis=0, keepdims=True)`` is right, as in PyTorch, and other calls don't pay for it.
    """
    given = {each: value for some in options for each, value in some.items()}
    if isinstance(error, TypeError) and not _SPELLINGS.keys().isdisjoint(given):
        known = inspect.signature(function).parameters
        right = {_SPELLINGS[each] if each in _SPELLINGS and each not in known else each: given[each] for each in given}
        if len(right) == len(given) and right.keys() != given.keys() and right.keys() <= known.keys():
            return call(*args, **right)
    raise_named(error, name, function, args, given)
