"""Defects that other automatic differentiators have had; each test cites the one it guards against.

Those about depth, shared nodes and changes in place are in test_engine.py and test_in_place.py, those
about corners and ties in tests/ops/test_conventions.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import grad, gradcheck, gradgradcheck


def leaf(values: Any) -> Any:
    return tg.tensor(values, dtype=tg.float64, requires_grad=True)


def test_a_node_that_is_used_twice() -> None:
    """https://github.com/karpathy/micrograd/issues/64: the gradient of a shared node was handed on too early."""
    a, b = leaf(-2.0), leaf(3.0)
    d = a * b
    e = a + b
    f = d * e
    f.backward()
    assert (a.grad.item(), b.grad.item()) == (-3.0, -8.0)


def test_the_same_addition_twice() -> None:
    """micrograd's first lesson: ``b = a + a`` must add its two gradients, not overwrite one."""
    a = leaf(3.0)
    (a + a).backward()
    assert a.grad.item() == 2


@pytest.mark.parametrize(
    "index",
    [
        [0, 0, 2],
        (np.array([0, 0, 1]), np.array([1, 1, 2])),
        (np.array([[0], [0]]), np.array([1, 1])),
        (slice(None), np.array([2, 2])),
        (np.array([1, 1]), slice(0, 2)),
        (0, np.array([1, 1, 1])),
        (np.array([-1, 1]),),
    ],
)
def test_places_picked_several_times(index: Any) -> None:
    """https://github.com/HIPS/autograd/issues/39 and 263: ``g[index] += …`` counts a repeated place once."""
    x = leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    assert gradcheck(lambda x: x[index] ** 2, x)
    assert gradgradcheck(lambda x: x[index] ** 3, x)
    expected = np.zeros((3, 3))
    np.add.at(expected, index, 1)
    np.testing.assert_array_equal(grad(x[index].sum(), x)[0].numpy(), expected)


def test_where_at_second_order() -> None:
    """https://github.com/HIPS/autograd/issues/396: ``where`` could not be differentiated twice."""
    x = leaf([-1.0, 2.0, 3.0])
    assert gradgradcheck(lambda x: tg.where(x > 0, x**3, x**2), x)
    assert gradgradcheck(lambda x: np.where(x > 0, x**3, x * 2), x)
    (first,) = grad(tg.where(x > 0, x**3, x**2).sum(), x, create_graph=True)
    assert grad(first.sum(), x)[0].tolist() == [2, 12, 18]


def test_where_guards_against_nan() -> None:
    """The square root of what is not chosen must not spoil the gradient with 0 · ∞: the safe value goes inside."""
    x = leaf([0.0, 4.0])
    safe = tg.where(x > 0, x, 1.0)
    (first,) = grad(tg.where(x > 0, safe.sqrt(), 0.0).sum(), x)
    assert first.tolist() == [0, 0.25]


def test_an_operation_on_integers_records_nothing() -> None:
    n = tg.tensor([1, 2, 3])
    x = leaf([1.0, 2.0, 3.0])
    assert not (n * 2 + n).requires_grad
    (x * n).sum().backward()
    assert x.grad.tolist() == [1, 2, 3]
    with pytest.raises(RuntimeError, match="int64"):
        tg.tensor([1], requires_grad=True)


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3, 1)])
def test_empty_tensors(shape: tuple[int, ...]) -> None:
    x = tg.zeros(*shape, dtype=tg.float64, requires_grad=True)
    (x.exp() * x + x.sum() + x.reshape(-1).prod()).sum().backward()
    assert x.grad.shape == shape


def test_0d_tensors_and_numbers() -> None:
    x = leaf(2.0)
    y = (x * x + 1.0 / x - 3**x).sum()
    y.backward()
    assert x.grad.item() == pytest.approx(4 - 0.25 - 9 * np.log(3))
    assert x.grad.shape == ()


def test_transposed_and_reversed_inputs() -> None:
    array = np.arange(6.0).reshape(2, 3)[::-1, ::-1].T
    x = tg.from_numpy(array).requires_grad_()
    (x.reshape(-1) * tg.arange(6.0, dtype=tg.float64)).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.arange(6.0).reshape(3, 2))
    assert gradcheck(lambda x: x.T @ x, x)


def test_broadcasting_both_ways_at_once() -> None:
    x, y = leaf([[1.0], [2.0]]), leaf([[3.0, 4.0, 5.0]])
    (x * y).sum().backward()
    assert (x.grad.tolist(), y.grad.tolist()) == ([[12], [12]], [[3, 3, 3]])


def test_the_gradient_of_a_stretched_tensor_is_summed() -> None:
    x = leaf([1.0, 2.0])
    x.expand(3, 2).sum().backward()
    assert x.grad.tolist() == [3, 3]


def test_a_loop_that_reuses_a_name() -> None:
    """Tangent and others that rewrite source lose track of a name that is bound again."""
    x = leaf(2.0)
    y = x
    for k in range(1, 4):
        y = y * x + k
    y.backward()
    assert x.grad.item() == 4 * 2**3 + 3 * 1 * 0 + 2 * 1 * 2 + 2


def test_softmax_of_large_scores_and_the_loss_of_a_certain_mistake() -> None:
    """exp overflows at 710: without subtracting the maximum the gradient is NaN."""
    x = leaf([[1000.0, 0.0, -1000.0]])
    (x.softmax(1) * tg.tensor([1.0, 2.0, 3.0], dtype=tg.float64)).sum().backward()
    assert np.isfinite(x.grad.numpy()).all()
    x.grad = None
    x.log_softmax(1)[0, 2].backward()
    assert x.grad.tolist() == [[-1, 0, 1]]
