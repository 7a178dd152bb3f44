"""Functions of one tensor, element by element: those that stand under `real`, `numeric` and `whole` in api/.

They are found by their decorators, so a new one is tried without a line here. Values are held against
NumPy's function of the same name; for what NumPy doesn't have, against the formula below, or mpmath's in its row.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpmath import mp
from support.elementwise import EXACT
from support.ulps import at

import tinygrad_edu as tg

API = Path(tg.__file__).parent / "api"
X = np.array([-2.5, -0.5, 0.0, 0.5, 1.5, 2.5], dtype=np.float64)

FORMULAS: dict[str, Callable[[Any], Any]] = {
    "neg": np.negative,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "reciprocal": lambda x: 1 / x,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "relu": lambda x: np.maximum(x, 0),
    "lgamma": np.vectorize(lambda x: math.lgamma(x) if x else np.inf),
    "digamma": np.vectorize(lambda x: float(mp.digamma(x)) if x else -np.inf),
    "sinc": lambda x: np.where(x == np.rint(x), x == 0, np.sinc(x)),  # for π is rounded
}


def under(*decorators: str) -> dict[str, Callable[[Any], Any]]:
    """The functions that stand under one of these decorators, by name, with what they are held against."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in API.glob("*.py")]
    defined = [each for tree in trees for each in tree.body if isinstance(each, ast.FunctionDef)]
    names = [each.name for each in defined if {ast.unparse(mark) for mark in each.decorator_list} & {*decorators}]
    known = [each for each in sorted(names) if hasattr(tg.Tensor, each)]
    found = {name: FORMULAS.get(name) or getattr(np, name, None) or exactly(name) for name in known}
    return {name: reference for name, reference in found.items() if reference}


def exactly(name: str) -> Callable[[Any], Any] | None:
    """What its row says that a function is, if it does."""
    if name not in EXACT:
        return None
    return np.vectorize(lambda x: float(at(EXACT[name].value, (x,))))


REAL = under("real")
PLAIN = under("numeric", "whole") | {"square": np.square, "sign": np.sign}


def test_they_are_found() -> None:
    assert {"exp", "log1p", "sqrt", "tanh", "sigmoid"} <= REAL.keys()
    assert {"abs", "neg", "floor", "round", "relu"} <= PLAIN.keys()


@pytest.mark.parametrize("name", [*REAL, *PLAIN])
def test_values_dtypes_and_places(name: str) -> None:
    reference = {**REAL, **PLAIN}[name]
    with np.errstate(all="ignore"):
        wanted = reference(X)
    for dtype, tolerance in ((tg.float64, 1e-12), (tg.float32, 1e-5)):
        x = tg.tensor(X, dtype=dtype)
        for result in (getattr(tg, name)(x), getattr(x, name)()):
            assert result.dtype is dtype
            np.testing.assert_allclose(result.numpy(), wanted, rtol=tolerance, atol=tolerance)
        if hasattr(x, f"{name}_"):
            assert getattr(x, f"{name}_")() is x
            np.testing.assert_allclose(x.numpy(), wanted, rtol=tolerance, atol=tolerance)
    assert getattr(tg, name)(tg.tensor(0.5)).shape == ()
    assert getattr(tg, name)(tg.zeros(0, 3)).shape == (0, 3)


@pytest.mark.parametrize("name", list(REAL))
def test_integers_become_real(name: str) -> None:
    for dtype in (tg.int64, tg.uint8, tg.bool):
        result = getattr(tg, name)(tg.tensor([1, 1], dtype=dtype))
        assert result.dtype is tg.float32
        with np.errstate(divide="ignore"):  # atanh of 1
            np.testing.assert_allclose(result.numpy(), REAL[name](np.ones(2)), rtol=1e-6)
    with pytest.raises(RuntimeError, match=f"{name}_: the result is float32 and can't be put into an int64 tensor"):
        getattr(tg.tensor([1]), f"{name}_")()


@pytest.mark.parametrize("name", list(PLAIN))
def test_integers_stay_integers(name: str) -> None:
    result = getattr(tg, name)(tg.tensor([-2, 3], dtype=tg.int16))
    assert result.dtype is tg.int16
    assert result.tolist() == PLAIN[name](np.array([-2, 3])).tolist()
    if name not in ("square", "sign"):
        with pytest.raises(TypeError, match=r"wanted numbers, got a bool tensor"):
            getattr(tg, name)(tg.tensor([True]))


def test_corners() -> None:
    nan = tg.tensor([float("nan")], requires_grad=True)
    assert tg.sign(nan).tolist() == [0.0]  # as in PyTorch
    assert tg.sign(tg.tensor([True, False])).tolist() == [True, False]
    assert tg.square(tg.tensor([True])).tolist() == [1]
    assert tg.round(tg.tensor([0.5, 1.5, 2.345]), decimals=2).tolist() == pytest.approx([0.5, 1.5, 2.34], abs=0.006)
    assert tg.round(tg.tensor([125.0]), decimals=-1).tolist() == [120.0]
    assert tg.positive(nan) is nan
    assert (+nan) is nan
    assert tg.sigmoid(tg.tensor([-1000.0, 1000.0])).tolist() == [0.0, 1.0]
    assert abs(tg.tensor([-128], dtype=tg.int8)).tolist() == [-128]
    with pytest.raises(TypeError, match="positive: wanted numbers"):
        +tg.tensor([True])


@pytest.mark.parametrize("name", [*REAL, *PLAIN])
def test_what_is_no_tensor_is_refused_by_name(name: str) -> None:
    with pytest.raises(TypeError, match=rf"{name}: input must be a tensor, got float 1\.0"):
        getattr(tg, name)(1.0)
