"""Right functions where differences are 0 or noise: far in their saturation, and far from 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.autograd import GradcheckError, elementwise, primitive
from tinygrad_edu.testing.agreement import proven


def attention(x: Any) -> Any:
    """Of three tokens of one value each to each other."""
    x = x.unsqueeze(-1)
    chosen: Any = (x @ x.mT).softmax(-1) @ x
    return chosen


@pytest.mark.parametrize(
    "values", [(-50, -0.67, -50), (1e4, 1, -1e4), (30, 29, 0.5), (1e8, 1e-8, 0), (-800, 1e-310, 40)]
)
@pytest.mark.parametrize(
    "function",
    [
        lambda x: x.softmax(-1),
        lambda x: x.log_softmax(-1),
        lambda x: (1000 * x).log_softmax(-1),
        lambda x: x.log_softmax(-1)[..., 0],
        lambda x: x.logsumexp(-1),
        attention,
        tg.sigmoid,
        tg.tanh,
        nn.functional.softplus,
        nn.functional.logsigmoid,
        tg.sin,
    ],
    ids=[
        "softmax",
        "log_softmax",
        "steep log_softmax",
        "one log_softmax",
        "logsumexp",
        "attention",
        "sigmoid",
        "tanh",
        "softplus",
        "logsigmoid",
        "sin",
    ],
)
def test_a_saturated_function_raises_no_alarm(function: Callable[[Any], Any], values: tuple[float, ...]) -> None:
    proven(function, (tg.tensor(values, dtype=tg.float64, requires_grad=True),), True)


@pytest.mark.parametrize(
    ("function", "values"),
    [
        (lambda x: x.prod(), [(-1e3, 1e-16, -20)]),  # f / x² less f / x², which is 1e20
        (lambda x: x.prod(), [(5e-324, -0.81, 0.64)]),  # f / x of the smallest number there is
        (lambda x, y: x * x * y + y.sin(), [(1e8,), (1e8,)]),  # next to x², which is 1e16, cos y is rounding
        (lambda x: x.var(), [(1e6, 1e6 + 2**-33)]),  # the mean of neighbours is one of them
        (tg.remainder, [(0.5,), (-1e-16,)]),  # teeth as narrow as numbers are apart
        (lambda x: (x * x).sqrt(), [(1.0, 0.0)]),  # the second has no derivative, and so 0 · inf by the first result
    ],
    ids=["cancelling", "smallest", "unseen", "neighbours", "teeth", "corner"],
)
def test_what_rounding_leaves_of_a_gradient_raises_no_alarm(
    function: Callable[..., Any], values: list[tuple[float, ...]]
) -> None:
    proven(function, tuple(tg.tensor(each, dtype=tg.float64, requires_grad=True) for each in values), True)


SPIKES: dict[str, Callable[[Any, float], Any]] = {
    "bell": lambda x, width: (-((x / width) ** 2)).exp(),
    "bell on a wave": lambda x, width: x.sin() + width * (-((x / width) ** 2)).exp(),
    "resonance": lambda x, width: 1 / (1 + (x / width) ** 2),
    "step": lambda x, width: (x / width).tanh(),
    "rounded corner": lambda x, width: (x * x + width * width).sqrt(),
    "softplus": lambda x, width: width * nn.functional.softplus(x / width),
}


@pytest.mark.parametrize("width", [1e-9, 3e-14, 1e-16, 1e-40])
@pytest.mark.parametrize("middle", [0.0, 1.0, 1e-5])
@pytest.mark.parametrize("spike", SPIKES.values(), ids=SPIKES)
def test_a_spike_however_narrow_raises_no_alarm(
    spike: Callable[[Any, float], Any], middle: float, width: float
) -> None:
    x = tg.tensor(middle, dtype=tg.float64, requires_grad=True)
    proven(lambda x: spike(x - middle, width), (x,), True)


@pytest.mark.parametrize("values", [[1e6], [-1.86, 1e7], [1e7], [-1e8, 0.5]])
def test_waves_as_short_as_numbers_are_apart_raise_no_alarm(values: list[float]) -> None:
    proven(lambda x: (x * x).sin(), (tg.tensor(values, dtype=tg.float64, requires_grad=True),), True)


@pytest.mark.parametrize(
    ("forward", "there"),
    [(lambda x: x**3, 0), (lambda x: (x - 1) ** 3, 1), (lambda x: np.logaddexp(0, x), -40), (lambda x: 0 * x, 1)],
    ids=["flat at 0", "flat at 1", "saturated", "constant"],
)
def test_a_slope_that_a_rule_makes_up_at_one_point_is_no_spike(forward: Callable[[Any], Any], there: float) -> None:
    made_up = primitive(forward, name="made_up", x=lambda g, x: g * (1.0 if x == there else 0.0))
    with pytest.raises(GradcheckError):
        proven(made_up, (tg.tensor(there, dtype=tg.float64, requires_grad=True),), False)


def test_a_small_gradient_where_the_function_is_not_flat_is_judged_by_its_own_size() -> None:
    small = elementwise(lambda x: 1e-12 * x * x, name="small", x=lambda g, x: 3e-12 * g * x)
    with pytest.raises(GradcheckError):
        proven(small, (tg.tensor([0.5, 1], dtype=tg.float64, requires_grad=True),), False)


def test_a_rule_that_is_wrong_where_one_tensor_is_given_twice_is_found() -> None:
    halved = elementwise(
        np.multiply, name="halved", x=lambda g, x, y: g * y * (0.5 if x is y else 1), y=lambda g, x: g * x
    )
    x = tg.tensor([1.5, 2.0], dtype=tg.float64, requires_grad=True)
    with pytest.raises(GradcheckError, match="factor"):
        proven(halved, (x, x), False)
