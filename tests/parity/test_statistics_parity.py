"""Sums and means without NaN, spreads, truths, quantiles and covariances against PyTorch: every option, wrong calls."""

from __future__ import annotations

import numpy as np
import pytest
from parity.expressions import DTYPES, agree, listed, values

nan, inf = float("nan"), float("inf")
SHAPES = [(), (0,), (5,), (2, 0), (3, 4), (2, 3, 4)]
HOLED = np.array([[1.0, nan, 3.0, -2.0], [nan, nan, nan, nan], [4.0, 0.5, 2.0, 1.0]])


@pytest.mark.parametrize("name", ["nansum", "nanmean"])
def test_without_nan(name: str) -> None:
    for expression in listed(
        f"""a.{name}() | m.{name}(a, 0) | a.{name}(-1, True) | m.{name}(a, dim=(0, 1), keepdim=True)
a.{name}(dim=())
a.{name}(dtype=m.float64) | a.T.{name}(0) | a[:0].{name}() | a[:, :0].{name}(1) | a[0, 0].{name}()
a.{name}(2) | a.{name}((0, 0)) | a.{name}(0.5) | a.{name}(0, 1) | m.{name}(1.0) | m.{name}(a[:, ::2], -2)"""
    ):
        for dtype in (np.float64, np.float32):
            agree(expression, a=HOLED[::2].astype(dtype), second=True)
            agree(expression, a=HOLED.astype(dtype), gradient=False)  # in PyTorch NaN alone have the gradient NaN
    for each in DTYPES:
        agree(f"a.{name}(1)", a=values(each, 3, 4))
        agree(f"a.{name}(1, dtype=m.float32)", a=values(each, 3, 4))
    agree(f"a.detach().{name}(dtype=m.int64)", a=HOLED)


@pytest.mark.parametrize("name", ["quantile", "nanquantile"])
@pytest.mark.parametrize("interpolation", ["linear", "lower", "higher", "midpoint", "nearest"])
def test_quantiles(name: str, interpolation: str) -> None:
    how = f"interpolation='{interpolation}'"
    for expression in listed(
        f"""m.{name}(a, 0.3, {how}) | a.{name}(q, {how}) | a.{name}(q, 0, {how})
a.{name}(q, dim=1, keepdim=True, {how})
a.{name}(0.6, -1, True, {how}) | a.{name}(0, {how}) | a.{name}(1, dim=0, {how}) | m.{name}(a, q[1], {how})
a.T.{name}(q, 0, {how}) | m.{name}(a[:, ::2], q, 1, {how}) | m.{name}(a, 0.5, keepdim=True, {how})
m.{name}(a, q, keepdim=True, {how}) | m.{name}(a[0, 0], q, {how}) | m.{name}(a[0, 0], 0.5, 0, True, {how})
m.{name}(a[None], q, 1, {how}) | m.{name}(a, q[:0], {how})"""
    ):
        for dtype in (np.float64, np.float32):
            shares = np.array([0.0, 0.35, 0.8, 1.0], dtype)
            agree(
                expression,
                a=np.random.default_rng(0).permutation(12).reshape(3, 4).astype(dtype),
                q=shares,
                second=True,
            )
            if interpolation != "midpoint":
                agree(expression, a=HOLED[::2].astype(dtype), q=shares)
                agree(expression, a=HOLED.astype(dtype), q=shares, gradient=False)


@pytest.mark.parametrize("name", ["quantile", "nanquantile"])
@pytest.mark.parametrize(
    "arguments",
    listed(
        """a, 1.5 | a, -0.1 | a, float('nan') | a, m.tensor([1.5]) | a, m.tensor([[0.5]]) | a, [0.5]
a, 0.5, (0, 1) | a, 0.5, 2
a, m.tensor([0.5]) | a.float(), 0.5 | a.float(), m.tensor(0.5) | a.long(), 0.5 | a.half(), 0.5 | a[:0], 0.5
a[:0], 0.5, 1
a, 0.5, 0, True, 'lower' | a, 0.5, interpolation='bla' | a, 0.5, interpolation=1 | a, True | a | a, 'half'
m.tensor([1.0, float('inf')]), 0.5 | m.tensor([-float('inf'), float('inf')]), 0.0 | 1.0, 0.5 | a, 0.5, keepdim=1"""
    ),
)
def test_wrong_quantiles(name: str, arguments: str) -> None:
    agree(f"m.{name}({arguments})", a=values("float64", 3, 4))


@pytest.mark.filterwarnings("ignore:cov:UserWarning")
@pytest.mark.parametrize(
    "expression",
    listed(
        """m.cov(a) | a.cov() | m.cov(a, correction=0) | m.cov(a.T) | a.cov(correction=2) | m.cov(a[0])
m.cov(a[0, 0])
m.cov(a[:0]) | m.cov(a[:, :0]) | m.cov(a[:1]) | m.cov(a.long()) | m.cov(a > 0) | m.cov(a[None])
m.cov(a, correction=5)
m.cov(a, correction=1.5) | m.cov(a, fweights=f) | m.cov(a, aweights=w) | m.cov(a, fweights=f, aweights=w)
m.cov(a, fweights=f, correction=0) | m.cov(a, aweights=w, correction=0) | m.cov(a, fweights=w) | m.cov(a, aweights=f)
m.cov(a, fweights=f[:2]) | m.cov(a, fweights=-f) | m.cov(a, aweights=-w) | m.cov(a, fweights=f * 0)
m.cov(a, fweights=1)
m.cov(a, aweights=w[None]) | m.cov(a, aweights=w[:1]) | m.cov(a[0], fweights=f) | m.cov(a.float()) | m.cov(a[:, ::2])
m.cov(a, 1) | m.cov(1.0) | a.cov(correction=0, fweights=f) | m.cov(a, fweights=f.int()) | m.cov(a.long(), fweights=f)
m.corrcoef(a) | a.corrcoef() | m.corrcoef(a.T) | m.corrcoef(a[0]) | m.corrcoef(a[0, 0]) | m.corrcoef(a.long())
m.corrcoef(a[None]) | m.corrcoef(a[:0]) | m.corrcoef(a[:, :0]) | m.corrcoef(a.detach() * 0 + 1)
m.corrcoef(a.float())
m.corrcoef(a[:2, ::2]) | m.corrcoef(a > 0) | m.corrcoef(1.0)"""
    ),
)
def test_covariances(expression: str) -> None:
    second = "corrcoef" not in expression  # whose diagonal is clamped at 1, or isn't, as rounding has it
    w = np.array([0.5, 1.0, 2.0, 0.25])
    agree(expression, a=3 * values("float64", 3, 4), f=np.array([1, 2, 0, 3]), w=w, second=second)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_spreads(shape: tuple[int, ...]) -> None:
    for dtype in ("float64", "float32"):
        for expression in listed(
            """a.var() | a.std(0) | a.var(-1, keepdim=True) | a.std(0, correction=0) | a.var(False) | a.std(0, True)
m.var_mean(a) | m.std_mean(a, 0, keepdim=True) | m.var_mean(a, dim=-1, correction=2) | m.std_mean(a, unbiased=False)
a.var((0,), False, True) | m.var(a, dim=None, correction=0) | m.std(a, dim=[0], correction=1.5) | a.var(dim=1)
m.var_mean(a, 0, False) | m.std_mean(a, (0,), True, True) | m.var_mean(a, False) | m.var_mean(a.detach(), dim=())
a.std(5)
m.var(a, 0, True, correction=1) | m.std_mean(a, 0, unbiased=False, keepdim=True) | a.var(dim=0, unbiased=False)"""
        ):
            agree(expression, a=values(dtype, *shape), second=bool(np.prod(shape) > 4))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_truths_and_counts(shape: tuple[int, ...], dtype: str) -> None:
    for expression in listed(
        """a.all() | a.any(0) | a.all(-1, True) | a.any(dim=(0, 1)) | a.all(dim=(0,), keepdim=True) | a.all(())
a.any(5)
a.count_nonzero() | a.count_nonzero(0) | a.count_nonzero((0, 1)) | m.count_nonzero(a, dim=-1) | a.count_nonzero([0])
m.all(a, 0) | m.any(a, dim=[0]) | a.count_nonzero(()) | a.count_nonzero(7) | a.count_nonzero(dim=None)
a.all(None)"""
    ):
        agree(expression, a=values(dtype, *shape))
