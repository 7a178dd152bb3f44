"""Walking a graph again: without retain_graph where no values were saved, with create_graph through flat parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import tinygrad_edu as tg

SAVE_NOTHING: dict[str, Callable[[Any, Any], Any]] = {
    "double": lambda x, y: x.double(),
    "half": lambda x, y: x.half(),
    "sum in another dtype": lambda x, y: x.sum(dtype=tg.float64),
    "dtypes that meet": lambda x, y: x + y.double(),
    "tril": lambda x, y: x.tril(),
    "triu": lambda x, y: x.triu(1),
    "add, alpha": lambda x, y: x.add(y, alpha=3),
    "add of a number, alpha": lambda x, y: x.add(2, alpha=3),
    "sub, alpha": lambda x, y: x.sub(y, alpha=3),
    "sub_, alpha": lambda x, y: x.clone().sub_(y, alpha=3),
    "add, stretched": lambda x, y: x + y[0],
    "neg": lambda x, y: -x,
    "mean": lambda x, y: x.mean(0),
    "cat": lambda x, y: tg.cat([x, y]),
    "stack": lambda x, y: tg.stack([x, y]),
    "expand": lambda x, y: x.expand(2, 2, 2),
    "permute": lambda x, y: x.permute(1, 0),
    "reshape": lambda x, y: x.reshape(-1),
    "index": lambda x, y: x[[0, 0]],
    "slice": lambda x, y: x[1:],
    "flip": lambda x, y: x.flip(0),
    "cumsum": lambda x, y: x.cumsum(0),
    "round": lambda x, y: x.round(),
    "fill_": lambda x, y: x.clone().fill_(3),
    "normal_": lambda x, y: x.clone().normal_(),
}


@pytest.mark.parametrize("name", SAVE_NOTHING)
def test_what_saves_no_values_is_walked_again(name: str) -> None:
    x = tg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    y = tg.tensor([[5.0, 6.0], [7.0, 8.0]], requires_grad=True)
    result = SAVE_NOTHING[name](x, y)
    weights = tg.arange(1.0, result.numel() + 1, dtype=result.dtype).reshape(result.shape)
    result.backward(weights)
    assert x.grad is not None
    once = x.grad.clone()
    result.backward(weights)
    assert x.grad.tolist() == (2 * once).tolist()


def test_what_saves_values_is_not() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    for result in (x * x, x.exp(), x / 3, x.relu()):
        result.backward(tg.ones(2))
        with pytest.raises(RuntimeError, match="call the first one with retain_graph=True"):
            result.backward(tg.ones(2))


def test_the_gradient_of_a_flat_part_is_zero_and_not_an_error() -> None:
    x = tg.tensor([-1.0, 2.0], requires_grad=True)
    (g,) = tg.autograd.grad(x.relu().sum(), x, create_graph=True)
    g.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [0.0, 0.0]


def test_beside_another_gradient_too() -> None:
    x, w = tg.tensor([-1.0, 2.0], requires_grad=True), tg.tensor([3.0, 4.0], requires_grad=True)
    (g,) = tg.autograd.grad((x.relu() * w).sum(), x, create_graph=True)
    of_x, of_w = tg.autograd.grad(g.sum(), (x, w))
    assert (of_x.tolist(), of_w.tolist()) == ([0.0, 0.0], [0.0, 1.0])


def test_a_product_of_vectors_can_leave_the_graph() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    for result in (x @ x, x.dot(x), tg.ones(2, 2) @ x, x.max(0)[0], x.sum().cumsum(0), x.sum().softmax(0)):
        assert not result.detach_().requires_grad
