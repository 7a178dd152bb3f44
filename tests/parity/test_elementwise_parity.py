"""The elementwise functions against PyTorch's own, where that is installed: forms, dtypes, corners and errors.

Calls of rules, with gradients to second order, are drawn in test_rows_parity.py; here is what no row says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .expressions import DTYPES, agree, listed, values

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)
UNARY = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "cosh",
    "sinh",
    "sinc",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctanh",
    "exp2",
    "logit",
    "frac",
    "deg2rad",
    "rad2deg",
    "nan_to_num",
    "sgn",
    "signbit",
    "isposinf",
    "isneginf",
    "frexp",
    "erf",
    "absolute",
    "negative",
]
BINARY = [
    "atan2",
    "arctan2",
    "hypot",
    "logaddexp",
    "logaddexp2",
    "xlogy",
    "fmod",
    "fmax",
    "fmin",
    "float_power",
    "copysign",
    "heaviside",
    "ldexp",
    "gcd",
    "lcm",
    "nextafter",
    "bitwise_left_shift",
    "bitwise_right_shift",
    "rsub",
    "isin",
    "true_divide",
    "divide",
    "multiply",
    "subtract",
]
IN_PLACE = [each for each in [*UNARY, *BINARY] if hasattr(torch.Tensor, f"{each}_")]
WITHOUT_GRADIENT = {"heaviside", "nextafter", "copysign"}  # or, of `other`, with one that NumPy can't see
CORNERS = np.array([0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 0.5, -2.5])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_tensor(name: str, dtype: str) -> None:
    kind = "tuple" if name == "frexp" else ""
    for shape in [(2, 3), (), (0, 3)]:
        agree(f"{kind}(m.{name}(x))", x=values(dtype, *shape), gradient=name != "sgn")
    agree(f"{kind}(x.T.{name}())", x=values(dtype, 2, 3), gradient=name != "sgn")
    if name in IN_PLACE:
        agree(f"x.detach().clone().{name}_()", x=values(dtype, 2, 3))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two_tensors(name: str, dtype: str) -> None:
    gradient = name not in WITHOUT_GRADIENT and dtype not in ("uint8", "bool")  # which PyTorch negates on its way back
    for other in (dtype, "float32", "int64", "bool"):
        if name == "heaviside" and other != dtype:
            continue
        x, y = values(dtype, 2, 3), np.abs(values(other, 3)) + (np.dtype(other).kind != "b")
        if name == "ldexp" and other == "bool":  # refused there, beside some types
            continue
        agree(f"m.{name}(x, y)", x=x, y=y.astype(other), gradient=gradient and other != "bool")
    x, y = values(dtype, 2, 3), (np.abs(values(dtype, 2, 3)) + 1).astype(dtype)
    if name not in ("rsub", "isin"):
        agree(f"x.T.{name}(y.T)", x=x, y=y, gradient=gradient)
    agree(f"m.{name}(x[:, :0], y[:, :0])", x=x, y=y, gradient=gradient)
    agree(f"m.{name}(x, y[0, 0])", x=x, y=y, gradient=gradient)
    for number in ("2", "2.5", "True"):
        agree(f"m.{name}(x, {number})", x=x, gradient=gradient)
        agree(f"m.{name}({number}, x)", x=y, gradient=gradient)
    if name in IN_PLACE:
        agree(f"x.detach().clone().{name}_(y)", x=x, y=y, gradient=False)


@pytest.mark.parametrize("name", [each for each in BINARY if each not in ("gcd", "lcm", "heaviside", "nextafter")])
def test_corners_of_functions_of_two_tensors(name: str) -> None:
    if "shift" in name:
        agree(f"m.{name}(x, y[:, None])", x=np.arange(-9, 9), y=np.array([0, 1, 7, 63, 64, 100, -1]))
        return
    gradient = name not in ("copysign", "fmod", "logaddexp", "logaddexp2", "hypot", "float_power")  # of infinities
    agree(f"m.{name}(x, y[:, None])", x=CORNERS, y=CORNERS, gradient=gradient)


@pytest.mark.parametrize(
    "expression",
    listed("""\
m.lerp(x, y, 0.5) | m.lerp(x, y, 0) | m.lerp(x, y, 1) | m.lerp(x, y, 0.25) | m.lerp(x, y, -2.5) | m.lerp(x, y, x)
m.lerp(x, y, 0.49999) | x.lerp(y, y) | x.clone().lerp_(y, 0.75) | m.lerp(x, y[0], y[:, :1]) | m.lerp(x, n, 0.5)
m.lerp(n, n, 0.5) | m.lerp(x, y, n) | m.lerp(x, 2.0, 0.5) | m.lerp(x, y.double(), 0.5) | m.lerp(x, y)
m.lerp(x, y, "a") | m.lerp(x, y, m.tensor(0.5)) | m.lerp(x, y, m.tensor(0.5, dtype=m.float64))
m.lerp(x.T, y.T, x.T) | m.lerp(x, y[:0], 1) | m.addcmul(x, y, y) | m.addcmul(x, y, y, value=-2) | x.addcmul(y, n)
x.addcmul(n, n, value=0.5) | m.addcmul(n, n, n) | m.addcmul(n, n, n, value=2) | m.addcmul(n, n, n, value=2.5)
m.addcmul(x, 2, y) | m.addcmul(x, y[0], y[:, :1]) | m.addcmul(x, y) | x.clone().addcmul_(y, y, value=3)
n.clone().addcmul_(n, x) | m.addcmul(b, b, b) | m.addcmul(x[:0], y[:0], y[:0]) | m.addcdiv(x, y, y)
m.addcdiv(x, y, y, value=-2) | x.addcdiv(y, n + 9.5) | x.addcdiv(n, n + 9) | m.addcdiv(n, n, n + 9)
x.clone().addcdiv_(y, y, value=0.5) | m.addcdiv(x, y[0], y[:, :1]) | m.addcdiv(x, y) | m.addcdiv(x, 1, y)
m.addcdiv(b, x, y) | m.clamp_min(x, 0.1) | m.clamp_min(x, y) | x.clamp_min(0) | m.clamp_min(n, 1)
m.clamp_min(n, 1.5) | x.clone().clamp_min_(0.2) | n.clone().clamp_min_(1.5) | m.clamp_min(x) | m.clamp_min(x, None)
m.clamp_min(x, min=0.3) | m.clamp_min(x, y[0]) | m.clamp_min(b, 0) | m.clamp_max(x, 0.1) | m.clamp_max(x, y)
m.clamp(b, b) | m.clamp(b, max=~b) | m.clamp(b, b, b) | m.clamp(b, True) | m.clamp(b, False, True) | m.clamp_max(b, b)
x.clamp_max(0) | m.clamp_max(n, 1) | m.clamp_max(n, 1.5) | x.clone().clamp_max_(0.2) | n.clone().clamp_max_(1.5)
m.clamp_max(x) | m.clamp_max(x, None) | m.clamp_max(x, max=0.3) | m.clamp_max(x, y[0]) | x[:0].clamp_max(1)
m.logit(x, 0.1) | m.logit(x, eps=0.3) | x.logit(0.7) | m.logit(x, -1.0) | m.logit(n, 0.2) | x.clone().logit_(0.2)
m.logit(x, "a") | m.nan_to_num(x, 1.5) | m.nan_to_num(c) | m.nan_to_num(c, 1, 2, 3) | c.nan_to_num(nan=-1)
c.nan_to_num(posinf=5) | m.nan_to_num(n, 3) | c.nan_to_num(neginf=5) | c.clone().nan_to_num_(0.5)
m.nan_to_num(c.half()) | m.nan_to_num(c, "a") | m.nan_to_num(c[0]) | n << 1 | n >> 1 | 1 << abs(n) | 9 >> abs(n)
n << n | x << 1 | n << 1.5 | b << 1 | b << b | n << b | n.clone().__ilshift__(2) | n.clone().__irshift__(1)
n.__lshift__(1) | n.__rshift__(1) | n << "a" | x >> x | m.rsub(x, 2) | m.rsub(x, y, alpha=3) | m.rsub(n, 2.5)
m.rsub(n, 2, alpha=1.5) | m.rsub(b, b) | m.rsub(x, y[0]) | m.rsub(2, 3) | m.isin(n, n[0]) | m.isin(n, 2)
m.isin(2, n) | m.isin(n, n[0], invert=True) | m.isin(n, n[0], assume_unique=False) | m.isin(2, 2)
m.isin(elements=n, test_elements=n[:1]) | m.isin(b, b) | m.isin(x, n) | m.isin(n[:0], n) | m.isin(n, n[:0])
m.isin(c, c) | m.float_power(n, 2) | m.float_power(2, n) | m.float_power(n, -1) | x.float_power_(2)
x.detach().double().float_power_(2) | m.float_power(x, y) | m.positive(x) | m.positive(n) | m.positive(b) | +x
m.copysign(x, -0.0) | m.copysign(n, -1) | m.xlogy(0, c) | m.xlogy(x, 2) | m.xlogy(2, y) | m.frexp(c)[1]
m.frexp(x).mantissa | tuple(m.frexp(x.double() * 1e-310)) | x.frexp()[0] | m.hypot(x, 2) | m.gcd(n, 2) | m.acos()
m.atan2(x)"""),
)
def test_forms_and_errors(expression: str) -> None:
    names: dict[str, Any] = {
        "x": RNG.uniform(0, 1, (2, 3)).astype(np.float32),
        "y": RNG.uniform(0.5, 2, (2, 3)).astype(np.float32),
        "n": RNG.integers(-4, 5, (2, 3)),
        "b": np.array([[True, False, True]]),
        "c": CORNERS.astype(np.float32),
    }
    agree(expression, **names)
