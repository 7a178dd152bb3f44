"""Arithmetic: operators, functions, methods and operations in place, and their corners."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from math import floor, trunc
from typing import Any

import numpy as np
import pytest
from support.values import INF, NAN, same
from support.wrong import wrong

import tinygrad_edu as tg

FORMS = [
    ("add", operator.add, np.add),
    ("sub", operator.sub, np.subtract),
    ("mul", operator.mul, np.multiply),
    ("div", operator.truediv, np.true_divide),
    ("floor_divide", operator.floordiv, np.floor_divide),
    ("remainder", operator.mod, np.remainder),
    ("pow", operator.pow, np.power),
]


@pytest.mark.parametrize(("name", "symbol", "reference"), FORMS)
@pytest.mark.parametrize("shapes", [((3,), (3,)), ((2, 1), (3,)), ((), (2,)), ((2,), ()), ((0,), (1,))], ids=str)
def test_every_form_of_an_operation_computes_the_same(
    name: str, symbol: Callable[..., Any], reference: Any, shapes: Any
) -> None:
    rng = np.random.default_rng(0)
    a, b = (np.asarray(rng.uniform(0.5, 3, shape), dtype=np.float32) for shape in shapes)
    x, y = tg.tensor(a), tg.tensor(b)
    wanted = reference(a, b)
    for result in (
        symbol(x, y),
        getattr(tg, name)(x, y),
        getattr(x, name)(y),
        getattr(tg, name)(input=x, **last(name, y)),
    ):
        same(result, wanted)
        assert result.dtype is tg.float32
    same(symbol(2.5, y), reference(np.float32(2.5), b))
    same(symbol(x, 2), reference(a, np.float32(2)))
    if wanted.shape == a.shape:
        changed = tg.tensor(a)
        assert getattr(changed, f"{name}_")(y) is changed
        same(changed, wanted)


def last(name: str, y: Any) -> dict[str, Any]:
    return {"exponent" if name == "pow" else "other": y}


def test_integers_divide_as_real_numbers() -> None:
    assert (tg.tensor([1, 2, 3]) / 2).dtype is tg.float32
    assert (tg.tensor([True]) / tg.tensor([True])).dtype is tg.float32
    same(tg.tensor([192], dtype=tg.uint8) / -1, [-192.0])  # nothing wraps around on the way
    same(1 / tg.tensor([0, 4]), [INF, 0.25])


@pytest.mark.parametrize(("a", "b"), [(7, 2), (-7, 2), (7, -2), (-7, -2), (6, 3), (-6, 3), (0, 5), (-128, 3)])
def test_integers_round_exactly(a: int, b: int) -> None:
    for dtype in (tg.int8, tg.int64):
        x, y = tg.tensor([a], dtype=dtype), tg.tensor([b], dtype=dtype)
        assert (x // y).item() == a // b
        assert (x % y).item() == a % b
        assert tg.div(x, y, rounding_mode="floor").item() == a // b
        assert tg.div(x, y, rounding_mode="trunc").item() == int(a / b)
    assert tg.div(tg.tensor([a / 2]), b, rounding_mode="trunc").item() == int(a / 2 / b)


def test_large_integers_lose_nothing() -> None:
    big = 2**62 + 1
    assert (tg.tensor(big) // 1).item() == big
    assert tg.div(tg.tensor(-big), 1, rounding_mode="trunc").item() == -big
    assert (tg.tensor([2**53 + 1]) % 2).item() == 1


def test_real_numbers_divide_by_zero_and_integers_do_not() -> None:
    x = tg.tensor([1.0, -1.0, 0.0])
    for zero in (0, 0.0, tg.zeros(3), tg.tensor(0)):
        same(x / zero, [INF, -INF, NAN])
        same(x // zero, [INF, -INF, NAN])
        same(x % zero, [NAN, NAN, NAN])
    for operation in (operator.floordiv, operator.mod):
        for zero in (0, tg.tensor([1, 0]), tg.tensor(0)):
            with pytest.raises(ZeroDivisionError, match=r"integers can't be divided by zero, got a zero in"):
                operation(tg.tensor([5, 6]), zero)


def hard_quotients() -> tuple[np.ndarray, np.ndarray]:
    """Dividends and divisors: random, exact multiples, multiples before they were rounded, tiny and huge ones."""
    rng = np.random.default_rng(0)
    divisors = rng.choice([0.1, 0.2, 0.3, 0.7, 1.1, -0.1, -0.3, 3.0], 100)
    x, y = rng.standard_normal((2, 100))
    pairs = [(1.0, 0.1), (-1.0, 0.1), (6.0, -0.3), (1e-320, 3e-320), (1e308, 3e303), (-5e-324, 1e308), (0.0, -2.0)]
    pairs += [*zip(x, y, strict=True), *zip(x * 1e6, y, strict=True), *zip(x * 1e-6, y, strict=True)]
    pairs += [(n * d, d) for n, d in zip(rng.integers(-50, 50, 100), divisors, strict=True)]
    pairs += [(n, d) for n, d in zip(rng.integers(-9, 9, 100), divisors, strict=True)]
    return np.array([each for each, _ in pairs]), np.array([each for _, each in pairs])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_every_whole_quotient_is_the_floor_of_the_exact_one(dtype: Any) -> None:
    with np.errstate(all="ignore"):
        a, b = (each.astype(dtype) for each in hard_quotients())
    kept = np.isfinite(a) & (b != 0) & np.isfinite(b)
    exact = [floor(Fraction(float(x)) / Fraction(float(y))) for x, y in zip(a[kept], b[kept], strict=True)]
    held = np.array([abs(each) < 2.0 ** np.finfo(dtype).nmant for each in exact])
    a, b, wanted = a[kept][held], b[kept][held], np.array(exact, dtype=object)[held].astype(dtype)
    assert len(wanted) > 300
    x, y = tg.tensor(a, requires_grad=True), tg.tensor(b, requires_grad=True)
    for quotient in (x // y, tg.floor_divide(x, y), x.div(y, rounding_mode="floor"), np.floor_divide(x, y)):
        assert quotient.tolist() == wanted.tolist()
    rest = x % y
    assert np.remainder(x, y).tolist() == rest.tolist() == tg.remainder(x, y).tolist()
    rest.sum().backward()
    assert y.grad is not None
    assert y.grad.tolist() == (-wanted).tolist()
    assert all(0 <= each / divisor <= 1 for each, divisor in zip(rest.tolist(), y.tolist(), strict=True))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_fmod_took_off_is_the_exact_quotient_rounded_toward_0(dtype: Any) -> None:
    with np.errstate(all="ignore"):
        a, b = (each.astype(dtype) for each in hard_quotients())
    kept = np.isfinite(a) & (b != 0) & np.isfinite(b)
    exact = [trunc(Fraction(float(x)) / Fraction(float(y))) for x, y in zip(a[kept], b[kept], strict=True)]
    held = np.array([abs(each) < 2.0 ** np.finfo(dtype).nmant for each in exact])
    a, b, wanted = a[kept][held], b[kept][held], np.array(exact, dtype=object)[held].astype(dtype)
    x, y = tg.tensor(a, requires_grad=True), tg.tensor(b, requires_grad=True)
    rest = tg.fmod(x, y)
    assert rest.tolist() == [math.fmod(each, divisor) for each, divisor in zip(a, b, strict=True)]
    rest.sum().backward()
    assert y.grad is not None
    assert y.grad.tolist() == (-wanted).tolist()


def test_a_number_is_divided_as_a_tensor_of_one_is() -> None:
    y = tg.tensor([0.1, 0.3, -0.7], dtype=tg.float64, requires_grad=True)
    (1 % y).sum().backward()
    assert (1 // y).tolist() == [1 // each for each in y.tolist()] == [9, 3, -2]
    assert y.grad is not None
    assert y.grad.tolist() == [-9, -3, 2]
    assert (tg.tensor([1.0], dtype=tg.float64) % 0.1).item() == 1 % 0.1


def test_small_integers_wrap_around() -> None:
    assert (tg.tensor([200], dtype=tg.uint8) + 100).tolist() == [44]
    assert (tg.tensor(5, dtype=tg.uint8) - 10).item() == 251
    assert (-tg.tensor([5], dtype=tg.uint8)).tolist() == [251]
    assert (tg.tensor([127], dtype=tg.int8) + 1).tolist() == [-128]
    assert (tg.tensor(2**63 - 1) + 1).item() == -(2**63)


def test_what_leaves_the_range_of_floats_warns_of_nothing() -> None:
    assert (tg.tensor(3e38) * 10).item() == INF
    assert np.isnan((tg.tensor(INF) - INF).item())
    assert np.isnan((tg.tensor(0.0) / tg.tensor(0.0)).item())
    assert (tg.tensor([60000.0], dtype=tg.float16) * 2).item() == INF
    assert (tg.tensor([1.0], dtype=tg.float16) < 1e10).tolist() == [True]


def test_bools() -> None:
    t, f = tg.tensor([True]), tg.tensor([False])
    assert (t + t).tolist() == [True]
    assert (t * f).tolist() == [False]
    assert (t * 3).tolist() == [3]
    attempt: Callable[[], Any]
    for attempt in (lambda: t - f, lambda: tg.tensor([1.0]) - t, lambda: 1 - t, lambda: tg.tensor([1]) - True):
        with pytest.raises(TypeError, match="sub: bools can't be subtracted"):
            attempt()
    for attempt in (lambda: t // t, lambda: t % t, lambda: tg.div(t, t, rounding_mode="trunc")):
        with pytest.raises(TypeError, match="bools can't be divided"):
            attempt()


def test_alpha_scales_the_second_operand() -> None:
    assert tg.add(tg.tensor([1, 2]), tg.tensor([10, 20]), alpha=2).tolist() == [21, 42]
    assert tg.sub(tg.tensor([1.0]), 4, alpha=0.5).tolist() == [-1.0]
    assert tg.add(tg.tensor([True]), tg.tensor([True]), alpha=2).tolist() == [True]
    with pytest.raises(RuntimeError, match="add: alpha must be an integer"):
        tg.add(tg.tensor([1]), tg.tensor([1]), alpha=0.5)


@pytest.mark.parametrize("name", ["add", "mul", "div", "pow", "maximum", "remainder", "floor_divide"])
def test_shapes_that_do_not_broadcast_are_named(name: str) -> None:
    with pytest.raises(RuntimeError, match=rf"{name}: shapes \(2,\) and \(3,\) don't broadcast"):
        getattr(tg, name)(tg.ones(2), tg.ones(3))


def test_what_is_no_operand() -> None:
    x = tg.tensor([1.0])
    attempt: Callable[[], Any]
    for attempt in (lambda: x + "a", lambda: "a" + x, lambda: None * x, lambda: x < None):
        with pytest.raises(TypeError, match=r"unsupported|concatenate|not supported"):
            attempt()
    with pytest.raises(TypeError, match="add: operand 1 must be a tensor or a real number, got list"):
        tg.add(x, wrong([1.0]))
    with pytest.raises(TypeError, match="add: at least one operand must be a tensor, got int 1 and int 2"):
        tg.add(wrong(1), 2)
    with pytest.raises(OverflowError, match="too large for int64"):
        tg.tensor([1]) + 2**63


def test_arrays_are_constants() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    for result in (x * np.array([3.0, 4.0]), np.array([3.0, 4.0]) * x):
        assert result.dtype is tg.float64
        result.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [6.0, 8.0]


def test_a_rounded_quotient_is_flat() -> None:
    for mode in ("floor", "trunc"):
        x = tg.tensor([7.0, -7.0], requires_grad=True)
        tg.div(x, 2, rounding_mode=mode).sum().backward()
        assert x.grad is not None
        assert x.grad.tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="rounding_mode must be None, 'trunc' or 'floor', got 'up'"):
        tg.div(tg.ones(1), 2, rounding_mode="up")
