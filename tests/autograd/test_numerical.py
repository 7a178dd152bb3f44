"""`numerical_gradient`: the central difference, and that it leaves everything as it found it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import difference_step, numerical_gradient


def test_of_an_array() -> None:
    x = np.array([[3.0, 4.0], [-1.0, 0.0]])
    found = numerical_gradient(lambda w: np.sum(w**2), x)
    np.testing.assert_allclose(found, 2 * x, atol=1e-9)
    assert (found.shape, found.dtype) == (x.shape, x.dtype)


def test_of_a_tensor() -> None:
    x = tg.tensor([3.0, 4.0], dtype=tg.float64, requires_grad=True)
    found = numerical_gradient(lambda w: (w**2).sum(), x)
    np.testing.assert_allclose(found.numpy(), [6, 8], atol=1e-9)
    assert (found.dtype, found.requires_grad, x.grad) == (tg.float64, False, None)


@pytest.mark.parametrize("x", [np.array(2.0), tg.tensor(2.0, dtype=tg.float64)], ids=["array", "tensor"])
def test_of_a_0d_value(x: Any) -> None:
    assert float(numerical_gradient(lambda w: w * w * w, x)) == pytest.approx(12)


def test_of_strided_arrays() -> None:
    x = np.arange(12.0).reshape(3, 4)[::-1, ::2].T
    np.testing.assert_allclose(numerical_gradient(lambda w: np.sum(w**2), x), 2 * x, atol=1e-8)


def test_of_nothing() -> None:
    assert numerical_gradient(lambda w: np.sum(w), np.zeros((0, 2))).shape == (0, 2)


def test_it_agrees_with_the_engine() -> None:
    x: Any = tg.tensor([0.3, -0.7], dtype=tg.float64, requires_grad=True)
    (x.tanh() * x.exp()).sum().backward()
    np.testing.assert_allclose(numerical_gradient(lambda w: (w.tanh() * w.exp()).sum(), x).numpy(), x.grad, atol=1e-8)


def test_the_step_sets_the_error() -> None:
    """The truncation error of x³ is exactly h²."""
    for h in (0.1, 0.01):
        assert numerical_gradient(lambda w: w**3, np.array(1.0), h) - 3 == pytest.approx(h * h)


def test_values_are_restored_also_when_f_fails() -> None:
    x = np.array([1.0, 2.0])

    def fails(w: np.ndarray) -> float:
        if w[1] != 2.0:
            raise ZeroDivisionError
        return float(w.sum())

    with pytest.raises(ZeroDivisionError):
        numerical_gradient(fails, x)
    assert x.tolist() == [1, 2]
    assert tg.is_grad_enabled()


class Interrupted(BaseException):
    """As KeyboardInterrupt is: no Exception."""


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, Interrupted])
@pytest.mark.parametrize("richardson", [False, True])
@pytest.mark.parametrize("call", [1, 2, 3, 4])
def test_tensors_are_as_before_also_when_f_fails(error: type[BaseException], call: int, richardson: bool) -> None:
    base = tg.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=tg.float64)
    for x in (base.clone().requires_grad_(), base.T, base[0], base[:, ::2], tg.tensor(5.0, dtype=tg.float64)):
        before, calls = x.tolist(), 0

        def fails(w: Any, last: int = min(call, 2 * x.numel())) -> Any:
            nonlocal calls
            calls += 1
            if calls == last:
                raise error
            return w.sum()

        with pytest.raises(error):
            numerical_gradient(fails, x, richardson=richardson)
        assert x.tolist() == before
    assert base.tolist() == [[1, 2], [3, 4]]


def test_richardson_takes_the_leading_error_away() -> None:
    """Of x⁵ at 1, D(h) - 5 is 10 h² + h⁴; extrapolated, -h⁴ / 4 is left."""
    x, h = np.array(1.0), 0.1
    assert numerical_gradient(lambda w: w**5, x, h) - 5 == pytest.approx(10 * h**2 + h**4)
    assert numerical_gradient(lambda w: w**5, x, h, richardson=True) - 5 == pytest.approx(-(h**4) / 4)


@pytest.mark.parametrize(("f", "derivative"), [(np.exp, np.exp), (np.sin, np.cos), (np.log, lambda x: 1 / x)])
@pytest.mark.parametrize("at", [0.01, 1.0, 3.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_chosen_step_is_near_the_best(f: Any, derivative: Any, at: float, dtype: Any) -> None:
    x = np.array([at], dtype)
    precision = float(np.finfo(dtype).eps)
    magnitude = abs(float(f(at))) / max(at, 1e-9) + abs(float(derivative(at)))
    for richardson, power in ((False, 2 / 3), (True, 4 / 5)):
        step = difference_step(x, richardson=richardson)
        found = numerical_gradient(lambda w: f(w)[0], x, step, richardson=richardson)
        assert abs(float(found[0]) - float(derivative(at))) < 20 * precision**power * magnitude


def test_the_step_of_a_dtype_and_a_scale() -> None:
    ones = np.ones(3)
    assert difference_step(ones) == pytest.approx((3 * 2.0**-52) ** (1 / 3))
    assert difference_step(ones.astype(np.float32)) == pytest.approx((3 * 2.0**-23) ** (1 / 3))
    assert difference_step(-50 * ones) == pytest.approx(50 * difference_step(ones))
    assert difference_step(ones, scale=1e-3) == pytest.approx(1e-3 * difference_step(ones))
    assert difference_step(ones, richardson=True) > 100 * difference_step(ones)
    for usual in (np.zeros(2), np.zeros(0), np.array([np.inf, np.nan]), tg.ones(2, dtype=tg.float64)):
        assert difference_step(usual) == difference_step(ones)
    with pytest.raises(TypeError, match="difference_step: x must be a floating-point array or tensor, got an int64"):
        difference_step(np.array([1, 2]))


def test_memory_that_is_shown_several_times() -> None:
    window = np.lib.stride_tricks.as_strided(np.ones(4), (3, 2), (8, 8))
    for overlapping in (window, np.lib.stride_tricks.as_strided(np.ones(1), (3,), (0,)), tg.from_numpy(window)):
        with pytest.raises(ValueError, match=r"numerical_gradient: x is .* that shows some memory several times.*copy"):
            numerical_gradient(lambda w: w.sum(), overlapping)
    with pytest.raises(ValueError, match=r"read-only.*copy"):
        numerical_gradient(np.sum, np.frombuffer(bytes(16)))
    apart = np.lib.stride_tricks.as_strided(np.ones(8), (2, 3), (32, 8))
    np.testing.assert_allclose(numerical_gradient(np.sum, apart), 1)


def test_f_is_not_recorded() -> None:
    x = tg.ones(2, dtype=tg.float64, requires_grad=True)
    recorded: list[bool] = []

    def f(w: Any) -> Any:
        y = w.sum()
        recorded.append(y.requires_grad)
        return y

    numerical_gradient(f, x)
    assert recorded == [False] * 4


@pytest.mark.parametrize("wrong", [np.array([1, 2]), [1.0, 2.0], 3.0, tg.tensor([1])])
def test_what_can_not_be_moved(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"numerical_gradient: x must be a floating-point array or tensor, got"):
        numerical_gradient(np.sum, wrong)


def test_f_must_return_a_number() -> None:
    with pytest.raises(ValueError, match=r"f must return a single number, got a float64 NumPy array of shape \(2,\)"):
        numerical_gradient(lambda w: w, np.array([1.0, 2.0]))
