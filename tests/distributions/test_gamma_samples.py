"""Samples of gamma, beta and Dirichlet distributions: their gradients, one by one and in the mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp

import tinygrad_edu as tg
from tinygrad_edu.distributions import Beta, Dirichlet, Gamma
from tinygrad_edu.distributions._gamma_samples import log_gammas, slopes_of_logs

MANY = 20_000


def quantile(a: Any, u: Any, near: Any) -> Any:
    """The logarithm of the number below (or above) which a gamma variable lies with the probability u."""

    def excess(log_x: Any) -> Any:
        bounds = (0, mp.exp(log_x)) if u[0] == "below" else (mp.exp(log_x), mp.inf)
        return mp.log(mp.gammainc(a, *bounds, regularized=True)) - mp.log(u[1])

    return mp.findroot(excess, near)


@pytest.mark.parametrize("a", [1e-3, 0.2, 0.7, 1.0, 2.5, 30.0, 400.0])
@pytest.mark.parametrize("z", [-3.0, -1.0, 0.1, 1.0, 3.0])
def test_a_sample_moves_as_the_quantile_function(a: float, z: float) -> None:
    x = a * max(1 - 1 / (9 * a) + z / (3 * a**0.5), 0.05) ** 3 if a >= 1 else a * 10**z
    with mp.workdps(40):
        log_x, step = mp.log(x), mp.mpf(a) * mp.mpf(10) ** -12
        side = "below" if x < a else "above"
        bounds = (0, mp.mpf(x)) if side == "below" else (mp.mpf(x), mp.inf)
        u = side, mp.gammainc(a, *bounds, regularized=True)
        slope = (quantile(a + step, u, log_x) - quantile(a - step, u, log_x)) / (2 * step)
    found = slopes_of_logs(np.array([a]), np.log(np.array([x])))
    assert found[0] == pytest.approx(float(slope), rel=1e-9)


@pytest.mark.parametrize("z", [-3.0, -1.0, 0.1, 1.0, 3.0])
def test_for_large_concentrations_the_two_ways_meet(z: float) -> None:
    """Next to the border between them; the approximation's error falls with α."""
    border = np.array([9_999.0, 10_001.0])
    x = border * (1 - 1 / (9 * border) + z / (3 * border**0.5)) ** 3
    slopes = slopes_of_logs(border, np.log(x)) * border
    assert slopes[0] == pytest.approx(slopes[1], rel=1e-5)


def test_pytorch_s_slopes_are_near() -> None:
    torch = pytest.importorskip("torch")
    numbers = np.random.default_rng(0)
    a = 10 ** numbers.uniform(-2, 4, 500)
    logs = np.log(numbers.standard_gamma(a + 1)) + np.log(numbers.random(500)) / a
    theirs = torch._standard_gamma_grad(torch.tensor(a), torch.tensor(np.exp(logs))).numpy()
    sensible = np.exp(logs) > 1e-200
    assert sensible.sum() > 400
    np.testing.assert_allclose((slopes_of_logs(a, logs) * np.exp(logs))[sensible], theirs[sensible], rtol=2e-3)


def gradients(make: Callable[[Any], Any], values: list[float], weights: list[float] | None = None) -> Any:
    """The gradient by one parameter of each of many samples, or of their weighted sum; a row for a sample."""
    tg.manual_seed(3)
    parameters = tg.tensor([values] * MANY, dtype=tg.float64, requires_grad=True)
    samples = make(parameters).rsample()
    total = samples if weights is None else (samples * tg.tensor(weights, dtype=tg.float64)).sum(-1)
    (found,) = tg.autograd.grad(total.sum(), parameters)
    return found.numpy()


def assert_mean(found: Any, wanted: Any) -> None:
    """The mean is what it must be, to six standard errors."""
    error = found.std(0) / MANY**0.5
    assert np.all(np.abs(found.mean(0) - wanted) < 6 * error)
    assert np.all(error < 0.02 * np.abs(wanted).max())


@pytest.mark.parametrize("a", [0.3, 1.0, 4.0, 50.0])
def test_the_mean_of_gamma_samples_moves_with_its_parameters(a: float) -> None:
    found = gradients(lambda p: Gamma(p[:, 0], p[:, 1]), [a, 2.0])
    assert_mean(found, [1 / 2, -a / 4])


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.7), (2.0, 3.0), (20.0, 4.0)])
def test_the_mean_of_beta_samples_moves_with_its_parameters(a: float, b: float) -> None:
    found = gradients(lambda p: Beta(p[:, 0], p[:, 1]), [a, b])
    assert_mean(found, np.array([b, -a]) / (a + b) ** 2)


def test_the_mean_of_dirichlet_samples_moves_with_its_parameters() -> None:
    a, weights = np.array([0.6, 1.5, 3.0]), np.array([1.0, -2.0, 0.5])
    found = gradients(Dirichlet, a.tolist(), weights.tolist())
    total = a.sum()
    assert_mean(found, (weights - (weights * a).sum() / total) / total)


def test_samples_have_gradients_only_if_they_are_asked_for() -> None:
    a = tg.tensor([0.5, 2.0], requires_grad=True)
    for each in (Gamma(a, 1.0), Beta(a, a), Dirichlet(a)):
        assert each.has_rsample
        assert each.rsample().requires_grad
        assert not each.sample().requires_grad
        with tg.no_grad():
            assert not each.rsample().requires_grad
    assert not Gamma(a.detach(), 1.0).rsample().requires_grad


def test_a_seed_gives_the_same_samples_with_and_without_gradients() -> None:
    a = tg.tensor([0.5, 2.0, 1e-3], requires_grad=True)
    drawn = []
    for way in ("sample", "rsample"):
        tg.manual_seed(5)
        drawn.append(getattr(Gamma(a, 2.0), way)((4,)).detach())
    assert drawn[0].equal(drawn[1])


def test_there_is_no_second_derivative_and_none_is_made_up() -> None:
    a = tg.tensor([0.5, 2.0], requires_grad=True)
    (slope,) = tg.autograd.grad(Gamma(a, 1.0).rsample().sum(), a, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        tg.autograd.grad(slope.sum(), a)


def test_samples_smaller_than_any_number_have_gradients_that_are_finite() -> None:
    a = tg.tensor([1e-4, 1e-3], requires_grad=True)
    tg.manual_seed(0)
    Dirichlet(a).rsample((50,))[..., 0].sum().backward()
    assert a.grad is not None
    assert a.grad.isfinite().all()
    assert log_gammas(a.detach(), (50, 2)).isfinite().all()
