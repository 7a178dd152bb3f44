"""Special functions of tensors: what integrals and sums without a closed form are called.

Source for every function: https://docs.pytorch.org/docs/stable/special.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinygrad_edu.api._in_place import both
from tinygrad_edu.api._reading import real
from tinygrad_edu.autograd.graph import TensorMethods
from tinygrad_edu.ops import special as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["erf"]


@real
def erf(input: Tensor, *, out: None = None) -> Tensor:
    """The error function: the chance that a normal variable of variance 1/2 lies within ±input.

    >>> tg.erf(tg.tensor([0.0, 1.0, -2.0]))
    tensor([ 0.0000,  0.8427, -0.9953])
    """
    return ops.erf(input)


class SpecialMethods(TensorMethods):
    """Special functions as methods of tensors."""

    __slots__ = ()

    erf, erf_ = both(erf)
