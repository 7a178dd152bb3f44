"""Divergences against integrals, sums and means over samples: of every pair that has a formula."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import distributions as d
from tinygrad_edu.distributions import kl


def real(value: Any) -> Any:
    """A float64 tensor."""
    return tg.tensor(value, dtype=tg.float64)


# Two of each kind, and between which numbers nearly all of the first lies.
ONE: dict[type, tuple[Any, Any, tuple[float, float]]] = {
    d.Normal: (d.Normal(real(0.5), 1.5), d.Normal(real(-0.5), 2.0), (-19.5, 20.5)),
    d.Laplace: (d.Laplace(real(0.5), 0.7), d.Laplace(real(1.0), 1.2), (-29.5, 30.5)),
    d.Uniform: (d.Uniform(real(-0.5), 1.5), d.Uniform(real(-1.0), 2.5), (-0.5, 1.5)),
    d.Exponential: (d.Exponential(real(1.7)), d.Exponential(real(0.6)), (0.0, 25.0)),
    d.Gamma: (d.Gamma(real(3.5), 1.3), d.Gamma(real(2.5), 0.9), (0.0, 50.0)),
    d.Beta: (d.Beta(real(3.5), 2.5), d.Beta(real(1.5), 2.0), (0.0, 1.0)),
}
INTEGRALS = [
    *((kind, kind) for kind in ONE),
    *((kind, d.Normal) for kind in (d.Beta, d.Exponential, d.Gamma, d.Laplace, d.Uniform)),
    (d.Normal, d.Laplace),
    (d.Exponential, d.Gamma),
    (d.Gamma, d.Exponential),
]
SUMS: list[tuple[Any, Any, list[Any]]] = [
    (d.Bernoulli(real(0.3)), d.Bernoulli(logits=real(0.8)), [0.0, 1.0]),
    (d.Poisson(real(2.3)), d.Poisson(real(4.0)), [float(k) for k in range(50)]),
    (d.Categorical(real([2.0, 3.0, 5.0])), d.Categorical(logits=real([0.0, 1.0, -1.0])), [0, 1, 2]),
    (d.Bernoulli(real(0.3)), d.Poisson(real(0.8)), [0.0, 1.0]),
]
SAMPLES: list[tuple[Any, Any]] = [
    (d.Dirichlet(real([2.0, 3.0, 1.5])), d.Dirichlet(real([1.0, 2.0, 2.0]))),
    (
        d.MultivariateNormal(real([0.5, 0.0]), real([[2.0, 0.6], [0.6, 0.5]])),
        d.MultivariateNormal(real([0.0, 0.5]), scale_tril=real([[1.2, 0.0], [-0.3, 1.0]])),
    ),
    (
        d.Independent(d.Gamma(real([1.0, 2.0]), 1.0), 1),
        d.Independent(d.Gamma(real([2.0, 2.0]), 1.5), 1),
    ),
]
# A value that p has, and q can't.
INFINITE: list[tuple[Any, Any, float]] = [
    *((p, q, 5.0) for p in (d.Exponential(1.0), d.Gamma(2.0, 1.0)) for q in (d.Beta(1.0, 1.0), d.Uniform(0.0, 1.0))),
    *(
        (p, q, -5.0)
        for p in (d.Normal(0.0, 1.0), d.Laplace(0.0, 1.0))
        for q in (d.Beta(1.0, 1.0), d.Exponential(1.0), d.Gamma(1.0, 1.0), d.Uniform(0.0, 1.0))
    ),
    (d.Poisson(1.0), d.Bernoulli(0.5), 2.0),
    (d.Uniform(0.0, 2.0), d.Uniform(0.0, 1.0), 1.5),
    (d.Uniform(-1.0, 1.0), d.Uniform(0.0, 1.0), -0.5),
]


def named(pairs: list[Any]) -> list[Any]:
    """Parameters with the names of the kinds."""

    def name(each: Any) -> str:
        return each.__name__ if isinstance(each, type) else type(each).__name__

    return [pytest.param(*pair, id=f"{name(pair[0])}-{name(pair[1])}-{n}") for n, pair in enumerate(pairs)]


@pytest.mark.parametrize(("kind_p", "kind_q"), named(INTEGRALS))
def test_the_divergence_is_an_integral(kind_p: type, kind_q: type) -> None:
    p, q, (low, high) = ONE[kind_p][0], ONE[kind_q][1], ONE[kind_p][2]
    share = (np.arange(40_000) + 0.5) / 40_000  # its square is steps that are short where a logarithm may be steep
    x, steps = real(low + (high - low) * share**2), 2 * share * (high - low) / 40_000
    at_p, at_q = p.log_prob(x).numpy(), q.log_prob(x).numpy()
    wanted = (np.exp(at_p) * (at_p - at_q)) @ steps
    assert d.kl_divergence(p, q).item() == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize(("p", "q", "values"), named(SUMS))
def test_the_divergence_is_a_sum(p: Any, q: Any, values: list[Any]) -> None:
    x = tg.tensor(values, dtype=tg.int64 if isinstance(values[0], int) else tg.float64)
    at_p, at_q = p.log_prob(x).numpy(), q.log_prob(x).numpy()
    assert d.kl_divergence(p, q).item() == pytest.approx(np.exp(at_p) @ (at_p - at_q), rel=1e-9)


@pytest.mark.parametrize(("p", "q"), named(SAMPLES))
def test_the_divergence_is_a_mean_over_samples(p: Any, q: Any) -> None:
    x = p.sample((50_000,))
    each = (p.log_prob(x) - q.log_prob(x)).numpy()
    assert d.kl_divergence(p, q).item() == pytest.approx(each.mean(), abs=5 * each.std() / 50_000**0.5)


@pytest.mark.parametrize(("p", "q", "value"), named(INFINITE))
def test_it_is_infinite_where_q_cannot_have_a_value_of_p(p: Any, q: Any, value: float) -> None:
    x = tg.tensor(value)
    assert math.isfinite(p.log_prob(x).item())
    assert not q.support.check(x).item()
    assert d.kl_divergence(p, q).item() == math.inf


def test_every_pair_of_the_package_is_tried_here() -> None:
    tried: list[tuple[type, type]] = list(INTEGRALS)
    for pair in itertools.chain(SUMS, SAMPLES, INFINITE):
        tried.append((type(pair[0]), type(pair[1])))
    there = {pair for pair in kl._TABLE if all(each.__module__.startswith("tinygrad_edu.") for each in pair)}
    assert there == set(tried)


@pytest.mark.parametrize(
    "p", [*(each[0] for each in ONE.values()), SUMS[0][0], SUMS[1][0], SUMS[2][0], *(each[0] for each in SAMPLES)]
)
def test_it_is_0_from_a_distribution_to_itself(p: Any) -> None:
    assert d.kl_divergence(p, p).item() == pytest.approx(0, abs=1e-12)


def test_probabilities_of_0_and_1() -> None:
    sure, open_ = d.Bernoulli(real([0.0, 1.0])), d.Bernoulli(real(0.25))
    assert d.kl_divergence(sure, open_).numpy() == pytest.approx([-math.log(0.75), -math.log(0.25)], rel=1e-6)
    assert d.kl_divergence(open_, sure).tolist() == [math.inf, math.inf]
    half, all_ = d.Categorical(real([0.5, 0.5, 0.0])), d.Categorical(real([0.25, 0.25, 0.5]))
    assert d.kl_divergence(half, all_).item() == pytest.approx(math.log(2))
    assert d.kl_divergence(all_, half).item() == math.inf


def test_batches_broadcast_and_have_gradients() -> None:
    loc = tg.zeros(2, 1, requires_grad=True)
    found = d.kl_divergence(d.Normal(loc, 1.0), d.Normal(tg.tensor([1.0, 2.0, 3.0]), 1.0))
    assert found.shape == (2, 3)
    found.sum().backward()
    assert loc.grad is not None
    assert loc.grad.tolist() == [[-6], [-6]]


def test_what_has_no_formula_is_refused_in_words() -> None:
    with pytest.raises(NotImplementedError, match=r"no formula for Uniform and Gamma; take the mean of p\.log_prob"):
        d.kl_divergence(d.Uniform(0.0, 1.0), d.Gamma(1.0, 1.0))
    with pytest.raises(TypeError, match="kl_divergence: wanted two distributions, got"):
        wrong(d.kl_divergence)(d.Normal(0.0, 1.0), 3)
    with pytest.raises(TypeError, match="register_kl: wanted types of distributions, got"):
        wrong(d.register_kl)(d.Normal(0.0, 1.0), d.Normal)
    longer = d.MultivariateNormal(tg.zeros(3), tg.eye(3))
    with pytest.raises(ValueError, match=r"wanted vectors of the same length, got \(2,\) and \(3,\)"):
        d.kl_divergence(SAMPLES[1][0], longer)


def test_a_subclass_uses_the_nearest_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mine(d.Normal):
        """A normal distribution."""

    monkeypatch.setattr(kl, "_TABLE", dict(kl._TABLE))
    mine, other = Mine(1.0, 1.0), d.Normal(0.0, 1.0)
    assert d.kl_divergence(mine, other).item() == 0.5

    @d.register_kl(Mine, d.Normal)
    def between(p: Any, q: Any) -> Any:
        return tg.tensor(7.0)

    assert d.kl_divergence(mine, other).item() == d.kl_divergence(mine, mine).item() == 7
    assert d.kl_divergence(other, mine).item() == 0.5
