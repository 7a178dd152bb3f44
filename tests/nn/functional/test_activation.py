"""Activation functions: values, gradients, arguments."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import nn

F = nn.functional


def test_step_is_0_up_to_0_and_1_above() -> None:
    x = tg.tensor([-3.0, -0.0, 0.0, 1e-30, 5.0])
    assert F.step(x).tolist() == [0.0, 0.0, 0.0, 1.0, 1.0]
    assert F.step(tg.tensor(2.0, dtype=tg.float64)).dtype is tg.float64
    assert F.step(tg.tensor([-1, 0, 7])).tolist() == [0, 0, 1]


def test_step_is_flat() -> None:
    x: Any = tg.tensor([-3.0, 0.0, 5.0], requires_grad=True)
    F.step(x).sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 0.0]


def test_relu_may_work_in_place() -> None:
    x: Any = tg.tensor([-1.0, 2.0], requires_grad=True)
    y = x * 1
    assert F.relu(y, inplace=True) is y
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 1.0]
    for z in (tg.tensor([-1, 2]), tg.tensor([-1.0, 2.0])):
        assert F.relu(z, False) is not z
        assert F.relu(z, True) is F.relu(input=z, inplace=True) is z
        assert z.tolist() == [0, 2]
    with pytest.raises(RuntimeError, match=r"relu_: .* is a leaf tensor that requires a gradient"):
        F.relu(x, inplace=True)
    with pytest.raises(TypeError, match="relu_: input must be a tensor, got list"):
        F.relu(wrong([1.0]), inplace=True)


def test_sigmoid_and_tanh_are_the_package_s_own() -> None:
    assert F.sigmoid is tg.sigmoid
    assert F.tanh is tg.tanh


@pytest.mark.parametrize(("shape", "dim"), [((), 0), ((3,), 0), ((2, 3), 1), ((2, 3, 4), 0), ((1, 2, 3, 4), 1)])
@pytest.mark.parametrize("function", [F.softmax, F.log_softmax])
def test_softmax_without_a_dimension_warns_and_takes_pytorch_s(function: Any, shape: tuple[int, ...], dim: int) -> None:
    x = tg.randn(shape)
    with pytest.warns(UserWarning, match=f"dim was left out; write dim={dim}"):
        assert tg.equal(function(x), function(x, dim))


@pytest.mark.parametrize("function", [F.softmax, F.log_softmax])
def test_softmax_may_convert_first(function: Any) -> None:
    assert function(tg.ones(2), dim=0, dtype=tg.float64).dtype is tg.float64


def test_softmax_neither_overflows_nor_changes_the_order() -> None:
    p = F.softmax(tg.tensor([1010.0, 1000.0, 990.0]), dim=0)
    assert p.sum().item() == pytest.approx(1)
    assert p.argmax().item() == 0
    assert sorted(p.tolist(), reverse=True) == p.tolist()


def test_softplus_is_smooth_and_then_straight() -> None:
    x: Any = tg.tensor([-200.0, 0.0, 3.0, 200.0], dtype=tg.float64, requires_grad=True)
    y = F.softplus(x)
    np.testing.assert_allclose(y.detach().numpy(), [0, math.log(2), math.log1p(math.exp(3)), 200], atol=1e-12)
    y.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 1 / (1 + np.exp(-x.detach().numpy())), atol=1e-12)
    assert F.softplus(tg.tensor([0.5]), beta=2, threshold=0.5).tolist() == [0.5]
    assert F.softplus(tg.tensor([0.5]), beta=2).item() == pytest.approx(math.log1p(math.e) / 2)


def test_logsigmoid_keeps_its_precision() -> None:
    x = tg.tensor([-800.0, 0.0, 40.0], dtype=tg.float64)
    np.testing.assert_allclose(F.logsigmoid(x).numpy(), [-800, -math.log(2), -math.exp(-40)], rtol=1e-12)


@pytest.mark.parametrize("function", [F.step, F.relu, F.softplus, F.logsigmoid, F.sigmoid])
def test_wants_a_tensor(function: Any) -> None:
    with pytest.raises(TypeError, match="must be a tensor, got list"):
        function([1.0, 2.0])


@pytest.mark.parametrize("x", [-1e4, -800.0, 800.0, 1e4])
@pytest.mark.parametrize("function", [F.softplus, F.logsigmoid])
def test_far_from_zero_the_gradient_of_the_gradient_is_zero(function: Callable[..., Any], x: float) -> None:
    at = tg.tensor([x], dtype=tg.float64, requires_grad=True)
    (gradient,) = tg.autograd.grad(function(at).sum(), at, create_graph=True)
    (second,) = tg.autograd.grad(gradient.sum(), at)
    assert second.tolist() == [0]
