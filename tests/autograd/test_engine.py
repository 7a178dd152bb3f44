"""The walk back: every use counted, at any depth, once; what it frees, and what it leaves for another walk."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.leaves import leaf

import tinygrad_edu as tg
from tinygrad_edu.autograd import grad

DEEP = 100_000  # a hundred times Python's limit of recursion


# Depth


@pytest.mark.parametrize("start", [1.0, [1.0, 2.0]], ids=["0-d", "two values"])
def test_a_chain_of_a_hundred_thousand_operations(start: Any) -> None:
    """micrograd's topological sort recurses, and dies near a thousand operations."""
    x = leaf(start)
    y = x
    for _ in range(DEEP // 2):
        y = y * 1.0 + 1e-5
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.ones_like(start))
    del y  # releasing the chain must not recurse either


def test_a_chain_of_views_of_views_changed_in_place() -> None:
    x = leaf([1.0, 2.0])
    y = x * 1
    for _ in range(20):
        y = y.reshape(2, 1).reshape(2)
        y += 1.0
    y.sum().backward()
    assert x.grad.tolist() == [1, 1]


def test_a_deep_graph_that_was_never_walked_is_released() -> None:
    x = leaf(1.0)
    y = x
    for _ in range(DEEP):
        y = y + x
    watch = weakref.ref(y.grad_fn)
    del y
    assert watch() is None


def test_a_deep_graph_of_gradients() -> None:
    x = leaf(1.0)
    y = x
    for _ in range(5_000):
        y = y * x
    (first,) = grad(y, x, create_graph=True)
    (second,) = grad(first, x)
    assert (first.item(), second.item()) == (5_001, 5_001 * 5_000)


def test_a_wide_graph() -> None:
    x = leaf([1.0, 2.0])
    total = sum((x * k for k in range(1_000)), x * 0)
    total.sum().backward()
    assert x.grad.tolist() == [499_500, 499_500]


# Several uses


def test_one_tensor_as_both_operands() -> None:
    x = leaf([3.0, 4.0])
    (x * x).sum().backward()
    assert x.grad.tolist() == [6, 8]
    x.grad = None
    (x - x).sum().backward()
    assert x.grad.tolist() == [0, 0]


def test_a_node_used_twice_is_run_once() -> None:
    """micrograd #64: a shared node must wait for all its uses before it hands on."""
    x = leaf([2.0])
    runs: list[float] = []
    shared = x.exp()
    shared.register_hook(lambda g: runs.append(g.item()))
    (shared * 3 + shared.log() * 5).sum().backward()
    assert x.grad.item() == pytest.approx(3 * np.exp(2) + 5)
    assert runs == [pytest.approx(3 + 5 / np.exp(2))]


def test_diamonds() -> None:
    x = leaf([2.0])
    y = x
    for _ in range(40):  # as many as 2^40 paths, but 80 nodes
        y = y + y
    y.sum().backward()
    assert x.grad.item() == 2.0**40


@pytest.mark.parametrize("uses", [1, 2, 3, 4])
@pytest.mark.parametrize("start", [2.0, [2.0]], ids=["0-d", "one value"])
@pytest.mark.parametrize("function", [lambda x: x.relu(), lambda x: x * 1, lambda x: x.sum(), lambda x: x[...]])
def test_any_number_of_gradients_that_meet_at_a_leaf(function: Callable[..., Any], start: Any, uses: int) -> None:
    """The gradient of a 0-d tensor comes as a NumPy scalar from some rules and as a 0-d array from others."""
    x = leaf(start)
    total = function(x)
    for _ in range(uses - 1):
        total = total + function(x)
    total.sum().backward()
    assert np.ravel(x.grad.numpy()).tolist() == [uses]


@pytest.mark.parametrize("uses", [1, 2, 3, 4])
def test_a_sum_of_gradients_is_made_in_memory_of_its_own(uses: int) -> None:
    """``x + y`` hands one array to both sides, and a gradient to start from is the user's."""
    x, y, start = leaf([1.0, 2.0]), leaf([3.0, 4.0]), tg.ones(2, dtype=tg.float64)
    shared = x * 1
    total = y
    for _ in range(uses):
        total = total + shared
    total.backward(start)
    assert (x.grad.tolist(), y.grad.tolist(), start.tolist()) == ([uses, uses], [1, 1], [1, 1])


def test_branches_that_lead_nowhere() -> None:
    x, y = leaf([1.0]), leaf([1.0])
    _ = (x * y).exp()
    (x * 2).sum().backward()
    assert x.grad.tolist() == [2]
    assert y.grad is None


# retain_graph


def test_a_second_backward_is_refused_in_words() -> None:
    x = leaf([1.0, 2.0])
    y = (x * x).exp().sum()
    y.backward()
    with pytest.raises(RuntimeError, match=r"backward through exp: .*freed by an earlier backward.*retain_graph=True"):
        y.backward()


def test_retain_graph_allows_any_number_of_walks() -> None:
    x = leaf([1.0, 2.0])
    y = (x * x).sum()
    for _ in range(3):
        y.backward(retain_graph=True)
    assert x.grad.tolist() == [6, 12]
    y.backward()
    with pytest.raises(RuntimeError, match="freed"):
        y.backward()


def test_create_graph_retains_by_default() -> None:
    x = leaf([1.0])
    y = (x * x).sum()
    grad(y, x, create_graph=True)
    grad(y, x)
    with pytest.raises(RuntimeError, match="freed"):
        grad(y, x)
    z = (x * x).sum()
    grad(z, x, create_graph=True, retain_graph=False)
    with pytest.raises(RuntimeError, match="freed"):
        grad(z, x)


def test_a_freed_graph_that_had_saved_nothing_can_be_walked_again() -> None:
    """As in PyTorch: shapes and settings are not freed, only values are."""
    x = leaf([1.0, 2.0])
    y = ((x + 1).reshape(2, 1) - 3).sum()
    y.backward()
    y.backward()
    assert x.grad.tolist() == [2, 2]


def test_only_the_part_of_the_graph_that_was_walked_is_freed() -> None:
    x = leaf([2.0])
    shared = x * x
    one, other = shared * shared, shared.exp()
    grad(one, shared)
    grad(other, x)
    with pytest.raises(RuntimeError, match="freed"):
        grad(x.exp() * shared, x)


def test_values_that_are_no_longer_needed_are_released_during_the_walk() -> None:
    x = leaf(np.ones(1000))
    y = x.exp()
    watch = weakref.ref(y.grad_fn)
    z = (y * y).sum()
    saved = weakref.ref(y.detach().numpy())
    del y
    assert saved() is not None  # z's graph needs it
    z.backward()
    assert saved() is None
    assert watch() is not None  # the nodes stay, empty


# Higher orders


def test_orders_up_to_the_fourth() -> None:
    x = leaf(2.0)
    found = x**4
    for expected in (32, 48, 48, 24):
        (found,) = grad(found, x, create_graph=True)
        assert found.item() == expected


def test_a_gradient_penalty() -> None:
    """The gradient of |df/dx|² by the weights: w flows in through both orders."""
    w, x = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    (slope,) = grad((w * x * x).sum(), x, create_graph=True)
    (slope * slope).sum().backward()
    assert w.grad.tolist() == [8 * 9 * 1, 8 * 16 * 2]
    assert x.grad.tolist() == [8 * 1 * 3, 8 * 4 * 4]


def test_the_gradient_by_the_upstream_gradient() -> None:
    x, v = leaf([2.0, 3.0]), leaf([1.0, 1.0])
    (first,) = grad(x * x, x, v, create_graph=True)
    assert grad(first.sum(), v)[0].tolist() == [4, 6]


# Memory


def test_no_reference_cycles() -> None:
    """Tensors, nodes and what they saved go as soon as nobody holds them, without the garbage collector."""
    gc.collect()
    gc.disable()
    try:
        x = leaf([[1.0, 2.0], [3.0, 4.0]])
        y = x.exp()
        z = (y.T @ y)[0].softmax(0).sum()
        y.retain_grad()
        z.register_hook(lambda g: g * 1)
        watched = [weakref.ref(each) for each in (y, z, y.grad_fn, z.grad_fn)]
        z.backward()
        watched.append(weakref.ref(y.grad))
        del y, z
        assert [each() for each in watched] == [None] * 5
        leafs = weakref.ref(x)
        del x
        assert leafs() is None
    finally:
        gc.enable()


def test_no_reference_cycles_with_views_and_changes_in_place() -> None:
    gc.collect()
    gc.disable()
    try:
        base = leaf([1.0, 2.0, 3.0]) * 1
        view = base[1:]
        view *= 2
        base[0] = 5
        watched = [weakref.ref(each) for each in (base, view, base.grad_fn, view.grad_fn)]
        (base.sum() + view.sum()).backward()
        del base, view
        assert [each() for each in watched] == [None] * 4
    finally:
        gc.enable()


def test_no_reference_cycles_in_graphs_of_gradients() -> None:
    gc.collect()
    gc.disable()
    try:
        x = leaf([1.0, 2.0])
        y = (x.tanh() * x.exp()).sum()
        (first,) = grad(y, x, create_graph=True)
        watched = [weakref.ref(each) for each in (y, first, y.grad_fn, first.grad_fn)]
        del y, first
        assert [each() for each in watched] == [None] * 4
    finally:
        gc.enable()


def test_results_do_not_keep_their_operands() -> None:
    x = leaf([1.0])
    y = x * 2
    watch = weakref.ref(y)
    z = y.exp()
    del y
    assert watch() is None
    z.backward()
    assert x.grad.item() == pytest.approx(2 * np.exp(2))


# Threads


def test_threads_have_their_own_walks() -> None:
    x = leaf([1.0])
    results: list[float] = []

    def work(k: int) -> None:
        for _ in range(50):
            results.append(grad((x * k).exp().log(), x)[0].item() - k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(1, 5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(results) == 200
    assert max(map(abs, results)) < 1e-12
