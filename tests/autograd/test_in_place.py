"""Changes in place: the gradient is either right, or refused in words.

The programs' expected gradients are PyTorch's (2.13). The property test needs no such authority: it
runs random programs of views and changes twice, once on a tensor and once on separate numbers, one
for each place of it, where nothing is ever changed in place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.leaves import fixed, gradients, leaf
from support.operations import Square

import tinygrad_edu as tg

# Programs that are right


def change_a_result() -> Any:
    x = leaf([1.0, 2.0])
    y = x * 3
    y += 1
    y *= 2
    return gradients(y * y, x)


def base_changed_after_a_view_was_made() -> Any:
    x = leaf([1.0, 2.0, 3.0])
    base = x * 1
    view = base[1:]
    base *= 2
    return gradients(view * fixed([1.0, 10.0]), x)


def base_changed_after_a_view_was_used() -> Any:
    x = leaf([1.0, 2.0, 3.0])
    base = x * 1
    view = base[1:]
    before = view.sum()
    base *= 2
    return gradients(before + view.sum() * 10, x)


def view_changed_and_base_used() -> Any:
    x, w = leaf([1.0, 2.0, 3.0]), leaf([4.0, 5.0])
    base = x * 1
    view = base[1:]
    view.mul_(w)
    return gradients(base * fixed([1.0, 10.0, 100.0]), x, w)


def view_changed_and_both_used() -> Any:
    x = leaf([1.0, 2.0, 3.0])
    base = x * 1
    view = base[1:]
    view *= 3
    return gradients(base.sum() + (view * view).sum(), x)


def view_changed_and_a_sibling_used() -> Any:
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    base = x * 1
    row, column = base[0], base[:, 0]
    row.mul_(5)
    return gradients(column * fixed([1.0, 10.0]), x)


def view_of_a_view() -> Any:
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    base = x * 1
    first = base.T
    second = first[0]
    second.add_(fixed([10.0, 20.0]))
    second.mul_(3)
    return gradients(base * base + first.T, x)


def chain_of_views() -> Any:
    x = leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    base = x * 1
    view = base.reshape(3, 2)[1:].T.unsqueeze(0)[0, 1]
    view *= 7
    return gradients(base * fixed([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), x)


def add_to_one_place() -> Any:
    x = leaf([1.0, 2.0])
    y = x * 2
    y[0] += 5
    y[0] *= 3
    return gradients(y * y, x)


def set_places_in_a_loop() -> Any:
    x = leaf([1.0, 2.0, 3.0])
    y = tg.zeros(3, dtype=tg.float64)
    for i in range(3):
        y[i] = x[i] * x[2 - i]
    return gradients(y * fixed([1.0, 10.0, 100.0]), x)


def a_recurrence_in_one_buffer() -> Any:
    x = leaf([2.0])
    y = tg.zeros(4, dtype=tg.float64)
    y[0] = x[0]
    for i in range(1, 4):
        y[i] = y[i - 1].clone() * 3
    return gradients(y, x)


def overwritten_values_get_no_gradient() -> Any:
    x, v = leaf([1.0, 2.0, 3.0]), leaf([7.0])
    y = x * 2
    y[1] = v[0]
    y[2:] = 0
    return gradients(y * y, x, v)


def values_are_stretched() -> Any:
    x, v = leaf([[1.0, 2.0], [3.0, 4.0]]), leaf([5.0, 6.0])
    y = x * 1
    y[:] = v
    z = x * 2
    z[:, 1] = v[0]
    return gradients(y * z, x, v)


def set_by_a_mask() -> Any:
    x, v = leaf([1.0, -2.0, 3.0]), leaf([10.0, 20.0])
    y = x * 2
    y[y > 0] = v
    return gradients(y * y, x, v)


def set_by_integers() -> Any:
    x, v = leaf([1.0, 2.0, 3.0]), leaf([10.0, 20.0])
    y = x * 2
    y[tg.tensor([2, 0])] = v
    return gradients(y * y, x, v)


def set_by_integers_in_a_view() -> Any:
    x, v = leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), leaf([10.0, 20.0])
    y = x * 2
    row = y[1]
    row[tg.tensor([2, 0])] = v
    return gradients(y * y, x, v)


def add_by_integers() -> Any:
    x = leaf([1.0, 2.0, 3.0])
    y = x * 2
    y[tg.tensor([0, 2])] *= 10
    return gradients(y * y, x)


def copy_fill_and_zero() -> Any:
    x, v = leaf([[1.0, 2.0], [3.0, 4.0]]), leaf([5.0, 6.0])
    y = x * 1
    y[0].copy_(v)
    z = x * 2
    z[1].fill_(v[1])
    u = x * 3
    u[:, 0].zero_()
    return gradients(y * z * u, x, v)


def a_buffer_that_needs_no_gradient_takes_one_on() -> Any:
    w = leaf([2.0, 3.0])
    buffer = tg.zeros(2, 2, dtype=tg.float64)
    view = buffer[1]
    view += w
    return gradients(buffer * buffer, w)


def functions_that_keep_their_result() -> Any:
    x = leaf([0.5, -0.5])
    y = x * 2
    y.tanh_()
    z = x * 3
    z.sigmoid_()
    return gradients(y + z, x)


def leaf_changed_without_recording() -> Any:
    x = leaf([1.0, 2.0])
    with tg.no_grad():
        x *= 10
    first = gradients(x * x, x)
    view = x[:1]
    with tg.no_grad():
        view += 1
    return first + gradients(x * x, x)


def second_order_through_changes() -> Any:
    x = leaf([1.0, 2.0])
    y = x**3
    y[0] *= x[1]
    (first,) = tg.autograd.grad(y.sum(), x, create_graph=True)
    return gradients(first, x)


def detached_neighbour_changed_before_use() -> Any:
    x = leaf([1.0, 2.0])
    y = x * 1
    y.detach().mul_(5)  # changes the values, not the graph
    return gradients(y * y, x)


PROGRAMS: list[tuple[Callable[[], Any], Any]] = [
    (change_a_result, [[96.0, 168.0]]),
    (base_changed_after_a_view_was_made, [[0.0, 2.0, 20.0]]),
    (base_changed_after_a_view_was_used, [[0.0, 21.0, 21.0]]),
    (view_changed_and_base_used, [[1.0, 40.0, 500.0], [20.0, 300.0]]),
    (view_changed_and_both_used, [[1.0, 39.0, 57.0]]),
    (view_changed_and_a_sibling_used, [[[5.0, 0.0], [10.0, 0.0]]]),
    (view_of_a_view, [[[201.0, 5.0], [417.0, 9.0]]]),
    (chain_of_views, [[[1.0, 2.0, 3.0], [28.0, 5.0, 42.0]]]),
    (add_to_one_place, [[252.0, 16.0]]),
    (set_places_in_a_loop, [[303.0, 40.0, 101.0]]),
    (a_recurrence_in_one_buffer, [[40.0]]),
    (overwritten_values_get_no_gradient, [[8.0, 0.0, 0.0], [14.0]]),
    (values_are_stretched, [[[10.0, 0.0], [10.0, 0.0]], [20.0, 10.0]]),
    (set_by_a_mask, [[0.0, -16.0, 0.0], [20.0, 40.0]]),
    (set_by_integers, [[0.0, 16.0, 0.0], [20.0, 40.0]]),
    (set_by_integers_in_a_view, [[[8.0, 16.0, 24.0], [0.0, 40.0, 0.0]], [20.0, 40.0]]),
    (add_by_integers, [[800.0, 16.0, 2400.0]]),
    (copy_fill_and_zero, [[[0.0, 144.0], [0.0, 144.0]], [0.0, 72.0]]),
    (a_buffer_that_needs_no_gradient_takes_one_on, [[4.0, 6.0]]),
    (functions_that_keep_their_result, [[1.287388039439051, 1.287388039439051]]),
    (leaf_changed_without_recording, [[20.0, 40.0], [22.0, 40.0]]),
    (second_order_through_changes, [[15.0, 15.0]]),
    (detached_neighbour_changed_before_use, [[10.0, 20.0]]),
]


@pytest.mark.parametrize(("program", "expected"), PROGRAMS, ids=[program.__name__ for program, _ in PROGRAMS])
def test_the_gradient_of_the_program(program: Callable[[], Any], expected: Any) -> None:
    found = program()
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


# Programs that are refused


def operand_of_a_product() -> Any:
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y = x * 1
    z = y * w
    y += 1
    return z


def result_that_the_rule_asks_for() -> Any:
    y = leaf([1.0, 2.0]).exp()
    z = y * 1
    y += 1
    return z


def operand_changed_through_a_view() -> Any:
    y = leaf([[1.0, 2.0], [3.0, 4.0]]) * 1
    z = y**2
    y[0] = 0
    return z


def view_used_and_base_changed() -> Any:
    y = leaf([[1.0, 2.0], [3.0, 4.0]]) * 1
    z = y[0] ** 2
    y.mul_(2)
    return z


def operand_changed_through_a_detached_neighbour() -> Any:
    y = leaf([1.0, 2.0]) * 1
    z = y * y
    y.detach().zero_()
    return z


def operand_that_needs_no_gradient() -> Any:
    x, w = leaf([1.0, 2.0]), fixed([3.0, 4.0])
    z = x * w
    w[0] = 0
    return z


def leaf_changed_without_recording_after_use() -> Any:
    x = leaf([1.0, 2.0])
    z = x**2
    with tg.no_grad():
        x -= 0.1
    return z


def operand_set_by_integers() -> Any:
    y = leaf([1.0, 2.0]) * 1
    z = y.sin()
    y[tg.tensor([0])] = 5.0
    return z


def operand_replaced_through_data() -> Any:
    x = leaf([1.0, 2.0])
    z = x**2
    x.data.fill_(7)
    return z


def saved_for_a_function() -> Any:
    y = leaf([1.0, 2.0]) * 1
    z = Square.apply(y)
    y += 1
    return z


REFUSED = [
    (operand_of_a_product, "mul"),
    (result_that_the_rule_asks_for, "exp"),
    (operand_changed_through_a_view, "pow"),
    (view_used_and_base_changed, "pow"),
    (operand_changed_through_a_detached_neighbour, "mul"),
    (operand_that_needs_no_gradient, "mul"),
    (leaf_changed_without_recording_after_use, "pow"),
    (operand_set_by_integers, "sin"),
    (saved_for_a_function, "Square"),
]


@pytest.mark.parametrize(("program", "operation"), REFUSED, ids=[program.__name__ for program, _ in REFUSED])
def test_a_saved_value_that_was_changed_is_refused(program: Callable[[], Any], operation: str) -> None:
    message = rf"backward through {operation}: a tensor that it needs .* was changed in place.*\.clone\(\)"
    with pytest.raises(RuntimeError, match=message):
        program().sum().backward()
    with pytest.raises(RuntimeError, match=message):
        program().sum().backward(create_graph=True)


def test_a_change_of_what_nothing_saved_is_allowed() -> None:
    x, w = leaf([1.0, 2.0]), fixed([3.0, 4.0])
    y = x * w  # saves w, not x's values
    total = (y + 1).sum()
    y += 100
    with tg.no_grad():
        x -= 5
    assert gradients(total, x) == [[3, 4]]


def test_the_operation_itself_keeps_the_old_values_that_it_needs() -> None:
    """Where PyTorch would refuse ``exp_().sqrt_()``, the node that overwrites has kept a copy for the other."""
    x = leaf([2.0, 3.0])
    y = x * 1
    y *= y
    assert gradients(y, x) == [[4, 6]]


def test_numbers_are_not_memory() -> None:
    x = leaf(3.0)
    y = x * 2
    z = y * y
    y += 1
    assert gradients(z + y * y, x) == [24 + 28]


LEAF = "is a leaf tensor that requires a gradient and can't be changed in place"


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.add_(1),
        lambda x: x.__imul__(2),
        lambda x: x.__setitem__(0, 1.0),
        lambda x: x.__setitem__(tg.tensor([0]), 1.0),
        lambda x: x.zero_(),
        lambda x: x.fill_(1),
        lambda x: x.copy_(tg.ones(2)),
        lambda x: x.uniform_(),
    ],
)
def test_leaves_are_not_changed_while_recording(change: Callable[[Any], Any]) -> None:
    x = leaf([1.0, 2.0])
    with pytest.raises(RuntimeError, match=LEAF):
        change(x)
    with pytest.raises(RuntimeError, match="a view of a leaf"):
        change(x[:])
    assert x.tolist() == [1, 2]
    with tg.no_grad():
        change(x)
    assert x.requires_grad
    assert x.is_leaf


def test_detach_shares_memory() -> None:
    x = leaf([1.0, 2.0])
    y = x.detach()
    y[0] = 7
    assert x.tolist() == [7, 2]
    assert not y.requires_grad
    number = leaf(1.0)
    number.detach().fill_(5)
    assert number.item() == 5


def test_an_expanded_tensor_can_not_be_written() -> None:
    with pytest.raises(RuntimeError, match=r"add_: .*expanded.*\.clone\(\)"):
        tg.ones(1).expand(3).add_(1)


def test_a_change_must_fit() -> None:
    with pytest.raises(RuntimeError, match=r"add_: the result has shape \(2, 2\)"):
        tg.ones(2).add_(tg.ones(2, 2))
    with pytest.raises(RuntimeError, match=r"mul_: the result is float32 and can't be put into an int64 tensor"):
        tg.tensor([1, 2]).mul_(0.5)
