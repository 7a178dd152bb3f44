"""How far one distribution is from another: KL(p ‖ q) = E_p[log p(x) - log q(x)], in nats.

A pair of kinds has a function here if the mean has a closed form. It is infinite where p has values that q can't have.

Source: https://docs.pytorch.org/docs/stable/distributions.html#module-torch.distributions.kl
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api.choice import where
from tinygrad_edu.distributions.bernoulli import Bernoulli
from tinygrad_edu.distributions.beta import Beta
from tinygrad_edu.distributions.categorical import Categorical
from tinygrad_edu.distributions.dirichlet import Dirichlet
from tinygrad_edu.distributions.distribution import Distribution, over_last
from tinygrad_edu.distributions.exponential import Exponential
from tinygrad_edu.distributions.gamma import Gamma
from tinygrad_edu.distributions.independent import Independent
from tinygrad_edu.distributions.laplace import Laplace
from tinygrad_edu.distributions.multivariate_normal import MultivariateNormal, half_log_det
from tinygrad_edu.distributions.normal import Normal
from tinygrad_edu.distributions.poisson import Poisson
from tinygrad_edu.distributions.uniform import Uniform
from tinygrad_edu.linalg import solve_triangular
from tinygrad_edu.nn.functional import softplus

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["kl_divergence", "register_kl"]

F = TypeVar("F", bound=Callable[..., Any])
_TABLE: dict[tuple[type, type], Callable[[Any, Any], Tensor]] = {}


def register_kl(type_p: type, type_q: type) -> Callable[[F], F]:
    """The decorator of a function of two distributions that `kl_divergence` is to use for these types.

    Raises:
        TypeError: If they aren't types of distributions.

    >>> class Mine(tg.distributions.Normal):
    ...     pass
    >>> @tg.distributions.register_kl(Mine, Mine)
    ... def between_mine(p, q):
    ...     return tg.tensor(7.0)
    >>> tg.distributions.kl_divergence(Mine(0, 1), Mine(0, 1))
    tensor(7.)
    """
    for each in (type_p, type_q):
        if not isinstance(each, type):
            raise TypeError(f"register_kl: wanted types of distributions, got {describe(each)}")

    def decorator(function: F) -> F:
        _TABLE[type_p, type_q] = function
        return function

    return decorator


def kl_divergence(p: Distribution, q: Distribution) -> Tensor:
    """``KL(p ‖ q)``, the mean of ``log p(x) - log q(x)`` over samples of p, for each of the batch.

    Raises:
        NotImplementedError: If there is no formula for the two types.
        TypeError: If they aren't distributions.

    >>> d = tg.distributions
    >>> d.kl_divergence(d.Normal(1.0, 1.0), d.Normal(0.0, 1.0))
    tensor(0.5000)
    """
    for each in (p, q):
        if not isinstance(each, Distribution):
            raise TypeError(f"kl_divergence: wanted two distributions, got {describe(each)}")
    pairs = ((a, b) for a in type(p).__mro__ for b in type(q).__mro__)
    for pair in sorted(pairs, key=lambda pair: type(p).__mro__.index(pair[0]) + type(q).__mro__.index(pair[1])):
        if pair in _TABLE:
            return _TABLE[pair](p, q)
    raise NotImplementedError(
        f"kl_divergence: there is no formula for {type(p).__name__} and {type(q).__name__}; take the mean of "
        "p.log_prob(x) - q.log_prob(x) over samples x of p, or add one with register_kl"
    )


# Two of a kind


@register_kl(Normal, Normal)
def _normal(p: Any, q: Any) -> Any:
    ratio, distance = (p.scale / q.scale) ** 2, ((p.loc - q.loc) / q.scale) ** 2
    return (ratio + distance - 1 - ratio.log()) / 2


@register_kl(Laplace, Laplace)
def _laplace(p: Any, q: Any) -> Any:
    ratio, distance = p.scale / q.scale, (p.loc - q.loc).abs()
    return -ratio.log() + distance / q.scale + ratio * (-distance / p.scale).exp() - 1


@register_kl(Uniform, Uniform)
def _uniform(p: Any, q: Any) -> Any:
    within = (q.low <= p.low) & (p.high <= q.high)
    return where(within, ((q.high - q.low) / (p.high - p.low)).log(), np.inf)


@register_kl(Exponential, Exponential)
def _exponential(p: Any, q: Any) -> Any:
    ratio = q.rate / p.rate
    return ratio - ratio.log() - 1


@register_kl(Gamma, Gamma)
def _gamma(p: Any, q: Any) -> Any:
    a, b = p.concentration, q.concentration
    shapes = b.lgamma() - a.lgamma() + (a - b) * a.digamma()
    return b * (p.rate / q.rate).log() + shapes + a * (q.rate / p.rate - 1)


@register_kl(Poisson, Poisson)
def _poisson(p: Any, q: Any) -> Any:
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p: Any, q: Any) -> Any:
    ones = p.probs * (softplus(-q.logits) - softplus(-p.logits))
    zeros = (1 - p.probs) * (softplus(q.logits) - softplus(p.logits))
    impossible = ((q.probs == 0) & (p.probs > 0)) | ((q.probs == 1) & (p.probs < 1))
    return where(impossible, np.inf, ones + zeros)


@register_kl(Categorical, Categorical)
def _categorical(p: Any, q: Any) -> Any:
    terms = p.probs * (p.logits - q.logits)
    terms = where((p.probs == 0).expand_as(terms), 0.0, terms)
    return where(((q.probs == 0) & (p.probs > 0)).expand_as(terms), np.inf, terms).sum(-1)


@register_kl(Dirichlet, Dirichlet)
def _dirichlet(p: Any, q: Any) -> Any:
    a, b = p.concentration, q.concentration
    totals = a.sum(-1).lgamma() - b.sum(-1).lgamma()
    drift = (a - b) * (a.digamma() - a.sum(-1, keepdim=True).digamma())
    return totals + (b.lgamma() - a.lgamma()).sum(-1) + drift.sum(-1)


@register_kl(Beta, Beta)
def _beta(p: Any, q: Any) -> Any:
    return _dirichlet(p._dirichlet, q._dirichlet)


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate_normal(p: Any, q: Any) -> Any:
    if p.event_shape != q.event_shape:
        raise ValueError(
            f"kl_divergence: wanted vectors of the same length, got {tuple(p.event_shape)} and {tuple(q.event_shape)}"
        )
    spread = solve_triangular(q._factor, p.scale_tril, upper=False)
    distance = solve_triangular(q._factor, (q.loc - p.loc).unsqueeze(-1), upper=False)
    squares = (spread**2).sum((-2, -1)) + (distance**2).sum((-2, -1))
    return half_log_det(q) - half_log_det(p) + (squares - p.event_shape[0]) / 2


@register_kl(Independent, Independent)
def _independent(p: Any, q: Any) -> Any:
    count = p.reinterpreted_batch_ndims
    if q.reinterpreted_batch_ndims != count:
        raise NotImplementedError(
            f"kl_divergence: the numbers of dimensions that belong to a sample differ, {count} and "
            f"{q.reinterpreted_batch_ndims}"
        )
    return over_last(kl_divergence(p.base_dist, q.base_dist), count)


# One of each


def _against_normal(p: Any, q: Any) -> Any:
    """Of any p with a mean and a variance, to a normal distribution: the mean of ``-log q`` is that of a square."""
    square = p.variance + (p.mean - q.loc) ** 2
    return q.scale.log() + math.log(2 * math.pi) / 2 + square / (2 * q.scale**2) - p.entropy()


for _kind in (Beta, Exponential, Gamma, Laplace, Uniform):
    register_kl(_kind, Normal)(_against_normal)


@register_kl(Normal, Laplace)
def _normal_laplace(p: Any, q: Any) -> Any:
    z = (p.loc - q.loc) / p.scale
    distance = p.scale * (math.sqrt(2 / math.pi) * (-(z**2) / 2).exp() + z * (z / math.sqrt(2)).erf())
    return (2 * q.scale).log() + distance / q.scale - p.entropy()


@register_kl(Exponential, Gamma)
def _exponential_gamma(p: Any, q: Any) -> Any:
    return _gamma(Gamma(p.rate * 0 + 1, p.rate, validate_args=False), q)


@register_kl(Gamma, Exponential)
def _gamma_exponential(p: Any, q: Any) -> Any:
    return q.rate * p.mean - q.rate.log() - p.entropy()


@register_kl(Bernoulli, Poisson)
def _bernoulli_poisson(p: Any, q: Any) -> Any:
    return q.rate - p.probs.xlogy(q.rate) - p.entropy()


def _infinite(p: Any, q: Any) -> Any:
    """Of a p that has values which q can't have."""
    return p.mean.detach() * 0 + np.inf


for _p, _unreached in {
    Normal: (Beta, Exponential, Gamma, Uniform),
    Laplace: (Beta, Exponential, Gamma, Uniform),
    Exponential: (Beta, Uniform),
    Gamma: (Beta, Uniform),
    Poisson: (Bernoulli,),
}.items():
    for _q in _unreached:
        register_kl(_p, _q)(_infinite)
