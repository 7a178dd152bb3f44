"""Functions of integers: their bits moved, what divides them; outside the graph.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu.api._arguments import wrap
from tinygrad_edu.api._in_place import both
from tinygrad_edu.api._reading import meeting
from tinygrad_edu.autograd.graph import TensorBase, constant

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = ["bitwise_left_shift", "bitwise_right_shift", "gcd", "lcm"]


@meeting("iu", numbers=("input", "other"))
def bitwise_left_shift(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """The bits of `input` moved up by `other` places (``<<``): ``input * 2**other``, as far as there is room.

    >>> tg.bitwise_left_shift(tg.tensor([1, 3]), 2)
    tensor([ 4, 12])
    """
    return _of_values(np.left_shift, input, other)


@meeting("iu", numbers=("input", "other"))
def bitwise_right_shift(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """The bits of `input` moved down by `other` places (``>>``): ``input / 2**other`` rounded down.

    >>> tg.bitwise_right_shift(tg.tensor([5, -5]), 1)
    tensor([ 2, -3])
    """
    return _of_values(np.right_shift, input, other)


@meeting("iu")
def gcd(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The greatest number that divides both without rest.

    >>> tg.gcd(tg.tensor([12, -18]), tg.tensor([8, 12]))
    tensor([4, 6])
    """
    return _of_values(np.gcd, input, other)


@meeting("iu")
def lcm(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The least number, not below 0, that both divide without rest.

    >>> tg.lcm(tg.tensor([12, -18]), tg.tensor([8, 12]))
    tensor([24, 36])
    """
    return _of_values(np.lcm, input, other)


class IntegersMethods(TensorBase):
    """Functions of integers as methods of tensors."""

    __slots__ = ()

    bitwise_left_shift, bitwise_left_shift_ = both(bitwise_left_shift)
    bitwise_right_shift, bitwise_right_shift_ = both(bitwise_right_shift)
    gcd, gcd_ = both(gcd)
    lcm, lcm_ = both(lcm)


def _of_values(function: np.ufunc, input: Any, other: Any) -> Tensor:
    """The function of the values alone, for it has no derivative."""
    return wrap(function(constant(input), constant(other)))
