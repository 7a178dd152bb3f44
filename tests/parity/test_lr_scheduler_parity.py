"""Schedulers beside PyTorch's: the rates and the momentum of some 40 steps, where a training goes on, and errors."""

from __future__ import annotations

import copy
import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.evidence import LEDGER, name_of

import tinygrad_edu as tg
from tinygrad_edu.optim import lr_scheduler

torch = pytest.importorskip("torch")

Make = Callable[[Any, Any], Any]  # a scheduler, of the room of schedulers and an optimizer
STEPS = 40


class Counting:
    """A function that an object is, with something to remember."""

    def __init__(self, by: float) -> None:
        self.by = by

    def __call__(self, t: float) -> float:
        return 1 / (1 + self.by * t)


MADE: dict[str, Make] = {
    "StepLR": lambda s, o: s.StepLR(o, 7),
    "StepLR, 1": lambda s, o: s.StepLR(o, step_size=1, gamma=0.9),
    "MultiStepLR": lambda s, o: s.MultiStepLR(o, [3, 3, 20], 0.5),
    "MultiStepLR, unsorted": lambda s, o: s.MultiStepLR(o, (20, 3, 39)),
    "ConstantLR": lambda s, o: s.ConstantLR(o),
    "ConstantLR, 12": lambda s, o: s.ConstantLR(o, 0.25, total_iters=12),
    "LinearLR": lambda s, o: s.LinearLR(o),
    "LinearLR, down": lambda s, o: s.LinearLR(o, start_factor=1.0, end_factor=0.0, total_iters=11),
    "PolynomialLR": lambda s, o: s.PolynomialLR(o),
    "PolynomialLR, 2": lambda s, o: s.PolynomialLR(o, total_iters=30, power=2.0),
    "ExponentialLR": lambda s, o: s.ExponentialLR(o, 0.9),
    "CosineAnnealingLR": lambda s, o: s.CosineAnnealingLR(o, 10),
    "CosineAnnealingLR, eta_min": lambda s, o: s.CosineAnnealingLR(o, T_max=7, eta_min=0.01),
    "CosineAnnealingWarmRestarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 6),
    "CosineAnnealingWarmRestarts, 2": lambda s, o: s.CosineAnnealingWarmRestarts(o, T_0=3, T_mult=2, eta_min=0.02),
    "LambdaLR": lambda s, o: s.LambdaLR(o, lambda t: 0.95**t),
    "LambdaLR of objects": lambda s, o: s.LambdaLR(o, [Counting(0.1), Counting(0.5)]),
    "MultiplicativeLR": lambda s, o: s.MultiplicativeLR(o, lr_lambda=[lambda t: 0.95, lambda t: 1 / t]),
    "OneCycleLR": lambda s, o: s.OneCycleLR(o, 0.5, total_steps=STEPS + 1),
    "OneCycleLR, by epochs": lambda s, o: s.OneCycleLR(o, [0.5, 1.0], epochs=9, steps_per_epoch=5, pct_start=0.5),
    "OneCycleLR, linear": lambda s, o: s.OneCycleLR(
        o, 0.5, STEPS + 1, anneal_strategy="linear", three_phase=True, div_factor=10, final_div_factor=50
    ),
    "OneCycleLR, no momentum": lambda s, o: s.OneCycleLR(o, 0.5, STEPS + 1, cycle_momentum=False),
    "CyclicLR": lambda s, o: s.CyclicLR(o, 0.1, 0.5, step_size_up=4),
    "CyclicLR, 2": lambda s, o: s.CyclicLR(o, 0.1, [0.5, 0.7], 4, 3, mode="triangular2", base_momentum=0.5),
    "CyclicLR, exp": lambda s, o: s.CyclicLR(o, 0.1, 0.5, 4, mode="exp_range", gamma=0.95, cycle_momentum=False),
    "CyclicLR, function": lambda s, o: s.CyclicLR(o, 0.1, 0.5, 4, scale_fn=Counting(0.2), scale_mode="iterations"),
    "SequentialLR": lambda s, o: s.SequentialLR(o, [s.LinearLR(o, 0.1), s.ExponentialLR(o, 0.9)], milestones=[5]),
    "SequentialLR, 3": lambda s, o: s.SequentialLR(
        o, [s.ConstantLR(o, 0.1, 4), s.CosineAnnealingLR(o, 10), s.StepLR(o, 5)], [4, 20]
    ),
    "ChainedScheduler": lambda s, o: s.ChainedScheduler([s.ConstantLR(o, 0.1, 4), s.ExponentialLR(o, 0.9)]),
    "SequentialLR, from the start": lambda s, o: s.SequentialLR(o, [s.StepLR(o, 2), s.ConstantLR(o, 0.5)], [1]),
    "SequentialLR, restarts": lambda s, o: s.SequentialLR(
        o, [s.PolynomialLR(o, 8), s.CosineAnnealingWarmRestarts(o, 5)], milestones=[8]
    ),
    "SequentialLR, functions": lambda s, o: s.SequentialLR(o, [s.LambdaLR(o, Counting(0.3)), s.LinearLR(o, 0.5)], [9]),
    "ChainedScheduler, one": lambda s, o: s.ChainedScheduler([s.ExponentialLR(o, 0.9)]),
    "ChainedScheduler, three": lambda s, o: s.ChainedScheduler(
        [s.LinearLR(o, 0.2, 1.0, 9), s.MultiStepLR(o, [5, 20]), s.MultiplicativeLR(o, lambda t: 0.99)]
    ),
    "ChainedScheduler, functions": lambda s, o: s.ChainedScheduler([s.LambdaLR(o, Counting(0.1)), s.StepLR(o, 9)]),
    "ChainedScheduler, cosine": lambda s, o: s.ChainedScheduler([s.CosineAnnealingLR(o, 9), s.StepLR(o, 4)], o),
}


def optimizer_of(m: Any, kind: str = "SGD", lr: Any = 0.1) -> Any:
    groups = [{"params": [m.ones(1)]}, {"params": [m.ones(2)], "lr": 0.4}]
    return getattr(m.optim, kind)(groups, lr=lr, **({"momentum": 0.9} if kind == "SGD" else {}))


def settings_of(optimizer: Any) -> list[Any]:
    return [(float(g["lr"]), g.get("momentum", 0), g.get("betas", (0, 0))) for g in optimizer.param_groups]


def course(m: Any, make: Make, steps: int = STEPS, **options: Any) -> list[Any]:
    optimizer = optimizer_of(m, **options)
    scheduler = make(m.optim.lr_scheduler, optimizer)
    seen = [settings_of(optimizer)]
    for _ in range(steps):
        optimizer.step()
        scheduler.step()
        assert [float(rate) for rate in scheduler.get_last_lr()] == [rate for rate, _, _ in settings_of(optimizer)]
        seen.append(settings_of(optimizer))
    return seen


def kind_of(name: str) -> str:
    """The scheduler of which a row has that name."""
    return name.partition(",")[0].partition(" ")[0]


def agree(name: str, mine: list[Any], theirs: list[Any]) -> None:
    """A course of ours and one of PyTorch's are equal."""
    assert_equal(mine, theirs)
    LEDGER.count(name_of(getattr(lr_scheduler, kind_of(name))), ["value"])


def assert_equal(mine: list[Any], theirs: list[Any]) -> None:
    for step, (one, other) in enumerate(zip(mine, theirs, strict=True)):
        for (rate, momentum, betas), (their_rate, their_momentum, their_betas) in zip(one, other, strict=True):
            assert rate == pytest.approx(their_rate, rel=1e-12, abs=1e-17), f"step {step}"
            assert momentum == pytest.approx(their_momentum, rel=1e-12)
            assert betas == pytest.approx(their_betas, rel=1e-12)


@pytest.mark.parametrize("kind", ["SGD", "AdamW"])
@pytest.mark.parametrize("name", MADE)
def test_the_rates_are_pytorch_s(name: str, kind: str) -> None:
    agree(name, *(course(m, MADE[name], kind=kind) for m in (tg, torch)))


@pytest.mark.parametrize("name", [name for name in MADE if "function" not in name])
def test_a_rate_that_is_a_tensor_stays_that_tensor(name: str) -> None:
    mine = optimizer_of(tg, lr=tg.tensor(0.1))
    rate = mine.param_groups[0]["lr"]
    scheduler = MADE[name](lr_scheduler, mine)
    mine.step()
    scheduler.step()
    assert mine.param_groups[0]["lr"] is rate
    theirs = course(torch, MADE[name], 1, lr=torch.tensor(0.1))
    assert float(rate) == pytest.approx(theirs[-1][0][0], rel=1e-6)
    LEDGER.count(name_of(type(scheduler)), ["value"])


@pytest.mark.parametrize("name", MADE)
def test_another_one_goes_on_where_one_was(name: str) -> None:
    whole = course(tg, MADE[name])
    optimizer = optimizer_of(tg)
    scheduler = MADE[name](lr_scheduler, optimizer)
    for _ in range(15):
        optimizer.step()
        scheduler.step()
    states = copy.deepcopy((optimizer.state_dict(), scheduler.state_dict()))
    optimizer = optimizer_of(tg)
    scheduler = MADE[name](lr_scheduler, optimizer)
    optimizer.load_state_dict(states[0])
    scheduler.load_state_dict(states[1])
    seen = [settings_of(optimizer)]
    for _ in range(STEPS - 15):
        optimizer.step()
        scheduler.step()
        seen.append(settings_of(optimizer))
    assert_equal(seen, whole[15:])


@pytest.mark.parametrize("name", MADE)
def test_what_is_remembered_has_pytorch_s_names(name: str) -> None:
    mine, theirs = ({*MADE[name](m.optim.lr_scheduler, optimizer_of(m)).state_dict()} for m in (tg, torch))
    inner = {"_get_lr_called_within_step", "_is_initial", "_step_count"}
    assert mine - inner == theirs - inner


FROM_THE_MIDDLE = [
    "StepLR",
    "MultiStepLR",
    "ConstantLR",
    "LinearLR",
    "PolynomialLR, 2",
    "ExponentialLR",
    "CosineAnnealingLR",
    "LambdaLR",
    "MultiplicativeLR",
]


@pytest.mark.parametrize("last", [0, 3, 6, 19])
@pytest.mark.parametrize("name", FROM_THE_MIDDLE)
def test_a_training_goes_on_with_last_epoch(name: str, last: int) -> None:
    def later(m: Any) -> list[Any]:
        optimizer = optimizer_of(m)
        for group in optimizer.param_groups:
            group["initial_lr"] = group["lr"]
        kind = type(MADE[name](m.optim.lr_scheduler, optimizer_of(m)))
        first = MADE[name](m.optim.lr_scheduler, optimizer_of(m))
        given = {k: v for k, v in vars(first).items() if k in inspect.signature(kind).parameters}
        given |= {"lr_lambda": first.lr_lambdas} if hasattr(first, "lr_lambdas") else {}
        given |= {"milestones": [3, 3, 20]} if "milestones" in given else {}
        scheduler = kind(**{**given, "optimizer": optimizer, "last_epoch": last})
        seen = [settings_of(optimizer)]
        for _ in range(5):
            optimizer.step()
            scheduler.step()
            seen.append(settings_of(optimizer))
        return seen

    agree(name, *(later(m) for m in (tg, torch)))


@pytest.mark.parametrize("epoch", [0, 1, 5, 20])
@pytest.mark.parametrize("name", [name for name in MADE if name[:5] not in ("Seque", "Chain", "Multi")])
def test_a_step_to_a_number_is_pytorch_s(name: str, epoch: int) -> None:
    seen = []
    for m in (tg, torch):
        optimizer = optimizer_of(m)
        scheduler = MADE[name](m.optim.lr_scheduler, optimizer)
        optimizer.step()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scheduler.step(epoch)
        seen.append([settings_of(optimizer)])
    agree(name, *seen)


PLATEAUS: list[dict[str, Any]] = [
    {},
    {"mode": "max", "patience": 2},
    {"factor": 0.5, "patience": 0, "cooldown": 2},
    {"threshold": 0.3, "threshold_mode": "abs", "patience": 1},
    {"threshold": 0.3, "patience": 1, "min_lr": [0.05, 0.2]},
    {"mode": "max", "threshold": 0.3, "threshold_mode": "abs", "patience": 1, "eps": 0.2},
    {"patience": 3},
    {"patience": 1, "cooldown": 4, "factor": 0.9},
    {"min_lr": 0.05, "patience": 0},
    {"mode": "max", "factor": 0.7, "patience": 1, "cooldown": 1},
    {"threshold": 0.0, "patience": 2},
]


@pytest.mark.parametrize("settings", PLATEAUS, ids=str)
def test_a_plateau_is_seen_where_pytorch_sees_it(settings: dict[str, Any]) -> None:
    losses = np.abs(np.cumsum(np.random.default_rng(0).standard_normal(60))) + 1
    seen = []
    for m in (tg, torch):
        optimizer = optimizer_of(m)
        scheduler = m.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **settings)
        rates = []
        for loss in losses:
            scheduler.step(m.tensor(loss))
            rates.append([*settings_of(optimizer), scheduler.num_bad_epochs, scheduler.in_cooldown])
        seen.append((rates, {*scheduler.state_dict()}))
    assert seen[0] == seen[1]
    LEDGER.count(name_of(lr_scheduler.ReduceLROnPlateau), ["value"])


@pytest.mark.parametrize("name", [*dict.fromkeys(lr_scheduler.scheduler.__all__ + [kind_of(each) for each in MADE])])
def test_it_takes_the_same_arguments(name: str) -> None:
    mine, theirs = (inspect.signature(getattr(m.optim.lr_scheduler, name)).parameters.values() for m in (tg, torch))
    assert [(each.name, each.default) for each in mine] == [(each.name, each.default) for each in theirs]


def one_step_too_many(scheduler: Any) -> None:
    for _ in range(3):
        scheduler.step()


REFUSED: list[Make] = [
    lambda s, o: s.StepLR(3, 1),
    lambda s, o: s.ConstantLR(o, 1.5),
    lambda s, o: s.ConstantLR(o, -0.5),
    lambda s, o: s.LinearLR(o, 0),
    lambda s, o: s.LinearLR(o, 1.5),
    lambda s, o: s.LinearLR(o, end_factor=1.5),
    lambda s, o: s.CosineAnnealingWarmRestarts(o, 0),
    lambda s, o: s.CosineAnnealingWarmRestarts(o, 1.5),
    lambda s, o: s.CosineAnnealingWarmRestarts(o, 5, T_mult=0),
    lambda s, o: s.CosineAnnealingWarmRestarts(o, 5).step(-1),
    lambda s, o: s.LambdaLR(o, [lambda t: t]),
    lambda s, o: s.MultiplicativeLR(o, 3),
    lambda s, o: s.OneCycleLR(o, 0.5),
    lambda s, o: s.OneCycleLR(o, 0.5, epochs=3),
    lambda s, o: s.OneCycleLR(o, 0.5, total_steps=0),
    lambda s, o: s.OneCycleLR(o, 0.5, epochs=2, steps_per_epoch=0),
    lambda s, o: s.OneCycleLR(o, 0.5, 10, pct_start=2.0),
    lambda s, o: s.OneCycleLR(o, 0.5, 10, pct_start=1),
    lambda s, o: s.OneCycleLR(o, 0.5, 10, anneal_strategy="step"),
    lambda s, o: s.OneCycleLR(o, [0.5], 10),
    lambda s, o: one_step_too_many(s.OneCycleLR(o, 0.5, 2)),
    lambda s, o: s.CyclicLR(o, 0.1, 0.5, mode="square"),
    lambda s, o: s.ReduceLROnPlateau(o, mode="least"),
    lambda s, o: s.ReduceLROnPlateau(o, factor=1.0),
    lambda s, o: s.ReduceLROnPlateau(o, threshold_mode="much"),
    lambda s, o: s.ReduceLROnPlateau(o, min_lr=[0.1]),
    lambda s, o: s.SequentialLR(o, [], []),
    lambda s, o: s.SequentialLR(o, [s.StepLR(o, 1)], [1]),
    lambda s, o: s.SequentialLR(o, [s.StepLR(o, 1), 3], [1]),
    lambda s, o: s.SequentialLR(o, [s.StepLR(o, 1), s.ReduceLROnPlateau(o)], [1]),
    lambda s, o: s.SequentialLR(copy.deepcopy(o), [s.StepLR(o, 1), s.StepLR(o, 1)], [1]),
    lambda s, o: s.ChainedScheduler([]),
    lambda s, o: s.ChainedScheduler([s.StepLR(o, 1), s.StepLR(copy.deepcopy(o), 1)]),
    lambda s, o: s.StepLR(o, 1, last_epoch=3),
]


@pytest.mark.filterwarnings("ignore:.*before .?optimizer.step")
@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_what_pytorch_refuses_is_refused(number: int) -> None:
    errors = []
    for m in (tg, torch):
        with pytest.raises((TypeError, ValueError, KeyError)) as caught:
            REFUSED[number](m.optim.lr_scheduler, optimizer_of(m))
        errors.append(caught.type)
    assert errors[0] is errors[1]


def test_an_optimizer_without_momentum_has_none_to_change() -> None:
    for m in (tg, torch):
        plain = m.optim.Adagrad([m.ones(1)])
        for name, rates in (("CyclicLR", (0.1, 0.5)), ("OneCycleLR", (0.5, 10))):
            with pytest.raises(ValueError, match="momentum"):
                getattr(m.optim.lr_scheduler, name)(plain, *rates)
