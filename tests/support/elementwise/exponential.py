"""The rows of the elementwise operations of ops/exponential.py: how they are called, and what they are exactly."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from mpmath import mp
from support.arrays import (
    ANY,
    POSITIVE,
    PROBABILITY,
    WITH_ZEROS,
    between,
)
from support.elementwise.row import Row, pointwise
from support.exact import (
    Exact,
    log1p,
    power,
    sigmoid,
)

SLOPE_OF_SHARES = 800  # the slope has exp(x - y), where x - y is rounded, and that counts x - y times; so in PyTorch


def _logaddexp(x: Any, y: Any) -> Any:
    larger, smaller = max(x, y), min(x, y)
    if mp.isinf(larger) or mp.isinf(smaller):
        return larger
    result = larger + mp.log1p(mp.exp(smaller - larger))
    return None if 2 * abs(result) < -larger else result  # a difference, whose digits are those of the operands


def _times(x: Any, factor: Any) -> Any:
    return x if x is None or mp.isinf(x) else x * factor


def _share(x: Any, y: Any) -> Any:
    return None if mp.isinf(x) and mp.isinf(y) else sigmoid(x - y)


def _ratios(x: Any, y: Any) -> tuple[Any, ...]:
    return mp.exp(x - y), mp.exp(y - x)


def _logit(x: Any) -> Any:
    if 0 < x < 1:
        return mp.log(x / (1 - x))
    return -mp.inf if x == 0 else mp.inf if x == 1 else mp.nan


EXPONENTIAL: dict[str, Row] = {
    "exp": Row(pointwise(ANY), Exact(mp.exp, (mp.exp,))),
    "expm1": Row(pointwise(ANY), Exact(mp.expm1, (mp.exp,))),
    "log": Row(pointwise(POSITIVE), Exact(mp.log, (lambda x: 1 / x,))),
    "log2": Row(pointwise(POSITIVE), Exact(lambda x: mp.log(x) / mp.ln2, (lambda x: 1 / (x * mp.ln2),))),
    "log10": Row(pointwise(POSITIVE), Exact(lambda x: mp.log(x) / mp.ln10, (lambda x: 1 / (x * mp.ln10),))),
    "log1p": Row(pointwise(between(-0.5, 2)), Exact(log1p, (lambda x: 1 / (1 + x) if x != -1 else None,))),
    "exp2": Row(pointwise(ANY), Exact(lambda x: power(mp.mpf(2), x), (lambda x: power(mp.mpf(2), x) * mp.ln2,))),
    "logaddexp": Row(
        pointwise(ANY, ANY),
        Exact(_logaddexp, (_share, lambda x, y: _share(y, x)), slope_limit=SLOPE_OF_SHARES, on_the_way_back=_ratios),
    ),
    "logaddexp2": Row(
        pointwise(ANY, ANY),
        Exact(
            lambda x, y: _times(_logaddexp(x * mp.ln2, y * mp.ln2), 1 / mp.ln2),
            (lambda x, y: _share(x * mp.ln2, y * mp.ln2), lambda x, y: _share(y * mp.ln2, x * mp.ln2)),
            slope_limit=SLOPE_OF_SHARES,
            on_the_way_back=_ratios,
        ),
    ),
    "logit": Row(
        pointwise(PROBABILITY, eps=st.sampled_from([None, 0.1, 0.3333])),
        Exact(
            _logit,
            (lambda x: 1 / (x * (1 - x)) if 0 < x < 1 else None,),
            lambda library, x: library.logit(x),
            probabilities=True,
        ),
    ),
    "xlogy": Row(
        pointwise(WITH_ZEROS, POSITIVE),
        Exact(
            lambda x, y: x * mp.log(y) if x and y > 0 else None,
            (lambda x, y: mp.log(y) if x and y > 0 else None, lambda x, y: x / y if x and y > 0 else None),
            on_the_way_back=lambda x, y: (x, y),
        ),
    ),
}
