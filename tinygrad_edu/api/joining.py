"""Joining tensors: along a dimension that they have, or along another one. What is joined is a copy.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_tensor_argument, in_dtype, in_range
from tinygrad_edu.api._reading import named
from tinygrad_edu.api.shape import reshape, unsqueeze
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import joining as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "cat",
    "concat",
    "concatenate",
    "hstack",
    "stack",
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


@named
def concatenate(tensors: Sequence[Tensor], axis: int = 0, *, out: None = None) -> Tensor:
    """Do what `cat` does, under NumPy's names.

    >>> tg.concatenate([tg.tensor([1, 2]), tg.tensor([3])], axis=0)
    tensor([1, 2, 3])
    """
    return cat(tensors, axis, out=out)


concat = cat


def _several(tensors: Any) -> list[Any]:
    if isinstance(tensors, TensorBase):
        raise TypeError(f"wanted a list or tuple of tensors, got {describe(tensors)}")
    return [as_tensor_argument(part, f"tensor {i}") for i, part in enumerate(tensors)]


def _joined(parts: list[Any], dim: int, given: list[Any]) -> Tensor:
    """Join `parts` in the type in which all tensors that were given meet."""
    common = dtypes.widest(*[part._data.dtype for part in given])
    return ops.cat(*[in_dtype(part, common) for part in parts], dim=dim)
