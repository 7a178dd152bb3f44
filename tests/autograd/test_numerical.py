"""`numerical_gradient`: the central difference, and that it leaves everything as it found it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import numerical_gradient


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
    x = tg.tensor([0.3, -0.7], dtype=tg.float64, requires_grad=True)
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
