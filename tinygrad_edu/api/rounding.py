"""Rounding the values of tensors; integers are whole already.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinygrad_edu.api._arguments import as_integer
from tinygrad_edu.api._in_place import both
from tinygrad_edu.api._reading import whole
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import rounding as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["ceil", "floor", "round", "trunc"]


@whole
def floor(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The largest whole number not above; its gradient is 0.

    >>> tg.floor(tg.tensor([-1.5, 1.5]))
    tensor([-2.,  1.])
    """
    return ops.floor(input)


@whole
def ceil(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The smallest whole number not below; its gradient is 0.

    >>> tg.ceil(tg.tensor([-1.5, 1.5]))
    tensor([-1.,  2.])
    """
    return ops.ceil(input)


@whole
def trunc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The whole part, rounding toward 0; its gradient is 0.

    >>> tg.trunc(tg.tensor([-1.5, 1.5]))
    tensor([-1.,  1.])
    """
    return ops.trunc(input)


@whole
def round(input: Tensor, *, decimals: int = 0, out: Tensor | None = None) -> Tensor:
    """Each value rounded to `decimals` places, halves to the even neighbour; its gradient is 0.

    >>> tg.round(tg.tensor([0.5, 1.5, 2.25]))
    tensor([0., 2., 2.])
    """
    return ops.round(input, decimals=as_integer("decimals", decimals))


class RoundingMethods(TensorBase):
    """Rounding as methods of tensors."""

    __slots__ = ()

    floor, floor_ = both(floor)
    ceil, ceil_ = both(ceil)
    trunc, trunc_ = both(trunc)
    round, round_ = both(round)
