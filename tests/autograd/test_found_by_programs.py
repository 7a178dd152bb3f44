"""What the search with random programs found (tests/programs), at its smallest; expected is PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg


def leaf(values: Any) -> Any:
    return tg.tensor(values, dtype=tg.float64, requires_grad=True)


def test_gradients_that_can_be_differentiated_are_each_alone_in_their_memory() -> None:
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    y = x.ravel()
    of_x, of_y = tg.autograd.grad(y.sum(), [x, y], create_graph=True)
    of_x[0] = 5.0
    assert of_x.tolist() == [[5, 5], [1, 1]]
    assert of_y.tolist() == [1, 1, 1, 1]


def test_a_gradient_that_was_stretched_can_be_changed_in_place() -> None:
    x = leaf([1.0, 2.0])
    (g,) = tg.autograd.grad(x.sum(), x, create_graph=True)
    first, second = g.split(1)
    second.mul_(3)
    assert g.tolist() == [1, 3]
    assert not np.shares_memory(first.numpy(), second.numpy())


@pytest.mark.parametrize("create_graph", [False, True])
def test_the_zeros_for_an_unused_input_can_be_differentiated_if_the_others_can(create_graph: bool) -> None:
    x, unused = leaf([1.0, 2.0]), leaf([3.0])
    _, zeros = tg.autograd.grad(
        (x * x).sum(), [x, unused], create_graph=create_graph, allow_unused=True, materialize_grads=True
    )
    assert zeros.tolist() == [0]
    assert zeros.requires_grad is create_graph


def test_a_result_that_keeps_its_gradient_and_is_asked_for_gets_it_once() -> None:
    x = leaf([1.0, 2.0])
    y = x * 2
    y.retain_grad()
    (y * 3).backward(leaf([1.0, 1.0]).detach(), inputs=[y])
    assert y.grad.tolist() == [3, 3]
    assert x.grad is None


def test_a_result_that_was_asked_for_keeps_later_gradients_too() -> None:
    x = leaf([1.0, 2.0])
    y = x * 2
    y.sum().backward(inputs=[y], retain_graph=True)
    y.sum().backward()
    assert y.grad.tolist() == [2, 2]


def numbers_through_data(x: Any) -> None:
    x.data.mul_(2)


def numbers_unrecorded(x: Any) -> None:
    with tg.no_grad():
        x.mul_(2)


@pytest.mark.parametrize("change", [numbers_through_data, numbers_unrecorded])
def test_a_view_keeps_its_hooks_when_only_the_numbers_change(change: Any) -> None:
    x = leaf([1.0, 2.0])
    view = x.view(2, 1)
    view.register_hook(lambda g: g * 3)
    view.retain_grad()
    change(x)
    view.sum().backward()
    assert x.grad.tolist() == [3, 3]
    assert view.grad.tolist() == [[3], [3]]


def test_a_view_made_without_recording_stays_without_gradient_when_only_the_numbers_change() -> None:
    x = leaf([1.0, 2.0])
    with tg.no_grad():
        view = x[:1]
    numbers_unrecorded(x)
    assert not view.requires_grad
    assert view.tolist() == [2]


@pytest.mark.parametrize("name", ["floor", "ceil", "trunc", "round", "sign"])
def test_what_is_flat_has_the_gradient_0_also_where_infinity_comes(name: str) -> None:
    x = leaf([0.75, -1.25])
    getattr(x, name)().backward(tg.tensor([float("inf"), float("nan")], dtype=tg.float64))
    assert x.grad.tolist() == [0, 0]


def test_an_empty_view_of_a_leaf_is_a_view_too() -> None:
    x = leaf([1.0, 2.0])
    with pytest.raises(RuntimeError, match="a view of a leaf"):
        x[1:1].add_(1)
    with pytest.raises(RuntimeError, match="a view can't leave the graph"):
        x[1:1].detach_()


def test_a_function_refuses_to_change_a_view_that_the_graph_does_not_know() -> None:
    class Doubled(tg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            x.mul_(2)
            ctx.mark_dirty(x)
            return x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * 2

    base = leaf([1.0, 2.0]) * 1
    with tg.no_grad():
        view = base[:1]
        Doubled.apply(view)
    with pytest.raises(RuntimeError, match=r"Doubled.forward changed .* a view .* made without recording"):
        Doubled.apply(view)


@pytest.mark.parametrize("asked_by", ["retain_grad", "inputs"])
def test_a_view_that_is_changed_keeps_the_gradient_of_its_new_values_only(asked_by: str) -> None:
    x = leaf([1.0, 2.0, 3.0])
    y = x * 1
    view = y[:2]
    if asked_by == "inputs":
        y.sum().backward(inputs=[view], retain_graph=True)
    else:
        view.retain_grad()
    view.mul_(3)
    y.sum().backward(retain_graph=True)
    assert view.grad is None
    assert x.grad.tolist() == [3, 3, 1]
    view.sum().backward()
    assert np.asarray(view.grad).tolist() == [1, 1]


COMPARED = ("eq_", "ne_", "lt_", "le_", "gt_", "ge_", "not_equal_", "less_", "greater_equal_")


@pytest.mark.parametrize("name", COMPARED)
def test_a_comparison_in_place_is_a_flat_step_of_both_operands(name: str) -> None:
    x, w = leaf([1.0, 2.0]), leaf(2.0)
    constant = x.detach() * 1
    getattr(constant, name)(w)
    assert constant.requires_grad
    y = x * 3
    getattr(y[:1], name)(w)
    (y.sum() + constant.sum()).backward()
    assert x.grad.tolist() == [0, 3]
    assert w.grad.item() == 0


def test_a_comparison_in_place_of_whole_numbers_meets_fractions() -> None:
    assert tg.tensor([1, 2]).eq_(tg.tensor([1.0, 2.5])).tolist() == [1, 0]
    assert tg.tensor([True, False]).lt_(leaf([1.0, 2.5])).tolist() == [False, True]
    half = tg.tensor([1.0, 2.0], dtype=tg.float16).gt_(leaf([1.0, 1.0]))
    assert (half.dtype, half.tolist(), half.requires_grad) == (tg.float16, [0, 1], True)


def test_what_a_function_has_changed_in_place_has_no_gradient_yet() -> None:
    class Doubled(tg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            x.mul_(2)
            ctx.mark_dirty(x)
            return x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * 2

    y = leaf([1.0, 2.0]) * 1
    y.retain_grad()
    y.sum().backward(retain_graph=True)
    assert Doubled.apply(y) is y
    assert y.grad is None
    y.sum().backward()
    assert y.grad is not None
    assert y.grad.tolist() == [1, 1]


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_the_gradient_of_nothing_depends_on_it_all_the_same(name: str) -> None:
    x = tg.zeros(0, dtype=tg.float64, requires_grad=True)
    (g,) = tg.autograd.grad(getattr(x, name)(0).sum(), x, create_graph=True)
    assert g.shape == (0,)
    assert g.requires_grad
