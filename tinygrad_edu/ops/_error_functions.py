"""The error function erf(x) = 2/√π ∫₀ˣ exp(-t²) dt and its kin, which NumPy lacks.

erf is steep at 0 and flat far out, as tanh is: atanh(erf(x)) is x + x r(x²), where r is smooth and small. So
erf(x) = tanh(x + x r(x²)), with a fraction of two polynomials for r, loses digits nowhere: near 0 both sides are
proportional to x, and far out tanh forgives errors of its operand.

erfc(x) = 1 - erf(x) has other digits far out: there it is exp(-x²) erfcx(x), with a fraction for the smooth erfcx.

erfinv undoes erf. For |x| up to 0.78 it is x f(w) with w = -log(1 - x²) and a fraction for f. Beyond, with q = 1 - |x|,
it is the y with log erfc(y) = log q, by Newton's method; the same y is the inverse of erfc for a small q.

Source: https://dlmf.nist.gov/7
"""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

import numpy as np

from tinygrad_edu.ops._approximation import Fraction, Polynomial, by_block, in_float64, in_pieces, limit

__all__ = ["erf", "normal_cdf"]

# r(t) = atanh(erf(√t)) / √t - 1, above and below the line: for float32 up to |x| = 3.95, for float64 up to 5.95.
_R = {
    4: Fraction(
        Polynomial(0.12837917094, 0.12291426026, 0.018956551616, 0.0018532796423),
        Polynomial(1.0, 0.156892655, 0.023689230136, 0.00032490481228),
    ),
    8: Fraction(
        Polynomial(
            0.12837916709551259,
            0.16347204691073611,
            0.065830217160531695,
            0.016509884519727036,
            0.0027652129787843695,
            0.00032454746536834905,
            2.690844084940818e-5,
            1.4901333240136146e-6,
            5.094774995293091e-8,
            4.4112194760206048e-10,
        ),
        Polynomial(
            1.0,
            0.47281381381480891,
            0.1359029324824827,
            0.025174018475429477,
            0.003278909873873358,
            0.00030407719118912342,
            1.9153007477125366e-5,
            8.089128447951867e-7,
            1.3884828419349347e-8,
            2.881897180217343e-11,
        ),
    ),
}
_FLAT = 36.0  # x² from which erf is ±1 to the last digit
_MINUS_ROOT = -sqrt(2)
_R_OF_HALF = {size: r.scaled(_MINUS_ROOT, 0.5) for size, r in _R.items()}  # -√2 r(t / 2)


@by_block
def erf(x: np.ndarray, out: np.ndarray, t: np.ndarray, work: np.ndarray) -> None:
    """The error function of float32 or float64 numbers."""
    np.multiply(x, x, out=t)
    limit(t, _FLAT)
    _R[x.itemsize](t, out, work)
    out *= x
    out += x
    np.tanh(out, out=out)


@by_block
def normal_cdf(x: np.ndarray, out: np.ndarray, t: np.ndarray, work: np.ndarray) -> None:
    """The probability that a normal number lies below x: (1 + erf(z)) / 2 with z = x / √2.

    As (1 + tanh u) / 2 is the sigmoid of 2u, it is that of 2 (z + z r(z²)) = x (√2 + √2 r(x²/2)), without the
    difference of nearly equal numbers that 1 + erf(z) is far below 0.
    """
    np.multiply(x, x, out=t)
    limit(t, 2 * _FLAT)
    _R_OF_HALF[x.itemsize](t, out, work)
    out += _MINUS_ROOT
    out *= x
    np.exp(out, out=out)
    out += 1
    np.divide(1, out, out=out)


# erfcx(x) / u with u = 1 / (1 + x), from x = 1/2 to 28.
_ERFCX = (
    Polynomial(
        0.56418958354913256,
        3.3036186808236421,
        16.540194345635662,
        51.460962286591558,
        126.23643900062308,
        225.26499991160232,
        299.13182404538496,
        269.62291183060966,
        134.65194184079963,
        -0.11126327899031623,
    ),
    Polynomial(
        1.0,
        4.8555116531230106,
        23.961219483864916,
        65.323206514885033,
        150.12217335840095,
        234.78859399468939,
        281.29178177040323,
        224.41318855737875,
        114.25079465252213,
        26.659349111966892,
    ),
)


def _erfcx(x: np.ndarray) -> Any:
    """exp(x²) erfc(x) for x from 1/2 on."""
    u = 1 / (1 + x)
    return u * _ERFCX[0](u) / _ERFCX[1](u)


def _exp_of_minus_square(x: np.ndarray) -> Any:
    """exp(-x²) for x up to 40: as x² is rounded, and that would count x² times, x is first split into s and a rest."""
    s = np.rint(16 * x) / 16  # whose square is exact
    return np.exp(-s * s) * np.exp(-(x - s) * (x + s))


def _far_erfc(x: np.ndarray) -> Any:
    x = np.minimum(x, 40)  # where the result is 0
    return _exp_of_minus_square(x) * _erfcx(x)


@in_float64
def erfc(x: np.ndarray) -> Any:
    """The complement 1 - erf(x)."""
    return in_pieces(x, (x < 0.5, lambda x: 1 - erf(x)), (x >= 0.5, _far_erfc))


_CENTRE = 0.78

# erfinv(x) / x of w = -log(1 - x²), from w = 0 to 1.
_CENTRAL = (
    Polynomial(
        0.88622692545275797,
        0.26487694608353294,
        0.046983143949510218,
        0.005778768035596311,
        0.00045176906090175466,
        1.7378596093897415e-5,
    ),
    Polynomial(1.0, 0.037082240005380223, 0.030274656156354951, 0.00074637793408919704, 0.00016201374464116159),
)


def _central_erfinv(x: np.ndarray) -> Any:
    w = -np.log1p(-x * x)
    return x * _CENTRAL[0](w) / _CENTRAL[1](w)


def _inverse_of_erfc(q: np.ndarray) -> Any:
    """The y with erfc(y) = q, for q between 0 and 0.22."""
    wanted = np.log(q)
    y = np.sqrt(-wanted - np.log(-pi * wanted) / 2)
    for _ in range(4):
        scaled = _erfcx(y)
        y += (np.log(scaled) - y * y - wanted) * scaled * (sqrt(pi) / 2)
    return np.where(q == 0, np.inf, y)


@in_float64
def erfinv(x: np.ndarray) -> Any:
    """The number whose error function is x."""
    size = np.abs(x)
    return in_pieces(
        x,
        (size <= _CENTRE, _central_erfinv),
        ((size > _CENTRE) & (size <= 1), lambda x: np.copysign(_inverse_of_erfc(1 - np.abs(x)), x)),
    )


@in_float64
def ndtri(p: np.ndarray) -> Any:
    """The number below which a normal variable lies with the probability p: √2 erfinv(2p - 1)."""
    x = 2 * p - 1
    return sqrt(2) * in_pieces(
        p,
        (np.abs(x) <= _CENTRE, lambda p: _central_erfinv(2 * p - 1)),
        ((x > _CENTRE) & (p <= 1), lambda p: _inverse_of_erfc(2 * (1 - p))),
        ((x < -_CENTRE) & (p >= 0), lambda p: -_inverse_of_erfc(2 * p)),
    )
