"""Functions of angles in radians, the hyperbolic ones, and the inverses of both.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

from tinygrad_edu.api._in_place import both
from tinygrad_edu.api._reading import meeting, real
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import trigonometric as ops
from tinygrad_edu.ops.arithmetic import scale

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "acos",
    "acosh",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "deg2rad",
    "rad2deg",
    "sin",
    "sinc",
    "sinh",
    "tan",
    "tanh",
]


@real
def sin(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The sine of angles in radians.

    >>> tg.sin(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8415])
    """
    return ops.sin(input)


@real
def cos(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The cosine of angles in radians.

    >>> tg.cos(tg.tensor([0.0, 1.0]))
    tensor([1.0000, 0.5403])
    """
    return ops.cos(input)


@real
def tan(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The tangent of angles in radians.

    >>> tg.tan(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 1.5574])
    """
    return ops.tan(input)


@real
def tanh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic tangent, between -1 and 1.

    >>> tg.tanh(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """
    return ops.tanh(input)


@real
def sinh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic sine, ``(exp(input) - exp(-input)) / 2``.

    >>> tg.sinh(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 1.1752])
    """
    return ops.sinh(input)


@real
def cosh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic cosine, ``(exp(input) + exp(-input)) / 2``.

    >>> tg.cosh(tg.tensor([0.0, 1.0]))
    tensor([1.0000, 1.5431])
    """
    return ops.cosh(input)


@real
def asin(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The angle between -π/2 and π/2 whose sine is `input`; NaN beyond ±1.

    >>> tg.asin(tg.tensor([0.0, 0.5]))
    tensor([0.0000, 0.5236])
    """
    return ops.asin(input)


@real
def acos(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The angle between 0 and π whose cosine is `input`; NaN beyond ±1.

    >>> tg.acos(tg.tensor([0.0, 0.5]))
    tensor([1.5708, 1.0472])
    """
    return ops.acos(input)


@real
def atan(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The angle between -π/2 and π/2 whose tangent is `input`.

    >>> tg.atan(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7854])
    """
    return ops.atan(input)


@real
def asinh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The number whose hyperbolic sine is `input`.

    >>> tg.asinh(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8814])
    """
    return ops.asinh(input)


@real
def acosh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The number, not below 0, whose hyperbolic cosine is `input`; NaN below 1.

    >>> tg.acosh(tg.tensor([1.0, 2.0]))
    tensor([0.0000, 1.3170])
    """
    return ops.acosh(input)


@real
def atanh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The number whose hyperbolic tangent is `input`; infinite at ±1, NaN beyond.

    >>> tg.atanh(tg.tensor([0.0, 0.5]))
    tensor([0.0000, 0.5493])
    """
    return ops.atanh(input)


@real
def sinc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """``sin(πx) / (πx)``, and 1 at 0.

    >>> tg.sinc(tg.tensor([0.0, 0.5]))
    tensor([1.0000, 0.6366])
    """
    return ops.sinc(input)


@meeting("f", made_real=True)
def atan2(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The angle, between -π and π, of the point with the coordinates `other` to the right and `input` upwards.

    >>> tg.atan2(tg.tensor([1.0, -1.0]), tg.tensor([1.0, -1.0]))
    tensor([ 0.7854, -2.3562])
    """
    return ops.atan2(input, other)


@real
def deg2rad(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Degrees as radians.

    >>> tg.deg2rad(tg.tensor([180.0, -90.0]))
    tensor([ 3.1416, -1.5708])
    """
    return scale(input, by=pi / 180)


@real
def rad2deg(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Radians as degrees.

    >>> tg.rad2deg(tg.tensor([3.1416, -1.5708]))
    tensor([180.0004, -90.0002])
    """
    return scale(input, by=180 / pi)


arcsin, arccos, arctan, arctan2 = asin, acos, atan, atan2
arcsinh, arccosh, arctanh = asinh, acosh, atanh


class TrigonometricMethods(TensorBase):
    """Functions of angles and hyperbolic functions as methods of tensors."""

    __slots__ = ()

    sin, sin_ = both(sin)
    cos, cos_ = both(cos)
    tan, tan_ = both(tan)
    tanh, tanh_ = both(tanh)
    sinh, sinh_ = both(sinh)
    cosh, cosh_ = both(cosh)
    asin, asin_ = arcsin, arcsin_ = both(asin)
    acos, acos_ = arccos, arccos_ = both(acos)
    atan, atan_ = arctan, arctan_ = both(atan)
    asinh, asinh_ = arcsinh, arcsinh_ = both(asinh)
    acosh, acosh_ = arccosh, arccosh_ = both(acosh)
    atanh, atanh_ = arctanh, arctanh_ = both(atanh)
    atan2, atan2_ = arctan2, arctan2_ = both(atan2)
    sinc, sinc_ = both(sinc)
    deg2rad, deg2rad_ = both(deg2rad)
    rad2deg, rad2deg_ = both(rad2deg)
