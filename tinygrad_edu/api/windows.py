"""Windows into the memory of a tensor: views whose places may overlap.

Where several places show the same value, it gets the sum of their gradients. A value can't be written to through a view
that shows it twice, unless all become the same.

Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.unfold.html,
https://docs.pytorch.org/docs/stable/generated/torch.as_strided.html
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tinygrad_edu._errors import describe
from tinygrad_edu._memory import first_place, room
from tinygrad_edu.api._arguments import as_integer, as_shape, in_range
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._places import in_one_dimension
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import windows as ops
from tinygrad_edu.ops.indexing import select

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["as_strided"]


@of_tensor
def as_strided(input: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None) -> Tensor:
    """A view of the memory under the tensor, of any shape and with any steps, from any place on.

    Args:
        size: The lengths of its dimensions.
        stride: The steps between neighbours in memory, in values, along each.
        storage_offset: The place in memory of its first value; by default that of the tensor's.

    Raises:
        RuntimeError: If it reaches beyond the memory; or beyond what the tensor shows, if that requires a gradient.

    >>> tg.as_strided(tg.arange(4), (3, 2), (1, 1))
    tensor([[0, 1],
            [1, 2],
            [2, 3]])
    """
    lengths, steps = as_shape((size,)), as_shape((stride,))
    if len(lengths) != len(steps):
        raise RuntimeError(f"size and stride must be equally long, got {lengths} and {steps}")
    if builtins.min((*lengths, *steps), default=0) < 0:
        raise RuntimeError(f"lengths and steps must not be negative, got {lengths} and {steps}")
    data = input.owned_array()
    here = first_place(data)
    first = here if storage_offset is None else as_integer("storage_offset", storage_offset)
    if first < 0:
        raise RuntimeError(f"storage_offset must not be negative, got {first}")
    layout = tuple(step // data.itemsize for step in data.strides)
    settings: dict[str, Any] = {"size": lengths, "stride": steps, "offset": first - here, "layout": layout}
    if 0 not in lengths:
        last = first + builtins.sum((n - 1) * step for n, step in zip(lengths, steps, strict=True))
        if last >= room(data):
            raise RuntimeError(
                f"size {lengths} with stride {steps} from {first} on reaches place {last}, but the memory under "
                f"{describe(input)} holds {room(data)} values"
            )
        if input.requires_grad and ops.shows_more(data.shape, layout, lengths, steps, first - here):
            raise RuntimeError(
                f"size {lengths} with stride {steps} from {first} on reaches beyond the values of {describe(input)}, "
                "so their gradient would be lost; take it of the whole tensor"
            )
    return ops.as_strided(input, **settings)


@of_tensor
def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """A view of all windows of `size` places along a dimension, `step` apart: they are the last dimension.

    Raises:
        RuntimeError: If a window is longer than the dimension.

    >>> tg.arange(5).unfold(0, 3, 1)
    tensor([[0, 1, 2],
            [1, 2, 3],
            [2, 3, 4]])
    """
    dim, length, by = in_range(dimension, input._data.ndim), as_integer("size", size), as_integer("step", step)
    x = in_one_dimension(input)
    if not 0 <= length <= x._data.shape[dim]:
        raise RuntimeError(f"size must lie between 0 and the {x._data.shape[dim]} of dimension {dim}, got {length}")
    if by <= 0:
        raise RuntimeError(f"step must be positive, got {by}")
    windows = ops.unfold(x, dimension=dim, size=length, step=by)
    return windows if input._data.ndim else select(windows, index=(0,))


class WindowsMethods(TensorBase):
    """Windows as methods of tensors."""

    __slots__ = ()

    as_strided = method(as_strided)
    unfold = method(unfold)
