"""Averaged weights beside PyTorch's: averages of parameters and buffers, rates, running values, errors."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.evidence import LEDGER
from support.wrong import wrong

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

AVERAGES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "the mean": lambda s: {},
    "the mean, buffers too": lambda s: {"use_buffers": True},
    "swa, one by one": lambda s: {"avg_fn": s.get_swa_avg_fn()},
    "swa, many": lambda s: {"multi_avg_fn": s.get_swa_multi_avg_fn()},
    "ema, one by one": lambda s: {"avg_fn": s.get_ema_avg_fn(0.9)},
    "ema, one by one, buffers too": lambda s: {"avg_fn": s.get_ema_avg_fn(), "use_buffers": True},
    "ema, many": lambda s: {"multi_avg_fn": s.get_ema_multi_avg_fn(decay=0.3)},
    "ema, many, buffers too": lambda s: {"multi_avg_fn": s.get_ema_multi_avg_fn(0.75), "use_buffers": True},
    "decay 0": lambda s: {"avg_fn": s.get_ema_avg_fn(0)},
    "decay 1": lambda s: {"multi_avg_fn": s.get_ema_multi_avg_fn(1)},
    "one of the user's": lambda s: {"avg_fn": lambda average, current, n: 0.5 * average + current / (n + 2)},
    "on a device": lambda s: {"device": "cpu"},
}


def model_of(m: Any, dtype: str = "float32") -> Any:
    model = m.nn.Sequential(m.nn.Linear(3, 4), m.nn.BatchNorm1d(4), m.nn.Linear(4, 2)).to(getattr(m, dtype))
    with m.no_grad():
        for number, each in enumerate(model.parameters()):
            each.copy_(m.tensor(np.cos(np.arange(each.numel()) + number).reshape(each.shape).tolist()))
    return model


def batches(m: Any, dtype: str = "float32") -> list[Any]:
    drawn = np.random.default_rng(3).standard_normal((5, 6, 3))
    return [m.tensor(each.tolist(), dtype=getattr(m, dtype)) for each in drawn]


def state(model: Any) -> dict[str, np.ndarray]:
    return {name: np.asarray(each.detach().numpy()) for name, each in model.state_dict().items()}


def equal(mine: Any, theirs: Any) -> None:
    ours, others = state(mine), state(theirs)
    assert list(ours) == list(others)
    for name, value in ours.items():
        assert (value.dtype, value.shape) == (others[name].dtype, others[name].shape), name
        np.testing.assert_allclose(value, others[name], rtol=2e-5, atol=2e-6, err_msg=name)


@pytest.mark.parametrize("kind", AVERAGES)
def test_averages_along_a_training(kind: str) -> None:
    dtype = "float64" if "many" in kind else "float32"

    def trained(m: Any) -> Any:
        utils = m.optim.swa_utils
        model = model_of(m, dtype)
        averaged = utils.AveragedModel(model, **AVERAGES[kind](utils))
        optimizer = m.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
        for x in batches(m, dtype):
            optimizer.zero_grad()
            (model(x) ** 2).mean().backward()
            optimizer.step()
            averaged.update_parameters(model)
        averaged.eval()
        return averaged, averaged(batches(m, dtype)[0])

    (mine, y), (theirs, other) = trained(tg), trained(torch)
    equal(mine, theirs)
    LEDGER.count("tg.optim.swa_utils.AveragedModel", ["value"])
    assert mine.n_averaged.item() == theirs.n_averaged.item() == 5
    np.testing.assert_allclose(y.detach().numpy(), other.detach().numpy(), rtol=2e-4, atol=2e-5)


def test_the_average_is_a_copy_and_can_be_trained() -> None:
    model = model_of(tg)
    averaged = tg.optim.swa_utils.AveragedModel(model)
    assert averaged.module is not model
    assert not any(mine is theirs for mine, theirs in zip(averaged.parameters(), model.parameters(), strict=True))
    averaged.update_parameters(model)
    assert all(each.requires_grad for each in averaged.parameters())
    again = tg.optim.swa_utils.AveragedModel(model_of(tg))
    again.load_state_dict(averaged.state_dict())
    assert again.n_averaged.item() == 1


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("momentum", [0.1, None, 1.0])
def test_running_values_are_computed_anew(momentum: float | None, wrapped: bool, training: bool) -> None:
    def updated(m: Any) -> Any:
        model = model_of(m).train(training)
        model[1].momentum = momentum
        model[1].running_mean.fill_(9.0)
        loader = [[x, "its label"] for x in batches(m)] if wrapped else batches(m)
        assert m.optim.swa_utils.update_bn(loader, model) is None
        assert model.training is training
        assert model[1].momentum == momentum
        return model

    equal(updated(tg), updated(torch))
    LEDGER.count("tg.optim.swa_utils.update_bn", ["value"])


def test_a_model_without_batch_norm_is_not_called() -> None:
    for m in (tg, torch):
        assert m.optim.swa_utils.update_bn([None], m.nn.Linear(2, 2)) is None


RATES: dict[str, Callable[[Any, Any], Any]] = {
    "the defaults": lambda s, o: s.SWALR(o, 0.05),
    "up": lambda s, o: s.SWALR(o, swa_lr=2.0, anneal_epochs=4),
    "linear": lambda s, o: s.SWALR(o, 0.05, 5, "linear"),
    "linear, long": lambda s, o: s.SWALR(o, 0.05, anneal_epochs=40, anneal_strategy="linear"),
    "for each group": lambda s, o: s.SWALR(o, [0.05, 0.01], anneal_epochs=3),
    "in a tuple": lambda s, o: s.SWALR(o, (0.05, 0.01), anneal_epochs=7, anneal_strategy="cos"),
    "at once": lambda s, o: s.SWALR(o, 0.05, anneal_epochs=0),
    "at once, linear": lambda s, o: s.SWALR(o, 0.05, anneal_epochs=0, anneal_strategy="linear"),
    "in one step": lambda s, o: s.SWALR(o, 0.05, anneal_epochs=1),
    "too many rates": lambda s, o: s.SWALR(o, [0.1, 0.2, 0.3]),
    "too few rates": lambda s, o: s.SWALR(o, [0.1]),
    "another strategy": lambda s, o: s.SWALR(o, 0.1, anneal_strategy="cosine"),
    "a number of steps below 0": lambda s, o: s.SWALR(o, 0.1, anneal_epochs=-1),
    "half a step": lambda s, o: s.SWALR(o, 0.1, anneal_epochs=1.5),
    "going on without a start": lambda s, o: s.SWALR(o, 0.1, last_epoch=3),
}


@pytest.mark.parametrize("kind", RATES)
def test_rates(kind: str) -> None:
    def rates(m: Any) -> Any:
        groups = [{"params": [m.ones(1)]}, {"params": [m.ones(2)], "lr": 0.7}]
        optimizer = m.optim.SGD(groups, lr=0.2)
        before = m.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
        try:
            scheduler = RATES[kind](m.optim.swa_utils, optimizer)
        except Exception as error:  # of the same type in both
            return type(error).__name__
        found = [scheduler.get_last_lr()]
        for t in range(14):
            optimizer.step()
            (before if t == 5 else scheduler).step()
            found.append([group["lr"] for group in optimizer.param_groups])
            if t == 7:  # a training goes on from a file
                kept = scheduler.state_dict()
                scheduler = RATES[kind](m.optim.swa_utils, optimizer)
                for group, rate in zip(optimizer.param_groups, found[-1], strict=True):
                    group["lr"] = rate
                scheduler.load_state_dict(kept)
        return found

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mine, theirs = rates(tg), rates(torch)
    if isinstance(theirs, str):
        assert mine == theirs
        LEDGER.count("tg.optim.swa_utils.SWALR", ["errors"])
    else:
        LEDGER.count("tg.optim.swa_utils.SWALR", ["value"])
        np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    "expression",
    [
        "get_ema_avg_fn(1.5)",
        "get_ema_avg_fn(-0.1)",
        "get_ema_multi_avg_fn(2)",
        "get_ema_multi_avg_fn(decay=-1)",
        "AveragedModel(net, avg_fn=get_ema_avg_fn(), multi_avg_fn=get_ema_multi_avg_fn())",
    ],
)
def test_errors(expression: str) -> None:
    for m in (tg, torch):
        with pytest.raises(AssertionError if "Averaged" in expression else ValueError):
            eval(expression, {**vars(m.optim.swa_utils), "net": m.nn.Linear(1, 1)})
    with pytest.raises(TypeError, match="AveragedModel: wanted a module, got int 3"):
        tg.optim.swa_utils.AveragedModel(wrong(3))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("SWALR(optimizer, 'fast')", "SWALR: swa_lr must be a number, or one for each group, got str 'fast'"),
        ("SWALR(3, 0.1)", "SWALR: wanted an optimizer, got int 3"),
        ("AveragedModel(net, avg_fn=3)", "AveragedModel: avg_fn must be a function or None, got int 3"),
        ("AveragedModel(net, use_buffers=1)", "AveragedModel: use_buffers must be True or False, got int 1"),
        ("AveragedModel(net).update_parameters(3)", "AveragedModel.update_parameters: wanted a module, got int 3"),
        ("update_bn([], 3)", "update_bn: wanted a module, got int 3"),
    ],
)
def test_what_has_no_sense_is_refused_in_words(expression: str, words: str) -> None:
    names = {"net": tg.nn.Linear(1, 1), "optimizer": tg.optim.SGD([tg.ones(1)], lr=0.1)}
    with pytest.raises(TypeError, match=words):
        eval(expression, {**vars(tg.optim.swa_utils), **names})
