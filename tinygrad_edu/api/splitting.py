"""Cutting tensors into pieces along a dimension. The pieces share the memory of the whole: they are *views*.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu.api._arguments import as_integer, in_range
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import named, of_tensor
from tinygrad_edu.api.indexing import narrow, select
from tinygrad_edu.autograd.graph import TensorMethods

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "chunk",
    "split",
    "unbind",
]


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


class SplittingMethods(TensorMethods):
    """Pieces as methods of tensors."""

    __slots__ = ()

    chunk = method(chunk)
    unbind = method(unbind)

    @named
    def split(
        self: Any, split_size: builtins.int | Sequence[builtins.int], dim: builtins.int = 0
    ) -> tuple[Tensor, ...]:
        """Views of consecutive pieces along `dim`; see `tinygrad_edu.split`.

        >>> tg.arange(5).split([2, 3])
        (tensor([0, 1]), tensor([2, 3, 4]))
        """
        return split(self, split_size, dim)
