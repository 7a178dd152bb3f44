"""Functions of angles in radians, and the hyperbolic ones.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinygrad_edu.api._in_place import both
from tinygrad_edu.api._reading import real
from tinygrad_edu.autograd.graph import TensorMethods
from tinygrad_edu.ops import trigonometric as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["cos", "sin", "tan", "tanh"]


@real
def sin(input: Tensor, *, out: None = None) -> Tensor:
    """The sine of angles in radians.

    >>> tg.sin(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8415])
    """
    return ops.sin(input)


@real
def cos(input: Tensor, *, out: None = None) -> Tensor:
    """The cosine of angles in radians.

    >>> tg.cos(tg.tensor([0.0, 1.0]))
    tensor([1.0000, 0.5403])
    """
    return ops.cos(input)


@real
def tan(input: Tensor, *, out: None = None) -> Tensor:
    """The tangent of angles in radians.

    >>> tg.tan(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 1.5574])
    """
    return ops.tan(input)


@real
def tanh(input: Tensor, *, out: None = None) -> Tensor:
    """The hyperbolic tangent, between -1 and 1.

    >>> tg.tanh(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """
    return ops.tanh(input)


class TrigonometricMethods(TensorMethods):
    """Functions of angles and hyperbolic functions as methods of tensors."""

    __slots__ = ()

    sin, sin_ = both(sin)
    cos, cos_ = both(cos)
    tan, tan_ = both(tan)
    tanh, tanh_ = both(tanh)
