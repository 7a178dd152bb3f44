"""The logarithm of Γ(x) = ∫₀^∞ t^(x-1) exp(-t) dt and its derivatives, which NumPy lacks.

Γ(x + 1) = x Γ(x), so log Γ goes in steps of log x, its slope ψ in steps of 1/x, and the slopes of that in steps of
powers of x. From 10 on, Stirling's asymptotic series has all digits; below, one goes in such steps to where a fraction
of two polynomials is the function, divided by its zeros: log Γ is 0 at 1 and 2, ψ is 0 at 1.4616….

Below 0 the reflection Γ(x) Γ(-x) = -π / (x sin πx) leads back. Between the poles there all these functions have zeros;
near them a result is a difference, and its last digits are those of larger numbers.

The n-th slope of ψ is (-1)^(n+1) n! ζ(n + 1, x) with ζ(s, x) = Σ_k (x + k)^-s, summed up by Euler's and Maclaurin's
formula. Its sum over all whole k, from -∞ on, repeats itself with the period 1; that leads to x below 0.

Source: https://dlmf.nist.gov/5 (log Γ: 5.11.1, 5.5.3; ψ: 5.11.2, 5.5.4), https://dlmf.nist.gov/25.11 (ζ: 25.11.5)
"""

from __future__ import annotations

from math import factorial, log, pi
from typing import Any

import numpy as np

from tinygrad_edu.ops._approximation import Polynomial, in_float64, in_pieces

__all__ = ["digamma", "lgamma", "polygamma"]

_STIRLING = 10  # from here on the asymptotic series are used
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330)
_OF_LGAMMA = Polynomial(*(b / (2 * k * (2 * k - 1)) for k, b in enumerate(_BERNOULLI, 1)))
_OF_DIGAMMA = Polynomial(*(b / (2 * k) for k, b in enumerate(_BERNOULLI, 1)))

# log Γ(x) / ((x - 1) (x - 2)) of x - 1/2, from x = 1/2 to 5/2: all terms are positive, so that no digits are lost.
_NEAR_LGAMMA = (
    Polynomial(
        0.7631532572329335,
        4.50315232528305,
        10.29405605965729,
        11.546620147981777,
        6.652477956994958,
        1.88587452765094,
        0.22986346294745952,
        0.008687875005108476,
        2.253078480770697e-5,
    ),
    Polynomial(
        1.0,
        6.664572669363634,
        17.638999263291446,
        23.70861963258066,
        17.216075312788554,
        6.664555390139113,
        1.2762905222712253,
        0.1025358613915926,
        0.002327485098550079,
    ),
)

# ψ(x) / (x - 1.4616…) of x - 1, from x = 1 to 2.
_NEAR_DIGAMMA = (
    Polynomial(
        1.2503801375034054,
        1.870002289939868,
        0.9743376095676261,
        0.2176807097330316,
        0.020179352163445299,
        0.0005912139646731577,
        1.1203141308095627e-6,
    ),
    Polynomial(
        1.0,
        2.1790938362008607,
        1.6669541595315384,
        0.57363123296783013,
        0.091824712197359986,
        0.0061765191003825853,
        0.00012271923605496227,
    ),
)
_ZERO, _REST_OF_ZERO = 1.4616321449683622, 9.5499954299656977e-17  # its first digits, and those that follow


def _sine_of_half_turns(x: np.ndarray) -> Any:
    """|sin(πx)|, by the distance from the nearest whole number: that is exact, as πx is not."""
    return np.sin(pi * np.abs(x - np.rint(x)))


def _near_lgamma(x: np.ndarray) -> Any:
    return (x - 1) * (x - 2) * (_NEAR_LGAMMA[0](x - 0.5) / _NEAR_LGAMMA[1](x - 0.5))


def _lgamma_by_steps(x: np.ndarray) -> Any:
    product = np.ones_like(x)
    while (above := x > 2.5).any():
        x = np.where(above, x - 1, x)
        product *= np.where(above, x, 1)
    return np.log(product) + _near_lgamma(x)


def _far_lgamma(x: np.ndarray) -> Any:
    series = _OF_LGAMMA(1 / (x * x)) / x
    return (x - 0.5) * (np.log(x) - 1) + (log(2 * pi) - 1) / 2 + series


def _positive_lgamma(x: np.ndarray) -> Any:
    return in_pieces(
        x,
        ((x >= 0.5) & (x <= 2.5), _near_lgamma),
        ((x > 2.5) & (x < _STIRLING), _lgamma_by_steps),
        ((x >= _STIRLING) & (x < np.inf), _far_lgamma),
        (x == np.inf, lambda x: x),
    )


def _reflected_lgamma(x: np.ndarray) -> Any:
    sine = _sine_of_half_turns(x)
    return np.where(sine == 0, np.inf, np.log(pi / (sine * -x)) - _positive_lgamma(-x))


@in_float64
def lgamma(x: np.ndarray) -> Any:
    """log |Γ(x)|."""
    return in_pieces(
        x,
        (np.abs(x) < 0.5, lambda x: _near_lgamma(x + 1) - np.log(np.abs(x))),
        (x >= 0.5, _positive_lgamma),
        ((x <= -0.5) & (x > -np.inf), _reflected_lgamma),
        (x == -np.inf, lambda x: -x),
    )


def _digamma_by_steps(x: np.ndarray) -> Any:
    total = np.zeros_like(x)
    while (above := x >= 2).any():
        x = np.where(above, x - 1, x)
        total += np.where(above, 1 / x, 0)
    return total + ((x - _ZERO) - _REST_OF_ZERO) * _NEAR_DIGAMMA[0](x - 1) / _NEAR_DIGAMMA[1](x - 1)


def _far_digamma(x: np.ndarray) -> Any:
    square = 1 / (x * x)
    return np.log(x) - 0.5 / x - square * _OF_DIGAMMA(square)


def _positive_digamma(x: np.ndarray) -> Any:
    return in_pieces(
        x,
        (x < 1, lambda x: _digamma_by_steps(x + 1) - 1 / x),
        ((x >= 1) & (x < _STIRLING), _digamma_by_steps),
        (x >= _STIRLING, _far_digamma),
    )


def _reflected_digamma(x: np.ndarray) -> Any:
    from_whole = x - np.rint(x)
    cotangent = np.where(from_whole == 0, np.nan, 1 / np.tan(pi * from_whole))
    return _positive_digamma(1 - x) - pi * cotangent


@in_float64
def digamma(x: np.ndarray) -> Any:
    """ψ(x), the slope of log |Γ(x)|."""
    return in_pieces(x, (x > 0, _positive_digamma), (x == 0, lambda x: -1 / x), (x < 0, _reflected_digamma))


def _zeta(s: int, x: np.ndarray) -> Any:
    """ζ(s, x) for a whole s from 2 on, and x from 0 on."""
    many = _STIRLING + s

    def by_steps(x: np.ndarray) -> Any:
        total = _far_zeta(s, x + many)  # from the smallest on, so that little is rounded
        for k in reversed(range(many)):
            total += (x + k) ** -float(s)
        return total

    return in_pieces(x, (x >= many, lambda x: _far_zeta(s, x)), (x < many, by_steps))


def _far_zeta(s: int, x: np.ndarray) -> Any:
    """ζ(s, x) by the asymptotic series, from its smallest term on."""
    last = x ** -float(s)
    total = np.zeros_like(x)
    for k, bernoulli in reversed([*enumerate(_BERNOULLI, 1)]):
        rising = factorial(s + 2 * k - 2) // factorial(s - 1)
        total += bernoulli * rising / factorial(2 * k) * last / x ** (2 * k - 1)
    total += last / 2
    total += x ** -float(s - 1) / (s - 1)
    return total


def _zeta_below(s: int, x: np.ndarray) -> Any:
    """The sum over all whole k, less the half of it that belongs to -x."""
    part, sign = x - np.rint(x), (-1) ** s
    return part ** -float(s) + _zeta(s, 1 + part) + sign * (_zeta(s, 1 - part) - _zeta(s, 1 - x))


def polygamma(x: np.ndarray, *, n: int) -> Any:
    """The n-th slope of ψ, for n from 1 on."""
    factor = (-1) ** (n + 1) * float(factorial(n))

    def slope(x: np.ndarray) -> Any:
        return factor * in_pieces(x, (x >= 0, lambda x: _zeta(n + 1, x)), (x < 0, lambda x: _zeta_below(n + 1, x)))

    result: np.ndarray = in_float64(slope)(x)
    return result
