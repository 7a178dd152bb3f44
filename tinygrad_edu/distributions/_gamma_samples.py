"""Samples of the gamma distribution with a gradient: how a sample moves with α.

A sample x belongs to a number u that was drawn evenly, P(α, x) = u, where P is the probability of less than x. If u
stays and α changes, x must follow: ∂P/∂α + p dx/dα = 0, with the density p = x^(α-1) e^(-x) / Γ(α). This is *implicit
reparameterisation*. Written with the logarithm of x, since x may be smaller than any number,

    d log x/dα = -(S (log x - ψ(α)) + dS/dα)     P = p x S,        S = Σ_(n≥0) xⁿ / (α (α+1) … (α+n))
    d log x/dα =   F (log x - ψ(α)) + dF/dα      1 - P = p x F,    F = 1/(x+1-α - 1(1-α)/(x+3-α - 2(2-α)/(x+5-α - …)))

the first up to x = α + 1, the second above: there no digits are lost. For a very large α, x = α (1 - 1/(9α) + z/(3√α))³
with a normal z, which stays when α changes (Wilson and Hilferty).

Source: Figurnov, Mohamed and Mnih, Implicit Reparameterization Gradients (2018), https://arxiv.org/abs/1805.08498;
https://dlmf.nist.gov/8.7.E1 and https://dlmf.nist.gov/8.9.E2
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from tinygrad_edu.api._arguments import wrap
from tinygrad_edu.autograd.function import Function, once_differentiable
from tinygrad_edu.autograd.grad_mode import is_grad_enabled
from tinygrad_edu.ops.special import digamma
from tinygrad_edu.random import draw

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["log_gammas", "slopes_of_logs"]

_LARGE = 1e4


def log_gammas(concentration: Any, shape: Any) -> Tensor:
    """Logarithms of draws from gamma distributions of rate 1; they have a gradient by `concentration`.

    If G is drawn with α + 1 and U evenly from (0, 1], then ``G U^(1/α)`` is drawn with α: so small that it may be less
    than any number, but its logarithm isn't.
    """
    numbers, a = draw(None), concentration._data.astype(np.float64)
    logs = np.log(numbers.standard_gamma(a + 1, shape)) + np.log(1 - numbers.random(shape)) / a
    values: Tensor = wrap(np.asarray(logs).astype(concentration._data.dtype))
    if not (concentration._requires_grad and is_grad_enabled()):
        return values
    a = np.broadcast_to(a, shape)
    slopes = slopes_of_logs(a.ravel(), np.ravel(logs)).reshape(shape)
    moving: Tensor = _Follows.apply(concentration.expand(shape), values, slopes)
    return moving


class _Follows(Function):
    """Values that were drawn, which move with a parameter by slopes that were worked out."""

    @staticmethod
    def forward(ctx: Any, parameter: Any, values: Any, slopes: ndarray) -> Any:
        """Return the values."""
        ctx.slopes = slopes
        return values

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, g: Any) -> Any:
        """The gradient of the parameter."""
        return g * wrap(ctx.slopes.astype(g._data.dtype)), None, None


def slopes_of_logs(a: ndarray, logs: ndarray) -> ndarray:
    """d log x/dα of rows of α and log x, in float64."""
    slopes = np.empty_like(a)
    x = np.exp(logs)
    large = a > _LARGE
    above = ~large & (x > a + 1)
    below = ~large & ~above
    for here, slope in ((large, _by_normal), (above, _by_fraction), (below, _by_series)):
        if here.any():
            slopes[here] = slope(a[here], x[here], logs[here])
    return slopes


def _terms(a: ndarray) -> int:
    """How many terms give all digits where they are needed most, at x near α."""
    return int(60 + 12 * np.sqrt(a.max()))


def _by_series(a: ndarray, x: ndarray, logs: ndarray) -> ndarray:
    term, log_slope = 1 / a, -1 / a  # of the term's logarithm
    total, slope = term.copy(), term * log_slope
    for n in range(1, _terms(a)):
        term = term * (x / (a + n))
        log_slope = log_slope - 1 / (a + n)
        total += term
        slope += term * log_slope
    result: ndarray = -(total * (logs - digamma(a)) + slope)
    return result


def _by_fraction(a: ndarray, x: ndarray, logs: ndarray) -> ndarray:
    count = _terms(a)
    f, slope = x + 2 * count + 1 - a, -np.ones_like(a)
    for n in range(count, 0, -1):  # from the innermost fraction outwards
        top = -n * (n - a)
        f, slope = x + 2 * n - 1 - a + top / f, (n - top * slope / f) / f - 1
    result: ndarray = (logs - digamma(a)) / f - slope / (f * f)
    return result


def _by_normal(a: ndarray, x: ndarray, logs: ndarray) -> ndarray:
    root = np.exp((logs - np.log(a)) / 3)
    z_over_root = 3 * (root - 1 + 1 / (9 * a))  # z/√α
    result: ndarray = 1 / a + 3 * (1 / (9 * a * a) - z_over_root / (6 * a)) / root
    return result
