"""Norms and distances, by hand."""

from __future__ import annotations

import numpy as np
import pytest

import tinygrad_edu as tg


@pytest.mark.parametrize("p", [0, 1, 1.5, 2, 3, np.inf])
def test_distances_in_blocks_are_those_of_all_rows_at_once(p: float) -> None:
    numbers = np.random.default_rng(0)
    x, y = numbers.standard_normal((2000, 3)), numbers.standard_normal((300, 3))  # more differences than one block has
    places = tg.tensor(x, requires_grad=True), tg.tensor(y, requires_grad=True)
    found = tg.cdist(places[0], places[1], p)
    wanted = np.linalg.norm(x[:, None] - y, ord=p, axis=-1)
    np.testing.assert_allclose(found.detach().numpy(), wanted, rtol=1e-12)
    weights = tg.tensor(numbers.standard_normal(wanted.shape))
    in_blocks = tg.autograd.grad(found, places, weights)
    pairs = tg.norm(places[0][:, None] - places[1], p, dim=-1)
    for mine, whole in zip(in_blocks, tg.autograd.grad(pairs, places, weights), strict=True):
        np.testing.assert_allclose(mine.numpy(), whole.numpy(), rtol=1e-9, atol=1e-9)


def test_near_rows_keep_their_digits() -> None:
    x = tg.full((40, 3), 1000.0)
    y = x + 2.0**-10
    assert tg.cdist(x, y).unique().tolist() == pytest.approx([3**0.5 / 1024])


def test_renorm_scales_down_what_is_too_long() -> None:
    x = tg.tensor([[3.0, 4.0], [0.3, 0.4]])
    assert x.renorm(2, 0, 1).tolist() == [pytest.approx([0.6, 0.8]), pytest.approx([0.3, 0.4])]
    assert x.renorm_(1, 1, 1).abs().sum(0).tolist() == pytest.approx([1, 1])
    for wrong, words in (((0, 0, 1), "p must be above 0"), ((2, 0, -1), "maxnorm must not be negative")):
        with pytest.raises(RuntimeError, match=words):
            x.renorm(*wrong)


def test_the_nuclear_norm_sums_singular_values() -> None:
    assert tg.norm(tg.tensor([[3.0, 0.0], [0.0, -4.0]]), "nuc").item() == pytest.approx(7)
    with pytest.raises(RuntimeError, match="p='nuc' is the norm of a matrix"):
        tg.ones(3).norm("nuc")
