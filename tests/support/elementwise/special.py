"""The rows of the elementwise operations of ops/special.py: how they are called, and what they are exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from mpmath import mp
from support.arrays import ANY, NONZERO, POSITIVE, PROBABILITY, WITH_ZEROS, between
from support.elementwise.row import Row, pointwise
from support.exact import Exact

SLOPE_OF_BELL = 400  # the slope has exp(-x²), where x² is rounded, and that counts x² times; so in PyTorch
SLOPE_OF_INVERSE = 100  # the same of exp(y²), where y is rounded too, and reaches 6
SLOPE_OF_NDTRI = 2600  # and of exp(y²/2), where y reaches 38 and may be off by 1.8 units itself
LIMIT_OF_ERFC = 6  # of a product of five rounded factors
LIMIT_OF_I = 8  # x²/4 is rounded, and up to x = 20 that counts x/2 times
LIMIT_OF_ZETA = 6  # of a sum of powers
NEAR_ZEROS = 0.25  # results of a smaller size are differences, where they are asked below 0


def bell(x: Any) -> Any:
    return 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)


def _erfc(x: Any) -> Any:
    return mp.erfc(x) if abs(x) < 1000 else mp.mpf(2 * (x < 0))


def _inverse_of_bell(x: Any) -> Any:
    return 1 / bell(mp.erfinv(x)) if abs(x) < 1 else None


def _erfinv(x: Any) -> Any:
    return mp.erfinv(x) if abs(x) < 1 else x * mp.inf if abs(x) == 1 else mp.nan


def _ndtri(p: Any) -> Any:
    """By Newton's method, for mpmath's erfinv has no digits of probabilities near 0."""
    if p in (0, 1):
        return mp.inf * (p - 0.5)
    tail = min(p, 1 - p)
    y = mp.sqrt(-2 * mp.log(2 * tail))
    for _ in range(60):
        rest = mp.erfc(y / mp.sqrt(2)) / 2
        step = mp.log(rest / tail) * rest * mp.sqrt(2 * mp.pi) * mp.exp(y * y / 2)
        y += step
        if abs(step) < mp.mpf(2) ** -150:
            break
    return y if p > 0.5 else -y


def _slope_of_ndtri(p: Any) -> Any:
    return mp.sqrt(2 * mp.pi) * mp.exp(_ndtri(p) ** 2 / 2) if 0 < p < 1 else None


def _is_pole(x: Any) -> bool:
    return bool(x <= 0 and x == mp.floor(x))


def _lgamma(x: Any) -> Any:
    if mp.isinf(x) or _is_pole(x):
        return mp.inf
    value = mp.loggamma(x).real
    return None if x < -0.5 and abs(value) < NEAR_ZEROS * abs(x) else value


def polygamma(n: int) -> Callable[[Any], Any]:
    """The n-th slope of ψ, where that is no difference of larger numbers."""

    def exact(x: Any) -> Any:
        told = x > 0 or (n % 2 == 1 and x > -30)  # farther out, mpmath takes a step for each whole number
        return mp.polygamma(n, x) if told and not (_is_pole(x) or mp.isinf(x)) else None

    return exact


def _bessel(n: int) -> Callable[[Any], Any]:
    def exact(x: Any) -> Any:
        if mp.isinf(x):
            return None
        return mp.besseli(n, x) if abs(x) < 800 else mp.inf * mp.sign(x) ** n

    return exact


def _scaled_bessel(n: int) -> Callable[[Any], Any]:
    def exact(x: Any) -> Any:
        if abs(x) < 1000:
            return mp.besseli(n, x) * mp.exp(-abs(x))
        size, term, total = abs(x), mp.mpf(1), mp.mpf(0)
        for k in range(1, 30):
            total += term
            term *= ((2 * k - 1) ** 2 - 4 * n * n) / (8 * k * size)
        return mp.sign(x) ** n * total / mp.sqrt(2 * mp.pi * size)

    return exact


i0, i1, i0e, i1e = _bessel(0), _bessel(1), _scaled_bessel(0), _scaled_bessel(1)


def _half_at_0(function: Callable[[Any], Any], x: Any) -> Any:
    return function(x) / x if x else mp.mpf("0.5")


def _slope_of_i1(x: Any) -> Any:
    return i0(x) - _half_at_0(i1, x) if abs(x) < 700 else None


def _special(name: str) -> Callable[..., Any]:
    return lambda library, *operands: getattr(library.special, name)(*operands)


SPECIAL: dict[str, Row] = {
    "erf": Row(pointwise(ANY), Exact(mp.erf, (bell,), slope_limit=SLOPE_OF_BELL)),
    "erfc": Row(pointwise(ANY), Exact(_erfc, (lambda x: -bell(x),), limit=LIMIT_OF_ERFC, slope_limit=SLOPE_OF_BELL)),
    "erfinv": Row(pointwise(between(-0.7, 0.7)), Exact(_erfinv, (_inverse_of_bell,), slope_limit=SLOPE_OF_INVERSE)),
    "ndtri": Row(
        pointwise(PROBABILITY),
        Exact(_ndtri, (_slope_of_ndtri,), _special("ndtri"), slope_limit=SLOPE_OF_NDTRI, probabilities=True),
    ),
    "lgamma": Row(pointwise(between(0.5, 3)), Exact(_lgamma, (polygamma(0),))),
    "digamma": Row(pointwise(between(0.5, 3)), Exact(polygamma(0), (polygamma(1),), slope_limit=LIMIT_OF_ZETA)),
    "polygamma": Row(
        pointwise(between(0.8, 3), n=st.sampled_from([1, 2])),
        Exact(
            polygamma(1),
            (polygamma(2),),
            lambda library, x: library.polygamma(1, x),
            limit=LIMIT_OF_ZETA,
            slope_limit=LIMIT_OF_ZETA,
            on_the_way_back=lambda x: (polygamma(2)(x) or 0,),
        ),
    ),
    "i0": Row(pointwise(ANY), Exact(i0, (i1,), limit=LIMIT_OF_I, slope_limit=LIMIT_OF_I)),
    "i1": Row(
        pointwise(ANY),
        Exact(
            i1,
            (_slope_of_i1,),
            _special("i1"),
            limit=LIMIT_OF_I,
            slope_limit=2 * LIMIT_OF_I,
            on_the_way_back=lambda x: (x / 2,),
        ),
    ),
    "i0e": Row(
        pointwise(NONZERO),
        Exact(
            i0e,
            (lambda x: i1e(x) - mp.sign(x) * i0e(x),),
            _special("i0e"),
            limit=LIMIT_OF_I,
            slope_limit=LIMIT_OF_I,
            last_place_of=1,
        ),
    ),
    "i1e": Row(
        pointwise(NONZERO),
        Exact(
            i1e,
            (lambda x: i0e(x) - mp.sign(x) * i1e(x) - _half_at_0(i1e, x) if mp.isfinite(x) else None,),
            _special("i1e"),
            limit=LIMIT_OF_I,
            slope_limit=LIMIT_OF_I,
            last_place_of=1,
            on_the_way_back=lambda x: (x / 2,),
        ),
    ),
    "entr": Row(
        pointwise(POSITIVE),
        Exact(
            lambda x: -x * mp.log(x) if x > 0 else -mp.inf if x < 0 else x,
            (lambda x: -mp.log(x) - 1 if x > 0 else None,),
            _special("entr"),
            last_place_of=1,
        ),
    ),
    "xlog1py": Row(
        pointwise(WITH_ZEROS, between(-0.5, 2)),
        Exact(
            lambda x, y: x * mp.log1p(y) if x and y > -1 else None,
            (lambda x, y: mp.log1p(y) if x and y > -1 else None, lambda x, y: x / (y + 1) if x and y > -1 else None),
            _special("xlog1py"),
            on_the_way=lambda x, y: (x, y, mp.log1p(y) if y > -1 else y),
            on_the_way_back=lambda x, y: (x, y),
        ),
    ),
}
