"""Densities against formulas written with math, and means, variances and entropies against integrals and sums."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import distributions as d

MANY = 20_000
PROBS = [0.2, 0.3, 0.5]


def real(value: Any) -> Any:
    """A float64 tensor."""
    return tg.tensor(value, dtype=tg.float64)


def middles(low: float, high: float, count: int = 40_000) -> tuple[Any, float]:
    """The middles of equal steps from `low` to `high`, and their length."""
    step = (high - low) / count
    return real(low + step * (np.arange(count) + 0.5)), step


def beta_density(x: float) -> float:
    """The logarithm of the density of Beta(3.5, 2.5)."""
    return 2.5 * math.log(x) + 1.5 * math.log(1 - x) + math.lgamma(6) - math.lgamma(3.5) - math.lgamma(2.5)


# The distribution, the logarithm of its density, and between which numbers nearly all of it lies.
CONTINUOUS: dict[str, tuple[Any, Callable[[float], float], float, float]] = {
    "Normal": (
        d.Normal(real(0.5), 1.5),
        lambda x: math.log(math.exp(-((x - 0.5) ** 2) / 4.5) / (1.5 * math.sqrt(2 * math.pi))),
        -14.5,
        15.5,
    ),
    "Laplace": (d.Laplace(real(0.5), 0.7), lambda x: math.log(math.exp(-abs(x - 0.5) / 0.7) / 1.4), -24.5, 25.5),
    "Uniform": (d.Uniform(real(-1.0), 2.5), lambda x: math.log(1 / 3.5), -1.0, 2.5),
    "Exponential": (d.Exponential(real(1.7)), lambda x: math.log(1.7 * math.exp(-1.7 * x)), 0.0, 20.0),
    "Gamma": (
        d.Gamma(real(3.5), 1.3),
        lambda x: math.log(1.3**3.5 * x**2.5 * math.exp(-1.3 * x) / math.gamma(3.5)),
        0.0,
        40.0,
    ),
    "Beta": (d.Beta(real(3.5), 2.5), beta_density, 0.0, 1.0),
}
# The distribution, the logarithm of the probability of a value, and all values (or nearly).
DISCRETE: dict[str, tuple[Any, Callable[[Any], float], list[Any]]] = {
    "Bernoulli": (d.Bernoulli(real(0.3)), lambda x: math.log(0.3 if x else 0.7), [0.0, 1.0]),
    "Bernoulli of logits": (
        d.Bernoulli(logits=real(0.8)),
        lambda x: math.log(1 / (1 + math.exp(-0.8 if x else 0.8))),
        [0.0, 1.0],
    ),
    "Poisson": (
        d.Poisson(real(2.3)),
        lambda k: math.log(2.3**k * math.exp(-2.3) / math.factorial(int(k))),
        [float(k) for k in range(40)],
    ),
    "Categorical": (d.Categorical(real([2.0, 3.0, 5.0])), lambda i: math.log(PROBS[i]), [0, 1, 2]),
    "Categorical of logits": (
        d.Categorical(logits=real(np.log(PROBS) + 4)),
        lambda i: math.log(PROBS[i]),
        [0, 1, 2],
    ),
    "Multinomial": (
        d.Multinomial(4, real([2.0, 3.0, 5.0])),
        lambda x: math.log(
            24 * math.prod(p**count / math.factorial(int(count)) for p, count in zip(PROBS, x, strict=True))
        ),
        [list(map(float, x)) for x in itertools.product(range(5), repeat=3) if sum(x) == 4],
    ),
}
LINES = ["Normal", "Laplace", "Uniform", "Exponential"]  # those with a cdf


@pytest.mark.parametrize("name", CONTINUOUS)
def test_a_density_is_the_formula_and_has_the_integral_one(name: str) -> None:
    distribution, formula, low, high = CONTINUOUS[name]
    for share in (0.1, 0.45, 0.52, 0.8):
        x = low + share * (high - low)
        assert distribution.log_prob(real(x)).item() == pytest.approx(formula(x), rel=1e-12)
    x, step = middles(low, high)
    assert distribution.log_prob(x).exp().sum().item() * step == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", CONTINUOUS)
def test_mean_variance_mode_and_entropy_are_those_of_the_density(name: str) -> None:
    distribution, _, low, high = CONTINUOUS[name]
    x, step = middles(low, high)
    logs = distribution.log_prob(x).numpy()
    places, density = x.numpy(), np.exp(logs) * step
    mean = (places * density).sum()
    variance = ((places - mean) ** 2 * density).sum()
    assert distribution.mean.item() == pytest.approx(mean, abs=1e-5)
    assert distribution.variance.item() == pytest.approx(variance, rel=1e-5)
    assert distribution.stddev.item() == pytest.approx(math.sqrt(variance), rel=1e-5)
    assert distribution.entropy().item() == pytest.approx(-(logs * density).sum(), abs=1e-5)
    assert distribution.perplexity().item() == pytest.approx(math.exp(distribution.entropy().item()))
    if name == "Uniform":
        assert math.isnan(distribution.mode.item())
    else:
        assert distribution.mode.item() == pytest.approx(places[logs.argmax()], abs=2 * step)


@pytest.mark.parametrize("name", LINES)
def test_the_cdf_is_the_integral_and_icdf_its_inverse(name: str) -> None:
    distribution, _, low, high = CONTINUOUS[name]
    x, step = middles(low, high)
    up_to = np.cumsum(np.exp(distribution.log_prob(x).numpy())) * step
    at = slice(None, None, 500)
    np.testing.assert_allclose(distribution.cdf(x + step / 2).numpy()[at], up_to[at], atol=1e-6)
    shares = real([0.0, 0.05, 0.3, 0.5, 0.75, 0.99])[1:]
    np.testing.assert_allclose(distribution.cdf(distribution.icdf(shares)).numpy(), shares.numpy(), rtol=1e-9)


def test_a_uniform_cdf_ends_at_0_and_1_and_the_upper_bound_has_no_density() -> None:
    distribution = d.Uniform(real(0.0), 2.0, validate_args=False)
    assert distribution.cdf(real([-1.0, 0.0, 2.0, 3.0])).tolist() == [0, 0, 1, 1]
    assert distribution.log_prob(real([-1.0, 2.0])).tolist() == [-math.inf, -math.inf]


@pytest.mark.parametrize("name", DISCRETE)
def test_probabilities_are_the_formula_and_add_up_to_one(name: str) -> None:
    distribution, formula, values = DISCRETE[name]
    logs = [distribution.log_prob(tg.tensor(x, dtype=None if isinstance(x, int) else tg.float64)) for x in values]
    assert [each.item() for each in logs] == pytest.approx([formula(x) for x in values], rel=1e-9)
    assert sum(math.exp(each.item()) for each in logs) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("name", DISCRETE)
def test_mean_variance_and_entropy_are_sums(name: str) -> None:
    distribution, formula, values = DISCRETE[name]
    logs = np.array([formula(x) for x in values])
    chances = np.exp(logs)
    if name.startswith("Categorical"):
        assert math.isnan(distribution.mean.item())
        assert math.isnan(distribution.variance.item())
    else:
        mean = chances @ np.array(values)
        np.testing.assert_allclose(distribution.mean.numpy(), mean, rtol=1e-9)
        np.testing.assert_allclose(distribution.variance.numpy(), chances @ (np.array(values) - mean) ** 2, rtol=1e-9)
    if name != "Poisson":
        assert distribution.entropy().item() == pytest.approx(-(chances @ logs), rel=1e-9)
    if name != "Multinomial":
        assert distribution.mode.item() == values[int(logs.argmax())]


@pytest.mark.parametrize("name", [*CONTINUOUS, *DISCRETE])
def test_samples_lie_in_the_support_and_around_the_mean(name: str) -> None:
    distribution = (CONTINUOUS.get(name) or DISCRETE[name])[0]
    drawn = distribution.sample((MANY,))
    assert drawn.shape == (MANY, *distribution.event_shape)
    assert not drawn.requires_grad
    assert distribution.support.check(drawn).all()
    if name.startswith("Categorical"):
        drawn = tg.nn.functional.one_hot(drawn, 3).to(tg.float64)
        mean, variance = np.array(PROBS), np.array(PROBS) * (1 - np.array(PROBS))
    else:
        mean, variance = distribution.mean.numpy(), distribution.variance.numpy()
    found = drawn.numpy()
    assert np.all(np.abs(found.mean(0) - mean) < 5 * np.sqrt(variance / MANY))
    np.testing.assert_allclose(found.var(0), variance, rtol=0.1)


def test_samples_move_with_the_parameters() -> None:
    """As the formulas say by which they are made from noise."""
    a, b = real(0.5).requires_grad_(), real(1.5).requires_grad_()

    def slopes(distribution: Any) -> tuple[float, float, float]:
        x = distribution.rsample()
        found = tg.autograd.grad(x, (a, b), allow_unused=True)
        return (x.item(), *(0.0 if each is None else each.item() for each in found))

    for kind in (d.Normal, d.Laplace):
        x, by_loc, by_scale = slopes(kind(a, b))
        assert (by_loc, by_scale) == pytest.approx((1, (x - 0.5) / 1.5))
    x, by_low, by_high = slopes(d.Uniform(a, b))
    assert (by_low, by_high) == pytest.approx((1.5 - x, x - 0.5))
    x, _, by_rate = slopes(d.Exponential(b))
    assert by_rate == pytest.approx(-x / 1.5)
    x, _, by_rate = slopes(d.Gamma(a, b))
    assert by_rate == pytest.approx(-x / 1.5)
    assert not d.Normal(a, b).sample().requires_grad


@pytest.mark.parametrize("name", ["Bernoulli", "Poisson", "Categorical", "Multinomial"])
def test_what_is_counted_has_no_rsample(name: str) -> None:
    distribution = DISCRETE[name][0]
    assert not distribution.has_rsample
    with pytest.raises(NotImplementedError, match=rf"{name}.rsample: its samples have no gradients here; use sample"):
        distribution.rsample()


def test_bernoulli_s_and_categorical_s_two_parameters_follow_from_each_other() -> None:
    one = d.Bernoulli(real([0.0, 0.25, 0.5, 1.0]))
    assert one.logits.numpy()[1:3] == pytest.approx([math.log(1 / 3), 0])
    assert np.isfinite(one.logits.numpy()).all()
    assert d.Bernoulli(logits=one.logits).probs.numpy() == pytest.approx([0, 0.25, 0.5, 1])
    np.testing.assert_array_equal(one.mode.numpy(), [0, 0, math.nan, 1])
    assert one.param_shape == (4,)
    several = d.Categorical(real([[1.0, 1.0], [1.0, 3.0]]))
    np.testing.assert_allclose(several.logits.numpy(), np.log([[0.5, 0.5], [0.25, 0.75]]))
    np.testing.assert_allclose(d.Categorical(logits=several.logits).probs.numpy(), [[0.5, 0.5], [0.25, 0.75]])
    assert several.param_shape == (2, 2)
    assert several.mode.tolist() == [0, 1]
    counts = d.Multinomial(3, logits=several.logits)
    assert counts.param_shape == (2, 2)
    assert counts.mean.numpy()[1] == pytest.approx([0.75, 2.25])


def test_a_parameter_that_follows_is_recorded_under_no_grad() -> None:
    p = real(0.25).requires_grad_()
    one = d.Bernoulli(p)
    with tg.no_grad():
        logits = one.logits
    logits.backward()
    assert p.grad is not None
    assert p.grad.item() == pytest.approx(1 / (0.25 * 0.75))
    assert d.Bernoulli.logits.__doc__ == "``log(p / (1 - p))``."


def test_a_class_of_probability_0_is_never_drawn_and_adds_no_entropy() -> None:
    distribution = d.Categorical(real([0.5, 0.0, 0.5]))
    assert not (distribution.sample((1000,)) == 1).any()
    assert distribution.entropy().item() == pytest.approx(math.log(2))
    impossible = d.Categorical(logits=real([0.0, -math.inf, 0.0]))
    assert impossible.entropy().item() == pytest.approx(math.log(2))
    assert impossible.log_prob(tg.tensor([0, 1])).tolist() == pytest.approx([math.log(0.5), -math.inf])
    counts = d.Multinomial(2, logits=real([0.0, -math.inf, 0.0]))
    assert counts.log_prob(real([1.0, 0.0, 1.0])).item() == pytest.approx(math.log(0.5))


@pytest.mark.parametrize(
    ("distribution", "values"),
    [(d.Bernoulli(tg.full((2, 3), 0.5)), [0, 1]), (d.Categorical(tg.ones(2, 3, 4)), [0, 1, 2, 3])],
    ids=["Bernoulli", "Categorical"],
)
def test_all_values_can_be_listed(distribution: Any, values: list[int]) -> None:
    listed = distribution.enumerate_support()
    assert listed.shape == (len(values), 2, 3)
    assert distribution.log_prob(listed).exp().sum(0).numpy() == pytest.approx(np.ones((2, 3)))
    short = distribution.enumerate_support(expand=False)
    assert short.shape == (len(values), 1, 1)
    assert short.flatten().tolist() == values


A = [2.5, 1.5, 3.0]


def test_dirichlet_is_the_formula_and_has_the_integral_one() -> None:
    distribution = d.Dirichlet(real(A))
    norm = math.lgamma(7) - sum(map(math.lgamma, A))
    x = [0.2, 0.3, 0.5]
    wanted = norm + sum((a - 1) * math.log(each) for a, each in zip(A, x, strict=True))
    assert distribution.log_prob(real(x)).item() == pytest.approx(wanted, rel=1e-12)

    line, step = middles(0, 1, 400)
    first, share = np.meshgrid(line.numpy(), line.numpy(), indexing="ij")  # the second value is a share of the rest
    points = np.stack([first, share * (1 - first), (1 - share) * (1 - first)], -1).reshape(-1, 3)
    logs = distribution.log_prob(real(points)).numpy()
    weights = np.exp(logs) * step**2 * (1 - points[:, 0])
    mean = weights @ points
    assert weights.sum() == pytest.approx(1, abs=1e-4)
    np.testing.assert_allclose(distribution.mean.numpy(), mean, atol=1e-4)
    np.testing.assert_allclose(distribution.variance.numpy(), weights @ (points - mean) ** 2, atol=1e-4)
    assert distribution.entropy().item() == pytest.approx(-(weights @ logs), abs=1e-3)
    np.testing.assert_allclose(distribution.mode.numpy(), points[logs.argmax()], atol=2 * step)


def test_a_dirichlet_mode_lies_in_a_corner_or_on_an_edge() -> None:
    modes = d.Dirichlet(real([[0.5, 0.2, 0.9], [0.5, 2.0, 4.0]])).mode
    assert modes.numpy() == pytest.approx(np.array([[1, 0, 0], [0, 0.25, 0.75]]))


def test_beta_is_the_first_of_two_dirichlet_values() -> None:
    beta, both = d.Beta(real(2.0), 5.0), d.Dirichlet(real([2.0, 5.0]))
    assert beta.log_prob(real(0.3)).item() == pytest.approx(both.log_prob(real([0.3, 0.7])).item())
    assert beta.variance.item() == pytest.approx(both.variance[0].item())
    assert beta.mode.item() == pytest.approx(1 / 5)


SIGMA = np.array([[2.0, 0.6], [0.6, 0.5]])
MATRICES = {
    "covariance_matrix": SIGMA,
    "precision_matrix": np.linalg.inv(SIGMA),
    "scale_tril": np.linalg.cholesky(SIGMA),
}


@pytest.mark.parametrize("name", MATRICES)
def test_a_normal_vector_from_any_of_its_matrices(name: str) -> None:
    matrices: dict[str, Any] = {name: real(MATRICES[name])}
    distribution = d.MultivariateNormal(real([1.0, -1.0]), **matrices)
    for other, matrix in MATRICES.items():
        np.testing.assert_allclose(getattr(distribution, other).numpy(), matrix, atol=1e-12)
    off = np.array([0.5, 0.25])
    log_det = math.log(np.linalg.det(SIGMA))
    wanted = -(off @ np.linalg.solve(SIGMA, off) + log_det) / 2 - math.log(2 * math.pi)
    assert distribution.log_prob(real([1.5, -0.75])).item() == pytest.approx(wanted)
    assert distribution.entropy().item() == pytest.approx(1 + math.log(2 * math.pi) + log_det / 2)
    np.testing.assert_allclose(distribution.variance.numpy(), np.diag(SIGMA))
    assert distribution.mean.tolist() == distribution.mode.tolist() == [1, -1]


def test_the_density_of_a_normal_vector_has_the_integral_one() -> None:
    distribution = d.MultivariateNormal(real([0.0, 0.0]), real(SIGMA))
    line, step = middles(-9, 9, 200)
    points = np.stack(np.meshgrid(line.numpy(), line.numpy()), -1)
    logs = distribution.log_prob(real(points)).numpy()
    weights = np.exp(logs) * step**2
    assert weights.sum() == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(np.einsum("ab,abi,abj->ij", weights, points, points), SIGMA, atol=1e-6)
    assert distribution.entropy().item() == pytest.approx(-(weights * logs).sum(), abs=1e-5)


def test_samples_of_a_normal_vector_move_with_it() -> None:
    loc, tril = real([1.0, -1.0]).requires_grad_(), real(MATRICES["scale_tril"]).requires_grad_()
    distribution = d.MultivariateNormal(loc, scale_tril=tril)
    x = distribution.rsample()
    noise = np.linalg.solve(MATRICES["scale_tril"], x.detach().numpy() - [1.0, -1.0])
    (x * real([1.0, 10.0])).sum().backward()
    assert loc.grad is not None
    assert loc.grad.tolist() == [1, 10]
    assert tril.grad is not None
    np.testing.assert_allclose(tril.grad.numpy()[1], 10 * noise)
    drawn = distribution.sample((MANY,)).numpy()
    np.testing.assert_allclose(np.cov(drawn.T), SIGMA, atol=0.1)
    np.testing.assert_allclose(drawn.mean(0), [1, -1], atol=0.05)
