"""What is Adam's own: steps of one size, weights pulled beside the averages, the largest average so far.

Its steps are held against those by hand in tests/optim/test_every_optimizer.py and test_steps.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def stepped(gradients: Any, start: Any = 1.0, **settings: Any) -> tuple[Any, Any]:
    """A parameter after steps with these gradients, and its optimizer."""
    w = nn.Parameter(tg.tensor([start] * len(gradients[0]), dtype=tg.float64))
    optimizer = tg.optim.Adam([w], **settings)
    for g in gradients:
        w.grad = tg.tensor(g, dtype=tg.float64)
        optimizer.step()
    return w.detach().numpy(), optimizer


def test_the_first_step_is_the_learning_rate_whatever_the_gradient() -> None:
    w, _ = stepped([[1e-3, -5.0, 1e6]], lr=0.1)
    np.testing.assert_allclose(w, [0.9, 1.1, 0.9], rtol=1e-5)


def test_a_steady_gradient_moves_by_the_learning_rate_and_a_wavering_one_hardly() -> None:
    w, _ = stepped([[3.0, 3.0 * (-1) ** number] for number in range(50)], lr=0.01)
    assert w[0] == pytest.approx(1 - 50 * 0.01)
    assert abs(w[1] - 1) < 0.02


def test_remembers_what_pytorch_does() -> None:
    _, optimizer = stepped([[1.0, 2.0], [1.0, 2.0]], amsgrad=True)
    ((_, remembered),) = optimizer.state_dict()["state"].items()
    assert list(remembered) == ["step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"]
    assert (remembered["step"].item(), remembered["step"].shape, remembered["step"].dtype) == (2, (), tg.float32)
    np.testing.assert_allclose(remembered["exp_avg"].numpy(), [0.19, 0.38])
    np.testing.assert_allclose(remembered["exp_avg_sq"].numpy(), [0.001999, 0.007996])
    assert "max_exp_avg_sq" not in stepped([[1.0]])[1].state_dict()["state"][0]


def test_the_largest_average_so_far_keeps_later_steps_small() -> None:
    gradients = [[100.0]] + [[1.0]] * 100
    usual, _ = stepped(gradients, lr=0.1, betas=(0.0, 0.5))
    careful, optimizer = stepped(gradients, lr=0.1, betas=(0.0, 0.5), amsgrad=True)
    assert usual[0] < -5
    assert careful[0] > 0.7
    (remembered,) = optimizer.state.values()
    assert remembered["max_exp_avg_sq"].item() == 5000
    assert remembered["exp_avg_sq"].item() == pytest.approx(1)


def test_the_largest_average_may_be_asked_for_later() -> None:
    _, optimizer = stepped([[1.0]])
    optimizer.param_groups[0]["amsgrad"] = True
    optimizer.step()
    (remembered,) = optimizer.state.values()
    assert remembered["max_exp_avg_sq"].item() == remembered["exp_avg_sq"].item()


def test_weights_are_pulled_through_the_averages_or_beside_them() -> None:
    """Without a loss, the pull through the averages is a step like any other; the decoupled one is in proportion."""
    still = [[0.0]]
    through, optimizer = stepped(still, start=4.0, lr=0.1, weight_decay=0.5)
    assert through[0] == pytest.approx(4 - 0.1)
    assert next(iter(optimizer.state.values()))["exp_avg"].item() == pytest.approx(0.2)
    beside, optimizer = stepped(still, start=4.0, lr=0.1, weight_decay=0.5, decoupled_weight_decay=True)
    assert beside[0] == pytest.approx(4 * (1 - 0.1 * 0.5))
    assert next(iter(optimizer.state.values()))["exp_avg"].item() == 0


def test_betas_may_be_a_list_whole_or_tensors() -> None:
    expected, _ = stepped([[1.0], [2.0]], betas=(0.0, 0.75))
    for betas in ([0.0, 0.75], (0, 0.75), (tg.tensor(0.0), tg.tensor(0.75)), [tg.tensor([0.0]), 0.75]):
        given: Any = betas
        w, optimizer = stepped([[1.0], [2.0]], betas=given)
        np.testing.assert_array_equal(w, expected)
        assert optimizer.defaults["betas"] == tuple(betas)


@pytest.mark.parametrize("betas", [(0.9,), (0.9, 0.99, 0.999), "ab", ("a", 0.9), (None, None)])
def test_betas_are_two_numbers(betas: Any) -> None:
    with pytest.raises(TypeError, match=r"Adam: betas(\[0\])? must be (two numbers|a number), got"):
        tg.optim.Adam([tg.ones(1)], betas=betas)


def test_finds_the_valley_of_rosenbrock() -> None:
    place = tg.tensor([-1.5, 2.0], dtype=tg.float64, requires_grad=True)
    optimizer = tg.optim.Adam([place], lr=0.02)
    for _ in range(3000):
        optimizer.zero_grad()
        x, y = place[0], place[1]
        ((1 - x) ** 2 + 100 * (y - x**2) ** 2).backward()
        optimizer.step()
    np.testing.assert_allclose(place.detach().numpy(), [1, 1], atol=1e-3)
