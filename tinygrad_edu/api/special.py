"""Special functions of tensors: what integrals and sums without a closed form are called.

Source for every function: https://docs.pytorch.org/docs/stable/special.html
"""

from __future__ import annotations

from math import log, pi
from typing import TYPE_CHECKING, Any

from tinygrad_edu.api._arguments import as_integer, floating
from tinygrad_edu.api._in_place import both, in_place
from tinygrad_edu.api._reading import named, numeric, real
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import special as ops
from tinygrad_edu.ops.arithmetic import add, sub

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["digamma", "erf", "erfc", "erfinv", "i0", "lgamma", "mvlgamma", "polygamma"]


@real
def erf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The error function: the chance that a normal variable of variance 1/2 lies within ±input.

    >>> tg.erf(tg.tensor([0.0, 1.0, -2.0]))
    tensor([ 0.0000,  0.8427, -0.9953])
    """
    return ops.erf(input)


@real
def erfc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """``1 - erf(input)``, exact for large values too.

    >>> tg.erfc(tg.tensor([0.0, 1.0, 5.0]))
    tensor([1.0000e+00, 1.5730e-01, 1.5375e-12])
    """
    return ops.erfc(input)


@real
def erfinv(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The number whose error function is `input`; infinite at ±1, NaN beyond.

    >>> tg.erfinv(tg.tensor([0.0, 0.5]))
    tensor([0.0000, 0.4769])
    """
    return ops.erfinv(input)


@real
def lgamma(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm of the size of the gamma function, for which ``Γ(n + 1) = n!``.

    >>> tg.lgamma(tg.tensor([0.5, 5.0]))
    tensor([0.5724, 3.1781])
    """
    return ops.lgamma(input)


@real
def digamma(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The derivative of `lgamma`.

    >>> tg.digamma(tg.tensor([1.0, 0.5]))
    tensor([-0.5772, -1.9635])
    """
    return ops.digamma(input)


@real
def i0(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The modified Bessel function of the first kind, of order 0.

    >>> tg.i0(tg.tensor([0.0, 1.0]))
    tensor([1.0000, 1.2661])
    """
    return ops.i0(input)


@named
def polygamma(n: int, input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The `n`-th derivative of `digamma`.

    Raises:
        RuntimeError: If `n` is negative.

    >>> tg.polygamma(1, tg.tensor([1.0, 0.5]))
    tensor([1.6449, 4.9348])
    """
    order, x = as_integer("n", n), floating(input)
    if order < 0:
        raise RuntimeError(f"n must be 0 or more, got {order}")
    return ops.digamma(x) if order == 0 else ops.polygamma(x, n=order)


@numeric
def mvlgamma(input: Tensor, p: int) -> Tensor:
    """The logarithm of the gamma function of `p` dimensions, as of a Wishart distribution.

    It is ``p (p - 1) / 4 log(π)`` and the sum of ``lgamma(input - j / 2)`` for j from 0 to ``p - 1``.

    Raises:
        RuntimeError: If `p` is below 1.

    >>> tg.mvlgamma(tg.tensor([3.0]), 2)
    tensor([1.5502])
    """
    dimensions = as_integer("p", p)
    if dimensions < 1:
        raise RuntimeError(f"p must be 1 or more, got {dimensions}")
    input = floating(input)
    total: Tensor = ops.lgamma(sub(input, 0.0))  # which lgamma keeps, while mvlgamma_ changes the input
    for j in range(1, dimensions):
        total = add(total, ops.lgamma(sub(input, j / 2)))
    result: Tensor = add(total, dimensions * (dimensions - 1) / 4 * log(pi))
    return result


class SpecialMethods(TensorBase):
    """Special functions as methods of tensors."""

    __slots__ = ()

    erf, erf_ = both(erf)
    erfc, erfc_ = both(erfc)
    erfinv, erfinv_ = both(erfinv)
    lgamma, lgamma_ = both(lgamma)
    digamma, digamma_ = both(digamma)
    i0, i0_ = both(i0)
    mvlgamma, mvlgamma_ = both(mvlgamma)

    def polygamma(self: Any, n: int) -> Tensor:
        """The `n`-th derivative of `digamma`.

        >>> tg.tensor([1.0, 0.5]).polygamma(1)
        tensor([1.6449, 4.9348])
        """
        return polygamma(n, self)

    polygamma_ = in_place(polygamma)
