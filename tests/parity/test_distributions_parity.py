"""Distributions beside PyTorch's: log-probabilities, moments, entropies, divergences, gradients, errors; samples.

Samples aren't PyTorch's. Their mean over n draws is held to six standard errors, √(variance / n), of the true mean;
their variance to six of its own, √((μ4 - variance²) / n), with the fourth moment μ4 estimated from the same draws: for
normal means, a right sampler fails one such look in 5e8.
"""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

from .expressions import agree, listed

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(5)
POSITIVE, OTHER = (RNG.uniform(0.4, 3, (2, 3)) for _ in range(2))
REAL = RNG.standard_normal((2, 3))
SMALL = RNG.uniform(0.05, 0.95, (2, 3))
SPREAD = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, -0.4], [0.1, -0.4, 1.0]])
LOWER = np.linalg.cholesky(SPREAD)

# By the name of the distribution: how it is made of r (real), s and t (positive) and p (in (0, 1)), and its samples v.
MADE = {
    "Normal": "Normal(r, s)",
    "Normal of numbers": "Normal(0.5, 2)",
    "Normal, broadcast": "Normal(r[:, :1], s[0])",
    "Laplace": "Laplace(r, s)",
    "Laplace of numbers": "Laplace(1, 2.0)",
    "Uniform": "Uniform(r, r + s)",
    "Uniform of numbers": "Uniform(-9, 9)",
    "Exponential": "Exponential(s)",
    "Exponential of numbers": "Exponential(2)",
    "Gamma": "Gamma(s, t)",
    "Gamma of numbers": "Gamma(3, 2.0)",
    "Beta": "Beta(s, t)",
    "Beta of numbers": "Beta(2, 3)",
    "Beta, above 1": "Beta(s + 1, t[0] + 1)",
    "Dirichlet": "Dirichlet(s)",
    "Dirichlet, a vector": "Dirichlet(s[0] + 1)",
    "Dirichlet, all below 1": "Dirichlet(p)",
    "Poisson": "Poisson(s)",
    "Poisson of numbers": "Poisson(2.5)",
    "Bernoulli": "Bernoulli(p)",
    "Bernoulli of a number": "Bernoulli(0.5)",
    "Bernoulli of logits": "Bernoulli(logits=r)",
    "Categorical": "Categorical(s)",
    "Categorical, a vector": "Categorical(probs=s[0])",
    "Categorical of logits": "Categorical(logits=r)",
    "Multinomial": "Multinomial(5, s)",
    "Multinomial of logits": "Multinomial(total_count=3, logits=r)",
    "MultivariateNormal": "MultivariateNormal(r, C)",
    "MultivariateNormal, batches": "MultivariateNormal(r[0], C + s[:, :1, None] * m.eye(3).to(C.dtype))",
    "MultivariateNormal of L": "MultivariateNormal(r, scale_tril=L)",
    "MultivariateNormal of precisions": "MultivariateNormal(r[0], precision_matrix=C)",
    "Independent": "Independent(m.distributions.Normal(r, s), 1)",
    "Independent, all": "Independent(m.distributions.Gamma(s, t), 2)",
    "Independent, none": "Independent(m.distributions.Bernoulli(p), 0)",
}
BY_TRIALS = ("Beta", "Dirichlet", "Gamma", "Independent, all")


def operands(dtype: str) -> dict[str, np.ndarray]:
    given = {"r": REAL, "s": POSITIVE, "t": OTHER, "p": SMALL, "C": SPREAD, "L": LOWER}
    return {name: value.astype(dtype) for name, value in given.items()}


def made(m: Any, kind: str, dtype: str = "float64") -> Any:
    names = {name: m.tensor(value.tolist(), dtype=getattr(m, dtype)) for name, value in operands(dtype).items()}
    return eval(f"m.distributions.{MADE[kind]}", {"m": m, **names})


def needed(expression: str, dtype: str) -> dict[str, Any]:
    found = {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}
    return {name: value for name, value in operands(dtype).items() if name in found}


@pytest.mark.parametrize("kind", MADE)
def test_what_follows_from_the_parameters(kind: str) -> None:
    made_so = f"m.distributions.{MADE[kind]}"
    for name in ["mean", "variance", "stddev", "mode", "entropy()", "perplexity()"]:
        if "entropy" in name and "Multinomial" in kind:  # whose gradient in PyTorch is NaN where a count can't be
            agree(f"{made_so}.{name}", gradient=False, **needed(made_so, "float64"))
            continue
        for dtype in ("float32", "float64") if name in ("mean", "entropy()") else ("float64",):
            agree(f"{made_so}.{name}", gradient=name != "mode", **needed(made_so, dtype))
    for name in ["batch_shape", "event_shape", "has_enumerate_support"]:
        agree(f"{made_so}.{name}", gradient=False, **needed(made_so, "float64"))
    mine, theirs = made(tg, kind), made(torch, kind)
    assert repr(mine) == repr(theirs).replace("torch.Size", "tinygrad_edu.Size")
    for name in ("probs", "logits", "covariance_matrix", "precision_matrix", "scale_tril", "param_shape"):
        if hasattr(theirs, name):
            # The gradient of PyTorch's cholesky_inverse tells of the upper triangle, which isn't read, too.
            plain = name == "param_shape" or (name == "precision_matrix" and "scale_tril" in made_so)
            agree(f"{made_so}.{name}", gradient=not plain, **needed(made_so, "float64"))
    if mine.has_enumerate_support:
        agree(f"{made_so}.enumerate_support()", gradient=False, **needed(made_so, "float64"))
        agree(f"{made_so}.enumerate_support(expand=False)", gradient=False, **needed(made_so, "float64"))


@pytest.mark.parametrize("kind", MADE)
def test_log_probabilities(kind: str) -> None:
    """At samples of PyTorch's, side by side and in the shape of the batch, with gradients by parameters and values."""
    torch.manual_seed(3)
    theirs = made(torch, kind)
    made_so = f"m.distributions.{MADE[kind]}"
    for shape in [(), (4,), (2, 1)]:
        drawn = theirs.sample(shape).numpy()
        for dtype in ("float32", "float64"):
            value = drawn.astype(dtype) if drawn.dtype.kind == "f" else drawn
            agree(f"{made_so}.log_prob(v)", rtol=5e-5, v=value, **needed(made_so, dtype))
            if not shape:
                wider = f"{made_so}.expand({(3, *theirs.batch_shape)}).log_prob(v[None])"
                agree(wider, gradient=False, rtol=5e-5, v=value, **needed(made_so, dtype))
    if kind.split()[0].strip(",") in ("Normal", "Laplace", "Uniform", "Exponential"):
        agree(f"{made_so}.cdf(v)", v=drawn.astype("float64"), **needed(made_so, "float64"))
        agree(f"{made_so}.icdf(q)", q=np.array([[0.1], [0.7]]), **needed(made_so, "float64"))


@pytest.mark.parametrize("kind", MADE)
def test_samples(kind: str) -> None:
    n = 4000
    tg.manual_seed(11)
    mine, theirs = made(tg, kind), made(torch, kind)
    drawn = mine.sample((n,))
    assert not drawn.requires_grad
    assert tuple(drawn.shape) == tuple(theirs.sample((n,)).shape)
    assert str(drawn.dtype).rpartition(".")[2] == str(theirs.sample().dtype).rpartition(".")[2]
    for shape in [(), (2, 1), (0,)]:
        assert tuple(mine.sample(shape).shape) == (*shape, *theirs.batch_shape, *theirs.event_shape)
    tg.manual_seed(11)
    assert tg.equal(mine.sample((n,)), drawn)
    x = drawn.double().numpy()
    if "Categorical" in kind:
        chances, x = mine.probs.numpy(), np.eye(3)[drawn.numpy()]
        mean, variance = chances, chances * (1 - chances)
    else:
        mean, variance = mine.mean.numpy(), mine.variance.numpy()
    about = x - mean
    fourth = (about**4).mean(0)
    assert np.all(np.abs(about.mean(0)) <= 6 * np.sqrt(variance / n))
    assert np.all(np.abs((about**2).mean(0) - variance) <= 6 * np.sqrt((fourth - variance**2).clip(1e-18) / n))


@pytest.mark.parametrize("kind", MADE)
def test_gradients_of_samples(kind: str) -> None:
    """Samples are functions of the parameters: the gradient of a sample by a location is 1, say."""
    mine, theirs = made(tg, kind), made(torch, kind)
    if not theirs.has_rsample:
        assert not mine.has_rsample
        with pytest.raises(NotImplementedError, match=r"rsample: its samples have no gradients here"):
            mine.rsample()
        return
    assert mine.has_rsample
    if "numbers" in kind or kind.startswith(BY_TRIALS):  # with other noise; tests/distributions/test_gamma_samples.py
        assert tuple(mine.rsample((3,)).shape) == tuple(theirs.rsample((3,)).shape)
        return
    given = operands("float64")

    def drawn(values: dict[str, Any]) -> Any:
        tg.manual_seed(0)
        return eval(f"m.distributions.{MADE[kind]}", {"m": tg, **values}).rsample((2,))

    point = {name: tg.tensor(value.tolist(), dtype=tg.float64) for name, value in given.items()}
    ways = {
        name: tg.tensor(np.cos(np.arange(value.size)).reshape(value.shape).tolist()) for name, value in given.items()
    }
    ways.update(C=tg.eye(3), L=tg.eye(3))  # a step must leave these what they must be
    leaves = {name: x.clone().requires_grad_() for name, x in point.items()}
    out = drawn(leaves)
    weights = tg.tensor(np.sin(np.arange(out.numel()) + 1).reshape(out.shape).tolist(), dtype=tg.float64)
    out.backward(weights)
    slope = sum(float((leaf.grad * ways[name]).sum()) for name, leaf in leaves.items() if leaf.grad is not None)
    after, before = (drawn({name: x + step * ways[name] for name, x in point.items()}) for step in (1e-5, -1e-5))
    assert slope == pytest.approx(float(((after - before) * weights).sum()) / 2e-5, rel=1e-6, abs=1e-7)


PAIRS = listed("""\
Normal(r, s);Normal(t, p) | Laplace(r, s);Laplace(p, t) | Uniform(r, r + s);Uniform(r - t, r + s + t)
Uniform(r, r + s);Uniform(r, r + t) | Exponential(s);Exponential(t) | Gamma(s, t);Gamma(t, p) | Beta(s, t);Beta(t, p)
Poisson(s);Poisson(t) | Bernoulli(p);Bernoulli(p.flip(0)) | Bernoulli(logits=r);Bernoulli(p)
Categorical(s);Categorical(t)
Categorical(logits=r);Categorical(s[0]) | Dirichlet(s);Dirichlet(t)
MultivariateNormal(r, C);MultivariateNormal(s, scale_tril=L)
MultivariateNormal(r[0], C);MultivariateNormal(s, C + L @ L.mT) | Normal(r, s);Laplace(t, p)
Laplace(r, s);Normal(t, p)
Uniform(r, r + s);Normal(t, p) | Exponential(s);Normal(r, t) | Gamma(s, t);Normal(r, p) | Beta(s, t);Normal(r, p)
Exponential(s);Gamma(t, p) | Gamma(s, t);Exponential(p) | Bernoulli(p);Poisson(s) | Normal(r, s);Normal(0, 1)
Normal(0, 1);Normal(r[0], s) | Poisson(s);Normal(r, s) | Normal(r, s);Poisson(s) | Categorical(s);Bernoulli(p)""")


@pytest.mark.parametrize("pair", PAIRS)
def test_divergences(pair: str) -> None:
    p, q = pair.split(";")
    expression = f"m.distributions.kl_divergence(m.distributions.{p}, m.distributions.{q})"
    for dtype in ("float32", "float64"):
        agree(expression, rtol=1e-4 if dtype == "float32" else 1e-6, **needed(expression, dtype))


@pytest.mark.parametrize("q", ["Beta(s, t)", "Exponential(s)", "Gamma(s, t)", "Uniform(r, r + s)"])
@pytest.mark.parametrize("p", ["Normal(r, s)", "Laplace(r, s)"])
def test_what_can_not_be_reached_is_infinitely_far(p: str, q: str) -> None:
    expression = f"m.distributions.kl_divergence(m.distributions.{p}, m.distributions.{q})"
    for m in (tg, torch):
        values = {name: m.tensor(value.tolist()) for name, value in operands("float64").items()}
        assert bool((eval(expression, {"m": m, **values}) == float("inf")).all())


ENDS = listed("""\
Bernoulli(e).entropy() | Bernoulli(e).logits | Bernoulli(e).log_prob(e) | Bernoulli(e).mode | Categorical(e).entropy()
Categorical(e).log_prob(m.tensor(1)) | Categorical(logits=e.log()).log_prob(m.tensor([0, 1])) | Poisson(e).log_prob(e)
Multinomial(2, e).log_prob(2 * e) | Multinomial(2, logits=e.log()).log_prob(2 * e) | Uniform(e, e + 1).log_prob(e)
Uniform(e, e + 1).log_prob(e + 1) | Uniform(e - 1, e, validate_args=False).log_prob(e + 3) | Gamma(e + 1, 1).log_prob(e)
Beta(e + 1, e + 1).log_prob(e) | Beta(e + 1, e + 1).mode | Exponential(e + 1).log_prob(e)
Laplace(e, 1).log_prob(e)""")


@pytest.mark.parametrize("expression", ENDS)
def test_the_ends_of_what_can_be(expression: str) -> None:
    agree(f"m.distributions.{expression}", gradient=False, e=np.array([0.0, 1.0]))


WRONG = listed("""\
Normal(1, -1) | Normal("a", 1) | Normal([1.0], 1) | Normal(m.ones(2), m.ones(3)) | Normal(0, 1).log_prob(1.0)
Normal(0, float("nan")) | Normal(0.0, 1.0).log_prob(m.tensor(float("nan"))) | Normal(0, 1).sample(3)
Normal(0, 1).expand("a")
Normal(m.ones(2), 1).log_prob(m.ones(3)) | Normal(0, -1, validate_args=False).log_prob(m.ones(2)) | Uniform(2.0, 1.0)
Uniform(0, 1).log_prob(m.tensor(2.0)) | Exponential(0) | Exponential(1).log_prob(m.tensor(-1.0)) | Gamma(0, 1)
Gamma(1, -1)
Gamma(1, 1).log_prob(2.0) | Gamma(1, 1).log_prob(m.tensor(-2.0)) | Beta(0, 1) | Beta(1, 1).log_prob(m.tensor(1.5))
Poisson(-1) | Poisson(1.0).log_prob(m.tensor(0.5)) | Poisson(1.0).entropy() | Poisson(2.0).rsample() | Bernoulli(1.5)
Bernoulli(0.5, 0.5) | Bernoulli() | Bernoulli(0.5).log_prob(m.tensor(0.5)) | Categorical(m.tensor([-1.0, 2.0]))
Categorical(m.tensor(1.0)) | Categorical(m.ones(3)).log_prob(m.tensor(3))
Categorical(m.ones(3)).log_prob(m.tensor(0.5))
Categorical() | Categorical(m.ones(2), m.ones(2)) | Categorical(m.ones(2)).rsample() | Multinomial(m.ones(1), m.ones(2))
Multinomial(2, m.ones(3)).log_prob(m.ones(3)) | Multinomial(2) | Dirichlet(m.tensor(1.0)) | Dirichlet(-m.ones(2))
Dirichlet(m.ones(2)).log_prob(m.ones(2)) | Dirichlet(m.ones(2)).log_prob(m.ones(3) / 3)
MultivariateNormal(m.ones(2), -m.eye(2))
MultivariateNormal(m.ones(2)) | MultivariateNormal(m.ones(2), m.eye(2), m.eye(2))
MultivariateNormal(m.tensor(1.0), m.eye(2))
MultivariateNormal(m.ones(2), m.ones(2)) | MultivariateNormal(m.ones(2), scale_tril=m.ones(2, 2))
Independent(m.distributions.Normal(m.ones(2), 1), 2)
Independent(m.distributions.Bernoulli(m.ones(2)), 1).enumerate_support() | Distribution().mean
Normal(0, 1).enumerate_support()
Distribution.set_default_validate_args("yes") | Gamma(1, 1).icdf(m.ones(1)) | Categorical(m.ones(2)).cdf(m.ones(1))""")


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("expression", WRONG)
def test_wrong_calls(expression: str) -> None:
    agree(f"m.distributions.{expression}")
    name = expression.partition("(")[0].partition(".")[0]
    for known in ("Normal(0, -1, validate", "Gamma(1, 1).log_prob(2.0)"):  # these aren't wrong
        if expression.startswith(known):
            return
    with pytest.raises(Exception, match=name):
        eval(f"m.distributions.{expression}", {"m": tg})


def test_a_matrix_that_does_not_fit_the_mean_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="for vectors of 3 values, covariance_matrix must be a square of as many rows"):
        tg.distributions.MultivariateNormal(tg.ones(3), tg.eye(2))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("Normal(0, 1, validate_args='no')", "Normal: validate_args must be True, False or None, got str 'no'"),
        ("Independent(m.distributions.Normal(m.ones(2), 1), -1)", "must be an integer that isn't negative, got int -1"),
        ("Independent(3, 1)", "Independent: wanted a distribution, got int 3"),
        ("kl_divergence(m.distributions.Normal(0, 1), 3)", "kl_divergence: wanted two distributions, got int 3"),
        ("register_kl(3, 4)", "register_kl: wanted types of distributions, got int 3"),
        ("Categorical([0.5, 0.5])", "Categorical: probs must be a tensor, got list"),
        ("Multinomial(2, 0.5)", "Multinomial: probs must be a tensor, got float 0.5"),
    ],
)
def test_what_has_no_sense_is_refused_in_words(expression: str, words: str) -> None:
    with pytest.raises((TypeError, ValueError), match=words):
        eval(f"m.distributions.{expression}", {"m": tg})
