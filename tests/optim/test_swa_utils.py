"""Averaged models and their rates: averages worked out by hand, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.optim import swa_utils

WEIGHTS = (1.0, 2.0, 6.0, 7.0)


def averaged_over(weights: tuple[float, ...], **options: Any) -> swa_utils.AveragedModel:
    model = nn.Linear(2, 1)
    average = swa_utils.AveragedModel(model, **options)
    for weight in weights:
        for each in model.parameters():
            nn.init.constant_(each, weight)
        average.update_parameters(model)
    return average


def moving(average: Any, current: Any, count: Any) -> Any:
    return average / 2 + current / 2


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, 4.0),
        ({"avg_fn": swa_utils.get_swa_avg_fn()}, 4.0),
        ({"multi_avg_fn": swa_utils.get_swa_multi_avg_fn()}, 4.0),
        ({"avg_fn": moving}, ((1.5 / 2 + 6 / 2) + 7) / 2),
        ({"avg_fn": swa_utils.get_ema_avg_fn(0.5)}, ((1.5 / 2 + 6 / 2) + 7) / 2),
        ({"multi_avg_fn": swa_utils.get_ema_multi_avg_fn(0.5)}, ((1.5 / 2 + 6 / 2) + 7) / 2),
        ({"multi_avg_fn": swa_utils.get_ema_multi_avg_fn(0.0)}, 7.0),
    ],
)
def test_weights_are_averaged(options: dict[str, Any], expected: float) -> None:
    average = averaged_over(WEIGHTS, **options)
    assert average.n_averaged == 4
    for each in average.module.parameters():
        np.testing.assert_allclose(each.detach().numpy(), expected, rtol=1e-6)
    assert average(tg.ones(1, 2)).item() == pytest.approx(3 * expected)


@pytest.mark.parametrize(("use_buffers", "expected"), [(False, 5.0), (True, 4.0)])
def test_buffers_are_copied_or_averaged(use_buffers: bool, expected: float) -> None:
    model = nn.BatchNorm1d(1)
    average = swa_utils.AveragedModel(model, use_buffers=use_buffers)
    for mean in (3.0, 5.0):
        assert model.running_mean is not None
        model.running_mean.fill_(mean)
        average.update_parameters(model)
    kept: Any = average.module
    assert kept.running_mean.tolist() == [expected]


def test_a_saved_average_goes_on() -> None:
    first = averaged_over(WEIGHTS[:3])
    second = swa_utils.AveragedModel(nn.Linear(2, 1))
    second.load_state_dict(first.state_dict())
    model = nn.Linear(2, 1)
    for each in model.parameters():
        nn.init.constant_(each, WEIGHTS[3])
    second.update_parameters(model)
    linear: Any = second.module
    assert linear.bias.tolist() == [pytest.approx(4.0)]


def test_update_bn_takes_the_mean_of_all_batches() -> None:
    batches = np.random.default_rng(0).normal(size=(3, 4, 2)).astype(np.float32)
    model = nn.Sequential(nn.BatchNorm1d(2, momentum=0.3)).eval()
    swa_utils.update_bn([(tg.tensor(each), 0) for each in batches], model)
    norm: Any = model[0]
    np.testing.assert_allclose(norm.running_mean.numpy(), batches.mean((0, 1)), rtol=1e-5)
    np.testing.assert_allclose(norm.running_var.numpy(), batches.var(1, ddof=1).mean(0), rtol=1e-5)
    assert norm.momentum == 0.3
    assert not model.training


def test_update_bn_without_batch_norms_calls_nothing() -> None:
    swa_utils.update_bn(wrong(None), nn.Linear(1, 1))


def test_update_bn_that_fails_leaves_all_as_it_was() -> None:
    model = nn.Sequential(nn.BatchNorm1d(2))
    norm: Any = model[0]
    norm.running_mean.fill_(3.0)
    with pytest.raises((RuntimeError, ValueError)):
        swa_utils.update_bn([tg.ones(3, 2), tg.ones(3, 5)], model)
    assert norm.running_mean.tolist() == [3, 3]
    assert norm.momentum == 0.1
    assert int(norm.num_batches_tracked) == 0


@pytest.mark.parametrize("strategy", ["cos", "linear"])
@pytest.mark.parametrize("epochs", [0, 1, 6])
def test_swalr_follows_its_formula(strategy: str, epochs: int) -> None:
    optimizer = optim.SGD([tg.ones(1)], lr=0.8)
    scheduler = swa_utils.SWALR(optimizer, 0.2, epochs, strategy)
    for t in range(20):
        way = min(1.0, t / epochs) if epochs else 1.0
        part = way if strategy == "linear" else (1 - math.cos(math.pi * way)) / 2
        assert scheduler.get_last_lr()[0] == pytest.approx(0.8 + (0.2 - 0.8) * part, rel=1e-9), t
        optimizer.step()
        scheduler.step()
        if t == 3:  # goes on in another one
            states = optimizer.state_dict(), scheduler.state_dict()
            optimizer = optim.SGD([tg.ones(1)], lr=0.1)
            scheduler = swa_utils.SWALR(optimizer, 0.2, epochs, strategy)
            optimizer.load_state_dict(states[0])
            scheduler.load_state_dict(states[1])


def sgd() -> optim.SGD:
    return optim.SGD([tg.ones(1)], lr=0.8)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: swa_utils.AveragedModel(wrong(3)), TypeError, "AveragedModel: wanted a module, got int 3"),
        (
            lambda: averaged_over((), avg_fn=moving, multi_avg_fn=moving),
            AssertionError,
            "wanted avg_fn or multi_avg_fn, got both; leave one of them out",
        ),
        (lambda: averaged_over((), avg_fn=3), TypeError, "avg_fn must be a function or None, got int 3"),
        (lambda: averaged_over((), use_buffers=1), TypeError, "use_buffers must be True or False, got int 1"),
        (lambda: averaged_over((), device="cuda"), RuntimeError, "got device='cuda', but only 'cpu' exists here"),
        (lambda: averaged_over(()).update_parameters(wrong(3)), TypeError, "update_parameters: wanted a module, got"),
        (lambda: swa_utils.update_bn([], wrong(3)), TypeError, "update_bn: wanted a module, got int 3"),
        (lambda: swa_utils.update_bn(wrong(3), nn.BatchNorm1d(1)), TypeError, "loader must give batches one by one"),
        (lambda: swa_utils.SWALR(sgd(), 0.1, -1), ValueError, "anneal_epochs must be an integer that isn't negative"),
        (lambda: swa_utils.SWALR(sgd(), 0.1, 1, wrong("log")), ValueError, "must be 'cos' or 'linear', got 'log'"),
        (lambda: swa_utils.SWALR(sgd(), [0.1, 0.2]), ValueError, "wanted one swa_lr for each of the 1 groups"),
        (lambda: swa_utils.SWALR(sgd(), wrong("0.1")), TypeError, "SWALR: swa_lr must be a number, or one for each"),
        (lambda: swa_utils.SWALR(wrong(3), 0.1), TypeError, "SWALR: wanted an optimizer, got int"),
        (lambda: swa_utils.get_ema_avg_fn(1.5), ValueError, r"decay must lie in [0, 1], got float 1.5"),
    ],
)
def test_what_it_refuses(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as refused:
        call()
    assert words in str(refused.value)
