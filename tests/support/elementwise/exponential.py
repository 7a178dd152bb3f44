"""The rows of the elementwise operations of ops/exponential.py: how they are called, and what they are exactly."""

from __future__ import annotations

from mpmath import mp
from support.arrays import (
    ANY,
    POSITIVE,
    between,
)
from support.elementwise.row import Row, pointwise
from support.exact import (
    Exact,
    log1p,
)

EXPONENTIAL: dict[str, Row] = {
    "exp": Row(pointwise(ANY), Exact(mp.exp, (mp.exp,))),
    "expm1": Row(pointwise(ANY), Exact(mp.expm1, (mp.exp,))),
    "log": Row(pointwise(POSITIVE), Exact(mp.log, (lambda x: 1 / x,))),
    "log2": Row(pointwise(POSITIVE), Exact(lambda x: mp.log(x) / mp.ln2, (lambda x: 1 / (x * mp.ln2),))),
    "log10": Row(pointwise(POSITIVE), Exact(lambda x: mp.log(x) / mp.ln10, (lambda x: 1 / (x * mp.ln10),))),
    "log1p": Row(pointwise(between(-0.5, 2)), Exact(log1p, (lambda x: 1 / (1 + x) if x != -1 else None,))),
}
