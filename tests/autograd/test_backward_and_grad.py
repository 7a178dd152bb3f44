"""What `backward` and `grad` promise: whose gradients they give, where they put them, and what they refuse."""

from __future__ import annotations

import warnings
from contextvars import Context, ContextVar
from typing import Any

import numpy as np
import pytest
from support.leaves import leaf

import tinygrad_edu as tg
from tinygrad_edu.autograd import grad

# backward


def test_gradients_are_added_in_place_and_the_tensor_keeps_its_identity() -> None:
    x = leaf([1.0, 2.0])
    (x * 2).sum().backward()
    first, memory = x.grad, x.grad.numpy()
    (x * 3).sum().backward()
    assert x.grad is first
    assert x.grad.numpy() is memory
    assert memory.tolist() == [5, 5]
    assert not x.grad.requires_grad


@pytest.mark.parametrize("start", [3.0, [1.0, 2.0]], ids=["0-d", "two values"])
def test_a_gradient_is_the_same_tensor_however_often_it_is_asked_for(start: Any) -> None:
    x = leaf(start)
    (x * 2).sum().backward()
    first = x.grad
    assert isinstance(first, tg.Tensor)
    assert type(first) is tg.Tensor
    assert x.grad is first
    x.grad.mul_(3)
    assert x.grad.tolist() == (x * 0 + 6).tolist()


def test_create_graph_accumulates_by_a_new_recorded_sum() -> None:
    x = leaf([3.0])
    (x**2).sum().backward(create_graph=True)
    first = x.grad
    (x**3).sum().backward(create_graph=True)
    assert x.grad is not first
    assert (first.tolist(), x.grad.tolist()) == ([6], [33])
    assert grad(x.grad, x)[0].tolist() == [2 + 6 * 3]


def test_a_gradient_can_be_set_and_deleted() -> None:
    x = leaf([1.0, 2.0])
    x.grad = tg.tensor([10.0, 20.0], dtype=tg.float64)
    x.sum().backward()
    assert x.grad.tolist() == [11, 21]
    del x.grad
    assert x.grad is None
    with pytest.raises(RuntimeError, match="grad: wanted the shape"):
        x.grad = tg.ones(3, dtype=tg.float64)


def test_the_gradient_of_a_leaf_itself() -> None:
    x = leaf([1.0, 2.0])
    start = tg.tensor([3.0, 4.0], dtype=tg.float64)
    x.backward(start)
    x.grad[0] = 0
    assert start.tolist() == [3, 4]
    assert grad(x, x, start)[0].tolist() == [3, 4]


def test_the_gradient_of_a_result_does_not_share_the_memory_of_its_start() -> None:
    x = leaf([1.0, 2.0])
    y = x * 2
    y.retain_grad()
    start = tg.ones(2, dtype=tg.float64)
    y.backward(start, inputs=[y])
    y.grad[0] = 7
    (y + x).backward(start)
    y.grad[1] = 7
    assert (start.tolist(), x.grad.tolist()) == ([1, 1], [3, 3])


def test_a_gradient_to_start_from() -> None:
    x = leaf([1.0, 2.0])
    (x * x).backward(tg.tensor([1.0, 10.0], dtype=tg.float64))
    assert x.grad.tolist() == [2, 40]
    with pytest.raises(RuntimeError, match=r"starts from one number.*shape \(2,\).*\.sum\(\)"):
        (x * x).backward()
    with pytest.raises(RuntimeError, match=r"must have the shape \(2,\)"):
        (x * x).backward(tg.ones(3, dtype=tg.float64))
    with pytest.raises(TypeError, match="must be a tensor or None"):
        (x * x).backward(np.ones(2))


def test_one_value_of_any_shape_needs_no_start() -> None:
    x = leaf([[3.0]])
    (x * x).backward()
    assert x.grad.tolist() == [[6]]


def test_several_roots() -> None:
    x, y = leaf([1.0, 2.0]), leaf([3.0])
    tg.autograd.backward([(x * x).sum(), x * y], [None, tg.ones(2, dtype=tg.float64)])
    assert (x.grad.tolist(), y.grad.tolist()) == ([5, 7], [3])
    total = (x * 2).sum()
    x.grad = None
    tg.autograd.backward([total, total, x.sum()])
    assert x.grad.tolist() == [5, 5]
    with pytest.raises(RuntimeError, match="got 2 tensors but 1 gradients"):
        tg.autograd.backward([total, total], [None])


def test_inputs_choose_who_gets_a_gradient() -> None:
    x, y = leaf([2.0]), leaf([3.0])
    middle = x * y
    (middle * x).sum().backward(inputs=[x])
    assert (x.grad.tolist(), y.grad) == ([12], None)
    middle = x * y
    (middle * x).sum().backward(inputs=[middle, y])
    assert (middle.grad.tolist(), y.grad.tolist(), x.grad.tolist()) == ([2], [4], [12])
    with pytest.raises(RuntimeError, match="inputs is empty"):
        (x * y).backward(inputs=[])
    with pytest.raises(RuntimeError, match="doesn't require a gradient"):
        (x * y).backward(inputs=[tg.ones(1)])


def test_nothing_to_differentiate() -> None:
    with pytest.raises(RuntimeError, match="doesn't require a gradient"):
        tg.ones(1).backward()
    with tg.no_grad():
        y = leaf([1.0]) * 2
    with pytest.raises(RuntimeError, match="requires_grad=True"):
        y.backward()


def test_gradients_take_the_dtype_of_their_leaf() -> None:
    x: Any = tg.ones(2, requires_grad=True)
    y: Any = tg.ones(2, dtype=tg.float64, requires_grad=True)
    (x * y).sum().backward()
    assert (x.grad.dtype, y.grad.dtype) == (tg.float32, tg.float64)


def test_a_failed_backward_leaves_recording_on() -> None:
    x = leaf([1.0])
    y = (x * x).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="freed"):
        y.backward()
    assert tg.is_grad_enabled()
    y = x * 2
    y.register_hook(lambda g: g / "nothing")
    with pytest.raises(TypeError):
        y.backward()
    assert tg.is_grad_enabled()
    with tg.no_grad(), pytest.raises(RuntimeError):
        y.backward(tg.ones(3))


@pytest.mark.parametrize("with_variables", [False, True])
def test_infinities_and_nans_on_the_way_back_give_no_warning(with_variables: bool) -> None:
    x = leaf([0.0, -1.0])

    def walk() -> None:
        if with_variables:
            ContextVar("mine", default=0).set(1)
        (x.log() * 0).sum().backward()
        assert np.geterr()["divide"] == "warn"

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Context().run(walk)
    assert np.isnan(x.grad.numpy()[0])


def test_backward_inside_no_grad() -> None:
    x = leaf([3.0])
    y = x * x
    with tg.no_grad():
        y.backward(create_graph=True)
        assert not tg.is_grad_enabled()
    assert x.grad.tolist() == [6]
    assert x.grad.requires_grad


# grad


def test_grad_returns_and_adds_nothing() -> None:
    x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    by_x, by_y = grad((x * y).sum(), [x, y])
    assert (by_x.tolist(), by_y.tolist()) == ([3, 4], [1, 2])
    assert x.grad is None
    assert isinstance(grad(x.sum(), x), tuple)


def test_grad_by_results_on_the_way() -> None:
    x = leaf([2.0])
    y = x * 3
    z = y * y
    by_x, by_y, by_z = grad(z, [x, y, z])
    assert (by_x.tolist(), by_y.tolist(), by_z.tolist()) == ([36], [12], [1])


def test_grad_of_several_outputs_adds() -> None:
    x = leaf([1.0, 2.0])
    starts = [tg.tensor([1.0, 10.0], dtype=tg.float64), None]
    assert grad([x * x, x.sum()], x, starts)[0].tolist() == [3, 41]


def test_unused_inputs() -> None:
    x, unused = leaf([1.0]), leaf([1.0, 2.0])
    with pytest.raises(RuntimeError, match=r"don't depend on input 1 .*allow_unused=True"):
        grad(x * 2, [x, unused])
    assert grad(x * 2, [x, unused], allow_unused=True)[1] is None
    zeros = grad(x * 2, [x, unused], materialize_grads=True)[1]
    assert (zeros.tolist(), zeros.dtype) == ([0, 0], tg.float64)
    with pytest.raises(ValueError, match="materialize_grads"):
        grad(x * 2, [x], materialize_grads=True, allow_unused=False)


def test_what_grad_refuses() -> None:
    x = leaf([1.0])
    with pytest.raises(ValueError, match="only_inputs=False"):
        grad(x * 2, x, only_inputs=False)
    with pytest.raises(ValueError, match="is_grads_batched=True"):
        grad(x * 2, x, is_grads_batched=True)
    with pytest.raises(RuntimeError, match="doesn't require a gradient"):
        grad(x * 2, tg.ones(1))
    with pytest.raises(TypeError, match="every input must be a tensor"):
        grad(x * 2, [1.0])


def test_what_grad_returns_is_nobody_elses() -> None:
    x, y = leaf([1.0]), leaf([2.0])
    start = tg.ones(1, dtype=tg.float64)
    by_x, by_y = grad(x + y, [x, y], start)
    by_x.zero_()
    assert (by_y.tolist(), start.tolist()) == ([1], [1])


def test_grad_by_a_view_of_a_leaf() -> None:
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    row = x[1]
    assert grad((row * row).sum(), row)[0].tolist() == [6, 8]
