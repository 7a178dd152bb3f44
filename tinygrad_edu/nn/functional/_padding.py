"""Padding: more values around those that there are, so that a kernel finds something beyond the edge.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pad.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_edu._errors import shape_of
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer, as_number
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.ops import padding as ops
from tinygrad_edu.ops.indexing import take
from tinygrad_edu.ops.shape import clone

__all__ = ["pad"]


def _nearest(places: Any, length: int) -> Any:
    return np.clip(places, 0, length - 1)


def _mirrored(places: Any, length: int) -> Any:
    return length - 1 - np.abs(length - 1 - np.abs(places))


def _around(places: Any, length: int) -> Any:
    return places % length


# For places before the first value and after the last, which of the values stands there; and by how many more of them
# than there are of values.
_PLACES: dict[str, tuple[Callable[[Any, int], Any], int | None]] = {
    "reflect": (_mirrored, -1),
    "replicate": (_nearest, None),
    "circular": (_around, 0),
}


@of_tensor
def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """The values with more around them.

    Args:
        pad: How many, before and after: two numbers for the last dimension, then two for the one before it, and so on.
            A negative one cuts some off.
        mode: What is put there: ``"constant"`` is `value`; ``"replicate"`` the nearest value; ``"reflect"`` the
            values mirrored at the outermost one; ``"circular"`` those from the other end. All but the first pad the
            spatial dimensions of samples or batches, one, two or three.
        value: The constant, 0 by default.

    Raises:
        RuntimeError: If there are too many numbers, or some are too large for the mode.

    >>> tg.nn.functional.pad(tg.tensor([[1.0, 2.0, 3.0]]), (2, 1))
    tensor([[0., 0., 1., 2., 3., 0.]])
    >>> tg.nn.functional.pad(tg.tensor([[1.0, 2.0, 3.0]]), (2, 1), mode="reflect")
    tensor([[3., 2., 1., 2., 3., 2.]])
    """
    if not isinstance(pad, (tuple, list)):
        raise TypeError(f"pad must be a tuple or list of integers, got {pad!r}")
    shape = input._data.shape
    numbers = [as_integer("pad", each) for each in pad]
    if len(numbers) % 2 or len(numbers) > 2 * len(shape):
        raise RuntimeError(
            f"pad must have two numbers for each of some of the last dimensions, got {pad!r} for an input of {shape}"
        )
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))[::-1]
    pads = [(0, 0)] * (len(shape) - len(pairs)) + pairs
    if any(n + a + b < 0 for n, (a, b) in zip(shape, pads, strict=True)):
        raise RuntimeError(f"pad={pad!r} cuts more off than an input of shape {shape_of(input)} has")
    if mode == "constant":
        return ops.pad(input, pads=pads, value=0 if value is None else as_number("value", value))
    return _of_the_values(input, pads, len(pairs), mode, value)


def _of_the_values(input: Tensor, pads: list[tuple[int, int]], ndim: int, mode: str, value: Any) -> Tensor:
    """The padding whose values are the input's own."""
    shape = input._data.shape
    if mode not in _PLACES:
        raise NotImplementedError(f"mode must be 'constant', 'reflect', 'replicate' or 'circular', got {mode!r}")
    if value:
        raise RuntimeError(f"mode={mode!r} takes its values from the input, got value={value!r}")
    if not 1 <= ndim <= 3 or len(shape) not in (ndim + 1, ndim + 2):
        raise NotImplementedError(
            f"mode={mode!r} pads one to three spatial dimensions of samples or batches, got {ndim} of them for an "
            f"input of shape {shape_of(input)}; it has one or two dimensions more"
        )
    if mode != "circular" and 0 in shape[-ndim - 1 :]:
        raise RuntimeError(f"mode={mode!r} takes its values from the input, got one of shape {shape_of(input)}")
    if mode != "circular" and not any(n + a + b for n, (a, b) in list(zip(shape, pads, strict=True))[-ndim:]):
        raise RuntimeError(f"mode={mode!r} must leave something, and all of an input of {shape_of(input)} is cut off")
    places, more = _PLACES[mode]
    result = input
    if mode == "circular" and any(min(pair) < 0 for pair in pads):  # what is cut off doesn't come in at the other end
        result = ops.pad(input, pads=[(min(a, 0), min(b, 0)) for a, b in pads], value=0)
        pads = [(max(a, 0), max(b, 0)) for a, b in pads]
    for dim, (before, after) in enumerate(pads):
        if (before, after) == (0, 0):
            continue
        if more is not None and max(before, after) > shape[dim] + more:
            raise RuntimeError(
                f"mode={mode!r} can pad a dimension of {shape[dim]} with at most {shape[dim] + more} values, got "
                f"{(before, after)}"
            )
        length = result._data.shape[dim]
        index = places(np.arange(-before, length + after), length)
        result = take(result, index=(*[slice(None)] * dim, index, *[slice(None)] * (len(shape) - dim - 1)))
    return clone(result) if result is input else result
