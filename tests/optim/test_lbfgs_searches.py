"""LBFGS where its line search has work to do: long valleys, steps far too long or short, and a short memory."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import optim


def minimised(loss_of: Any, start: list[float], **options: Any) -> tuple[Any, list[float]]:
    """Where LBFGS ends, and the losses after each iteration."""
    w = tg.tensor(start, dtype=tg.float64, requires_grad=True)
    optimizer = optim.LBFGS(
        [w], **{"max_iter": 1, "max_eval": 26, "tolerance_change": 1e-16, "line_search_fn": "strong_wolfe", **options}
    )
    losses = []

    def closure() -> Any:
        optimizer.zero_grad()
        loss = loss_of(w)
        loss.backward()
        return loss

    for _ in range(40):
        losses.append(float(optimizer.step(closure)))
    return w.detach().numpy(), losses


def rosenbrock(w: Any) -> Any:
    return (100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2).sum()


def quartic(w: Any) -> Any:
    return ((w - 1) ** 4).sum()


def wavy(w: Any) -> Any:
    return (w**2 + 2 * tg.sin(5 * w) ** 2).sum()


def logarithmic(w: Any) -> Any:
    return tg.log1p(50 * (w + 2) ** 2).sum()


@pytest.mark.parametrize("history_size", [2, 10])
def test_rosenbrock_of_more_values(history_size: int) -> None:
    w, losses = minimised(rosenbrock, [1.3, 0.7, 0.8, 1.9], history_size=history_size)
    np.testing.assert_allclose(w, 1, atol=1e-3)
    assert all(after <= before for before, after in itertools.pairwise(losses))


@pytest.mark.parametrize("lr", [0.5, 1.0, 100.0])
@pytest.mark.parametrize(
    ("loss_of", "start", "least"),
    [(quartic, [3.0, -2.0], 0.0), (logarithmic, [3.0], 0.0), (logarithmic, [-2.5, 0.0], 0.0)],
)
def test_any_first_step_leads_to_the_least_value(loss_of: Any, start: list[float], least: float, lr: float) -> None:
    _, losses = minimised(loss_of, start, lr=lr)
    assert losses[-1] == pytest.approx(least, abs=1e-4)


@pytest.mark.parametrize("start", [-3.0, -1.7, 0.4, 0.9, 2.3, 5.0])
@pytest.mark.parametrize("lr", [1.0, 5.0, 30.0])
def test_among_many_valleys_it_never_climbs_and_ends_in_one(start: float, lr: float) -> None:
    w, losses = minimised(wavy, [start], lr=lr)
    assert all(after <= before + 1e-12 for before, after in itertools.pairwise(losses))
    slope = 2 * w + 10 * np.sin(10 * w)
    np.testing.assert_allclose(slope, 0, atol=1e-4)


def test_without_a_search_a_short_memory_still_solves_a_bowl() -> None:
    scale = tg.arange(1.0, 7.0, dtype=tg.float64)
    w, _ = minimised(lambda w: (scale * (w - 3) ** 2).sum(), [0.0] * 6, line_search_fn=None, history_size=2, lr=0.5)
    np.testing.assert_allclose(w, 3, atol=1e-3)
