"""Quantiles, covariances, areas and bins against NumPy's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

RNG = np.random.default_rng(0)
X = RNG.standard_normal((4, 7))


@pytest.mark.parametrize("interpolation", ["linear", "lower", "higher", "midpoint", "nearest"])
def test_quantiles(interpolation: Any) -> None:
    q, holed = np.array([0.0, 0.3, 0.55, 1.0]), np.where(X > 1, np.nan, X)
    for axis in (0, 1, None):
        got = tg.quantile(tg.tensor(X), tg.tensor(q), axis, interpolation=interpolation)
        np.testing.assert_allclose(got.numpy(), np.quantile(X, q, axis=axis, method=interpolation))
        got = tg.nanquantile(tg.tensor(holed), tg.tensor(q), axis, interpolation=interpolation)
        np.testing.assert_allclose(got.numpy(), np.nanquantile(holed, q, axis=axis, method=interpolation))


def test_covariances() -> None:
    x, whole, real = tg.tensor(X), np.array([1, 2, 0, 1, 3, 1, 1]), RNG.uniform(0.1, 2, 7)
    np.testing.assert_allclose(x.cov().numpy(), np.cov(X))
    np.testing.assert_allclose(x.corrcoef().numpy(), np.corrcoef(X))
    got = tg.cov(x, correction=0, fweights=tg.tensor(whole), aweights=tg.tensor(real))
    np.testing.assert_allclose(got.numpy(), np.cov(X, ddof=0, fweights=whole, aweights=real))
    with pytest.warns(UserWarning, match="no degrees of freedom"):
        assert tg.cov(x[0, :1]).isnan().item()


def test_areas_and_differences() -> None:
    x = np.sort(X, 1)
    for axis in (0, 1):
        got = tg.trapezoid(tg.tensor(X), tg.tensor(x), dim=axis)
        np.testing.assert_allclose(got.numpy(), np.trapezoid(X, x, axis=axis))
        running = tg.cumulative_trapezoid(tg.tensor(X), tg.tensor(x), dim=axis).select(axis, -1)
        np.testing.assert_allclose(running.numpy(), got.numpy())
        np.testing.assert_allclose(tg.diff(tg.tensor(X), 2, axis).numpy(), np.diff(X, 2, axis))


def test_bins() -> None:
    x, edges = tg.tensor(X), np.array([-1.0, 0.0, 0.25, 2.0])
    counts, found = tg.histogram(x, 5)
    wanted, wanted_edges = np.histogram(X, 5)
    assert counts.tolist() == wanted.tolist()
    np.testing.assert_allclose(found.numpy(), wanted_edges)
    assert tg.histogram(x, tg.tensor(edges)).hist.tolist() == np.histogram(X, edges)[0].tolist()
    assert tg.histc(x, 6, -2, 2).tolist() == np.histogram(X, 6, (-2, 2))[0].tolist()
    assert tg.bucketize(x, tg.tensor(edges)).tolist() == np.digitize(X, edges, right=True).tolist()
    assert tg.searchsorted(tg.tensor(edges), x, right=True).tolist() == np.digitize(X, edges).tolist()


def test_the_weights_of_counts_have_gradients() -> None:
    weights = tg.tensor([1.0, 2.0, 4.0], requires_grad=True)
    tg.bincount(tg.tensor([0, 2, 2]), weights).backward(tg.tensor([1.0, 10.0, 100.0]))
    assert weights.grad is not None
    assert weights.grad.tolist() == [1, 100, 100]


def test_sums_and_means_without_nan() -> None:
    holed = np.where(X > 1, np.nan, X)
    for axis in (0, 1, None):
        np.testing.assert_allclose(tg.nansum(tg.tensor(holed), axis).numpy(), np.nansum(holed, axis=axis))
        np.testing.assert_allclose(tg.nanmean(tg.tensor(holed), axis).numpy(), np.nanmean(holed, axis=axis))
