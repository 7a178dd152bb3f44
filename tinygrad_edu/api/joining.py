"""Joining tensors, cutting them apart, and repeating them.

Pieces that are cut share the memory of the whole (they are *views*); what is joined or repeated is a
copy.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer, as_shape, as_tensor_argument, in_dtype, in_range, wrap
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import named, of_tensor
from tinygrad_edu.api.indexing import index_select, narrow, select
from tinygrad_edu.api.shape import reshape, unsqueeze
from tinygrad_edu.autograd.graph import TensorBase, TensorMethods
from tinygrad_edu.ops import joining as ops
from tinygrad_edu.ops.shape import clone
from tinygrad_edu.ops.shape import reshape as reshaped
from tinygrad_edu.ops.stretching import expand

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "cat",
    "chunk",
    "concat",
    "concatenate",
    "hstack",
    "repeat_interleave",
    "roll",
    "split",
    "stack",
    "tile",
    "unbind",
    "vstack",
]


@named
def cat(tensors: Sequence[Tensor], dim: int = 0, *, out: None = None) -> Tensor:
    """Tensors joined along a dimension they have; the other lengths must agree.

    Raises:
        RuntimeError: If the shapes don't fit.
        ValueError: If there are no tensors.

    >>> tg.cat([tg.tensor([1, 2]), tg.tensor([3])])
    tensor([1, 2, 3])
    """
    given = _several(tensors)
    if not given:
        raise ValueError("wanted at least one tensor, got none")
    # PyTorch lets an empty 1-d tensor join anything, so that a list can be built up from nothing.
    parts = [part for part in given if part._data.shape != (0,)]
    if not parts:
        return _joined(given, 0, given)
    shapes = [part._data.shape for part in parts]
    if () in shapes:
        raise RuntimeError("0-d tensors can't be joined; use stack")
    dim = in_range(dim, len(shapes[0]))
    for shape in shapes[1:]:
        if len(shape) != len(shapes[0]) or any(
            a != b for i, (a, b) in enumerate(zip(shape, shapes[0], strict=True)) if i != dim
        ):
            raise RuntimeError(
                f"shapes {shapes[0]} and {shape} can't be joined along dimension {dim}; all other lengths must agree"
            )
    return _joined(parts, dim, given)


@named
def stack(tensors: Sequence[Tensor], dim: int = 0, *, out: None = None) -> Tensor:
    """Tensors of one shape joined along a new dimension.

    Raises:
        RuntimeError: If there are no tensors, or the shapes differ.

    >>> tg.stack([tg.tensor([1, 2]), tg.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    parts = _several(tensors)
    if not parts:
        raise RuntimeError("wanted at least one tensor, got none")
    for part in parts:
        if part._data.shape != parts[0]._data.shape:
            raise RuntimeError(
                f"all shapes must be equal, got {parts[0]._data.shape} and {part._data.shape}; cat joins unequal ones"
            )
    dim = in_range(dim, parts[0]._data.ndim + 1)
    return _joined([unsqueeze(part, dim) for part in parts], dim, parts)


@named
def hstack(tensors: Sequence[Tensor], *, out: None = None) -> Tensor:
    """Tensors joined side by side: along dimension 1, or 0 if they have only one.

    >>> tg.hstack([tg.tensor([1, 2]), tg.tensor([3])])
    tensor([1, 2, 3])
    """
    parts = [reshape(part, (-1,)) if part._data.ndim == 0 else part for part in _several(tensors)]
    return cat(parts, 1 if parts and parts[0]._data.ndim > 1 else 0, out=out)


@named
def vstack(tensors: Sequence[Tensor], *, out: None = None) -> Tensor:
    """Tensors joined one below the other; 1-d tensors are rows.

    >>> tg.vstack([tg.tensor([1, 2]), tg.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    parts = [reshape(part, (1, -1)) if part._data.ndim < 2 else part for part in _several(tensors)]
    return cat(parts, 0, out=out)


@of_tensor
def split(tensor: Tensor, split_size_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Views of consecutive pieces along `dim`.

    Args:
        split_size_or_sections: The length of each piece (the last may be shorter), or all lengths.
        dim: The dimension to cut.

    Raises:
        RuntimeError: If the lengths don't add up.

    >>> tg.split(tg.arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    dim = in_range(dim, tensor._data.ndim)
    if tensor._data.ndim == 0:
        raise RuntimeError("a 0-d tensor can't be split")
    length = tensor._data.shape[dim]
    if not isinstance(split_size_or_sections, (tuple, list)):
        size = as_integer("split_size_or_sections", split_size_or_sections)
        if size < 0 or (size == 0 and length):
            raise RuntimeError(f"the length of a piece must be positive, got {size}")
        sections = [builtins.min(size, length - start) for start in range(0, length, builtins.max(size, 1))] or [0]
    else:
        sections = [as_integer("a length", each) for each in split_size_or_sections]
        if builtins.sum(sections) != length or builtins.min(sections, default=0) < 0:
            raise RuntimeError(f"lengths {sections} don't make up the {length} of dimension {dim}")
    starts = np.cumsum([0, *sections[:-1]]).tolist()
    return tuple(narrow(tensor, dim, start, size) for start, size in zip(starts, sections, strict=True))


@of_tensor
def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of at most `chunks` pieces along `dim`, all but the last of equal length.

    >>> tg.chunk(tg.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    if as_integer("chunks", chunks) < 1:
        raise RuntimeError(f"the number of pieces must be positive, got {chunks}")
    dim = in_range(dim, input._data.ndim)
    length = input._data.shape[dim] if input._data.ndim else 0
    return split(input, builtins.max(-(-length // chunks), 1), dim) if length else split(input, [0] * chunks, dim)


@of_tensor
def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The slices along `dim`, without that dimension.

    >>> tg.unbind(tg.tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
    dim = in_range(dim, input._data.ndim)
    if input._data.ndim == 0:
        raise RuntimeError("a 0-d tensor has no dimension to take apart")
    return tuple(select(input, dim, index) for index in range(input._data.shape[dim]))


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


@of_tensor
def roll(input: Tensor, shifts: int | Sequence[int], dims: int | Sequence[int] | None = None) -> Tensor:
    """The values moved on by `shifts` places along `dims`; those pushed out come in at the other end.

    Args:
        shifts: How far, for each of `dims`.
        dims: The dimensions; None rolls the flattened tensor.

    Raises:
        RuntimeError: If there isn't one shift for each dimension.

    >>> tg.roll(tg.tensor([1, 2, 3, 4]), 1)
    tensor([4, 1, 2, 3])
    """
    steps = [as_integer("shifts", each) for each in (shifts if isinstance(shifts, (tuple, list)) else [shifts])]
    if dims is None:
        if len(steps) != 1:
            raise RuntimeError(f"without dims there can be one shift only, got {tuple(steps)}")
        return reshape(roll(reshape(input, (-1,)), steps, 0), input._data.shape)
    axes = [in_range(dim, input._data.ndim) for dim in ([dims] if isinstance(dims, int) else dims)]
    if len(steps) != len(axes):
        raise RuntimeError(f"wanted one shift for each dimension, got shifts={shifts} and dims={dims}")
    for step, axis in zip(steps, axes, strict=True):
        input = index_select(input, axis, wrap(np.roll(np.arange(input._data.shape[axis]), step)))
    return input


@named
def concatenate(tensors: Sequence[Tensor], axis: int = 0, *, out: None = None) -> Tensor:
    """Do what `cat` does, under NumPy's names.

    >>> tg.concatenate([tg.tensor([1, 2]), tg.tensor([3])], axis=0)
    tensor([1, 2, 3])
    """
    return cat(tensors, axis, out=out)


concat = cat


class JoiningMethods(TensorMethods):
    """Pieces and repetitions as methods of tensors."""

    __slots__ = ()

    chunk = method(chunk)
    unbind = method(unbind)
    repeat_interleave = method(repeat_interleave)
    roll = method(roll)

    @named
    def split(
        self: Any, split_size: builtins.int | Sequence[builtins.int], dim: builtins.int = 0
    ) -> tuple[Tensor, ...]:
        """Views of consecutive pieces along `dim`; see `tinygrad_edu.split`.

        >>> tg.arange(5).split([2, 3])
        (tensor([0, 1]), tensor([2, 3, 4]))
        """
        return split(self, split_size, dim)

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


def _several(tensors: Any) -> list[Any]:
    if isinstance(tensors, TensorBase):
        raise TypeError(f"wanted a list or tuple of tensors, got {describe(tensors)}")
    return [as_tensor_argument(part, f"tensor {i}") for i, part in enumerate(tensors)]


def _joined(parts: list[Any], dim: int, given: list[Any]) -> Tensor:
    """Join `parts` in the type in which all tensors that were given meet."""
    common = dtypes.widest(*[part._data.dtype for part in given])
    return ops.cat(*[in_dtype(part, common) for part in parts], dim=dim)


def _copied(x: Any, shape: tuple[int, ...]) -> Tensor:
    """Reshape, never as a view; row by row in memory."""
    other = reshaped(x, shape=shape)
    return other if other._view is None else clone(other, in_rows=True)
