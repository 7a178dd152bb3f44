"""The rows of the elementwise operations of ops/trigonometric.py: how they are called, and what they are exactly."""

from __future__ import annotations

from typing import Any

from mpmath import mp
from support.arrays import (
    ANY,
    NONZERO,
    between,
)
from support.elementwise.row import Row, pointwise
from support.exact import (
    Exact,
)

INVERSE = between(-0.7, 0.7)  # away from ±1, where asin and its kin are infinitely steep


def _square(x: Any) -> tuple[Any, ...]:
    return (x * x,)


def _asin(x: Any) -> Any:
    return mp.asin(x) if abs(x) <= 1 else mp.nan


def _acos(x: Any) -> Any:
    return mp.acos(x) if abs(x) <= 1 else mp.nan


def _atanh(x: Any) -> Any:
    return mp.nan if abs(x) > 1 else mp.atanh(x) if abs(x) < 1 else x * mp.inf


def _slope_of_asin(x: Any) -> Any:
    return 1 / mp.sqrt(1 - x * x) if abs(x) < 1 else None


def _slope_of_acos(x: Any) -> Any:
    return -1 / mp.sqrt(1 - x * x) if abs(x) < 1 else None


def _slope_of_atanh(x: Any) -> Any:
    return 1 / (1 - x * x) if abs(x) < 1 else None


def _slope_of_acosh(x: Any) -> Any:
    return 1 / mp.sqrt(x * x - 1) if x > 1 else None


def _atan2(x: Any, y: Any) -> Any:
    if mp.isinf(x) or mp.isinf(y) or (x == 0 and y == 0):
        return None
    return mp.atan2(x, y) if x or y > 0 else None  # the sign of a zero isn't mpmath's


def _radius(x: Any, y: Any) -> tuple[Any, ...]:
    return (x * x + y * y, x * x, y * y)


def _sinc(x: Any) -> Any:
    return mp.sincpi(x) if mp.isfinite(x) else mp.nan


def _slope_of_sinc(x: Any) -> Any:
    if not mp.isfinite(x):
        return mp.nan
    if abs(x) < mp.mpf(2) ** -30:
        return -(mp.pi**2) * x / 3 * (1 - mp.pi**2 * x * x / 10)
    return (mp.cospi(x) - mp.sincpi(x)) / x


TRIGONOMETRIC: dict[str, Row] = {
    "sin": Row(pointwise(ANY), Exact(mp.sin, (mp.cos,))),
    "cos": Row(pointwise(ANY), Exact(mp.cos, (lambda x: -mp.sin(x),))),
    "tan": Row(pointwise(between(-1, 1)), Exact(mp.tan, (lambda x: 1 / mp.cos(x) ** 2,))),
    "tanh": Row(pointwise(ANY), Exact(mp.tanh, (lambda x: 1 / mp.cosh(x) ** 2,), last_place_of=1)),
    "sinh": Row(pointwise(ANY), Exact(mp.sinh, (mp.cosh,))),
    "cosh": Row(pointwise(ANY), Exact(mp.cosh, (mp.sinh,))),
    "asin": Row(pointwise(INVERSE), Exact(_asin, (_slope_of_asin,))),
    "acos": Row(pointwise(INVERSE), Exact(_acos, (_slope_of_acos,))),
    "atan": Row(pointwise(ANY), Exact(mp.atan, (lambda x: 1 / (1 + x * x),), on_the_way_back=_square)),
    "asinh": Row(pointwise(ANY), Exact(mp.asinh, (lambda x: 1 / mp.sqrt(1 + x * x),), on_the_way_back=_square)),
    "acosh": Row(
        pointwise(between(1.5, 3)),
        Exact(lambda x: mp.acosh(x) if x >= 1 else mp.nan, (_slope_of_acosh,), on_the_way_back=_square),
    ),
    "atanh": Row(pointwise(INVERSE), Exact(_atanh, (_slope_of_atanh,))),
    "atan2": Row(
        pointwise(NONZERO, NONZERO),
        Exact(
            _atan2,
            (lambda x, y: y / (x * x + y * y), lambda x, y: -x / (x * x + y * y)),
            on_the_way_back=_radius,
        ),
    ),
    "sinc": Row(pointwise(ANY), Exact(_sinc, (_slope_of_sinc,), last_place_of=1)),
}
