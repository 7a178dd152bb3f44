"""Repeating tensors and values in them: copies.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer, as_shape, in_range, wrap
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import named, of_tensor
from tinygrad_edu.api.picking import index_select
from tinygrad_edu.api.shape import reshape
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops.shape import clone
from tinygrad_edu.ops.shape import reshape as reshaped
from tinygrad_edu.ops.stretching import expand

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "repeat_interleave",
    "tile",
]


@of_tensor
def tile(input: Tensor, dims: Sequence[int]) -> Tensor:
    """The tensor repeated ``dims[i]`` times along each dimension i.

    >>> tg.tile(tg.tensor([1, 2]), (2,))
    tensor([1, 2, 1, 2])
    """
    times = as_shape((dims,))
    if builtins.min(times, default=0) < 0:
        raise RuntimeError(f"counts must not be negative, got {times}")
    shape = input._data.shape
    times = (1,) * (len(shape) - len(times)) + times
    shape = (1,) * (len(times) - len(shape)) + shape
    beside = [part for n in shape for part in (1, n)]
    stretched = [part for n, count in zip(shape, times, strict=True) for part in (count, n)]
    spread = expand(reshaped(input, shape=tuple(beside)), shape=tuple(stretched))
    return _copied(spread, tuple(n * count for n, count in zip(shape, times, strict=True)))


@of_tensor
def repeat_interleave(
    input: Tensor,
    repeats: int | Tensor,
    dim: int | None = None,
    *,
    output_size: int | None = None,
) -> Tensor:
    """Each value (or slice along `dim`) repeated in place.

    Args:
        repeats: How often: one number, or a vector with one for each slice.
        dim: The dimension to repeat along; None flattens the tensor first.
        output_size: The length along `dim` that comes out, if it is known: another one is refused.

    Raises:
        RuntimeError: If a count is negative, or the vector doesn't fit.

    >>> tg.repeat_interleave(tg.tensor([1, 2]), 2)
    tensor([1, 1, 2, 2])
    >>> tg.repeat_interleave(tg.tensor([1, 2]), tg.tensor([1, 3]))
    tensor([1, 2, 2, 2])
    """
    if dim is None:
        input, dim = reshape(input, (-1,)), 0
    dim = in_range(dim, input._data.ndim)
    length = input._data.shape[dim] if input._data.ndim else 1
    counts = np.asarray(repeats._data if isinstance(repeats, TensorBase) else repeats)
    if counts.dtype.kind not in "iu":
        raise TypeError(f"repeats must be integers, got {describe(repeats)}")
    if counts.ndim > 1 or counts.size not in (1, length) or builtins.min(counts.ravel().tolist(), default=0) < 0:
        raise RuntimeError(f"wanted one count >= 0, or one for each of the {length} slices, got {describe(repeats)}")
    total = int(counts.sum()) * (length if counts.size == 1 else 1)
    if output_size is not None and as_integer("output_size", output_size) != total:
        raise RuntimeError(f"output_size must be the length {total} that the repeats make, got {output_size}")
    return index_select(input, dim, wrap(np.repeat(np.arange(length), counts.ravel())))


class RepeatingMethods(TensorBase):
    """Repetitions as methods of tensors."""

    __slots__ = ()

    repeat_interleave = method(repeat_interleave)

    @named
    def repeat(self: Any, *counts: Any, repeats: Any = None) -> Tensor:
        """The tensor repeated along each dimension: a copy.

        Raises:
            RuntimeError: If there are fewer counts than dimensions.

        >>> tg.tensor([1, 2]).repeat(2, 2)
        tensor([[1, 2, 1, 2],
                [1, 2, 1, 2]])
        """
        times = as_shape(counts, repeats)
        if len(times) < self._data.ndim:
            raise RuntimeError(f"wanted at least {self._data.ndim} counts for {describe(self)}, got {len(times)}")
        return tile(self, times)

    @named
    def tile(self: Any, *counts: Any, dims: Any = None) -> Tensor:
        """The tensor repeated along each dimension; missing counts in front are 1; see `tinygrad_edu.tile`.

        >>> tg.tensor([1, 2]).tile(2)
        tensor([1, 2, 1, 2])
        """
        return tile(self, as_shape(counts, dims))


def _copied(x: Any, shape: tuple[int, ...]) -> Tensor:
    """Reshape, never as a view; row by row in memory."""
    other = reshaped(x, shape=shape)
    return other if other._view is None else clone(other, in_rows=True)
