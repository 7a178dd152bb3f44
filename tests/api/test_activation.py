"""Softmax and its logarithm."""

from __future__ import annotations

import numpy as np
import pytest

import tinygrad_edu as tg

A = np.random.default_rng(0).standard_normal((2, 3, 4))


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_against_the_formula(dim: int) -> None:
    wanted = np.exp(A) / np.exp(A).sum(dim, keepdims=True)
    x = tg.tensor(A)
    np.testing.assert_allclose(tg.softmax(x, dim).numpy(), wanted, rtol=1e-12)
    np.testing.assert_allclose(x.log_softmax(dim=dim).numpy(), np.log(wanted), rtol=1e-12)


def test_the_article_s_numbers() -> None:
    result = tg.softmax(tg.tensor([0.5, 1.5, 2.5], dtype=tg.float64), 0)
    np.testing.assert_allclose(result.numpy(), [0.09003057, 0.24472847, 0.66524096], atol=1e-8)


def test_extremes() -> None:
    x = tg.tensor([1000.0, 0.0, -1000.0])
    assert x.softmax(0).tolist() == [1.0, 0.0, 0.0]
    assert x.log_softmax(0).tolist() == [0.0, -1000.0, -2000.0]
    assert tg.softmax(tg.tensor([1, 2]), 0, dtype=tg.float64).dtype is tg.float64
    assert tg.softmax(tg.tensor(3.0), 0).item() == 1.0
    assert tg.log_softmax(tg.tensor(3.0), -1).item() == 0.0
    assert tg.softmax(tg.zeros(0, 3), 0).shape == (0, 3)
    with pytest.raises(TypeError, match=r"softmax: wanted floating-point values, got an int64 tensor.*\.float\(\)"):
        tg.softmax(tg.tensor([1, 2]), 0)
    with pytest.raises(IndexError, match="log_softmax: dimension 1 is out of range"):
        tg.log_softmax(tg.ones(2), 1)
