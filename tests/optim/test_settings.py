"""The settings of every optimizer: where they stand, what they may be, and what is refused.

The rows of tests/support/optimizers/ say what to try.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from support.optimizers import (
    OPTIMIZERS,
    Kind,
    Settings,
    both,
    every_optimizer,
    made,
    one,
    settings_for,
    settings_of,
)

import tinygrad_edu as tg


@every_optimizer
def test_every_setting_is_in_the_group_and_printed(kind: Kind) -> None:
    defaults = {name: each.default for name, each in inspect.signature(kind).parameters.items() if name != "params"}
    constructor: Any = kind
    optimizer = constructor([tg.ones(1)])
    ((_, *settings),) = [[group.pop("params"), *group.items()] for group in optimizer.param_groups]
    assert dict(settings) == optimizer.defaults
    assert defaults.items() <= optimizer.defaults.items()
    lines = "".join(f"    {name}: {value}\n" for name, value in sorted(settings))
    assert repr(optimizer) == f"{kind.__name__} (\nParameter Group 0\n{lines})"


@every_optimizer
def test_groups_have_settings_of_their_own(kind: Kind) -> None:
    slow, fast, alone = one(), one(), one()
    made(kind, [{"params": [slow]}, {"params": [fast], "lr": 0.5}], lr=0.1).step()
    made(kind, [alone], lr=0.5).step()
    assert tg.equal(fast, alone)
    assert not tg.equal(slow, fast)


@every_optimizer
@both
@pytest.mark.parametrize(
    "rate", [tg.tensor(0.25), tg.tensor([0.25]), tg.tensor(0.25, dtype=tg.float64), np.float64(0.25), np.float32(0.25)]
)
def test_the_learning_rate_may_be_any_number(kind: Kind, simple: bool, rate: Any) -> None:
    settings = settings_for(kind, simple)
    given, set_later, expected = one(), one(), one()
    optimizers = [made(kind, [given], **settings | {"lr": rate}), made(kind, [set_later], **settings)]
    optimizers[1].param_groups[0]["lr"] = rate
    for optimizer in (*optimizers, made(kind, [expected], **settings | {"lr": 0.25})):
        optimizer.step()
        optimizer.step()
    assert given.dtype is set_later.dtype is tg.float32
    assert tg.equal(given, expected)
    assert tg.equal(set_later, expected)


@every_optimizer
@both
def test_a_learning_rate_in_a_tensor_may_change_there(kind: Kind, simple: bool) -> None:
    settings = settings_for(kind, simple)
    rate, given, expected = tg.tensor(0.5), one(), one()
    optimizers = [made(kind, [given], **settings | {"lr": rate}), made(kind, [expected], **settings | {"lr": 0.5})]
    for optimizer in optimizers:
        optimizer.step()
    rate.mul_(0.5)
    optimizers[1].param_groups[0]["lr"] = 0.25
    for optimizer in optimizers:
        optimizer.step()
    assert tg.equal(given, expected)


@every_optimizer
@both
def test_a_gradient_that_was_set_counts_as_one_of_backward(kind: Kind, simple: bool) -> None:
    given, expected = one(), one()
    given.grad = tg.full((2,), 0.5)
    for parameter in (given, expected):
        made(kind, [parameter], **settings_for(kind, simple)).step()
    assert tg.equal(given, expected)


@every_optimizer
@both
def test_settings_may_be_tensors(kind: Kind, simple: bool) -> None:
    settings = settings_for(kind, simple)
    as_tensors = {
        name: tg.tensor(value, dtype=tg.float64) if type(value) is float else value for name, value in settings.items()
    }
    given, expected = one(), one()
    for parameter, each in ((given, as_tensors), (expected, settings)):
        optimizer = made(kind, [parameter], **each)
        optimizer.step()
        optimizer.step()
    assert tg.equal(given, expected)


@every_optimizer
@pytest.mark.parametrize(
    ("rate", "error", "words"),
    [
        (-0.1, ValueError, "lr can't be negative, got float -0.1"),
        (float("nan"), ValueError, "lr can't be negative, got float nan"),
        (tg.tensor(-1.0), ValueError, "lr can't be negative, got a float32 tensor"),
        (tg.ones(2), ValueError, r"lr must be one number, got a float32 tensor of shape \(2,\)"),
        ("fast", TypeError, "lr must be a number, got str 'fast'"),
        (None, TypeError, "lr must be a number, got None"),
    ],
)
def test_no_learning_rate(kind: Kind, rate: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=f"{kind.__name__}: {words}"):
        made(kind, [one()], lr=rate)


@pytest.mark.parametrize(
    ("kind", "settings", "error", "words"),
    [(kind, *refusal) for kind, row in OPTIMIZERS.items() for refusal in row.refused],
)
def test_wrong_settings_are_refused(kind: Kind, settings: Settings, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=f"{kind.__name__}: {words}"):
        made(kind, [one()], **settings)


@every_optimizer
def test_what_exists_only_in_pytorch(kind: Kind) -> None:
    manners = set(inspect.signature(kind).parameters) - set(settings_of(kind)) - {"params"}
    with pytest.raises(NotImplementedError, match=f"{kind.__name__}: differentiable=True is not supported"):
        made(kind, [one()], differentiable=True)
    if "fused" in manners:
        with pytest.raises(RuntimeError, match=f"{kind.__name__}: foreach and fused can't both be True"):
            made(kind, [one()], foreach=True, fused=True)
    plain = one()
    made(kind, [plain]).step()
    for manner in manners - {"differentiable"}:
        for value in (True, False):
            parameter = one()
            made(kind, [parameter], **{manner: value}).step()
            assert tg.equal(parameter, plain)
