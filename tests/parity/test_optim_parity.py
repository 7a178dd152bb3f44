"""Every optimizer against PyTorch's own, where that is installed: 50 steps in every combination of settings.

In double precision a small network is trained, in two groups; halfway the learning rate changes and a
gradient stays away. In single precision the gradients are given: those of a loss may make more and more
of each rounding. The rows of tests/support/optimizers/ say what to try.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from support.optimizers import OPTIMIZERS, Kind, Settings, every_optimizer, with_every_combination

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

STEPS = 50
CLOSE = {"rtol": 1e-11, "atol": 1e-13}


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Threads that wait for each other would take longer than all these small steps."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def start(dtype: str = "float64") -> list[np.ndarray]:
    """Inputs, labels and the start of the weights."""
    numbers = np.random.default_rng(0)
    x, *weights = (numbers.standard_normal(shape).astype(dtype) for shape in [(16, 5), (5, 8), (8,), (8, 3)])
    return [x, numbers.integers(0, 3, 16), *weights]


class Training:
    """A small network of either package, in training."""

    def __init__(self, module: Any, kind: Kind, arrays: list[np.ndarray], settings: Settings) -> None:
        self.module = module
        self.x, self.target, *self.weights = (module.tensor(array.copy()) for array in arrays)
        for weight in self.weights:
            weight.requires_grad_()
        hidden, bias, output = self.weights
        groups = [{"params": [hidden, bias]}, {"params": [output], "lr": 0.4 * settings["lr"]}]
        self.optimizer = getattr(module.optim, kind.__name__)(groups, **settings)

    def follow(self, gradients: Sequence[np.ndarray | None]) -> None:
        for weight, gradient in zip(self.weights, gradients, strict=True):
            weight.grad = None if gradient is None else self.module.tensor(gradient)
        self.optimizer.step()

    def walk_back(self, frozen: int | None = None) -> None:
        hidden, bias, output = self.weights
        self.optimizer.zero_grad()
        scores = self.module.tanh(self.x @ hidden + bias) @ output
        self.module.nn.functional.cross_entropy(scores, self.target).backward()
        if frozen is not None:
            self.weights[frozen].grad = None

    def go_on(self, steps: int, frozen: int | None = None) -> None:
        for _ in range(steps):
            self.walk_back(frozen)
            self.optimizer.step()

    def state(self) -> Any:
        """The state dict, with arrays for tensors."""
        state = self.optimizer.state_dict()
        for remembered in state["state"].values():
            remembered.update({name: np.asarray(tensor.numpy()) for name, tensor in remembered.items()})
        return state


def assert_agree(mine: Training, theirs: Training, **tolerance: Any) -> None:
    for one, other in zip(mine.weights, theirs.weights, strict=True):
        assert str(one.dtype).partition(".")[2] == str(other.dtype).partition(".")[2]
        np.testing.assert_allclose(one.detach().numpy(), other.detach().numpy(), **tolerance)
    my_state, their_state = mine.state(), theirs.state()
    assert my_state["param_groups"] == their_state["param_groups"]
    assert list(my_state["state"]) == list(their_state["state"])
    for number, remembered in my_state["state"].items():
        expected = their_state["state"][number]
        assert list(remembered) == list(expected)
        for name, array in remembered.items():
            assert (array.shape, array.dtype) == (expected[name].shape, expected[name].dtype), name
            np.testing.assert_allclose(array, expected[name], err_msg=name, **tolerance)


@with_every_combination
def test_50_steps_of_training_agree(kind: Kind, settings: Settings) -> None:
    both = [Training(module, kind, start(), settings) for module in (tg, torch)]
    if OPTIMIZERS[kind].chaotic:
        follow_the_first(both)
    else:
        for training in both:
            training.go_on(STEPS // 2)
            training.optimizer.param_groups[0]["lr"] *= 0.5
            training.go_on(5, frozen=1)
            training.go_on(STEPS // 2 - 5)
    mine, theirs = both
    assert_agree(mine, theirs, **CLOSE)


def follow_the_first(both: list[Training]) -> None:
    """Train, all by the gradients of the first."""
    for number in range(STEPS):
        both[0].walk_back(frozen=1 if STEPS // 2 <= number < STEPS // 2 + 5 else None)
        gradients = [None if each.grad is None else each.grad.numpy().copy() for each in both[0].weights]
        for training in both:
            training.follow(gradients)
            if number == STEPS // 2:
                training.optimizer.param_groups[0]["lr"] *= 0.5


@with_every_combination
def test_50_steps_in_single_precision_agree(kind: Kind, settings: Settings) -> None:
    both = [Training(module, kind, start("float32"), settings) for module in (tg, torch)]
    numbers = np.random.default_rng(1)
    for _ in range(STEPS):
        gradients = [numbers.uniform(-1, 1, weight.shape).astype(np.float32) for weight in both[0].weights]
        for training in both:
            training.follow(gradients)
    assert_agree(*both, rtol=1e-5, atol=1e-6)


@every_optimizer
def test_goes_on_from_a_state_of_pytorchs(kind: Kind) -> None:
    settings = OPTIMIZERS[kind].combinations()[-1]
    theirs = Training(torch, kind, start(), settings)
    theirs.go_on(10)
    now = [theirs.x, theirs.target, *theirs.weights]
    mine = Training(tg, kind, [tensor.detach().numpy() for tensor in now], {"lr": 1.0})
    state = theirs.optimizer.state_dict()
    for number, remembered in state["state"].items():
        state["state"][number] = {name: tg.tensor(tensor.numpy()) for name, tensor in remembered.items()}
    mine.optimizer.load_state_dict(state)
    for training in (mine, theirs):
        training.go_on(10)
    assert_agree(mine, theirs, **CLOSE)


@every_optimizer
def test_the_signature_is_the_same(kind: Kind) -> None:
    mine, theirs = (
        [
            (each.name, each.kind, each.default)
            for each in inspect.signature(getattr(module.optim, kind.__name__)).parameters.values()
        ]
        for module in (tg, torch)
    )
    assert mine == theirs


@with_every_combination
def test_the_settings_print_alike(kind: Kind, settings: Settings) -> None:
    mine, theirs = (repr(getattr(module.optim, kind.__name__)([module.ones(1)], **settings)) for module in (tg, torch))
    assert mine == theirs


@pytest.mark.parametrize(
    ("kind", "settings", "error"),
    [(kind, settings, error) for kind, row in OPTIMIZERS.items() for settings, error, _ in row.refused]
    + [(kind, {"lr": rate}, error) for kind in OPTIMIZERS for rate, error in ((-1.0, ValueError), (None, TypeError))],
)
def test_the_same_settings_are_refused(kind: Kind, settings: Settings, error: type[Exception]) -> None:
    for module in (tg, torch):
        with pytest.raises(error):
            getattr(module.optim, kind.__name__)([module.ones(1)], **settings)


@every_optimizer
def test_a_learning_rate_is_one_number(kind: Kind) -> None:
    for module in (tg, torch):
        getattr(module.optim, kind.__name__)([module.ones(1)], lr=module.tensor([0.1]))
        with pytest.raises(ValueError, match=r"one number|1-element"):
            getattr(module.optim, kind.__name__)([module.ones(1)], lr=module.ones(2))


WITH_A_FUSED_FORM = [kind for kind in OPTIMIZERS if {"fused", "foreach"} <= set(inspect.signature(kind).parameters)]


@pytest.mark.parametrize("kind", WITH_A_FUSED_FORM, ids=lambda kind: kind.__name__)
def test_ways_of_computing_that_exclude_each_other(kind: Kind) -> None:
    for module in (tg, torch):
        with pytest.raises(RuntimeError, match="foreach"):
            getattr(module.optim, kind.__name__)([module.ones(1)], foreach=True, fused=True)
