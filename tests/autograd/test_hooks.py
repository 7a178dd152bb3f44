"""Hooks see and may replace a gradient; `retain_grad` keeps that of a result."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from contextvars import Context, ContextVar
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import grad


def leaf(values: Any) -> Any:
    return tg.tensor(values, dtype=tg.float64, requires_grad=True)


@pytest.mark.parametrize("of_leaf", [True, False], ids=["leaf", "result"])
def test_a_hook_sees_the_whole_gradient_once(of_leaf: bool) -> None:
    x = leaf([1.0, 2.0])
    y = x if of_leaf else x * 1
    seen: list[Any] = []
    y.register_hook(lambda g: seen.append(g.tolist()))
    (y * 2 + y * 3).sum().backward()
    assert seen == [[5, 5]]
    assert x.grad.tolist() == [5, 5]


@pytest.mark.parametrize("of_leaf", [True, False], ids=["leaf", "result"])
def test_what_a_hook_returns_takes_the_place_of_the_gradient(of_leaf: bool) -> None:
    x = leaf([1.0, 2.0])
    y = x if of_leaf else x * 1
    y.register_hook(lambda g: g * 10)
    y.sum().backward()
    assert x.grad.tolist() == [10, 10]


@pytest.mark.parametrize("of_leaf", [True, False], ids=["leaf", "result"])
def test_hooks_run_in_the_order_of_registration(of_leaf: bool) -> None:
    x = leaf(3.0)
    y = x if of_leaf else x * 1
    order: list[str] = []

    def noting(name: str, change: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def hook(g: Any) -> Any:
            order.append(name)
            return change(g)

        return hook

    y.register_hook(noting("first", lambda g: g + 1))
    y.register_hook(noting("second", lambda g: g * 10))
    y.register_hook(noting("third", lambda _: None))
    y.backward()
    assert order == ["first", "second", "third"]
    assert x.grad.item() == 20


@pytest.mark.parametrize("of_leaf", [True, False], ids=["leaf", "result"])
def test_a_removed_hook_runs_no_more(of_leaf: bool) -> None:
    x = leaf(3.0)
    y = x if of_leaf else x * 1
    first = y.register_hook(lambda g: g * 10)
    with y.register_hook(lambda g: g * 100):
        y.backward(retain_graph=True)
    assert x.grad.item() == 1000
    first.remove()
    first.remove()
    y.backward()
    assert x.grad.item() == 1001


def test_a_hook_may_remove_itself_while_it_runs() -> None:
    x = leaf(1.0)
    handles: list[Any] = []
    handles.append(x.register_hook(lambda _: handles[0].remove()))
    x.register_hook(lambda g: g * 2)
    (x * 1).backward()
    (x * 1).backward()
    assert x.grad.item() == 4


def test_hooks_apply_to_grad_as_well() -> None:
    x = leaf([1.0, 2.0])
    y = x * 2
    x.register_hook(lambda g: g * 10)
    y.register_hook(lambda g: g + 1)
    assert grad(y.sum(), x, retain_graph=True)[0].tolist() == [40, 40]
    assert grad(y.sum(), y)[0].tolist() == [2, 2]


def test_hooks_of_those_who_were_not_asked_for_do_not_run() -> None:
    x = leaf(1.0)
    calls: list[Any] = []
    x.register_hook(calls.append)
    y = x * 1
    grad(y * x, y)
    assert not calls


def test_a_leaf_does_not_share_memory_with_what_its_hooks_hold() -> None:
    x = leaf([1.0, 2.0])
    mine = tg.ones(2, dtype=tg.float64)
    seen: list[Any] = []
    x.register_hook(seen.append)
    x.register_hook(lambda _: mine)
    x.sum().backward()
    x.sum().backward()
    assert x.grad.tolist() == [2, 2]
    assert mine.tolist() == seen[0].tolist() == [1, 1]


def test_with_create_graph_hooks_are_recorded_too() -> None:
    x = leaf(2.0)
    y = x**2
    y.register_hook(lambda g: g * x)
    (first,) = grad(y, x, create_graph=True)
    assert first.item() == 8  # x · 2x
    assert grad(first, x)[0].item() == 8


def test_without_create_graph_hooks_are_not_recorded() -> None:
    x = leaf(2.0)
    seen: list[Any] = []
    x.register_hook(lambda g: seen.append((g * x).requires_grad))
    (x * 1).backward()
    assert seen == [False]


@pytest.mark.parametrize("by", ["hook", "custom operation"])
def test_a_gradient_changed_in_place_is_changed_for_nobody_else(by: str) -> None:
    class Tripling(tg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x.clone()

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g.mul_(3)

    def tripled(x: Any) -> Any:
        if by == "custom operation":
            return Tripling.apply(x)
        y = x * 1
        y.register_hook(lambda g: g.mul_(3))
        return y

    x = leaf([1.0, 2.0])
    (tripled(x) + x * 1).sum().backward()  # both sides of a sum get one array
    assert x.grad.tolist() == [4, 4]

    scores = leaf([[1.0, 2.0], [3.0, 1.0]])
    loss = tg.nn.functional.cross_entropy(tripled(scores), tg.tensor([0, 1]))  # which keeps its slope
    (first,) = grad(loss, scores, retain_graph=True)
    (second,) = grad(loss, scores)
    assert first.tolist() == second.tolist()


def test_hooks_and_custom_operations_see_the_variables_of_their_caller() -> None:
    name: ContextVar[str] = ContextVar("name", default="nobody")
    seen: list[str] = []

    class Seeing(tg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x.clone()

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            seen.append(name.get())
            return g

    def walk() -> None:
        x = leaf(2.0)
        x.register_hook(lambda g: seen.append(name.get()))
        y = x * x
        y.register_hook(lambda g: seen.append(name.get()))
        Seeing.apply(y).backward()

    def as_somebody() -> None:
        name.set("somebody")
        walk()

    Context().run(walk)  # where no variable is set, and where one is
    Context().run(as_somebody)
    assert seen == ["nobody"] * 3 + ["somebody"] * 3


def test_a_hook_must_return_a_gradient_of_the_same_shape_and_dtype() -> None:
    x = leaf([1.0, 2.0])
    handle = x.register_hook(lambda g: g.sum())
    with pytest.raises(RuntimeError, match=r"a hook must return None or a tensor of the gradient's shape \(2,\)"):
        x.sum().backward()
    handle.remove()
    handle = x.register_hook(lambda _: 3.0)
    with pytest.raises(TypeError, match=r"got float 3\.0"):
        x.sum().backward()
    handle.remove()
    x.register_hook(lambda g: g.half())
    with pytest.raises(RuntimeError, match=r"and dtype float64, got a float16 tensor of shape \(2,\)"):
        x.sum().backward()


def test_a_hook_after_accumulation_returns_nothing() -> None:
    x = leaf([1.0, 2.0])
    x.register_post_accumulate_grad_hook(lambda leaf: leaf.grad)
    with pytest.raises(
        RuntimeError, match=r"after accumulation must return None, got a float64 tensor of shape \(2,\)"
    ):
        x.sum().backward()


def test_no_hook_where_no_gradient_will_arrive() -> None:
    with pytest.raises(RuntimeError, match="doesn't require a gradient"):
        tg.ones(1).register_hook(lambda g: g)


def test_retain_grad_keeps_the_gradient_of_a_result_and_adds_up() -> None:
    x = leaf([1.0, 2.0])
    y = x * 2
    assert not y.retains_grad
    y.retain_grad()
    y.retain_grad()
    assert y.retains_grad
    total = (y * y).sum()
    total.backward(retain_graph=True)
    assert y.grad.tolist() == [4, 8]
    total.backward()
    assert y.grad.tolist() == [8, 16]
    assert x.grad.tolist() == [16, 32]


def test_the_kept_gradient_of_a_result_is_a_new_tensor_each_time_and_that_of_a_leaf_the_same() -> None:
    x = tg.ones(2, requires_grad=True)
    y = x.floor()
    y.retain_grad()
    for _ in range(2):
        y.sum().backward()
        before = y.grad, x.grad
    y.sum().backward()
    assert before[0] is not None
    assert before[0].tolist() == [2, 2]
    assert y.grad is not None
    assert y.grad.tolist() == [3, 3]
    assert before[1] is x.grad


def test_retain_grad_of_a_leaf_changes_nothing() -> None:
    x = leaf(1.0)
    x.retain_grad()
    assert not x.retains_grad
    (x * 2).backward()
    assert x.grad.item() == 2
    with pytest.raises(RuntimeError, match="retain_grad"):
        tg.ones(1).retain_grad()


@pytest.mark.parametrize("retain_first", [True, False])
def test_what_is_retained_is_what_the_hooks_left(retain_first: bool) -> None:
    x = leaf([1.0, 2.0])
    y = x * 2
    if retain_first:
        y.retain_grad()
    y.register_hook(lambda g: g * 10)
    y.retain_grad()
    y.sum().backward()
    assert y.grad.tolist() == [10, 10]
    assert x.grad.tolist() == [20, 20]


def test_retained_gradients_of_higher_order() -> None:
    x = leaf(2.0)
    y = x * 1
    y.retain_grad()
    (y**3).backward(create_graph=True)
    assert y.grad.requires_grad
    assert grad(y.grad, x)[0].item() == 12


def test_retain_grad_follows_a_result_that_is_changed_in_place() -> None:
    """The gradient kept is that of the tensor as it is; a hook stays where it was registered."""
    x = leaf([1.0, 2.0])
    y = x * 2
    seen: list[Any] = []
    y.register_hook(lambda g: seen.append(g.tolist()))
    y.retain_grad()
    y *= 3
    (y * y).sum().backward()
    assert y.grad.tolist() == [12, 24]
    assert seen == [[36, 72]]
    assert x.grad.tolist() == [72, 144]


def test_retain_grad_follows_a_view_whose_base_is_changed() -> None:
    x = leaf([1.0, 2.0])
    base = x * 1
    view = base[:1]
    view.retain_grad()
    base.retain_grad()
    base.mul_(2)
    view.add_(1)
    (view * 3 + base.sum()).sum().backward()
    assert view.grad.tolist() == [3]
    assert base.grad.tolist() == [4, 1]
    assert x.grad.tolist() == [8, 2]


def test_hooks_make_no_reference_cycles() -> None:
    gc.collect()
    gc.disable()
    try:
        x = leaf(1.0)
        y = x * 2
        y.retain_grad()
        y.register_hook(lambda g: g)
        watch = weakref.ref(y)
        y.backward()
        del y
        assert watch() is None
    finally:
        gc.enable()


def test_a_leaf_tells_when_its_gradient_has_grown() -> None:
    x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    seen: list[Any] = []
    handle = x.register_post_accumulate_grad_hook(lambda each: seen.append((each is x, each.grad.tolist())))
    (x * y).sum().backward()
    (x * y).sum().backward(inputs=[x])
    handle.remove()
    (x * y).sum().backward()
    assert seen == [(True, [3, 4]), (True, [6, 8])]


def test_a_step_may_be_made_as_soon_as_a_gradient_is_there() -> None:
    x = leaf([1.0, 2.0])

    def step(each: Any) -> None:
        with tg.no_grad():
            each -= 0.5 * each.grad
        each.grad = None

    x.register_post_accumulate_grad_hook(step)
    (x * x).sum().backward()
    assert x.tolist() == [0, 0]
    assert x.grad is None


def test_only_a_leaf_that_needs_a_gradient_tells() -> None:
    with pytest.raises(RuntimeError, match="is a result, and only leaves add gradients up; use register_hook"):
        (leaf(1.0) * 2).register_post_accumulate_grad_hook(print)
    with pytest.raises(RuntimeError, match="doesn't require a gradient, so none will arrive"):
        tg.tensor(1.0).register_post_accumulate_grad_hook(print)


def test_a_result_that_is_asked_for_its_gradient_says_that_it_keeps_none() -> None:
    x = leaf([1.0, 2.0])
    y = x * 2
    y.sum().backward()
    with pytest.warns(UserWarning, match=r"grad: .* is the result of an operation.*call retain_grad\(\)"):
        assert y.grad is None
