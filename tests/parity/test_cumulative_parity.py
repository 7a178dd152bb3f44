"""Running results, differences and areas against PyTorch: dimensions, dtypes, zeros, NaN, empty, 0-d, wrong calls."""

from __future__ import annotations

import numpy as np
import pytest
from parity.expressions import DTYPES, agree, listed, values

nan, inf = float("nan"), float("inf")
SHAPES = [(), (0,), (5,), (2, 0), (3, 4), (2, 3, 4)]
NAMES = ["cumsum", "cumprod", "logcumsumexp", "cummax", "cummin"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_along_each_dimension(name: str, shape: tuple[int, ...]) -> None:
    for dtype in ("float64", "float32"):
        beyond = len(shape) + (0 not in shape)  # of no values PyTorch takes any dimension for some of them
        for dim in range(-1, beyond):
            agree(f"a.{name}({dim})", a=values(dtype, *shape), second=True)
    for expression in (f"m.{name}(a, dim=0)", f"a[..., ::2].{name}(-1)", f"a.T.{name}(0)", f"a.{name}()"):
        agree(expression, a=values("float64", *shape), second=True)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_of_each_dtype(name: str, dtype: str) -> None:
    if name != "logcumsumexp" or dtype.startswith("float"):
        agree(f"a.{name}(1)", a=values(dtype, 3, 5))
    if name in ("cumsum", "cumprod"):
        agree(f"a.{name}(0, dtype=m.float64)", a=values(dtype, 3, 5))
        agree(f"a.{name}_(0)", a=values("int64", 3, 2))
        agree(f"(a * 1).{name}_(1)", a=values("float64", 3, 2), second=True)


@pytest.mark.parametrize("zeros", [[0], [3], [1, 3], [0, 1, 2], [4], [0, 1, 2, 3, 4], []])
def test_products_with_zeros(zeros: list[int]) -> None:
    a = np.array([[1.5, -2.0, 0.5, 3.0, -1.0], [2.0, 1.0, -1.0, 0.5, 3.0]])
    a[0, zeros] = 0
    for expression in ("a.cumprod(1)", "a.cumprod(0)", "m.cumprod(a.T, 0)"):
        for dtype in (np.float64, np.float32):
            agree(expression, a=a.astype(dtype), second=True)


@pytest.mark.parametrize(
    "row",
    [
        *([nan, 1.0, 2.0], [1.0, nan, nan, 0.0], [inf, 1.0, 2.0], [1.0, inf, 2.0], [-inf, 1.0, 2.0], [-inf, -inf]),
        *([1.0, -inf, 2.0], [2.0, 2.0, 1.0, 2.0, 1.0], [100.0, -100.0, 50.0], [1000.0, 1000.0]),
    ],
)
def test_special_values(row: list[float]) -> None:
    for name in ("logcumsumexp", "cummax", "cummin"):
        for dtype in (np.float64, np.float32):
            agree(f"a.{name}(0)", a=np.array(row, dtype))


@pytest.mark.parametrize(
    "expression",
    listed(
        """a.diff() | a.diff(2) | m.diff(a, n=1, dim=0) | a.diff(0) | a.diff(-1) | a.diff(5) | a.diff(3, 0)
a.T.diff()
m.diff(a, prepend=b[:, :1]) | m.diff(a, append=b[:, :2], prepend=b) | a.diff(dim=0, prepend=b) | a.diff(dim=2)
m.diff(a, prepend=b[:1, :1]) | m.diff(a, prepend=b[:, 0]) | m.diff(a, append=b.float()) | a[0, 0].diff()
a[:0].diff()
a[:, :0].diff() | (a > 0).diff() | (a > 0).diff(2) | m.diff(a, 1.0) | m.diff(a, append=1.0) | a.int().diff(dim=-2)
m.diff(a, 2, -1, b[:, :1], b[:, 1:]) | a.diff(0) is a | m.diff(a[:, ::2])
m.trapezoid(a) | m.trapezoid(a, dx=2.0) | m.trapezoid(a, m.tensor([0.0, 1.0, 3.0, 4.0])) | m.trapezoid(a, x=b)
m.trapezoid(a, b[:, 0], dim=0) | m.trapezoid(a, dim=0) | m.trapezoid(a, dx=m.tensor(2.0)) | m.trapezoid(a, b[:, 0])
m.trapezoid(a, b, dx=2) | m.trapezoid(a.int()) | m.trapezoid(a.int(), dx=2) | m.trapezoid(a.int(), b.int())
m.trapezoid(a > 0) | m.trapezoid(a, b > 0) | m.trapezoid(a[0, 0]) | m.trapezoid(a[:0]) | m.trapezoid(a[:0], dim=0)
m.trapezoid(a[:, :1]) | m.trapz(a, dx=2) | m.trapz(a, b) | m.trapz(a, x=b[0], dim=1) | m.trapezoid(a, b.float())
m.trapezoid(a, m.tensor([0, 1, 3, 4])) | m.trapezoid(a, 1.0) | m.trapezoid(a, dim=2) | m.trapezoid(a[None], b)
m.trapezoid(a[:, None], b) | m.trapz(a.long()[:0], dim=0) | m.trapezoid(a, b[:2]) | m.trapezoid(a, b[:, :2])
m.cumulative_trapezoid(a) | m.cumulative_trapezoid(a, dx=2.0, dim=0) | m.cumulative_trapezoid(a, b[0])
m.cumulative_trapezoid(a, b) | m.cumulative_trapezoid(a, x=b, dim=0) | m.cumulative_trapezoid(a[0, 0])
m.cumulative_trapezoid(a[:0]) | m.cumulative_trapezoid(a[:, :0]) | m.cumulative_trapezoid(a.int())
m.cumulative_trapezoid(a.int(), b.int()) | m.cumulative_trapezoid(a, b, dx=1) | m.cumulative_trapezoid(a > 0)
m.cumulative_trapezoid(a, dim=2) | m.cumulative_trapezoid(a, b[:, 0]) | m.cumulative_trapezoid(a.float(), b)"""
    ),
)
def test_differences_and_areas(expression: str) -> None:
    agree(expression, a=values("float64", 3, 4), b=values("float64", 3, 4), second=True)


@pytest.mark.parametrize(
    "expression",
    listed(
        """a.cumprod(0.0) | a.cumprod(dim='a') | a.cumprod(2) | a.cummax(2) | a.cummin() | a.logcumsumexp(None)
a.detach().cumprod(0, dtype=m.int64) | m.cummax(a, dim=(0, 1)) | repr(a.detach().cummax(1)) | a.cummin(0).values
a.cummax(0).indices | m.cummax(1.0, 0) | a.cumprod(0, keepdim=True)"""
    ),
)
def test_options_and_wrong_calls(expression: str) -> None:
    agree(expression, a=values("float64", 3, 4))
