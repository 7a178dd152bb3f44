"""Special functions against PyTorch's own, where that is installed: forms, dtypes, poles, what lies below 0, errors.

Calls of rules, with gradients to second order, are drawn in test_rows_parity.py; here is what no row says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .expressions import DTYPES, agree, listed, values

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)
BOTH = ["erf", "erfc", "erfinv", "lgamma", "digamma", "i0"]
SPECIAL = (
    *("digamma", "entr", "erf", "erfc", "erfinv", "exp2", "expit", "expm1", "gammaln", "i0", "i0e", "i1", "i1e"),
    *("log1p", "logit", "ndtr", "ndtri", "psi", "sinc"),
)
CORNERS = np.array([0.0, -0.0, 1.0, -1.0, 2.0, np.inf, -np.inf, np.nan])
OUTSIDE_ITS_POLES = np.array([-20.3, -7.25, -2.5, -1.75, -0.5, -0.125, 0.125, 0.5, 3.3, 9.7, 10.3, 31.5, 170.0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", BOTH)
def test_functions_and_methods(name: str, dtype: str) -> None:
    for shape in [(2, 3), (), (0, 3)]:
        agree(f"m.{name}(x)", x=np.abs(values(dtype, *shape)))
    x = np.abs(values(dtype, 2, 3))
    agree(f"x.T.{name}()", x=x)
    agree(f"x.detach().clone().{name}_()", x=x)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", SPECIAL)
def test_the_module(name: str, dtype: str) -> None:
    if dtype == "float16" and name in ("i1", "i1e", "ndtri"):  # which PyTorch has not
        return
    for shape in [(2, 3), (), (0, 3)]:
        agree(f"m.special.{name}(x)", x=np.abs(values(dtype, *shape)))
    agree(f"m.special.{name}(x.T)", x=np.abs(values(dtype, 2, 3)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", SPECIAL)
def test_corners_and_what_lies_between_the_poles(name: str, dtype: str) -> None:
    agree(f"m.special.{name}(x)", x=CORNERS.astype(dtype), gradient=False)
    agree(f"m.special.{name}(x)", x=OUTSIDE_ITS_POLES.astype(dtype), gradient=name not in ("i0e", "i1e"))
    agree(f"m.special.{name}(x)", x=RNG.uniform(0, 1, 20).astype(dtype))


@pytest.mark.parametrize(
    "expression",
    listed("""\
m.polygamma(1, x) | m.polygamma(2, x) | m.polygamma(5, x) | m.polygamma(0, x) | x.polygamma(1) | x.polygamma(3)
m.polygamma(1, n) | m.polygamma(0, n) | m.polygamma(-1, x) | m.polygamma(1.5, x) | m.polygamma(x, 1) | x.polygamma()
x.detach().clone().polygamma_(1) | n.clone().polygamma_(1) | m.polygamma(1, x[:0]) | m.polygamma(1, x[0, 0])
m.polygamma(2, x.T) | m.polygamma(1, b) | m.special.polygamma(1, x) | m.polygamma(n=1, input=x) | m.polygamma(2, -x)
m.polygamma(3, -x) | m.polygamma(1, 9 * x) | m.polygamma(4, 100 * x) | m.mvlgamma(x + 1, 2) | m.mvlgamma(x + 1, 1)
m.mvlgamma(x + 3, 5) | m.mvlgamma(n + 9, 3) | x.mvlgamma(1) | m.mvlgamma(x, 0) | m.mvlgamma(x.T + 2, p=3)
m.mvlgamma(x, -1) | m.mvlgamma(x, 1.5) | m.mvlgamma(x) | m.mvlgamma(x[:0], 2) | (x + 1).mvlgamma(2)
(x + 2).detach().mvlgamma_(2) | m.special.multigammaln(x + 2, 3) | m.special.multigammaln(x + 2, 1)
m.mvlgamma(x[0, 0] + 1, 2) | m.special.xlogy(x, y) | m.special.xlogy(0, y) | m.special.xlogy(x, 2)
m.special.xlogy(n, n) | m.special.xlogy(x, c[:, None, None]) | m.special.xlog1py(x, y) | m.special.xlog1py(0, y)
m.special.xlog1py(x, 2) | m.special.xlog1py(n, b) | m.special.xlog1py(2, 3) | m.special.xlog1py(c, c[:, None])
m.special.xlog1py(x, y[0]) | m.special.xlog1py(x[:0], y[:0]) | m.special.xlog1py(x, "a")
m.special.xlog1py(x.double(), y) | m.special.xlog1py(x.T, y.T) | m.special.xlog1py(2.5, n.abs())
m.special.xlog1py(x) | m.special.softmax(x, 0) | m.special.softmax(x, -1) | m.special.softmax(x, 1, dtype=m.float64)
m.special.softmax(x, dim=0) | m.special.log_softmax(x, 0) | m.special.log_softmax(x, -1)
m.special.log_softmax(x, 1, dtype=m.float64) | m.special.softmax(x) | m.special.logsumexp(x, 0)
m.special.logsumexp(x, (0, 1)) | m.special.logsumexp(x, 1, keepdim=True) | m.special.logsumexp(x)
m.special.round(x, decimals=1) | m.special.logit(x, eps=0.2) | m.special.logit(x, 0.3) | m.special.round(x)
m.special.erf() | m.special.entr(2) | m.special.ndtr("a") | m.special.gammaln(3) | m.lgamma(2.0) | m.erf([1.0])
m.erfinv(None) | m.special.i1(x, x)"""),
)
def test_forms_and_errors(expression: str) -> None:
    names: dict[str, Any] = {
        "x": RNG.uniform(0.2, 1, (2, 3)).astype(np.float32),
        "y": RNG.uniform(0.5, 2, (2, 3)).astype(np.float32),
        "n": RNG.integers(1, 5, (2, 3)),
        "b": np.array([[True, True, True]]),
        "c": np.array([0.0, -0.0, 1.0, -1.0, np.inf, np.nan], np.float32),
    }
    agree(expression, **names, gradient="c," not in expression)
