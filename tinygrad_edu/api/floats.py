"""What floating-point numbers are made of: sign, exponent, neighbours, infinities and NaN.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_number, kind_of, wrap
from tinygrad_edu.api._in_place import both, method
from tinygrad_edu.api._reading import meeting, of_tensor
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import floats as ops
from tinygrad_edu.ops.arithmetic import mul
from tinygrad_edu.ops.shape import clone

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = ["copysign", "frexp", "isneginf", "isposinf", "ldexp", "nan_to_num", "nextafter", "signbit"]


class MantissaAndExponent(NamedTuple):
    """Numbers between 1/2 and 1, and the powers of 2 that they are times."""

    mantissa: Tensor
    exponent: Tensor

    def __repr__(self) -> str:
        return f"MantissaAndExponent(\nmantissa={self.mantissa!r},\nexponent={self.exponent!r})"


@meeting("f", numbers=("other",), made_real=True)
def copysign(input: Tensor, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """The size of `input` with the sign of `other`, be it that of -0.

    >>> tg.copysign(tg.tensor([1.0, -2.0]), tg.tensor([-0.0, 3.0]))
    tensor([-1.,  2.])
    """
    return ops.copysign(input, other)


@meeting("f")
def nextafter(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The next floating-point number after `input` towards `other`.

    >>> tg.nextafter(tg.tensor([1.0]), tg.tensor([2.0])).item()
    1.0000001192092896
    """
    return ops.nextafter(input, other)


@meeting("f", made_real=True)
def ldexp(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """``input * 2**other``.

    >>> tg.ldexp(tg.tensor([1.0, 3.0]), tg.tensor([3, -1]))
    tensor([8.0000, 1.5000])
    """
    return ops.ldexp(input, other)


@of_tensor
def frexp(input: Tensor, *, out: Sequence[Tensor] | None = None) -> MantissaAndExponent:
    """Each value as ``mantissa * 2**exponent``, with a mantissa of a size from 1/2 on and below 1.

    Returns:
        The pair ``(mantissa, exponent)``; 0, infinity and NaN have themselves and the exponent 0.

    Raises:
        TypeError: If `input` isn't floating-point.

    >>> mantissa, exponent = tg.frexp(tg.tensor([3.0, 0.25]))
    >>> mantissa, exponent
    (tensor([0.7500, 0.5000]), tensor([ 2, -1], dtype=tinygrad_edu.int32))
    """
    if kind_of(input) != "f":
        raise TypeError(f"wanted floating-point values, got {describe(input)}; convert them with .float() first")
    exponent = np.frexp(input._data)[1]
    exponent = np.where(np.isfinite(input._data), exponent, 0)[()]
    half = exponent // 2  # the power of 2 of all of it might leave the range
    mantissa = input
    for part in (half, exponent - half):
        mantissa = mul(mantissa, wrap(np.exp2(-part.astype(np.float64)).astype(input._data.dtype)))
    return MantissaAndExponent(mantissa, wrap(exponent.astype(np.int32)))


@of_tensor
def nan_to_num(
    input: Tensor,
    nan: Number | None = None,
    posinf: Number | None = None,
    neginf: Number | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """The tensor with numbers in the place of NaN and the infinities, which get no gradient.

    Args:
        nan: What stands for NaN; None for 0.
        posinf: What stands for infinity; None for the largest number of the type.
        neginf: What stands for -infinity; None for the smallest.

    >>> tg.nan_to_num(tg.tensor([1.0, float("nan"), float("inf")]), posinf=9)
    tensor([1., 0., 9.])
    """
    wanted = {"nan": nan, "posinf": posinf, "neginf": neginf}
    given = {name: None if value is None else float(as_number(name, value)) for name, value in wanted.items()}
    if kind_of(input) != "f":
        return clone(input)
    return ops.nan_to_num(input, **{**given, "nan": given["nan"] or 0.0})


@of_tensor
def signbit(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """True where a value is negative, be it -0.

    >>> tg.signbit(tg.tensor([-1.0, -0.0, 0.0]))
    tensor([ True,  True, False])
    """
    values = input._data
    return wrap(np.signbit(values) if values.dtype.kind == "f" else values < 0)


@of_tensor
def isposinf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """True where a value is infinity.

    >>> tg.isposinf(tg.tensor([1.0, float("inf"), -float("inf")]))
    tensor([False,  True, False])
    """
    return wrap(input._data == np.inf)


@of_tensor
def isneginf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """True where a value is -infinity.

    >>> tg.isneginf(tg.tensor([1.0, float("inf"), -float("inf")]))
    tensor([False, False,  True])
    """
    return wrap(input._data == -np.inf)


class FloatsMethods(TensorBase):
    """What floating-point numbers are made of, as methods of tensors."""

    __slots__ = ()

    copysign, copysign_ = both(copysign)
    nextafter, nextafter_ = both(nextafter)
    ldexp, ldexp_ = both(ldexp)
    frexp = method(frexp)
    nan_to_num, nan_to_num_ = both(nan_to_num)
    signbit = method(signbit)
    isposinf = method(isposinf)
    isneginf = method(isneginf)
