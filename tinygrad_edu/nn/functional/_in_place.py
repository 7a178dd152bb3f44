"""The argument ``inplace`` of activation functions: the result is written into the input itself."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

from tinygrad_edu._errors import describe
from tinygrad_edu.api._in_place import in_place
from tinygrad_edu.api._reading import of_tensor

__all__ = ["always_in_place", "or_in_place"]

F = TypeVar("F", bound=Callable[..., Any])


def or_in_place(function: F) -> F:
    """A function of a tensor that writes its result into the tensor if ``inplace`` is true.

    So the function has that argument in its signature, and can ignore it.
    """
    place = inspect.unwrap(function).__code__.co_varnames.index("inplace")  # a signature takes long to make
    changing = of_tensor(in_place(function))

    def call(input: Any, *settings: Any, **named_settings: Any) -> Any:
        wanted = settings[place - 1] if len(settings) >= place else named_settings.get("inplace")
        if not wanted:
            return function(input, *settings, **named_settings)
        chosen = _in_place_if(wanted, changing)
        if len(settings) >= place:  # 1 is as good as True
            return chosen(input, *settings[: place - 1], True, *settings[place:], **named_settings)
        return chosen(input, *settings, **{**named_settings, "inplace": True})

    def call_without_settings(input: Any, inplace: bool = False) -> Any:
        return _in_place_if(inplace, changing)(input) if inplace else function(input)

    return cast(F, functools.wraps(function)(call if place > 1 else call_without_settings))


def _in_place_if(wanted: object, changing: F) -> F:
    """The form that works in place, if it was asked for by True: anything else is a setting in the wrong place."""
    if not isinstance(wanted, (bool, int)):
        raise TypeError(f"{changing.__name__.rstrip('_')}: inplace must be True or False, got {describe(wanted)}")
    return changing


def always_in_place(function: F) -> F:
    """The form with an underscore of such a function: it has its arguments but ``inplace``, which is always so."""
    signature = inspect.signature(function)
    taken = [each for each in signature.parameters.values() if each.name != "inplace"]
    changing = of_tensor(in_place(function))

    def call(input: Any, *settings: Any, **named_settings: Any) -> Any:
        return changing(input, *settings, **named_settings)

    functools.update_wrapper(call, changing)
    vars(call)["__signature__"] = signature.replace(parameters=taken)
    return cast(F, call)
