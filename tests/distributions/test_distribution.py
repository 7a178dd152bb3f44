"""What all distributions share: shapes, expand, checks of parameters and values, what is missing, and printing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import distributions as d
from tinygrad_edu.distributions import constraints

# Each kind, with a batch of 3, and the shape of an event.
KINDS: dict[str, tuple[Callable[[], Any], tuple[int, ...]]] = {
    "Bernoulli": (lambda: d.Bernoulli(tg.tensor([0.2, 0.5, 0.7])), ()),
    "Beta": (lambda: d.Beta(tg.tensor([1.0, 2.0, 3.0]), 2.0), ()),
    "Categorical": (lambda: d.Categorical(tg.arange(1.0, 13.0).reshape(3, 4)), ()),
    "Dirichlet": (lambda: d.Dirichlet(tg.arange(1.0, 13.0).reshape(3, 4)), (4,)),
    "Exponential": (lambda: d.Exponential(tg.tensor([1.0, 2.0, 3.0])), ()),
    "Gamma": (lambda: d.Gamma(tg.tensor([1.0, 2.0, 3.0]), 2.0), ()),
    "Independent": (lambda: d.Independent(d.Normal(tg.zeros(3, 2), 1.0), 1), (2,)),
    "Laplace": (lambda: d.Laplace(0.0, tg.tensor([1.0, 2.0, 3.0])), ()),
    "Multinomial": (lambda: d.Multinomial(5, tg.arange(1.0, 13.0).reshape(3, 4)), (4,)),
    "MultivariateNormal": (lambda: d.MultivariateNormal(tg.zeros(3, 2), tg.eye(2)), (2,)),
    "Normal": (lambda: d.Normal(tg.tensor([1.0, 2.0, 3.0]), 1.0), ()),
    "Poisson": (lambda: d.Poisson(tg.tensor([1.0, 2.0, 3.0])), ()),
    "Uniform": (lambda: d.Uniform(0.0, tg.tensor([1.0, 2.0, 3.0])), ()),
}


@pytest.fixture
def unchecked() -> Iterator[None]:
    """Nothing is checked, until the test ends."""
    d.Distribution.set_default_validate_args(False)
    yield
    d.Distribution.set_default_validate_args(True)


@pytest.mark.parametrize("name", KINDS)
def test_samples_have_the_shapes_of_samples_batch_and_event(name: str) -> None:
    make, event = KINDS[name]
    distribution = make()
    assert (distribution.batch_shape, distribution.event_shape) == ((3,), event)
    drawn = distribution.sample((2, 5))
    assert drawn.shape == (2, 5, 3, *event)
    assert distribution.sample().shape == (3, *event)
    assert distribution.log_prob(drawn).shape == (2, 5, 3)
    if name != "Poisson":
        assert distribution.entropy().shape == (3,)
    if distribution.has_rsample:
        assert distribution.rsample((2,)).shape == (2, 3, *event)


@pytest.mark.parametrize("name", KINDS)
def test_expand_repeats_what_was_there(name: str) -> None:
    make, event = KINDS[name]
    distribution = make()
    wide = distribution.expand((2, 3))
    assert type(wide) is type(distribution)
    assert (wide.batch_shape, wide.event_shape, distribution.batch_shape) == ((2, 3), event, (3,))
    drawn = wide.sample()
    assert drawn.shape == (2, 3, *event)
    np.testing.assert_allclose(wide.log_prob(drawn).numpy(), distribution.log_prob(drawn).numpy(), rtol=1e-6)
    np.testing.assert_array_equal(wide.mean[1].numpy(), distribution.mean.numpy())
    with pytest.raises(RuntimeError, match="expand"):
        distribution.expand((2, 4))


@pytest.mark.parametrize("name", KINDS)
def test_the_seed_decides_the_samples(name: str) -> None:
    distribution = KINDS[name][0]()
    tg.manual_seed(3)
    first, second = distribution.sample((4,)), distribution.sample((4,))
    tg.manual_seed(3)
    again = distribution.sample((4,))
    assert again.tolist() == first.tolist() != second.tolist()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: d.Normal(0.0, 0.0), "Normal: parameter scale must be greater than 0, got .* with "),
        (lambda: d.Normal(math.nan, 1.0), "Normal: parameter loc must be a number, got .*nan"),
        (lambda: d.Laplace(0.0, tg.tensor([1.0, -2.0])), r"Laplace: parameter scale must be greater than 0.*\[-2\.\]"),
        (lambda: d.Exponential(0), "Exponential: parameter rate must be greater than 0"),
        (lambda: d.Gamma(-1.0, 1.0), "Gamma: parameter concentration must be greater than 0"),
        (lambda: d.Beta(1.0, 0.0), "Beta: parameter concentration0 must be greater than 0"),
        (lambda: d.Poisson(-1.0), "Poisson: parameter rate must be 0 or greater"),
        (lambda: d.Bernoulli(1.5), "Bernoulli: parameter probs must be from 0 to 1"),
        (lambda: d.Bernoulli(logits=math.nan), "Bernoulli: parameter logits must be a number"),
        (lambda: d.Uniform(1.0, 1.0), "Uniform: parameter low must be less than high"),
        (lambda: d.Dirichlet(tg.tensor([1.0, 0.0])), "Dirichlet: parameter concentration must be greater than 0"),
        (lambda: d.Categorical(tg.tensor([2.0, -1.0])), "Categorical: parameter probs must be probabilities that"),
        (lambda: d.Multinomial(2, tg.tensor([2.0, -1.0])), "parameter probs must be probabilities that aren't neg"),
        (
            lambda: d.MultivariateNormal(tg.zeros(2), tg.tensor([[1.0, 2.0], [2.0, 1.0]])),
            "MultivariateNormal: parameter covariance_matrix must be symmetric and positive definite",
        ),
        (
            lambda: d.MultivariateNormal(tg.zeros(2), tg.full((2, 2), math.inf)),
            "parameter covariance_matrix must be symmetric and positive definite",
        ),
        (
            lambda: d.MultivariateNormal(tg.zeros(2), scale_tril=tg.ones(2, 2)),
            "parameter scale_tril must be a lower triangle with a positive diagonal",
        ),
        (lambda: d.Bernoulli(), "Bernoulli: wanted one of probs and logits, got None and None"),
        (lambda: d.Bernoulli(0.5, 0.5), "Bernoulli: wanted one of probs and logits, got"),
        (lambda: d.Categorical(tg.tensor(1.0)), "Categorical: probs must have at least one dimension"),
        (lambda: d.MultivariateNormal(tg.zeros(2)), "wanted one of covariance_matrix, .*, got 0 of them"),
        (lambda: d.MultivariateNormal(tg.zeros(2), tg.eye(2), tg.eye(2)), "got 2 of them"),
        (lambda: d.MultivariateNormal(tg.zeros(2), tg.ones(2)), "must have at least two dimensions"),
        (lambda: d.MultivariateNormal(tg.zeros(2), tg.eye(3)), "for vectors of 2 values, .* must be a square of as"),
        (lambda: wrong(d.Normal)("a", 1.0), "Normal: parameters must be numbers or tensors, got"),
        (lambda: d.Independent(d.Normal(0.0, 1.0), -1), "must be an integer that isn't negative, got"),
        (lambda: d.Independent(d.Normal(0.0, 1.0), 1), "must be at most 0, the number of batch dimensions of Normal"),
        (lambda: wrong(d.Distribution.set_default_validate_args)(1), "set_default_validate_args: wanted True or False"),
    ],
)
def test_parameters_that_cannot_be(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: wrong(d.Dirichlet)([1.0, 2.0]), "Dirichlet: concentration must be a tensor, got"),
        (lambda: wrong(d.Categorical)([1.0, 2.0]), "Categorical: probs must be a tensor, got"),
        (lambda: d.Independent(tg.zeros(2), 1), "Independent: wanted a distribution, got"),
        (lambda: wrong(d.Normal)(0.0, 1.0, validate_args="yes"), "Normal: validate_args must be True, False or None"),
        (
            lambda: wrong(d.Normal(0.0, 1.0)).sample(3),
            r"Normal.sample: a shape must be a tuple of integers such as",
        ),
        (lambda: wrong(d.Normal(0.0, 1.0)).rsample((1.5,)), "Normal.rsample: a shape must be a tuple of integers"),
        (lambda: wrong(d.Normal(0.0, 1.0)).expand(3), "Normal.expand: a shape must be a tuple of integers"),
    ],
)
def test_arguments_of_a_wrong_type(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        make()


def test_parameters_that_do_not_broadcast() -> None:
    with pytest.raises(RuntimeError, match=r"^Normal: "):
        d.Normal(tg.zeros(2), tg.ones(3))
    with pytest.raises(NotImplementedError, match="Multinomial: total_count must be one integer for all, got"):
        wrong(d.Multinomial)(tg.tensor([1, 2]), tg.ones(2))


@pytest.mark.parametrize(
    ("distribution", "value", "words"),
    [
        (d.Bernoulli(0.5), tg.tensor(0.5), "Bernoulli: the value must be 0 or 1, got"),
        (d.Poisson(1.0), tg.tensor([1.0, -1.0]), "Poisson: the value must be a whole number that isn't negative"),
        (d.Exponential(1.0), tg.tensor(-1.0), "Exponential: the value must be 0 or greater"),
        (d.Beta(1.0, 1.0), tg.tensor(1.5), "Beta: the value must be from 0 to 1"),
        (d.Uniform(0.0, 2.0), tg.tensor(2.5), r"Uniform: the value must be from low to high, got .*2\.5"),
        (d.Normal(0.0, 1.0), tg.tensor(math.nan), "Normal: the value must be a number"),
        (d.Categorical(tg.ones(3)), tg.tensor(3), "Categorical: the value must be a whole number from 0 to 2"),
        (d.Dirichlet(tg.ones(2)), tg.tensor([0.5, 0.6]), "Dirichlet: the value must be probabilities that"),
        (d.Multinomial(2, tg.ones(2)), tg.tensor([2.0, 1.0]), "Multinomial: .* aren't negative and add up to 2"),
        (d.MultivariateNormal(tg.zeros(2), tg.eye(2)), tg.tensor([0.0, math.nan]), "must be a vector of numbers"),
        (d.Dirichlet(tg.ones(2)), tg.ones(3), r"Dirichlet: one event has the shape \(2,\), got a value of shape"),
        (d.Normal(tg.zeros(2), 1.0), tg.ones(3), r"Normal: a value of shape \(3,\) doesn't broadcast with batch and"),
        (d.Normal(0.0, 1.0), 0.5, "Normal: the value must be a tensor, got"),
    ],
)
def test_values_that_cannot_be(distribution: Any, value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        distribution.log_prob(value)


def test_a_cdf_checks_its_value_too() -> None:
    for distribution in (d.Normal(0.0, 1.0), d.Laplace(0.0, 1.0)):
        with pytest.raises(ValueError, match="the value must be a number"):
            distribution.cdf(tg.tensor(math.nan))


def test_nothing_is_checked_where_that_is_said(unchecked: None) -> None:
    assert d.Exponential(1.0).log_prob(tg.tensor(-1.0)).item() == 1
    assert math.isnan(d.Normal(0.0, -1.0).log_prob(tg.tensor(0.0)).item())
    with pytest.raises(ValueError, match="greater than 0"):
        d.Normal(0.0, -1.0, validate_args=True)


@pytest.mark.parametrize("what", ["mean", "mode", "variance", "stddev"])
def test_a_bare_distribution_has_no_properties(what: str) -> None:
    name = "variance" if what == "stddev" else what
    with pytest.raises(NotImplementedError, match=f"^Distribution.{name}: this distribution doesn't have it$"):
        getattr(d.Distribution(), what)


@pytest.mark.parametrize("what", ["sample", "log_prob", "cdf", "icdf", "entropy", "enumerate_support"])
def test_a_bare_distribution_has_no_methods(what: str) -> None:
    arguments = [tg.tensor(0.0)] if what in ("log_prob", "cdf", "icdf") else []
    with pytest.raises(NotImplementedError, match=f"Distribution.{what}: this distribution doesn't have it$"):
        getattr(d.Distribution(), what)(*arguments)


def test_what_a_kind_lacks_has_its_name() -> None:
    with pytest.raises(NotImplementedError, match=r"Poisson\.entropy: this distribution doesn't have it"):
        d.Poisson(1.0).entropy()
    with pytest.raises(NotImplementedError, match=r"Gamma\.cdf: this distribution doesn't have it"):
        d.Gamma(1.0, 1.0).cdf(tg.tensor(1.0))


@pytest.mark.parametrize(
    ("distribution", "text"),
    [
        (d.Normal(0.0, tg.tensor(2.0)), "Normal(loc: 0.0, scale: 2.0)"),
        (d.Uniform(tg.zeros(2), 1.0), "Uniform(low: tinygrad_edu.Size([2]), high: tinygrad_edu.Size([2]))"),
        (d.Bernoulli(logits=0.0), "Bernoulli(logits: 0.0)"),
        (d.Beta(1.0, 2.0), "Beta()"),
        (d.Multinomial(2, tg.ones(2)), "Multinomial()"),
        (d.Independent(d.Poisson(tg.ones(2)), 1), "Independent(Poisson(rate: tinygrad_edu.Size([2])), 1)"),
    ],
)
def test_how_one_prints(distribution: Any, text: str) -> None:
    assert repr(distribution) == text


def test_numbers_become_of_the_tensors_dtype() -> None:
    one = d.Normal(0, tg.tensor(1.0, dtype=tg.float64))
    assert one.loc.dtype == one.sample().dtype == tg.float64
    assert d.Normal(0, 1).sample().dtype == tg.float32
    assert d.Poisson(tg.tensor(1.0, dtype=tg.float64)).sample().dtype == tg.float64


@pytest.mark.parametrize(
    ("constraint", "value", "wanted"),
    [
        (constraints.real, [0.0, math.nan, math.inf], [True, False, True]),
        (constraints.positive, [-1.0, 0.0, 1.0], [False, False, True]),
        (constraints.nonnegative, [-1.0, 0.0, 1.0], [False, True, True]),
        (constraints.nonnegative_integer, [-1.0, 0.0, 1.5, 2.0], [False, True, False, True]),
        (constraints.boolean, [0.0, 1.0, 2.0], [True, True, False]),
        (constraints.unit_interval, [-0.1, 0.0, 1.0, 1.1], [False, True, True, False]),
        (constraints.integers(1, 3), [0.0, 1.0, 2.5, 3.0], [False, True, False, True]),
        (constraints.counts(2), [[1.0, 1.0], [3.0, -1.0], [0.5, 1.5], [1.0, 0.0]], [True, False, False, False]),
        (constraints.simplex, [[0.5, 0.5], [1.5, -0.5], [0.5, 0.4]], [True, False, False]),
        (constraints.positive_vector, [[1.0, 2.0], [1.0, 0.0]], [True, False]),
        (constraints.lower_cholesky, [[[1.0, 0.0], [5.0, 1.0]], [[1.0, 0.0], [5.0, 0.0]]], [True, False]),
        (constraints.positive_definite, [[[2.0, 1.0], [1.0, 2.0]], [[2.0, 1.0], [0.0, 2.0]]], [True, False]),
    ],
)
def test_what_values_may_be(constraint: Any, value: Any, wanted: list[bool]) -> None:
    assert constraint.check(tg.tensor(value)).tolist() == wanted
