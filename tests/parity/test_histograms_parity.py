"""Counts and bins against PyTorch: every option, dtypes, limits, NaN, empty and 0-d, wrong calls."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed, values

nan, inf = float("nan"), float("inf")


@pytest.mark.parametrize(
    "expression",
    listed(
        """m.bincount(i) | i.bincount() | i.bincount(minlength=6) | m.bincount(i, w) | m.bincount(i, w.float(), 9)
m.bincount(i, i) | m.bincount(i, w.half()) | m.bincount(i, weights=w[:4]) | m.bincount(w) | m.bincount(-i)
m.bincount(b)
m.bincount(i[:0]) | m.bincount(i[:0], minlength=3) | m.bincount(i[:0], w[:0], 3) | m.bincount(i[0])
m.bincount(i[None])
m.bincount(i, minlength=-1) | m.bincount(i.int()) | m.bincount(i.to(m.uint8)) | m.bincount(i, minlength=2.0)
m.bincount(i, [1, 2]) | m.bincount(i.flip(0)[::2]) | m.bincount(i, w[None]) | m.bincount([1]) | m.bincount(i, b)"""
    ),
)
def test_bincount(expression: str) -> None:
    i, w = np.array([3, 1, 3, 2, 1]), np.array([1.0, 2.5, -3.0, 4.0, 5.0])
    agree(re.sub(r"\bw\b", "w.detach()", expression) if "(w)" not in expression else expression, i=i, w=w, b=i > 1)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "expression",
    listed(
        """a.histc() | m.histc(a, 4) | m.histc(a, 4, 0, 10) | a.histc(4, 1, 2) | a.histc(4, 2, 2)
a.histc(bins=4, min=3, max=2)
m.histc(a * 0, 3) | m.histc(a.long(), 4) | m.histc(a[:0], 4) | m.histc(a[:0], 4, 1, 1) | m.histc(a, 0)
m.histc(a, -1)
m.histc(a, 4.5) | m.histc(a, True) | m.histc(a, m.tensor(3)) | m.histc(a, 3, 0.5) | m.histc(a, 3, -1)
m.histc(a, 3, max=3)
m.histc(a, 4, 0, float('inf')) | m.histc(a[0, 0], 3) | a.T.histc(3, 0, 6) | m.histc(n, 4) | m.histc(n, 4, -2, 5)
m.histc(1.0)
a.histogram(4) | m.histogram(a, 4, range=(0.0, 10.0)) | m.histogram(a, 4, range=[0, 10]) | m.histogram(a, e)
m.histogram(a)
m.histogram(a, e, weight=w) | m.histogram(a, e, density=True) | m.histogram(a, 4, weight=w, density=True)
m.histogram(a.long(), 3) | m.histogram(a[:0], 3) | m.histogram(a, 3, weight=w[0]) | m.histogram(a, e.half())
m.histogram(a, e[:1]) | m.histogram(a, e[None]) | m.histogram(a, 4, range=(2.0, 2.0))
m.histogram(a, 4, range=(3.0, 2.0))
m.histogram(n, 4) | m.histogram(n, e) | m.histogram(a, 0) | m.histogram(a, e, range=(1.0, 2.0))
m.histogram(a * 0 + 1, 2)
m.histogram(a, 4, range=(0.0,)) | m.histogram(a, 4, range=5) | m.histogram(a, 4.0) | m.histogram(a, True)
m.histogram(a, 2, range=(10.0, 11.0), density=True) | m.histogram(a[:0], 2, density=True) | m.histogram(a, [1.0, 2.0])
m.histogram(a, 2, range=(0.0, float('inf'))) | m.histogram(a[0, 0], 3) | m.histogram(a.T, bins=3)
repr(a.histogram(2))
m.histogram(a, 4, weight=w.long()) | m.histogram(a, 4, weight=1.0) | m.histogram(a[0, 0], 3, weight=w[0, 0])"""
    ),
)
def test_histograms(expression: str, dtype: str) -> None:
    operands: dict[str, Any] = {
        "a": np.array([[1.0, 2.0, 2.0], [5.0, 3.25, 0.5]]),
        "n": np.array([1.0, nan, 3.0]),
        "e": np.array([0.0, 1.0, 2.5, 3.0]),
        "w": np.array([[1.0, 2.0, 0.5], [3.0, 1.0, 4.0]]),
    }
    expression = f"[{expression} for a, n, e, w in [[x.detach() for x in (a, n, e, w)]]][0]"
    narrow: dict[str, Any] = {name: each.astype(dtype) for name, each in operands.items()}
    agree(expression, **narrow)


@pytest.mark.parametrize(
    "expression",
    listed(
        """m.searchsorted(f, a) | m.searchsorted(f, a, right=True) | m.searchsorted(f, a, side='right')
m.searchsorted(f, 2.0)
m.searchsorted(f, a, side='left', right=True) | m.searchsorted(f, a, side='bla') | m.searchsorted(f, 2, right=True)
m.searchsorted(f, a, side='right', right=True) | m.searchsorted(f, a[0, 0], out_int32=True) | m.searchsorted(s, a)
m.searchsorted(s, a, out_int32=True, side='left') | m.searchsorted(s, a[0]) | m.searchsorted(s, 2.0)
m.searchsorted(f[:0], a)
m.searchsorted(s, a[:, :1]) | m.searchsorted(s, a[:1]) | m.searchsorted(s[:, :0], a)
m.searchsorted(s[None], a[None])
m.searchsorted(f[0], a) | m.searchsorted(f, a[:0]) | m.searchsorted(f, a.long()) | m.searchsorted(f.long(), a)
m.searchsorted(f, a.float()) | m.searchsorted(f > 1, a > 1)
m.searchsorted(f, m.tensor([float('nan'), float('inf')]))
m.searchsorted(g, a, sorter=o) | m.searchsorted(g, a, sorter=o[:2]) | m.searchsorted(g, a, sorter=o + 1)
m.searchsorted(f)
m.searchsorted(g, a, sorter=o.int()) | m.searchsorted(g, a, sorter=g) | m.searchsorted(f, [1.0])
m.searchsorted(f, 'a')
m.searchsorted(s, a, sorter=m.argsort(s), right=True) | m.searchsorted(f, a, right=1) | m.searchsorted([1.0], a)
m.bucketize(a, f) | m.bucketize(a, f, right=True) | m.bucketize(a, f, out_int32=True) | m.bucketize(2.0, f)
m.bucketize(2, f)
m.bucketize(a, s) | m.bucketize(a, f[0]) | m.bucketize(a, f[:0]) | m.bucketize(a[:0], f) | m.bucketize(a.long(), f)
m.bucketize(a, f.long(), right=True) | m.bucketize(a.T, f) | m.bucketize(a[0, 0], f) | m.bucketize([1.0], f)
m.bucketize(a)
m.bucketize(m.tensor(float('nan')), f) | m.bucketize(a, [1.0])
m.bucketize(a, boundaries=f, out_int32=False, right=False)
hasattr(a, 'bucketize'), hasattr(a, 'searchsorted')"""
    ),
)
def test_places_in_order(expression: str) -> None:
    agree(
        expression,
        a=np.array([[0.0, 1.0, 2.0], [6.0, 2.5, 1.5]]),
        f=np.array([1.0, 2.0, 2.0, 5.0]),
        s=np.sort(values("float64", 2, 3)),
        g=np.array([3.0, 1.0, 2.0]),
        o=np.array([1, 2, 0]),
    )
