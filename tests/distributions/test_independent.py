"""Batches whose dimensions belong to one sample."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import distributions as d

INSIDE = d.Normal(tg.arange(6.0).reshape(2, 3), 2.0)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_log_probabilities_and_entropies_are_added_up(count: int) -> None:
    together = d.Independent(INSIDE, count)
    assert (together.batch_shape, together.event_shape) == ((2, 3)[: 2 - count], (2, 3)[2 - count :])
    x = tg.randn(4, 2, 3)
    axes = tuple(range(-count, 0))
    for found, alone in (
        (together.log_prob(x), INSIDE.log_prob(x)),
        (together.entropy(), INSIDE.entropy()),
    ):
        np.testing.assert_allclose(found.numpy(), alone.numpy().sum(axes), rtol=1e-6)
    assert together.support.event_dim == count


def test_what_is_as_inside() -> None:
    together = d.Independent(INSIDE, 1)
    for what in ("mean", "mode", "variance", "stddev"):
        assert getattr(together, what).tolist() == getattr(INSIDE, what).tolist()
    tg.manual_seed(1)
    mine = together.sample((5,))
    tg.manual_seed(1)
    assert mine.tolist() == INSIDE.sample((5,)).tolist()


def test_samples_have_gradients_where_those_inside_do() -> None:
    loc = tg.zeros(3, requires_grad=True)
    together = d.Independent(d.Normal(loc, 1.0), 1)
    together.rsample((2,)).sum().backward()
    assert together.has_rsample
    assert loc.grad is not None
    assert loc.grad.tolist() == [2, 2, 2]
    counted = d.Independent(d.Bernoulli(tg.full((3,), 0.5)), 1)
    assert not counted.has_rsample
    with pytest.raises(NotImplementedError, match=r"Independent\.rsample: its samples have no gradients here"):
        counted.rsample()


def test_events_inside_come_last() -> None:
    inside = d.Dirichlet(tg.ones(2, 3, 4))
    together = d.Independent(inside, 1)
    assert (together.batch_shape, together.event_shape) == ((2,), (3, 4))
    x = together.sample((5,))
    assert x.shape == (5, 2, 3, 4)
    assert together.support.event_dim == 2
    np.testing.assert_allclose(together.log_prob(x).numpy(), inside.log_prob(x).numpy().sum(-1), rtol=1e-6)


def test_expand_leaves_the_event_alone() -> None:
    wide = d.Independent(d.Poisson(tg.ones(3)), 1).expand((2, 4))
    assert (wide.batch_shape, wide.event_shape) == ((2, 4), (3,))
    assert wide.base_dist.batch_shape == (2, 4, 3)
    assert wide.sample().shape == (2, 4, 3)


def test_values_are_listed_only_if_nothing_stands_together() -> None:
    inside = d.Bernoulli(tg.full((3,), 0.5))
    alone, together = d.Independent(inside, 0), d.Independent(inside, 1)
    assert alone.has_enumerate_support
    assert not together.has_enumerate_support
    assert alone.enumerate_support().tolist() == [[0, 0, 0], [1, 1, 1]]
    with pytest.raises(NotImplementedError, match="the values of several together aren't listed"):
        together.enumerate_support()


def test_the_divergence_is_the_sum_of_those_inside() -> None:
    p, q = INSIDE, d.Normal(tg.zeros(2, 3), 1.0)
    inner: Any = d.kl_divergence(p, q)
    found = d.kl_divergence(d.Independent(p, 1), d.Independent(q, 1))
    np.testing.assert_allclose(found.numpy(), inner.numpy().sum(-1), rtol=1e-6)
    with pytest.raises(NotImplementedError, match="that belong to a sample differ, 1 and 2"):
        d.kl_divergence(d.Independent(p, 1), d.Independent(q, 2))
