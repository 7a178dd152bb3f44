"""Cutting tensors into pieces along a dimension. The pieces share the memory of the whole: they are *views*.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer, in_range
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import named, of_tensor
from tinygrad_edu.api.indexing import shown
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import indexing as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "chunk",
    "dsplit",
    "hsplit",
    "split",
    "split_with_sizes",
    "tensor_split",
    "unbind",
    "vsplit",
]

F = TypeVar("F", bound=Callable[..., Any])


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
    before = (slice(None),) * dim
    pieces = [slice(end - size, end) for end, size in zip(accumulate(sections), sections, strict=True)]
    return tuple([ops.select(tensor, index=(*before, piece)) for piece in pieces])


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
    before, count = (slice(None),) * dim, input._data.shape[dim]
    if input._requires_grad:
        return tuple([ops.select(input, index=(*before, index)) for index in range(count)])
    input.owned_array()
    return tuple([shown(input, (*before, index, ...)) for index in range(count)])


@of_tensor
def split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Views of consecutive pieces of these lengths along `dim`.

    Raises:
        RuntimeError: If the lengths don't add up.

    >>> tg.split_with_sizes(tg.arange(5), [2, 3])
    (tensor([0, 1]), tensor([2, 3, 4]))
    """
    return split(input, [as_integer("a length", each) for each in split_sizes], dim)


@of_tensor
def tensor_split(input: Tensor, indices_or_sections: int | Sequence[int] | Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of pieces along `dim`: so many of nearly equal length, or cut before each of these places.

    Args:
        indices_or_sections: The number of pieces, the longer ones first; or the places, which may be negative, beyond
            the end, or in a tensor of int64.
        dim: The dimension to cut.

    >>> tg.tensor_split(tg.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    >>> tg.tensor_split(tg.arange(5), (1, 3))
    (tensor([0]), tensor([1, 2]), tensor([3, 4]))
    """
    given: Any = indices_or_sections
    dim = in_range(dim, input._data.ndim)
    if input._data.ndim == 0:
        raise RuntimeError(f"a 0-d tensor can't be split, got {describe(input)}")
    if isinstance(given, TensorBase):
        if given._data.dtype != np.int64 or given._data.ndim > 1:
            raise RuntimeError(f"wanted a number or a vector of int64, got {describe(given)}")
        given = given._data.tolist()
    length = input._data.shape[dim]
    if isinstance(given, (tuple, list)):
        ends = [as_integer("a place", each) for each in given]
    else:
        count = as_integer("indices_or_sections", given)
        if count < 1:
            raise RuntimeError(f"the number of pieces must be positive, got {count}")
        ends = [i * (length // count) + builtins.min(i, length % count) for i in range(1, count)]
    parts = [slice(start, end) for start, end in zip([0, *ends], [*ends, None], strict=True)]
    return tuple([ops.select(input, index=(*(slice(None),) * dim, part)) for part in parts])


@of_tensor
def hsplit(input: Tensor, indices_or_sections: int | Sequence[int] | Tensor) -> tuple[Tensor, ...]:
    """Views of equally wide pieces, side by side, or cut before each of these columns; a vector is cut along itself.

    Raises:
        RuntimeError: If the pieces can't be equally wide.

    >>> tg.hsplit(tg.tensor([[1, 2], [3, 4]]), 2)
    (tensor([[1],
            [3]]), tensor([[2],
            [4]]))
    """
    return _evenly(input, indices_or_sections, 1 if input._data.ndim > 1 else 0, 1)


@of_tensor
def vsplit(input: Tensor, indices_or_sections: int | Sequence[int] | Tensor) -> tuple[Tensor, ...]:
    """Views of equally high pieces, one below the other, or cut before each of these rows.

    Raises:
        RuntimeError: If the pieces can't be equally high.

    >>> tg.vsplit(tg.tensor([[1, 2], [3, 4]]), 2)
    (tensor([[1, 2]]), tensor([[3, 4]]))
    """
    return _evenly(input, indices_or_sections, 0, 2)


@of_tensor
def dsplit(input: Tensor, indices_or_sections: int | Sequence[int] | Tensor) -> tuple[Tensor, ...]:
    """Views of equally deep pieces, one behind the other, or cut before each of these places of dimension 2.

    Raises:
        RuntimeError: If the pieces can't be equally deep.

    >>> tg.dsplit(tg.zeros(2, 3, 4), 2)[0].shape
    tinygrad_edu.Size([2, 3, 2])
    """
    return _evenly(input, indices_or_sections, 2, 3)


def _evenly(x: Any, given: Any, dim: int, least: int) -> tuple[Tensor, ...]:
    """Pieces along `dim`, which a number of them must divide."""
    if x._data.ndim < least:
        raise RuntimeError(f"wanted at least {least} dimensions, got {describe(x)}")
    if not isinstance(given, (tuple, list, TensorBase)):
        count, length = as_integer("indices_or_sections", given), x._data.shape[dim]
        if count < 1 or length % count:
            raise RuntimeError(f"dimension {dim} of {describe(x)} can't be cut into {count} equal pieces")
    return tensor_split(x, given, dim)


def _one_by_one(function: F) -> F:
    """The method, whose places may be given one by one, too."""

    @functools.wraps(function)
    def call(self: Any, *given: Any, **options: Any) -> Any:
        return function(self, *([given] if len(given) > 1 else given), **options)

    return cast(F, call)


class SplittingMethods(TensorBase):
    """Pieces as methods of tensors."""

    __slots__ = ()

    chunk = method(chunk)
    unbind = method(unbind)
    split_with_sizes = method(split_with_sizes)
    tensor_split = method(tensor_split)
    hsplit, vsplit, dsplit = _one_by_one(hsplit), _one_by_one(vsplit), _one_by_one(dsplit)

    @named
    def split(
        self: Any, split_size: builtins.int | Sequence[builtins.int], dim: builtins.int = 0
    ) -> tuple[Tensor, ...]:
        """Views of consecutive pieces along `dim`; see `tinygrad_edu.split`.

        >>> tg.arange(5).split([2, 3])
        (tensor([0, 1]), tensor([2, 3, 4]))
        """
        return split(self, split_size, dim)
