"""Arguments of functions over spatial dimensions, such as the height and width of images, as they are given and read.

A setting is one number for all of these dimensions, or a sequence with one for each. An input is a batch, its first
dimensions are (n, channel); or, without n, a single sample.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tinygrad_edu._errors import describe, shape_of
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer, own
from tinygrad_edu.ops.shape import reshape

__all__ = ["Numbers", "check_dims", "check_floating", "of_batch", "read_numbers"]

Numbers = int | Sequence[int]


def read_numbers(
    argument: str, value: Any, ndim: int, least: int | None = None, *, one_for_all: bool = True
) -> tuple[int, ...]:
    """A number for each of `ndim` dimensions, none smaller than `least`; ``(n,)`` may mean n for all of them."""
    is_sequence = isinstance(value, (tuple, list))
    given = tuple(value) if is_sequence else (value,)
    if len(given) != ndim and (len(given) != 1 or (is_sequence and not one_for_all)):
        wanted = "one integer" if ndim == 1 else f"one integer, or {ndim} of them"
        raise RuntimeError(f"{argument} must be {wanted}, got {value!r}")
    numbers = tuple(as_integer(argument, each) for each in given)
    if least is not None and min(numbers) < least:
        raise RuntimeError(f"{argument} must be {least} or more, got {value!r}")
    return numbers * ndim if len(numbers) == 1 else numbers


def check_dims(input: Tensor, ndim: int) -> None:
    """Refuse an input that is neither a batch nor a sample."""
    if input._data.ndim not in (ndim + 1, ndim + 2):
        spatial = ", ".join(("depth", "height", "width")[3 - ndim :]) if ndim > 1 else "length"
        raise RuntimeError(
            f"wanted an input of shape (batch, channels, {spatial}), or one without the batch, got {shape_of(input)}"
        )


def check_floating(input: Tensor) -> None:
    """Refuse integers and bools."""
    if input._data.dtype.kind != "f":
        raise NotImplementedError(
            f"wanted floating-point values, got {describe(input)}; convert it with .float() first"
        )


def of_batch(function: Callable[[Any], Tensor], input: Tensor, ndim: int) -> Tensor:
    """The result of a function of batches, for a batch or one sample."""
    check_dims(input, ndim)
    if input._data.ndim == ndim + 2:
        return function(input)
    result = function(reshape(input, shape=(1, *input._data.shape)))
    return own(reshape(result, shape=result._data.shape[1:]))
