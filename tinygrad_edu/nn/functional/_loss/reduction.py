"""How the losses of single values or samples become one number: the argument `reduction`.

Before it, PyTorch had two arguments, `size_average` and `reduce`. They are deprecated, but taken by the
losses that had them, and overrule it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

from tinygrad_edu._errors import describe, warn
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._failing import ERRORS, raise_named
from tinygrad_edu.api._reading import widening

__all__ = ["reduced", "reduction_of", "with_reduction"]

F = TypeVar("F", bound=Callable[..., Any])

_KNOWN = ("none", "mean", "sum")
_OLD = frozenset({"size_average", "reduce"})


def with_reduction(function: F) -> F:
    """A loss: `reduction` is one of the three words, whichever way it was said, and errors get the loss's name.

    So a loss has the two old arguments in its signature, and can ignore them.
    """
    name = function.__name__.lstrip("_")
    compute = widening(function)
    arguments = inspect.signature(function).parameters
    names = tuple(arguments)
    default = arguments["reduction"].default
    place = min(names.index(each) for each in (*_OLD, "reduction") if each in names)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            if len(args) <= place and _OLD.isdisjoint(kwargs) and kwargs.get("reduction", default) in _KNOWN:
                return compute(*args, **kwargs)  # the common case, kept short
            given = dict(zip(names, args, strict=False)) | kwargs
            if len(given) < len(args) + len(kwargs):
                return function(*args, **kwargs)  # in Python's words: what is too much
            said = given.get("reduction", default)
            given["reduction"] = reduction_of(name, said, given.get("size_average"), given.get("reduce"))
            return compute(**given)
        except ERRORS as error:
            raise_named(error, name, function, args, kwargs)

    return cast(F, call)


def reduction_of(
    operation: str,
    reduction: str,
    size_average: bool | None = None,
    reduce: bool | None = None,
) -> str:
    """Which reduction is asked for; the two old arguments, if given, overrule the new one.

    Raises:
        ValueError: If `reduction` isn't "none", "mean" or "sum".
    """
    if size_average is not None or reduce is not None:
        for argument, given in (("size_average", size_average), ("reduce", reduce)):
            if given is not None and not isinstance(given, bool):
                raise TypeError(f"{operation}: {argument} must be True or False, got {describe(given)}")
        averaged = size_average is None or size_average
        reduction = "none" if reduce is False else "mean" if averaged else "sum"
        warn(f"{operation}: size_average and reduce are deprecated; write reduction={reduction!r} instead")
    if reduction not in _KNOWN:
        raise ValueError(f"{operation}: reduction must be 'none', 'mean' or 'sum', got {describe(reduction)}")
    return reduction


def reduced(losses: Tensor, reduction: str, count: Any = None) -> Tensor:
    """The losses as they are, their sum, or their mean: the sum over `count`, if it is given."""
    if reduction == "none":
        return losses
    if reduction == "sum":
        return losses.sum()
    if count is None:
        return losses.mean()
    average: Tensor = losses.sum() / count
    return average
