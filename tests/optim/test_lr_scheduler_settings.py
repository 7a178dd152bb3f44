"""Schedulers in more of their forms: other modes, steps that are given, rates as tensors, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import optim
from tinygrad_edu.optim import lr_scheduler as lrs

FIRST = 0.8
STEPS = 20


def sgd(groups: int = 1, momentum: float = 0.9) -> Any:
    return optim.SGD([{"params": [tg.ones(1)]} for _ in range(groups)], lr=FIRST, momentum=momentum)


def half(x: float) -> float:
    return 0.5**x


class Halved:
    """A function with a state that can be saved."""

    def __init__(self, base: float) -> None:
        self.base = base

    def __call__(self, t: float) -> float:
        return self.base**t


def up_and_down(t: int, up: int = 3, down: int = 5) -> float:
    place = t % (up + down)
    return place / up if place <= up else (up + down - place) / down


def restarts(t: int) -> float:
    begin, length = 0, 2
    while t >= begin + length:
        begin, length = begin + length, length * 2
    return FIRST * (1 + math.cos(math.pi * (t - begin) / length)) / 2


def cosine_way(start: float, end: float, part: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * part)) / 2


def three_phases(t: int) -> float:
    if t <= 5:
        return cosine_way(0.04, 1, t / 5)
    return cosine_way(1, 0.04, (t - 5) / 5) if t <= 10 else cosine_way(0.04, 4e-6, (t - 10) / 9)


def cyclic(**options: Any) -> Callable[[Any], Any]:
    return lambda o: lrs.CyclicLR(o, 0.1, 0.5, 3, 5, **options)


def in_turn(o: Any) -> Any:
    parts: list[lrs.LRScheduler] = [lrs.ConstantLR(o, 0.25, 4), lrs.ExponentialLR(o, 0.5), lrs.StepLR(o, 2, 0.1)]
    return lrs.SequentialLR(o, parts, milestones=[3, 9])


def chained(o: Any) -> Any:
    return lrs.ChainedScheduler([lrs.ExponentialLR(o, 0.9), lrs.StepLR(o, 2, 0.5)])


FORMS: dict[str, tuple[Callable[[Any], Any], Callable[[int], float]]] = {
    "triangular2": (
        cyclic(mode="triangular2", cycle_momentum=False),
        lambda t: 0.1 + 0.4 * up_and_down(t) / 2 ** (t // 8),
    ),
    "exp_range": (cyclic(mode="exp_range", gamma=0.9), lambda t: 0.1 + 0.4 * up_and_down(t) * 0.9**t),
    "scale by cycle": (cyclic(scale_fn=half), lambda t: 0.1 + 0.4 * up_and_down(t) * 0.5 ** (1 + t // 8)),
    "scale by step": (
        cyclic(scale_fn=Halved(0.9), scale_mode="iterations"),
        lambda t: 0.1 + 0.4 * up_and_down(t) * 0.9**t,
    ),
    "three phases": (
        lambda o: lrs.OneCycleLR(o, 1.0, epochs=4, steps_per_epoch=5, three_phase=True),
        lambda t: three_phases(t),
    ),
    "restarts that get longer": (lambda o: lrs.CosineAnnealingWarmRestarts(o, 2, 2), restarts),
    "in turn": (
        in_turn,
        lambda t: FIRST * (0.25 if t < 3 else 0.5 ** (t - 3) if t < 9 else 0.1 ** ((t - 9) // 2)),
    ),
    "chained": (chained, lambda t: FIRST * 0.9**t * 0.5 ** (t // 2)),
    "an object as a function": (lambda o: lrs.LambdaLR(o, Halved(0.9)), lambda t: FIRST * 0.9**t),
    "SequentialLR in ChainedScheduler": (
        lambda o: lrs.ChainedScheduler([in_turn(o)]),
        lambda t: FIRST * (0.25 if t < 3 else 0.5 ** (t - 3) if t < 9 else 0.1 ** ((t - 9) // 2)),
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_rates_follow_the_formula(name: str) -> None:
    make, formula = FORMS[name]
    optimizer = sgd()
    scheduler = make(optimizer)
    for t in range(STEPS):
        assert scheduler.get_last_lr() == [pytest.approx(formula(t), rel=1e-9, abs=1e-15)], t
        if t == 4:  # another one goes on
            states = optimizer.state_dict(), scheduler.state_dict()
            optimizer = sgd()
            scheduler = make(optimizer)
            optimizer.load_state_dict(states[0])
            scheduler.load_state_dict(states[1])
        assert optimizer.param_groups[0]["lr"] == pytest.approx(formula(t), rel=1e-9, abs=1e-15), t
        optimizer.step()
        scheduler.step()


def test_a_state_gives_an_object_back_what_it_held() -> None:
    saved = lrs.LambdaLR(sgd(), [Halved(0.25)]).state_dict()
    mine = Halved(0.5)
    lrs.LambdaLR(sgd(), mine).load_state_dict(saved)
    assert mine.base == 0.25
    scale = Halved(0.5)
    cyclic(scale_fn=scale)(sgd()).load_state_dict(cyclic(scale_fn=Halved(0.75))(sgd()).state_dict())
    assert scale.base == 0.75


@pytest.mark.parametrize(
    ("make", "rate"),
    [
        (lambda o: lrs.StepLR(o, 3, 0.5), lambda t: FIRST * 0.5 ** (t // 3)),
        (lambda o: lrs.MultiStepLR(o, [2, 5, 5], 0.5), lambda t: FIRST * 0.5 ** ((t >= 2) + 2 * (t >= 5))),
        (lambda o: lrs.ExponentialLR(o, 0.7), lambda t: FIRST * 0.7**t),
        (lambda o: lrs.ConstantLR(o, 0.25, 4), lambda t: FIRST * (0.25 if t < 4 else 1)),
        (lambda o: lrs.LinearLR(o, 0.2, 0.6, 5), lambda t: FIRST * (0.2 + 0.4 * min(t, 5) / 5)),
        (lambda o: lrs.PolynomialLR(o, 6, 2), lambda t: FIRST * (1 - min(t, 6) / 6) ** 2),
        (lambda o: lrs.LambdaLR(o, half), lambda t: FIRST * 0.5**t),
        (
            lambda o: lrs.CosineAnnealingLR(o, 5, 0.1),
            lambda t: 0.1 + (FIRST - 0.1) * (1 + math.cos(math.pi * t / 5)) / 2,
        ),
        (cyclic(), lambda t: 0.1 + 0.4 * up_and_down(t)),
    ],
)
def test_a_step_may_be_given(make: Callable[[Any], Any], rate: Callable[[int], float]) -> None:
    optimizer = sgd()
    scheduler = make(optimizer)
    optimizer.step()
    for t in (7, 2, 5, 0):
        with pytest.warns(UserWarning, match=r"step\(epoch\) is deprecated; call step\(\) once for each epoch"):
            scheduler.step(t)
        assert scheduler.get_last_lr() == [pytest.approx(rate(t), rel=1e-9, abs=1e-15)], t


@pytest.mark.parametrize("place", [0, 0.5, 1.75, 2, 3.5, 6.25, 13.9])
def test_a_place_between_steps_of_warm_restarts(place: float) -> None:
    scheduler = lrs.CosineAnnealingWarmRestarts(sgd(), 2, 2)
    scheduler.step(place)
    begin, length = next((b, n) for b, n in ((0, 2), (2, 4), (6, 8)) if place < b + n)
    assert scheduler.get_last_lr() == [pytest.approx(FIRST * (1 + math.cos(math.pi * (place - begin) / length)) / 2)]
    assert scheduler.last_epoch == math.floor(place)


def test_a_rate_that_is_a_tensor_stays_that_tensor() -> None:
    rate = tg.tensor(FIRST)
    optimizer = optim.SGD([tg.ones(1)], lr=rate)
    scheduler = lrs.ExponentialLR(optimizer, 0.5)
    for _ in range(2):
        optimizer.step()
        scheduler.step()
    assert optimizer.param_groups[0]["lr"] is rate
    assert rate.item() == pytest.approx(FIRST / 4)


@pytest.mark.parametrize("betas", [False, True])
def test_momentum_goes_the_other_way(betas: bool) -> None:
    optimizer: Any = optim.Adam([tg.ones(1)]) if betas else sgd()
    scheduler = lrs.CyclicLR(optimizer, 0.1, 0.5, 3, 5, base_momentum=0.7, max_momentum=0.9)
    for t in range(STEPS):
        group = optimizer.param_groups[0]
        momentum = group["betas"][0] if betas else group["momentum"]
        assert momentum == pytest.approx(0.9 - 0.2 * up_and_down(t)), t
        optimizer.step()
        scheduler.step()


@pytest.mark.parametrize(
    ("options", "numbers", "rates"),
    [
        ({"mode": "max", "patience": 0}, (1, 2, 2, 3, 1), [FIRST, FIRST, 0.08, 0.08, 0.008]),
        ({"threshold": 0.5, "threshold_mode": "abs", "patience": 0}, (3, 2.6, 2.4), [FIRST, 0.08, 0.08]),
        ({"threshold": 0.5, "patience": 0}, (3, 1.6, 1.4), [FIRST, 0.08, 0.08]),
        ({"patience": 0, "cooldown": 1}, (1, 1, 1, 1), [FIRST, 0.08, 0.08, 0.008]),
        ({"patience": 0, "min_lr": 0.05}, (1, 1, 1, 1), [FIRST, 0.08, 0.05, 0.05]),
        ({"patience": 0, "eps": 0.1}, (1, 1, 1), [FIRST, 0.08, 0.08]),
    ],
)
def test_a_plateau_in_its_modes(options: dict[str, Any], numbers: tuple[float, ...], rates: list[float]) -> None:
    scheduler = lrs.ReduceLROnPlateau(sgd(), **options)
    found = []
    for each in numbers:
        scheduler.step(each)
        found.extend(scheduler.get_last_lr())
    assert found == pytest.approx(rates)


def test_a_plateau_with_groups_that_came_later() -> None:
    optimizer = sgd()
    one, several = (lrs.ReduceLROnPlateau(optimizer, patience=0, min_lr=each) for each in (0.1, [0.1]))
    optimizer.add_param_group({"params": [tg.ones(1)]})
    with pytest.warns(UserWarning, match=r"step\(metrics, epoch\) is deprecated"):
        one.step(1.0, epoch=4)
    assert one.last_epoch == 4
    one.step(1.0)
    assert one.get_last_lr() == pytest.approx([0.1, 0.1])
    several.step(1.0)
    with pytest.raises(RuntimeError, match=r"has 2 groups by now, but there are 1 min_lr; give scheduler\.min_lrs one"):
        several.step(1.0)


HERE = sgd()
PLATEAU = lrs.ReduceLROnPlateau(HERE)
STEP = lrs.StepLR(HERE, 1)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: lrs.ChainedScheduler([]), ValueError, "ChainedScheduler: wanted at least one scheduler, got none"),
        (lambda: lrs.ChainedScheduler([wrong(3)]), TypeError, "scheduler 0 is none, got int 3"),
        (lambda: lrs.ChainedScheduler([STEP, PLATEAU]), ValueError, "scheduler 1 is a ReduceLROnPlateau, whose step"),
        (lambda: lrs.ChainedScheduler([STEP], sgd()), ValueError, "scheduler 0 changes the rates of another optimizer"),
        (lambda: lrs.SequentialLR(HERE, [STEP], [1]), ValueError, "1 schedulers want 0 milestones"),
        (lambda: lrs.SequentialLR(sgd(), [STEP], []), ValueError, "SequentialLR: scheduler 0 changes the rates of an"),
        (
            lambda: lrs.CosineAnnealingWarmRestarts(HERE, 0),
            ValueError,
            "T_0 must be an integer of 1 or more, got int 0",
        ),
        (
            lambda: lrs.CosineAnnealingWarmRestarts(HERE, 1, wrong(1.5)),
            ValueError,
            "T_mult must be an integer of 1 or mo",
        ),
        (
            lambda: lrs.CosineAnnealingWarmRestarts(HERE, 1, 1, wrong("0")),
            ValueError,
            "eta_min must be a number, got str",
        ),
        (lambda: lrs.CosineAnnealingWarmRestarts(HERE, 1).step(-1), ValueError, "step: epoch must be 0 or more, got"),
        (lambda: lrs.OneCycleLR(HERE, 1.0), ValueError, "wanted total_steps, or both epochs and steps_per_epoch"),
        (lambda: lrs.OneCycleLR(HERE, 1.0, 0), ValueError, "total_steps must be an integer of 1 or more, got int 0"),
        (
            lambda: lrs.OneCycleLR(HERE, 1.0, epochs=2, steps_per_epoch=-1),
            ValueError,
            "steps_per_epoch must be an integer",
        ),
        (lambda: lrs.OneCycleLR(HERE, 1.0, 9, pct_start=1.5), ValueError, "pct_start must be a float from 0 to 1"),
        (lambda: lrs.OneCycleLR(HERE, 1.0, 9, anneal_strategy="log"), ValueError, "must be 'cos' or 'linear', got"),
        (lambda: lrs.OneCycleLR(optim.Adagrad([tg.ones(1)]), 1.0, 9), ValueError, "Adagrad has no momentum to change"),
        (
            lambda: lrs.CyclicLR(HERE, 0.1, 0.5, mode="square"),
            ValueError,
            "mode must be 'triangular', 'triangular2' or",
        ),
        (lambda: lrs.LambdaLR(HERE, wrong(3)), TypeError, "int 3"),
        (lambda: lrs.ConstantLR(HERE, 1.5), ValueError, "ConstantLR: factor must be from 0 to 1, got float 1.5"),
        (lambda: lrs.LinearLR(HERE, 0.5, -1), ValueError, "LinearLR: end_factor must be from 0 to 1, got int -1"),
        (lambda: lrs.ReduceLROnPlateau(HERE, factor=1.0), ValueError, "factor must be less than 1, got float 1.0"),
        (lambda: lrs.ReduceLROnPlateau(HERE, "least"), ValueError, "mode must be 'min' or 'max', got str"),
        (lambda: lrs.ReduceLROnPlateau(HERE, threshold_mode="x"), ValueError, "threshold_mode must be 'rel' or 'abs'"),
        (lambda: lrs.ReduceLROnPlateau(HERE, min_lr=[0.1, 0.1]), ValueError, "one min_lr for each of the 1 groups"),
    ],
)
def test_what_is_refused(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as refused:
        call()
    assert words in str(refused.value)
