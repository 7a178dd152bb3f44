"""Defects that other automatic differentiators have had: a regression test for each, which cites its source.

More about depth and shared nodes is in test_engine.py, about changes in place in test_in_place.py, and
about corners and ties in tests/support/conventions/.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import grad, gradcheck, gradgradcheck, numerical_gradient


def leaf(values: Any) -> Any:
    return tg.tensor(values, dtype=tg.float64, requires_grad=True)


# The graph


def test_a_node_that_is_used_twice() -> None:
    """https://github.com/karpathy/micrograd/issues/64: the gradient of a shared node was handed on too early."""
    a, b = leaf(-2.0), leaf(3.0)
    d = a * b
    e = a + b
    f = d * e
    f.backward()
    assert (a.grad.item(), b.grad.item()) == (-3.0, -8.0)


def test_several_ways_to_the_same_node() -> None:
    """https://github.com/sebgao/cTensor/issues/5: a node reached by two paths handed its gradient on twice."""
    x, a = leaf(1.0), tg.tensor(1.0, dtype=tg.float64)
    xa, x2 = x * a, x * x
    (x * xa + x2 * a + x * xa).backward()
    assert x.grad.item() == 6


def test_a_loop_that_uses_its_variable_again() -> None:
    """https://github.com/karpathy/micrograd/issues/64, in a loop: each round uses x and the round before."""
    x = leaf(2.0)
    y = x
    for k in range(1, 4):
        y = y * x + k
    y.backward()
    assert x.grad.item() == 4 * 2**3 + 2 * 1 * 2 + 2  # of x⁴ + x² + 2 x + 3


def test_one_tensor_as_both_operands() -> None:
    """https://github.com/NervanaSystems/neon/issues/169: the gradient of dot(x, xᵀ) lacked that through xᵀ."""
    x = leaf([[1.0, 2.0]])
    (x @ x.T).sum().backward()
    assert x.grad.tolist() == [[2, 4]]
    a = leaf(3.0)
    (a + a).backward()
    assert a.grad.item() == 2


def test_equal_values_are_not_the_same_tensor() -> None:
    """https://github.com/tinygrad/tinygrad/issues/9597: two constants of one value got each other's gradient."""
    a, b = leaf(3.0), leaf(3.0)
    (a + b).backward()
    assert (a.grad.item(), b.grad.item()) == (1, 1)


def test_gradients_that_meet_are_not_added_in_place() -> None:
    """https://github.com/Oneflow-Inc/oneflow/issues/8248: x shared z's gradient with y; adding to it changed both."""
    x, y = leaf([1.0, 1.0]), leaf([1.0, 3.0])
    z = x + y
    (x / z).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), [1 / 4, 3 / 16])
    np.testing.assert_allclose(y.grad.numpy(), [-1 / 4, -1 / 16])


def test_a_deep_graph() -> None:
    """https://github.com/karpathy/micrograd/pull/90: recursion ended at a depth of 1,000.

    https://github.com/pytorch/pytorch/issues/5534: letting go of a deep graph overflowed the stack.
    """
    x = leaf(1.0)
    y = x
    for _ in range(20_000):
        y = y + x
    y.backward(retain_graph=True)
    assert x.grad.item() == 20_001
    del y


def test_a_saved_value_changed_in_place() -> None:
    """https://github.com/pytorch/pytorch/issues/197887: the check was lost where a view of a tensor was saved."""
    x, w = leaf([[1.0, 2.0]]), leaf([[3.0], [4.0]])
    y = x @ w
    with tg.no_grad():
        x += 1
    with pytest.raises(RuntimeError, match="matmul"):
        y.backward(tg.ones_like(y))


def test_a_view_changed_after_use() -> None:
    """https://github.com/pytorch/pytorch/issues/31258: changes through some views gave wrong gradients silently."""
    root = leaf([[1.0, 2.0], [3.0, 4.0]])
    x = root.clone()
    rows = x.unbind()
    part = rows[0].narrow(0, 0, 1)
    part.mul_(10)
    (x * x).sum().backward()
    assert root.grad.tolist() == [[200, 4], [6, 8]]

    saved = root.clone()
    view = saved[0]
    y = saved * saved
    view.mul_(2)
    with pytest.raises(RuntimeError, match="mul"):
        y.sum().backward()


# Picking and choosing


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
    """https://github.com/jax-ml/jax/issues/347: what isn't chosen spoils the gradient with 0 · ∞ or 0 · NaN.

    So it is everywhere, as the chain rule multiplies; a safe value put in before must help.
    """
    x = leaf([0.0, 4.0])
    safe = tg.where(x > 0, x, 1.0)
    (first,) = grad(tg.where(x > 0, safe.sqrt(), 0.0).sum(), x)
    assert first.tolist() == [0, 0.25]


def test_ties_share() -> None:
    """https://github.com/Theano/Theano/issues/4568: the gradient of max at a tie was (1, 1), in no subdifferential.

    https://github.com/pytorch/pytorch/issues/56734: that of the maximum of two tensors went to one of them.
    """
    x, y = leaf([1.0, 1.0]), leaf([1.0, 0.0])
    assert grad(x.max(), x)[0].tolist() == [0.5, 0.5]
    assert grad(x.min(), x)[0].tolist() == [0.5, 0.5]
    assert [each.tolist() for each in grad(tg.maximum(x, y).sum(), [x, y])] == [[0.5, 1], [0.5, 0]]
    assert [each.tolist() for each in grad(tg.minimum(x, y).sum(), [x, y])] == [[0.5, 0], [0.5, 1]]


# Zeros and infinities


def test_x_to_the_power_of_0() -> None:
    """https://github.com/Theano/Theano/issues/2995: the gradient of x⁰ at 0 was NaN."""
    for zero in (0, 0.0, tg.zeros(2, dtype=tg.float64)):
        x = leaf([0.0, 2.0])
        assert grad((x**zero).sum(), x)[0].tolist() == [0, 0]


def test_powers_of_0_at_high_order() -> None:
    """https://github.com/HIPS/autograd/issues/116: the third derivative of exp(-x²) at 0 was NaN."""
    x = leaf(0.0)
    y = (-(x**2)).exp()
    found = []
    for _ in range(4):
        (y,) = grad(y, x, create_graph=True)
        found.append(y.item())
    assert found == [0, -2, 0, 12]


def test_0_to_the_power_of_y() -> None:
    """https://github.com/pytorch/pytorch/issues/27134: the gradient of 0ʸ by y was NaN, as 0 · log 0."""
    x, y = tg.tensor([0.0, 2.0], dtype=tg.float64), leaf([1.0, 1.0])
    assert grad((x**y).sum(), y)[0].tolist() == pytest.approx([0, 2 * np.log(2)])


def test_norm_at_0() -> None:
    """https://github.com/pytorch/pytorch/issues/2421, https://github.com/HIPS/autograd/issues/151: it was NaN."""
    x = leaf([0.0, 0.0])
    assert grad(tg.norm(x), x)[0].tolist() == [0, 0]
    assert grad(tg.norm(x) ** 2, x)[0].tolist() == [0, 0]


def test_abs_at_0() -> None:
    """https://github.com/HIPS/autograd/issues/100: the gradient of abs at 0 was NaN, as x / |x|."""
    x = leaf([0.0, -3.0])
    assert grad(x.abs().sum(), x)[0].tolist() == [0, -1]


def test_sqrt_at_0() -> None:
    """https://github.com/pytorch/pytorch/issues/6394: it is ∞, and where 0 is multiplied by it, NaN says so."""
    x = leaf([0.0])
    assert grad(x.sqrt().sum(), x)[0].tolist() == [np.inf]
    assert np.isnan(grad((x**2).sqrt().sum(), x)[0].numpy()).all()


def test_prod_with_zeros() -> None:
    """https://github.com/pytorch/pytorch/issues/773: NaN where a factor is 0, from the product divided by it."""
    for values, expected in [
        ([2.0, 0.0, 4.0], [0, 8, 0]),
        ([0.0, 3.0, 0.0], [0, 0, 0]),
        ([0.0], [1]),  # https://github.com/pytorch/pytorch/issues/82644
    ]:
        x = leaf(values)
        assert grad(x.prod(0), x)[0].tolist() == expected


def test_prod_with_zeros_at_second_order() -> None:
    """https://github.com/pytorch/pytorch/issues/106789: with two zeros the second derivative was lost."""
    x = leaf([2.0, 3.0, 0.0, 0.0])
    (first,) = grad(x.prod(), x, create_graph=True)
    assert grad(first[2], x)[0].tolist() == [0, 0, 0, 6]


def test_softmax_of_large_scores_and_the_loss_of_a_certain_mistake() -> None:
    """https://github.com/clab/dynet/issues/218: NaN from log-softmax of scores far apart, as 0 / 0."""
    x = leaf([[1000.0, 0.0, -1000.0]])
    (x.softmax(1) * tg.tensor([1.0, 2.0, 3.0], dtype=tg.float64)).sum().backward()
    assert np.isfinite(x.grad.numpy()).all()
    x.grad = None
    x.log_softmax(1)[0, 2].backward()
    assert x.grad.tolist() == [[-1, 0, 1]]


def test_logsumexp_with_infinities() -> None:
    """https://github.com/jax-ml/jax/issues/6811: -∞ stands for a probability of 0 and must be harmless.

    https://github.com/pytorch/pytorch/issues/31829: only where all are -∞ there is no answer, and NaN says so.
    """
    x = leaf([-np.inf, 1.0, 1.0])
    for function in (tg.logsumexp, lambda x, dim: tg.log_softmax(x, dim)[1], lambda x, dim: tg.softmax(x, dim)[1]):
        assert np.isfinite(grad(function(x, 0), x)[0].numpy()).all()
    nothing = leaf([-np.inf, -np.inf])
    assert np.isnan(grad(nothing.logsumexp(0), nothing)[0].numpy()).all()


# Shapes, layouts and types


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3, 1)])
def test_empty_tensors(shape: tuple[int, ...]) -> None:
    """https://github.com/pytorch/pytorch/issues/31515: backward of cumsum and others failed on no values."""
    x: Any = tg.zeros(*shape, dtype=tg.float64, requires_grad=True)
    (x.exp() * x + x.sum() + x.reshape(-1).prod() + x.cumsum(0)).sum().backward()
    assert x.grad.shape == shape


def test_broadcasting_against_an_empty_tensor() -> None:
    """https://github.com/pytorch/pytorch/issues/15223: what was stretched to nothing got a wrong shape."""
    x = leaf([1.0, 2.0, 3.0, 4.0])
    (tg.zeros(4, 0, dtype=tg.float64) + x.unsqueeze(1)).sum().backward()
    assert x.grad.tolist() == [0, 0, 0, 0]


def test_0d_tensors_and_numbers() -> None:
    """https://github.com/pytorch/pytorch/issues/4968: the gradient of a stretched 0-d tensor wasn't 0-d."""
    x = leaf(2.0)
    y = (x * x + 1.0 / x - 3**x).sum()
    y.backward()
    assert x.grad.item() == pytest.approx(4 - 0.25 - 9 * np.log(3))
    assert x.grad.shape == ()
    x.grad = None
    (x * tg.ones(2, 3, dtype=tg.float64)).sum().backward()
    assert (x.grad.item(), x.grad.shape) == (6, ())


def test_broadcasting_both_ways_at_once() -> None:
    """https://github.com/pytorch/pytorch/issues/1787: the gradient had the shape of the result, not the operand's."""
    x, y = leaf([[1.0], [2.0]]), leaf([[3.0, 4.0, 5.0]])
    (x * y).sum().backward()
    assert (x.grad.tolist(), y.grad.tolist()) == ([[12], [12]], [[3, 3, 3]])


def test_the_gradient_of_a_stretched_tensor_is_summed() -> None:
    """https://github.com/HIPS/autograd/issues/384: ``broadcast_to`` had no gradient."""
    x = leaf([1.0, 2.0])
    x.expand(3, 2).sum().backward()
    assert x.grad.tolist() == [3, 3]
    assert grad(np.broadcast_to(x, (4, 2)).sum(), x)[0].tolist() == [4, 4]


def test_transposed_and_reversed_inputs() -> None:
    """https://github.com/huggingface/candle/issues/3735: gradients for a transposed operand were wrong."""
    array = np.arange(6.0).reshape(2, 3)[::-1, ::-1].T
    x: Any = tg.from_numpy(array).requires_grad_()
    (x.reshape(-1) * tg.arange(6.0, dtype=tg.float64)).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.arange(6.0).reshape(3, 2))
    assert gradcheck(lambda x: x.T @ x, x)


def test_differences_of_a_transposed_input() -> None:
    """https://github.com/google-deepmind/torch-totem/pull/26: the checker went wrong where memory has gaps."""
    x = np.arange(6.0).reshape(2, 3).T[::-1]
    np.testing.assert_allclose(numerical_gradient(lambda x: (x**2).sum(), x), 2 * x, atol=1e-8)


def test_an_operation_on_integers_records_nothing() -> None:
    """https://github.com/Oneflow-Inc/oneflow/issues/6315: integers were differentiated."""
    n = tg.tensor([1, 2, 3])
    x = leaf([1.0, 2.0, 3.0])
    assert not (n * 2 + n).requires_grad
    (x * n).sum().backward()
    assert x.grad.tolist() == [1, 2, 3]
    with pytest.raises(RuntimeError, match="int64"):
        tg.tensor([1], requires_grad=True)
