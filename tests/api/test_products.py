"""Products added to something, Kronecker's and the cross product, seen from outside."""

from __future__ import annotations

import numpy as np
import pytest

import tinygrad_edu as tg


def test_a_factor_of_0_hides_even_nan() -> None:
    nan, ones = tg.full((2, 2), float("nan")), tg.ones(2, 2)
    assert tg.addmm(nan, ones, ones, beta=0).tolist() == [[2.0, 2.0], [2.0, 2.0]]
    assert tg.addmm(ones, nan, ones, alpha=0).tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert tg.addr(nan, tg.ones(2), tg.ones(2), beta=0).tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_what_a_factor_of_0_hides_has_a_gradient_of_0() -> None:
    x = tg.ones(2, 2, requires_grad=True)
    tg.addmm(x, tg.ones(2, 2), tg.ones(2, 2), beta=0).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_integers_want_whole_factors() -> None:
    x = tg.ones(2, 2, dtype=tg.int64)
    assert tg.addmm(x, x, x, beta=2, alpha=3).tolist() == [[8, 8], [8, 8]]
    with pytest.raises(RuntimeError, match=r"^addmm: beta must be an integer .* got 1\.5"):
        tg.addmm(x, x, x, beta=1.5)


def test_the_cross_product_is_at_right_angles_to_both() -> None:
    tg.manual_seed(0)
    x, y = tg.randn(5, 3, dtype=tg.float64), tg.randn(5, 3, dtype=tg.float64)
    product = tg.cross(x, y)
    for each in (x, y):
        np.testing.assert_allclose((product * each).sum(1).numpy(), 0, atol=1e-14)


def test_a_chain_is_multiplied_in_the_cheapest_order() -> None:
    wide = [tg.ones(1, 1000), tg.ones(1000, 1), tg.ones(1, 1000)]
    with pytest.warns(UserWarning, match="multi_dot"):
        assert tg.chain_matmul(*wide).shape == (1, 1000)
    from tinygrad_edu.api._chains import _best_cuts

    assert _best_cuts([30, 35, 15, 5, 10, 20, 25])[0, 5] == 2  # the example of the book: ((1 (2 3)) ((4 5) 6))
