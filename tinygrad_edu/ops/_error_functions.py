"""The error function erf(x) = 2/√π ∫₀ˣ exp(-t²) dt and its kin, which NumPy lacks.

erf is steep at 0 and flat far out, as tanh is: atanh(erf(x)) is x + x r(x²), where r is smooth and small. So
erf(x) = tanh(x + x r(x²)), with a fraction of two polynomials for r, loses digits nowhere: near 0 both sides are
proportional to x, and far out tanh forgives errors of its operand.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from tinygrad_edu.ops._approximation import Polynomial, by_block

__all__ = ["erf", "normal_cdf"]

# r(t) = atanh(erf(√t)) / √t - 1, above and below the line: for float32 up to |x| = 3.95, for float64 up to 5.95.
_R = {
    4: (
        Polynomial(0.12837917094, 0.12291426026, 0.018956551616, 0.0018532796423),
        Polynomial(1.0, 0.156892655, 0.023689230136, 0.00032490481228),
    ),
    8: (
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


@by_block
def erf(x: np.ndarray, out: np.ndarray, t: np.ndarray, below: np.ndarray) -> None:
    """The error function of float32 or float64 numbers."""
    fraction = _R[x.itemsize]
    np.multiply(x, x, out=t)
    np.minimum(t, _FLAT, out=t)
    fraction[0](t, out)
    out /= fraction[1](t, below)
    out *= x
    out += x
    np.tanh(out, out=out)


@by_block
def normal_cdf(x: np.ndarray, out: np.ndarray, t: np.ndarray, below: np.ndarray) -> None:
    """The probability that a normal number lies below x: (1 + erf(z)) / 2 with z = x / √2.

    As (1 + tanh u) / 2 is the sigmoid of 2u, it is that of 2 (z + z r(z²)), without the difference of nearly equal
    numbers that 1 + erf(z) is far below 0.
    """
    fraction = _R[x.itemsize]
    np.multiply(x, x, out=t)
    t *= 0.5
    np.minimum(t, _FLAT, out=t)
    fraction[0](t, out)
    out /= fraction[1](t, below)
    out += 1
    out *= x
    out *= -sqrt(2)
    np.exp(out, out=out)
    out += 1
    np.divide(1, out, out=out)
