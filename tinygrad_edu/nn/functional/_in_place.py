"""The argument ``inplace`` of activation functions: the result is written into the input itself."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

from tinygrad_edu.api._in_place import in_place
from tinygrad_edu.api._reading import of_tensor

__all__ = ["or_in_place"]

F = TypeVar("F", bound=Callable[..., Any])


def or_in_place(function: F) -> F:
    """A function of a tensor that writes its result into the tensor if ``inplace`` is true.

    So the function has that argument in its signature, and can ignore it.
    """
    place = list(inspect.signature(function).parameters).index("inplace")
    changing = of_tensor(in_place(function))

    def call(input: Any, *settings: Any, **named_settings: Any) -> Any:
        wanted = settings[place - 1] if len(settings) >= place else named_settings.get("inplace")
        return (changing if wanted else function)(input, *settings, **named_settings)

    def call_without_settings(input: Any, inplace: bool = False) -> Any:
        return changing(input) if inplace else function(input)

    return cast(F, functools.wraps(function)(call if place > 1 else call_without_settings))
