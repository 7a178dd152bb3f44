"""What holds for every optimizer: its trajectory in every combination of settings, and what a step leaves alone.

The rows of tests/support/optimizers/ say what to try, and how a step is done by hand.
"""

from __future__ import annotations

import copy
import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from support.optimizers import (
    OPTIMIZERS,
    Kind,
    Memory,
    Settings,
    both,
    every_optimizer,
    made,
    one,
    receive,
    settings_for,
    with_every_combination,
)

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.optim.optimizer import _PIECE


def gradient_at(w: Any, target: Any) -> Any:
    """The gradient of Σ √(1 + (w - target)²)."""
    return (w - target) / np.sqrt(1 + (w - target) ** 2)


@with_every_combination
@pytest.mark.parametrize("shape", [(), (3, 4)])
def test_does_the_steps_that_it_states(kind: Kind, settings: Settings, shape: tuple[int, ...]) -> None:
    numbers = np.random.default_rng(0)
    expected, target = (np.asarray(numbers.uniform(-1, 1, shape)) for _ in range(2))
    parameter, memory = nn.Parameter(tg.tensor(expected)), Memory()
    optimizer = made(kind, [parameter], **settings)
    for _ in range(50):
        optimizer.zero_grad()
        (1 + (parameter - tg.tensor(target)) ** 2).sqrt().sum().backward()
        at = parameter.detach().clone().numpy() if OPTIMIZERS[kind].chaotic else expected
        optimizer.step()
        expected = OPTIMIZERS[kind].by_hand(expected, gradient_at(at, target), memory, **settings)
    np.testing.assert_allclose(parameter.detach().numpy(), expected, rtol=1e-12)


@with_every_combination
def test_single_precision_stays_close(kind: Kind, settings: Settings) -> None:
    """The gradients are given: those of a loss would make more and more of each rounding, as they come near to 0."""
    numbers = np.random.default_rng(0)
    expected = numbers.uniform(1, 2, (3, 4)).astype(np.float32).astype(np.float64)
    parameter, memory = nn.Parameter(tg.tensor(expected, dtype=tg.float32)), Memory()
    optimizer = made(kind, [parameter], **settings)
    for _ in range(50):
        g = numbers.uniform(-1, 1, (3, 4)).astype(np.float32)
        receive(parameter, g)
        optimizer.step()
        expected = OPTIMIZERS[kind].by_hand(expected, g.astype(np.float64), memory, **settings)
    assert parameter.dtype is tg.float32
    np.testing.assert_allclose(parameter.detach().numpy(), expected, rtol=1e-5, atol=1e-5)


# Parameters of all kinds


@every_optimizer
@both
@pytest.mark.parametrize("shape", [(_PIECE * 2 + 1,), (3, _PIECE), (_PIECE // 100 + 7, 210), (1, _PIECE + 5)])
def test_large_parameters_are_changed_everywhere(kind: Kind, simple: bool, shape: tuple[int, ...]) -> None:
    settings = settings_for(kind, simple)
    numbers = np.random.default_rng(0)
    expected = numbers.standard_normal(shape)
    parameter = nn.Parameter(tg.tensor(expected))
    optimizer = made(kind, [parameter], **settings)
    memory: Memory = {}
    for _ in range(3):
        g = numbers.standard_normal(shape)
        receive(parameter, g)
        optimizer.step()
        expected = OPTIMIZERS[kind].by_hand(expected, g, memory, **settings)
    np.testing.assert_allclose(parameter.detach().numpy(), expected, rtol=1e-12, atol=1e-12)


@every_optimizer
@both
@pytest.mark.parametrize("shape", [(3, 4), (300, 400)])
def test_a_transposed_parameter_is_changed_in_place(kind: Kind, simple: bool, shape: tuple[int, int]) -> None:
    values = np.ones(shape)
    parameter, twin = nn.Parameter(tg.from_numpy(values.T)), one(shape[::-1], tg.float64)
    receive(parameter, np.full(shape[::-1], 0.5))
    settings = settings_for(kind, simple)
    for each in (parameter, twin):
        optimizer = made(kind, [each], **settings)
        optimizer.step()
        optimizer.step()
    assert (twin.detach().numpy() == values.T).all()
    assert (values != 1).all()


@every_optimizer
@both
@pytest.mark.parametrize("shape", [(2,), (), (_PIECE + 1,)])
def test_memory_stays_and_graphs_notice(kind: Kind, simple: bool, shape: tuple[int, ...]) -> None:
    parameter = one(shape)
    address = parameter.data_ptr()
    before = parameter.square().sum()
    optimizer = made(kind, [parameter], **settings_for(kind, simple))
    optimizer.step()
    assert parameter.data_ptr() == address
    with pytest.raises(RuntimeError, match="changed in place"):
        before.backward()
    remembered = dict(optimizer.state[parameter])
    sums = [(each.requires_grad_() ** 2).sum() for name, each in remembered.items() if name not in optimizer.numbers]
    optimizer.step()
    for name, tensor in remembered.items():
        assert optimizer.state[parameter][name] is tensor
    for each in sums:
        with pytest.raises(RuntimeError, match="changed in place"):
            each.backward()


@every_optimizer
@both
def test_a_plain_number_is_changed_too(kind: Kind, simple: bool) -> None:
    settings = settings_for(kind, simple)
    scalar, array = tg.tensor(3.0, requires_grad=True), tg.tensor([3.0], requires_grad=True)
    for w in (scalar, array):
        optimizer = made(kind, [w], **settings)
        for _ in range(3):
            optimizer.zero_grad()
            (w * w).sum().backward()
            optimizer.step()
    assert (scalar.shape, scalar.dtype) == ((), tg.float32)
    assert scalar.item() == pytest.approx(array.item(), rel=1e-6) != 3


@every_optimizer
def test_half_precision_stays(kind: Kind) -> None:
    parameter = one(dtype=tg.float16)
    optimizer = made(kind, [parameter])
    optimizer.step()
    optimizer.step()
    assert parameter.dtype is tg.float16
    assert parameter.detach().double().numpy() == pytest.approx(_after_two_steps(kind), rel=2e-3)
    for name, tensor in optimizer.state[parameter].items():
        assert tensor.dtype is (tg.float32 if name in optimizer.numbers else tg.float16)


def _after_two_steps(kind: Kind) -> np.ndarray:
    w, memory = np.ones(2), Memory()
    for _ in range(2):
        w = OPTIMIZERS[kind].by_hand(w, np.full(2, 0.5), memory, lr=OPTIMIZERS[kind].tried["lr"][0])
    return w


@every_optimizer
@both
def test_an_empty_parameter_has_nothing_to_change(kind: Kind, simple: bool) -> None:
    parameter = one((0, 3))
    made(kind, [parameter], **settings_for(kind, simple)).step()
    assert parameter.shape == (0, 3)


@every_optimizer
def test_whole_numbers_cannot_be_changed_a_little(kind: Kind) -> None:
    w = tg.ones(2, dtype=tg.int64)
    w.grad = tg.ones(2, dtype=tg.int64)
    with pytest.raises(RuntimeError, match=f"{kind.__name__}: can change floating-point parameters only, got an int64"):
        made(kind, [w]).step()


@every_optimizer
def test_a_part_of_a_tensor_is_changed_where_it_is(kind: Kind) -> None:
    whole = tg.ones(4)
    part = whole[1:3].requires_grad_()
    part.grad = tg.ones(2)
    made(kind, [part]).step()
    assert [each == 1 for each in whole.tolist()] == [True, False, False, True]


# What a step leaves alone


@every_optimizer
@both
@pytest.mark.parametrize("shape", [(2,), (_PIECE + 1,)])
def test_the_gradient_itself_is_left_alone(kind: Kind, simple: bool, shape: tuple[int, ...]) -> None:
    parameter = one(shape)
    optimizer = made(kind, [parameter], **settings_for(kind, simple))
    optimizer.step()
    optimizer.step()
    assert parameter.grad is not None
    assert (parameter.grad.numpy() == 0.5).all()
    assert parameter.requires_grad
    assert parameter.is_leaf


@every_optimizer
@both
def test_what_is_remembered_is_not_the_gradient(kind: Kind, simple: bool) -> None:
    parameter = one()
    optimizer = made(kind, [parameter], **settings_for(kind, simple))
    optimizer.step()
    remembered = {name: tensor.clone() for name, tensor in optimizer.state[parameter].items()}
    optimizer.zero_grad(set_to_none=False)
    for name, tensor in remembered.items():
        assert tg.equal(optimizer.state[parameter][name], tensor)


@every_optimizer
@both
def test_parameters_without_a_gradient_stay_as_they_are(kind: Kind, simple: bool) -> None:
    used, unused = one(), nn.Parameter(tg.ones(2))
    made(kind, [used, unused], **settings_for(kind, simple)).step()
    assert unused.tolist() == [1, 1]
    assert used.tolist() != [1, 1]


@every_optimizer
@both
def test_a_parameter_whose_gradient_comes_late_begins_then(kind: Kind, simple: bool) -> None:
    always, late, alone = one(), one(), one()
    settings = settings_for(kind, simple)
    optimizer = made(kind, [always, late], **settings)
    gradient, late.grad = late.grad, None
    optimizer.step()
    late.grad = gradient
    optimizer.step()
    made(kind, [alone], **settings).step()
    assert tg.equal(late, alone)


@every_optimizer
@both
def test_a_diverging_step_warns_of_nothing(kind: Kind, simple: bool) -> None:
    parameter = one()
    parameter.grad = tg.tensor([float("inf"), float("nan")])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer = made(kind, [parameter], **settings_for(kind, simple))
        optimizer.step()
        optimizer.step()


# The closure, and going on elsewhere


@every_optimizer
def test_a_closure_is_called_with_recording_on(kind: Kind) -> None:
    w = tg.tensor(3.0, requires_grad=True)
    optimizer = made(kind, [w])

    def closure() -> Any:
        optimizer.zero_grad()
        loss = w * w
        loss.backward()
        return loss

    with tg.no_grad():
        loss = optimizer.step(closure)
        assert not tg.is_grad_enabled()
    assert loss.item() == 9
    assert w.item() != 3
    assert optimizer.step() is None


@every_optimizer
@both
@pytest.mark.parametrize("shape", [(2,), (), (_PIECE + 1,)])
def test_copies_and_saved_states_go_on_exactly(kind: Kind, simple: bool, shape: tuple[int, ...]) -> None:
    optimizer = made(kind, [one(shape)], **settings_for(kind, simple))
    optimizer.step()
    optimizer.step()
    loaded = made(kind, copy.deepcopy(optimizer.param_groups[0]["params"]))
    loaded.load_state_dict(pickle.loads(pickle.dumps(optimizer.state_dict())))
    twins = [copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer)), loaded]
    for each in (optimizer, *twins):
        each.param_groups[0]["params"][0].grad = tg.full(shape, 0.25)
        each.step()
    (expected,) = optimizer.param_groups[0]["params"]
    for twin in twins:
        (w,) = twin.param_groups[0]["params"]
        assert tg.equal(w, expected)
        assert list(twin.state[w]) == list(optimizer.state[expected])
        for name, tensor in optimizer.state[expected].items():
            assert twin.state[w][name].dtype is tensor.dtype
            assert tg.equal(twin.state[w][name], tensor)


@every_optimizer
@both
def test_what_is_remembered_follows_a_model_to_another_dtype(kind: Kind, simple: bool) -> None:
    optimizer = made(kind, [one()], **settings_for(kind, simple))
    optimizer.step()
    double = one(dtype=tg.float64)
    restored = made(kind, [double])
    restored.load_state_dict(optimizer.state_dict())
    restored.step()
    for name, tensor in restored.state[double].items():
        assert tensor.dtype is (tg.float32 if name in restored.numbers else tg.float64)
