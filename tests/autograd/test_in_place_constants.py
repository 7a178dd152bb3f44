"""Changes in place by what has no gradient, through views that have none, and after a leaf stopped asking for one."""

from __future__ import annotations

from collections.abc import Callable
from operator import methodcaller
from typing import Any

import pytest

import tinygrad_edu as tg

CONSTANTS: dict[str, Callable[[Any], Any]] = {
    "normal_": lambda y: y.normal_(2, 0),
    "uniform_": lambda y: y.uniform_(5, 5),
    "bernoulli_": lambda y: y.bernoulli_(1.0),
    "fill_": lambda y: y.fill_(3),
    "zero_": lambda y: y.zero_(),
    "copy_": lambda y: y.copy_(tg.ones(y.shape)),
    "setitem": lambda y: y.__setitem__(..., 4.0),
    "sign_": lambda y: y.sign_(),
    "round_": lambda y: y.round_(),
    "floor_divide_": lambda y: y.floor_divide_(2),
    "logical_not_": lambda y: y.logical_not_(),
}
for _name in ("eq_", "ne_", "lt_", "le_", "gt_", "ge_", "not_equal_", "less_", "greater_", "greater_equal_"):
    CONSTANTS[_name] = methodcaller(_name, 1)
for _name in ("logical_and_", "logical_or_", "logical_xor_"):
    CONSTANTS[_name] = methodcaller(_name, tg.tensor(1.0))


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_result_without_a_gradient_leaves_the_graph_of_what_was_there(name: str) -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    y = x * 3
    CONSTANTS[name](y)
    assert y.requires_grad
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("name", CONSTANTS)
def test_through_a_view_the_rest_of_the_base_keeps_its_gradient(name: str) -> None:
    x = tg.tensor([1.0, 2.0, 4.0], requires_grad=True)
    y = x * 3
    sibling = y[1:]
    CONSTANTS[name](y[:2])
    (y.sum() + 10 * sibling.sum()).backward()
    assert x.grad is not None
    assert x.grad.tolist() == [0.0, 0.0, 33.0]


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_number_too(name: str) -> None:
    x = tg.tensor(2.0, requires_grad=True)
    y = x * 3
    CONSTANTS[name](y)
    (y + x).backward()
    assert x.grad is not None
    assert x.grad.item() == 1.0


@pytest.mark.parametrize("name", CONSTANTS)
def test_without_recording_the_graph_stays(name: str) -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    y = x * 3
    with tg.no_grad():
        CONSTANTS[name](y)
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [3.0, 3.0]


@pytest.mark.parametrize("mode", [tg.no_grad, tg.inference_mode])
@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.mul_(tg.tensor(3.0, requires_grad=True)),
        lambda v: v.mul_(3),
        lambda v: v.zero_(),
        lambda v: v.normal_(),
        lambda v: v.eq_(1),
        lambda v: v.__setitem__(0, 5.0),
        lambda v: v.__setitem__([0], 5.0),
        lambda v: v[:1].add_(1),
    ],
)
def test_a_view_that_was_made_without_recording_is_not_changed_while_recording(
    mode: Callable[[], Any], change: Callable[[Any], Any]
) -> None:
    x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * 1
    with mode():
        view = y[:2]
    with pytest.raises(RuntimeError, match=r"is a view of .* made without recording .* or neither"):
        change(view)
    assert y.tolist() == [1.0, 2.0, 3.0]
    assert not view.requires_grad
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [1.0, 1.0, 1.0]


def test_a_view_that_was_made_without_recording_may_change_without_recording() -> None:
    x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * 1
    with tg.no_grad():
        view = y[:2]
        view.mul_(5)
    (y * y).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [10.0, 20.0, 6.0]


def test_a_view_that_was_made_without_recording_follows_a_change_of_its_base() -> None:
    x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * 1
    with tg.no_grad():
        view = y[:2]
    y.mul_(2)
    view.mul_(3)
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [6.0, 6.0, 2.0]


STOP: dict[str, Callable[[Any], Any]] = {
    "requires_grad_(False)": lambda x: x.requires_grad_(False),
    "requires_grad = False": lambda x: setattr(x, "requires_grad", False),
    "detach_()": lambda x: x.detach_(),
}


@pytest.mark.parametrize("stop", STOP.values(), ids=STOP)
def test_a_leaf_that_stopped_asking_gets_no_gradient(stop: Callable[[Any], Any]) -> None:
    x, w = tg.tensor([1.0, 2.0], requires_grad=True), tg.tensor(3.0, requires_grad=True)
    total = (x * w).sum()
    stop(x)
    total.backward()
    assert x.grad is None
    assert w.grad is not None
    assert w.grad.item() == 3.0


@pytest.mark.parametrize("stop", STOP.values(), ids=STOP)
def test_what_it_had_stays_and_what_comes_after_asking_again_is_added(stop: Callable[[Any], Any]) -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    total = (x * 3).sum()
    total.backward(retain_graph=True)
    stop(x)
    total.backward(retain_graph=True)
    assert x.grad is not None
    assert x.grad.tolist() == [3.0, 3.0]
    x.requires_grad_()
    total.backward()
    assert x.grad.tolist() == [6.0, 6.0]


def test_the_hooks_of_a_leaf_that_stopped_asking_are_called() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    seen: list[Any] = []
    x.register_hook(lambda g: seen.append(g.tolist()))
    x.register_post_accumulate_grad_hook(lambda leaf: seen.append(leaf.grad))
    total = (x * 3).sum()
    x.requires_grad_(False)
    total.backward()
    assert seen == [[3.0, 3.0], None]


def test_a_result_that_left_the_graph_keeps_what_it_asked_for() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    y = x * 3
    y.retain_grad()
    total = (y * 2).sum()
    y.detach_()
    total.backward()
    assert x.grad is not None
    assert y.grad is not None
    assert (x.grad.tolist(), y.grad.tolist()) == ([6.0, 6.0], [2.0, 2.0])


def test_a_leaf_that_became_a_result_has_no_place_for_a_gradient() -> None:
    x, w = tg.tensor([1.0, 2.0], requires_grad=True), tg.tensor([3.0, 4.0], requires_grad=True)
    total = (x * 3).sum()
    x.requires_grad_(False)
    x.mul_(w)
    with pytest.raises(RuntimeError, match=r"was a leaf .* the result of a change in place since"):
        total.backward()
