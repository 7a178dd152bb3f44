"""PyTorch's room of special functions: some that tensors have too, under their names in mathematics, and more.

Source for every function: https://docs.pytorch.org/docs/stable/special.html
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu._importing import otherwise as _otherwise
from tinygrad_edu.api._reading import meeting, real
from tinygrad_edu.api.activation import log_softmax, sigmoid, softmax
from tinygrad_edu.api.exponential import exp2, expm1, log1p, logit, xlogy
from tinygrad_edu.api.reduction import logsumexp
from tinygrad_edu.api.rounding import round
from tinygrad_edu.api.special import digamma, erf, erfc, erfinv, i0, lgamma, mvlgamma, polygamma
from tinygrad_edu.api.trigonometric import sinc
from tinygrad_edu.ops import special as ops
from tinygrad_edu.ops.arithmetic import scale

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = [
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gammaln",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "log1p",
    "log_softmax",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "ndtri",
    "polygamma",
    "psi",
    "round",
    "sinc",
    "softmax",
    "xlog1py",
    "xlogy",
]

expit = sigmoid
gammaln = lgamma
multigammaln = mvlgamma
psi = digamma


@real
def entr(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """``-input * log(input)``, the part of a probability in an entropy: 0 at 0, -infinity below.

    >>> tg.special.entr(tg.tensor([0.0, 0.5, 1.0]))
    tensor([0.0000, 0.3466, -0.0000])
    """
    return ops.entr(input)


@real
def ndtri(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The number below which a normal variable lies with the probability `input`; the inverse of `ndtr`.

    >>> tg.special.ndtri(tg.tensor([0.5, 0.975]))
    tensor([0.0000, 1.9600])
    """
    return ops.ndtri(input)


@real
def i0e(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The modified Bessel function `i0`, times ``exp(-|input|)``.

    >>> tg.special.i0e(tg.tensor([0.0, 1.0]))
    tensor([1.0000, 0.4658])
    """
    return ops.i0e(input)


@real
def i1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The modified Bessel function of the first kind, of order 1.

    >>> tg.special.i1(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.5652])
    """
    return ops.i1(input)


@real
def i1e(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The modified Bessel function `i1`, times ``exp(-|input|)``.

    >>> tg.special.i1e(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.2079])
    """
    return ops.i1e(input)


@real
def ndtr(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The probability with which a normal variable lies below `input`.

    >>> tg.special.ndtr(tg.tensor([0.0, 1.96]))
    tensor([0.5000, 0.9750])
    """
    return scale(ops.erfc(scale(input, by=-sqrt(0.5))), by=0.5)


@meeting("f", numbers=("input", "other"), made_real=True)
def xlog1py(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """``input * log(1 + other)``, and 0 where `input` is 0 and `other` is not NaN.

    >>> tg.special.xlog1py(tg.tensor([0.0, 2.0]), tg.tensor([-1.0, 1.0]))
    tensor([0.0000, 1.3863])
    """
    return ops.xlog1py(input, other)


if not TYPE_CHECKING:
    __getattr__ = _otherwise(__name__)


__dir__ = _listing(__name__)
