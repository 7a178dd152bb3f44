"""SGD against the same steps written out by hand, in every combination of its options."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.optim.sgd import _PIECE

OPTIONS = [
    {"momentum": momentum, "dampening": dampening, "weight_decay": decay, "nesterov": nesterov, "maximize": maximize}
    for momentum, dampening, decay, nesterov, maximize in itertools.product(
        (0, 0.9), (0, 0.3), (0, 0.05), (False, True), (False, True)
    )
    if not (nesterov and (momentum == 0 or dampening != 0))
]


def gradient_at(w: Any, target: Any) -> Any:
    """The gradient of Σ √(1 + (w - target)²)."""
    return (w - target) / np.sqrt(1 + (w - target) ** 2)


def by_hand(w: np.ndarray, target: np.ndarray, steps: int, lr: float, options: dict[str, Any]) -> np.ndarray:
    w, velocity = w.copy(), None
    for _ in range(steps):
        g = gradient_at(w, target)
        g = -g if options["maximize"] else g
        g = g + options["weight_decay"] * w
        if options["momentum"]:
            kept = 1 - options["dampening"]
            velocity = g if velocity is None else options["momentum"] * velocity + kept * g
            g = g + options["momentum"] * velocity if options["nesterov"] else velocity
        w = w - lr * g
    return w


def by_optimizer(w: np.ndarray, target: np.ndarray, steps: int, lr: float, options: dict[str, Any]) -> np.ndarray:
    parameter = nn.Parameter(tg.tensor(w))
    optimizer = tg.optim.SGD([parameter], lr, **options)
    for _ in range(steps):
        optimizer.zero_grad()
        (1 + (parameter - tg.tensor(target)) ** 2).sqrt().sum().backward()
        optimizer.step()
    return parameter.detach().numpy()


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (3, 4)])
def test_does_the_steps_that_it_states(options: dict[str, Any], dtype: Any, shape: tuple[int, ...]) -> None:
    numbers = np.random.default_rng(0)
    w, target = (numbers.uniform(-1, 1, shape).astype(dtype) for _ in range(2))
    result = by_optimizer(w, target, 20, 0.05, options)
    assert result.dtype == dtype
    np.testing.assert_allclose(
        result, by_hand(w, target, 20, 0.05, options), rtol=1e-5 if dtype is np.float32 else 1e-12
    )


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9, "weight_decay": 0.1, "nesterov": True}])
@pytest.mark.parametrize("shape", [(_PIECE * 2 + 1,), (3, _PIECE), (_PIECE // 100 + 7, 210), (1, _PIECE + 5)])
def test_large_parameters_are_changed_everywhere(options: dict[str, Any], shape: tuple[int, ...]) -> None:
    numbers = np.random.default_rng(0)
    w, g = (numbers.standard_normal(shape) for _ in range(2))
    parameter = nn.Parameter(tg.tensor(w))
    parameter.grad = tg.tensor(g)
    tg.optim.SGD([parameter], 0.5, **options).step()
    pull = g + options.get("weight_decay", 0) * w
    np.testing.assert_allclose(parameter.detach().numpy(), w - 0.5 * pull * (1.9 if options else 1))


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9}])
def test_a_transposed_parameter_is_changed_in_place(options: dict[str, Any]) -> None:
    values = np.ones((300, 400), dtype=np.float32)
    parameter = nn.Parameter(tg.from_numpy(values.T))
    parameter.grad = tg.ones(400, 300)
    tg.optim.SGD([parameter], 1.0, **options).step()
    assert not values.any()


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9}])
@pytest.mark.parametrize("shape", [(2,), ()])
def test_memory_stays_and_graphs_notice(options: dict[str, Any], shape: tuple[int, ...]) -> None:
    parameter = nn.Parameter(tg.ones(shape))
    address = parameter.data_ptr()
    before = parameter.square().sum()
    parameter.grad = tg.ones(shape)
    tg.optim.SGD([parameter], 0.5, **options).step()
    assert parameter.data_ptr() == address
    with pytest.raises(RuntimeError, match="changed in place"):
        before.backward()


def test_a_plain_number_is_changed_too() -> None:
    w = tg.tensor(3.0, requires_grad=True)
    optimizer = tg.optim.SGD([w], lr=0.1)
    (w * w).backward()
    optimizer.step()
    assert w.item() == pytest.approx(2.4)
    assert w.dtype is tg.float32


def test_the_gradient_itself_is_left_alone() -> None:
    parameter = nn.Parameter(tg.ones(2))
    optimizer = tg.optim.SGD([parameter], 0.1, momentum=0.9, weight_decay=0.1, nesterov=True, maximize=True)
    parameter.grad = tg.tensor([1.0, 2.0])
    optimizer.step()
    optimizer.step()
    assert parameter.grad.tolist() == [1.0, 2.0]
    assert parameter.requires_grad
    assert parameter.is_leaf


def test_parameters_without_a_gradient_stay_as_they_are() -> None:
    used, unused = nn.Parameter(tg.ones(1)), nn.Parameter(tg.ones(1))
    optimizer = tg.optim.SGD([used, unused], 0.5, momentum=0.9, weight_decay=0.1)
    used.grad = tg.ones(1)
    optimizer.step()
    assert unused.item() == 1
    assert list(optimizer.state) == [used]


def test_groups_have_settings_of_their_own() -> None:
    slow, fast = nn.Parameter(tg.ones(1)), nn.Parameter(tg.ones(1))
    optimizer = tg.optim.SGD([{"params": [slow]}, {"params": [fast], "lr": 0.5}], lr=0.1)
    for parameter in (slow, fast):
        parameter.grad = tg.ones(1)
    optimizer.step()
    assert (slow.item(), fast.item()) == (pytest.approx(0.9), 0.5)


def test_the_learning_rate_may_change_between_steps_and_be_a_tensor() -> None:
    w = nn.Parameter(tg.ones(1))
    w.grad = tg.ones(1)
    optimizer = tg.optim.SGD([w], lr=tg.tensor(0.25), weight_decay=tg.tensor(0.0))
    optimizer.step()
    assert w.item() == 0.75
    optimizer.param_groups[0]["lr"] = np.float64(0.5)
    optimizer.step()
    assert w.item() == 0.25
    assert w.dtype is tg.float32


def test_the_momentum_is_a_tensor_of_the_state() -> None:
    w = nn.Parameter(tg.ones(2))
    optimizer = tg.optim.SGD([w], 0.1, momentum=0.5)
    w.grad = tg.tensor([1.0, 2.0])
    optimizer.step()
    buffer = optimizer.state[w]["momentum_buffer"]
    assert buffer.tolist() == [1.0, 2.0]
    optimizer.step()
    assert optimizer.state[w]["momentum_buffer"] is buffer
    assert buffer.tolist() == [1.5, 3.0]


def test_the_momentum_follows_a_model_to_another_dtype() -> None:
    w = nn.Parameter(tg.ones(2))
    optimizer = tg.optim.SGD([w], 0.1, momentum=0.5)
    w.grad = tg.ones(2)
    state = optimizer.state_dict()
    optimizer.step()
    state = optimizer.state_dict()
    double = nn.Parameter(tg.ones(2, dtype=tg.float64))
    restored = tg.optim.SGD([double], 0.1, momentum=0.5)
    restored.load_state_dict(state)
    assert restored.state[double]["momentum_buffer"].dtype is tg.float64


def test_a_closure_is_called_with_recording_on() -> None:
    w = tg.tensor(3.0, requires_grad=True)
    optimizer = tg.optim.SGD([w], lr=0.1)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = w * w
        loss.backward()
        return loss

    with tg.no_grad():
        loss = optimizer.step(closure)
    assert loss.item() == 9
    assert w.item() == pytest.approx(2.4)
    assert optimizer.step() is None


@pytest.mark.parametrize("name", ["lr", "momentum", "weight_decay"])
@pytest.mark.parametrize("value", [-0.1, float("nan")])
def test_negative_settings_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"SGD: {name} can't be negative, got float"):
        tg.optim.SGD([tg.ones(1, requires_grad=True)], **{name: value})


@pytest.mark.parametrize("settings", [{}, {"momentum": 0.9, "dampening": 0.1}])
def test_nesterov_wants_momentum_without_dampening(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="SGD: nesterov=True wants a positive momentum and no dampening"):
        tg.optim.SGD([tg.ones(1, requires_grad=True)], nesterov=True, **settings)


def test_what_exists_only_in_pytorch() -> None:
    w = tg.ones(1, requires_grad=True)
    with pytest.raises(NotImplementedError, match="differentiable=True is not supported"):
        tg.optim.SGD([w], differentiable=True)
    with pytest.raises(RuntimeError, match="foreach and fused can't both be True"):
        tg.optim.SGD([w], foreach=True, fused=True)
    w.grad = tg.ones(1)
    tg.optim.SGD([w], lr=0.5, fused=True).step()
    tg.optim.SGD([w], lr=0.5, foreach=False).step()
    assert w.item() == 0


def test_prints_its_settings() -> None:
    assert repr(tg.optim.SGD([tg.ones(1)], lr=0.1)) == (
        "SGD (\n"
        "Parameter Group 0\n"
        "    dampening: 0\n"
        "    differentiable: False\n"
        "    foreach: None\n"
        "    fused: None\n"
        "    lr: 0.1\n"
        "    maximize: False\n"
        "    momentum: 0\n"
        "    nesterov: False\n"
        "    weight_decay: 0\n"
        ")"
    )
