"""Schedulers: the rates follow the formulas they state, files keep them, and what is wrong is said."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from typing import Any

import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import optim
from tinygrad_edu.optim import lr_scheduler

FIRST = 0.8


def optimizer_of() -> Any:
    return optim.SGD([tg.ones(1)], lr=FIRST, momentum=0.9)


def triangle(t: int) -> float:
    return 0.1 + 0.4 * (1 - abs((t % 8) / 4 - 1))


# Each with its rate at step t, as its source has it.
FORMULAS: dict[str, tuple[Callable[[Any], Any], Callable[[int], float]]] = {
    "StepLR": (lambda o: lr_scheduler.StepLR(o, 3, 0.5), lambda t: FIRST * 0.5 ** (t // 3)),
    "MultiStepLR": (
        lambda o: lr_scheduler.MultiStepLR(o, [2, 5], 0.5),
        lambda t: FIRST * 0.5 ** ((t >= 2) + (t >= 5)),
    ),
    "ExponentialLR": (lambda o: lr_scheduler.ExponentialLR(o, 0.7), lambda t: FIRST * 0.7**t),
    "MultiplicativeLR": (
        lambda o: lr_scheduler.MultiplicativeLR(o, lambda t: t),
        lambda t: FIRST * math.factorial(t),
    ),
    "ConstantLR": (lambda o: lr_scheduler.ConstantLR(o, 0.25, 4), lambda t: FIRST * (0.25 if t < 4 else 1)),
    "LinearLR": (lambda o: lr_scheduler.LinearLR(o, 0.2, 0.6, 5), lambda t: FIRST * (0.2 + 0.4 * min(t, 5) / 5)),
    "PolynomialLR": (lambda o: lr_scheduler.PolynomialLR(o, 6, 2), lambda t: FIRST * (1 - min(t, 6) / 6) ** 2),
    "LambdaLR": (lambda o: lr_scheduler.LambdaLR(o, lambda t: 1 / (1 + t)), lambda t: FIRST / (1 + t)),
    "CosineAnnealingLR": (
        lambda o: lr_scheduler.CosineAnnealingLR(o, 5, 0.1),
        lambda t: 0.1 + (FIRST - 0.1) * (1 + math.cos(math.pi * t / 5)) / 2,
    ),
    "CosineAnnealingWarmRestarts": (
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 4),
        lambda t: FIRST * (1 + math.cos(math.pi * (t % 4) / 4)) / 2,
    ),
    "CyclicLR": (lambda o: lr_scheduler.CyclicLR(o, 0.1, 0.5, 4), triangle),
    "OneCycleLR": (
        lambda o: lr_scheduler.OneCycleLR(o, 1.0, 21, anneal_strategy="linear", pct_start=1 / 3, div_factor=10),
        lambda t: 0.1 + 0.9 * t / 6 if t <= 6 else 1 + (1e-5 - 1) * (t - 6) / 14,
    ),
}


def test_every_scheduler_has_its_formula() -> None:
    others = {"LRScheduler", "_LRScheduler", "ReduceLROnPlateau", "SequentialLR", "ChainedScheduler"}
    published = {name for name in vars(lr_scheduler) if isinstance(getattr(lr_scheduler, name), type)}
    assert published == {*FORMULAS} | others


@pytest.mark.parametrize("name", FORMULAS)
def test_the_rates_follow_the_formula(name: str) -> None:
    make, formula = FORMULAS[name]
    optimizer = optimizer_of()
    scheduler = make(optimizer)
    for t in range(17):
        assert optimizer.param_groups[0]["lr"] == pytest.approx(formula(t), rel=1e-12, abs=1e-16), t
        optimizer.step()
        scheduler.step()


@pytest.mark.parametrize("name", FORMULAS)
def test_a_file_keeps_it(name: str) -> None:
    make, formula = FORMULAS[name]
    optimizer = optimizer_of()
    scheduler = make(optimizer)
    for _ in range(3):
        optimizer.step()
        scheduler.step()
    file = io.BytesIO()
    tg.save({"optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}, file)
    file.seek(0)
    states = tg.load(file)
    optimizer = optimizer_of()
    scheduler = make(optimizer)
    optimizer.load_state_dict(states["optimizer"])
    scheduler.load_state_dict(states["scheduler"])
    assert scheduler.get_last_lr() == [pytest.approx(formula(3), rel=1e-12)]
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] == pytest.approx(formula(4), rel=1e-12)


def test_it_lowers_the_rate_when_the_loss_stays_where_it_is() -> None:
    optimizer = optimizer_of()
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2, cooldown=1)
    rates = []
    for loss in (3.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 1.0, float("nan")):
        scheduler.step(loss)
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates == [0.8] * 4 + [0.4] * 4 + [0.2] * 3


def test_a_step_before_the_optimizer_s_is_warned_of() -> None:
    scheduler = lr_scheduler.StepLR(optimizer_of(), 1)
    with pytest.warns(UserWarning, match=r"StepLR: scheduler\.step\(\) was called before optimizer\.step\(\)"):
        scheduler.step()


def test_what_is_wrong_is_said() -> None:
    optimizer = optimizer_of()
    with pytest.raises(TypeError, match=r"StepLR: wanted an optimizer, got list"):
        lr_scheduler.StepLR(wrong([tg.ones(1)]), 1)
    with pytest.raises(NotImplementedError, match=r"LRScheduler\.get_lr is not defined"):
        lr_scheduler.LRScheduler(optimizer)
    with pytest.raises(ValueError, match=r"LinearLR: start_factor must be above 0, for a rate of 0 times anything"):
        lr_scheduler.LinearLR(optimizer, 0)
    optimizer.step()
    cycle = lr_scheduler.OneCycleLR(optimizer, 0.5, 2)
    cycle.last_epoch = 2
    with pytest.raises(ValueError, match=r"OneCycleLR: this would be step 3, but the cycle has 2 steps"):
        cycle.step()
    with pytest.raises(
        TypeError, match=r"StepLR\.load_state_dict: wanted a dict as state_dict\(\) returns it, got int 3"
    ):
        lr_scheduler.StepLR(optimizer, 1).load_state_dict(wrong(3))
