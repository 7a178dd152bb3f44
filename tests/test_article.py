"""Every number that the article prints, through the public names of the package."""

from __future__ import annotations

import math

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import autograd, nn

F = nn.functional

T = tg.tensor([0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
RIGHT = tg.tensor([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0], dtype=tg.float64)
WRONG = tg.tensor([0.1, 0.05, 0.0, 0.0, 0.05, 0.0, 0.8, 0.0, 0.0, 0.0], dtype=tg.float64)


# 1 and 2: the perceptron


@pytest.mark.parametrize(("length", "size"), [(60.0, "S"), (69.0, "S"), (69.5, "M"), (75.0, "M")])
def test_a_shirt_is_of_size_m_if_it_is_longer_than_69_cm(length: float, size: str) -> None:
    perceptron = nn.Perceptron(weight=[1.0, 0.0], bias=-69.0)
    for width in (40.0, 55.0):
        assert "SM"[int(perceptron(tg.tensor([length, width])))] == size


def test_a_simple_perceptron_divides_by_the_line_x2_equals_minus_x1_minus_0_4() -> None:
    perceptron = nn.Perceptron(weight=tg.tensor([1.0, 1.0]).double(), bias=0.4)
    x1 = tg.arange(-2.0, 2.0, 0.25, dtype=tg.float64)
    for above, answer in ((-0.01, 0.0), (0.01, 1.0)):
        points = tg.stack([x1, -x1 - 0.4 + above], dim=1)
        assert perceptron(points).tolist() == [answer] * len(x1)


# 6: the fully connected layer


def test_the_fully_connected_layer_is_b_plus_x_w() -> None:
    B, X, W = tg.tensor([0, 1]), tg.tensor([2, 3]), tg.tensor([[4, 5], [6, 7]])
    assert (B + X @ W).tolist() == [26, 32]
    assert str((B + X @ W).numpy()) == "[26 32]"
    assert F.linear(X.float(), W.float().T, B.float()).tolist() == [26.0, 32.0]
    layer = nn.Linear(2, 2)
    layer.load_state_dict({"weight": W.float().T, "bias": B.float()})
    assert layer(X.float()).tolist() == [26.0, 32.0]


# 7: activation functions of hidden layers


def test_sigmoid_and_relu_on_the_plotted_range() -> None:
    x = tg.arange(-5.0, 5.0, 0.1)
    assert len(x) == 100
    values = x.double().numpy()
    np.testing.assert_allclose(tg.sigmoid(x).numpy(), 1 / (1 + np.exp(-values)), rtol=1e-6)
    np.testing.assert_array_equal(F.relu(x).numpy(), np.maximum(0, x.numpy()))
    assert tg.sigmoid(tg.tensor(0.0)).item() == 0.5


# 8: activation functions of the output


def test_identity_changes_nothing() -> None:
    assert nn.Identity()(tg.tensor([0.5, 1.5])).tolist() == [0.5, 1.5]


def test_softmax_of_the_three_scores() -> None:
    a = tg.tensor([0.5, 1.5, 2.5], dtype=tg.float64)
    y = F.softmax(a, dim=0)
    assert str(y.numpy()) == "[0.09003057 0.24472847 0.66524096]"
    assert str(nn.Softmax(dim=0)(a).numpy()) == "[0.09003057 0.24472847 0.66524096]"
    assert y.sum().item() == pytest.approx(1)
    assert y.argsort().tolist() == a.argsort().tolist()
    assert F.softmax(a + 1000, dim=0).tolist() == pytest.approx(y.tolist())


# 11 and 12: loss functions


@pytest.mark.parametrize(("y", "printed"), [(RIGHT, "0.097500"), (WRONG, "0.827500")])
def test_sum_of_squared_errors(y: tg.Tensor, printed: str) -> None:
    assert f"{F.sum_of_squared_errors(y, T):f}" == printed
    assert f"{nn.SumOfSquaredErrors()(y, T):f}" == printed
    assert f"{0.5 * ((y - T) ** 2).sum():f}" == printed
    assert f"{0.5 * F.mse_loss(y, T, reduction='sum'):f}" == printed


@pytest.mark.parametrize(("y", "printed"), [(RIGHT, "0.510825"), (WRONG, "16.118096")])
def test_cross_entropy_error(y: tg.Tensor, printed: str) -> None:
    assert f"{F.cross_entropy_error(y, T):f}" == printed
    assert f"{nn.CrossEntropyError()(y, T):f}" == printed
    assert f"{-(T * (y + 1e-7).log()).sum():f}" == printed
    assert f"{F.cross_entropy_error(y, tg.tensor(2)):f}" == printed


def test_both_losses_prefer_the_right_guess() -> None:
    for loss in (F.sum_of_squared_errors, F.cross_entropy_error):
        assert loss(RIGHT, T) < loss(WRONG, T)


# 13: why a loss and not accuracy


def test_a_loss_tells_near_from_far_where_accuracy_cannot() -> None:
    target = tg.tensor([1])
    near, far = tg.tensor([[0.55, 0.45]]), tg.tensor([[0.95, 0.05]])
    assert (near.argmax(1) == target).tolist() == (far.argmax(1) == target).tolist() == [False]
    assert F.cross_entropy_error(near, target) < F.cross_entropy_error(far, target)


# 14 and 15: the gradient, and descending along it


def f(w: tg.Tensor) -> tg.Tensor:
    return (w**2).sum()


@pytest.mark.parametrize("w", [[3.0, 4.0], [0.0, 2.0], [3.0, 0.0], [-1.5, 0.25]])
def test_the_gradient_of_the_bowl_is_2w(w: list[float]) -> None:
    point = tg.tensor(w, dtype=tg.float64, requires_grad=True)
    f(point).backward()
    assert point.grad is not None
    assert point.grad.tolist() == [2 * each for each in w]
    numerical = autograd.numerical_gradient(f, point.detach())
    np.testing.assert_allclose(numerical.numpy(), [2 * each for each in w], rtol=1e-9, atol=1e-9)


def descended(lr: float, steps: int = 100) -> tuple[float, float]:
    w = tg.tensor([-3.0, 4.0], dtype=tg.float64, requires_grad=True)
    optimizer = tg.optim.SGD([w], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        f(w).backward()
        optimizer.step()
    first, second = w.tolist()
    return first, second


def test_the_right_learning_rate_arrives() -> None:
    assert descended(0.1) == pytest.approx((-3 * 0.8**100, 4 * 0.8**100))
    assert math.hypot(*descended(0.1)) < 1e-8


def test_too_large_a_learning_rate_passes_the_minimum_and_diverges() -> None:
    first, _ = descended(1.05, steps=1)
    assert first > 0
    assert math.hypot(*descended(1.05)) > 1000
    assert math.hypot(*descended(10.0)) > 1e100


def test_too_small_a_learning_rate_hardly_moves() -> None:
    assert descended(1e-10) == pytest.approx((-3, 4), abs=1e-6)


# 16: the two-layer network, and its yardstick


def test_the_two_layer_network_agrees_with_its_numerical_gradient() -> None:
    tg.manual_seed(0)
    net = nn.Sequential(nn.Linear(12, 5), nn.Sigmoid(), nn.Linear(5, 10)).double()
    for layer in (net[0], net[2]):
        nn.init.normal_(layer.weight, std=0.01)
        nn.init.zeros_(layer.bias)
    x, t = tg.rand(4, 12, dtype=tg.float64), tg.tensor([3, 0, 9, 3])
    loss = F.cross_entropy(net(x), t)
    loss.backward()
    assert loss.item() == pytest.approx(math.log(10), abs=0.01)
    for parameter in net.parameters():
        exact = parameter.grad
        assert exact is not None
        kept = parameter.detach().clone()

        def loss_at(values: tg.Tensor, parameter: nn.Parameter = parameter) -> tg.Tensor:
            with tg.no_grad():
                parameter.copy_(values)
                return F.cross_entropy(net(x), t)

        numerical = autograd.numerical_gradient(loss_at, kept)
        with tg.no_grad():
            parameter.copy_(kept)
        np.testing.assert_allclose(exact.numpy(), numerical.numpy(), rtol=1e-5, atol=1e-9)
