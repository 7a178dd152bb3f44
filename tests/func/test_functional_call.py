"""functional_call: other tensors in the places of a module's own, which come back; shared ones, and errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.func import functional_call, grad, vmap


class Tied(nn.Module):
    """A module that has one parameter under two names."""

    shift: Any

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Parameter(tg.tensor([1.0, 2.0]))
        self.second = self.first
        self.register_buffer("shift", tg.tensor(10.0))

    def forward(self, x: Any, *, times: float = 1.0) -> Any:
        """Both at work."""
        return (self.first * x).sum() + 100 * (self.second * x).sum() + self.shift * times


ONES = tg.ones(2)


def test_it_computes_with_others_and_stays_as_it_was() -> None:
    layer = nn.Sequential(nn.Linear(2, 1), nn.Tanh())
    before = {name: (each, each.tolist()) for name, each in layer.named_parameters()}
    new = {"0.weight": tg.tensor([[1.0, 2.0]]), "0.bias": tg.tensor([3.0])}
    found = functional_call(layer, new, ONES)
    assert found.item() == pytest.approx(tg.tensor(6.0).tanh().item())
    after = dict(layer.named_parameters())
    assert all(after[name] is each and each.tolist() == values for name, (each, values) in before.items())


def test_what_is_not_named_keeps_its_value() -> None:
    layer = nn.Linear(2, 1)
    found = functional_call(layer, {"bias": tg.tensor([5.0])}, (ONES,))
    assert found.item() == pytest.approx(layer.weight.sum().item() + 5)
    assert functional_call(layer, {}, ONES).item() == layer(ONES).item()


def test_buffers_keywords_and_several_dicts() -> None:
    dicts = ({"first": tg.tensor([2.0, 2.0])}, {"shift": tg.tensor(1.0)}, {"shift": tg.tensor(3.0)})
    assert functional_call(Tied(), dicts, (ONES,), {"times": 2.0}).item() == 4 + 400 + 6
    assert functional_call(Tied(), {}, kwargs={"x": ONES}).item() == 3 + 300 + 10


@pytest.mark.parametrize("name", ["first", "second"])
def test_a_shared_tensor_is_replaced_under_all_names_or_one(name: str) -> None:
    module = Tied()
    new = {name: tg.tensor([5.0, 5.0])}
    assert functional_call(module, new, ONES).item() == 10 + 1000 + 10
    apart = functional_call(module, new, ONES, tie_weights=False).item()
    assert apart == (10 + 300 + 10 if name == "first" else 3 + 1000 + 10)
    assert module.first is module.second
    assert module.first.tolist() == [1, 2]


def test_two_tensors_for_a_shared_one_stand_under_their_own_names() -> None:
    new = {"first": tg.tensor([5.0, 5.0]), "second": tg.tensor([1.0, 1.0])}
    assert functional_call(Tied(), new, ONES).item() == 10 + 200 + 10


def test_the_module_s_own_come_back_after_an_error() -> None:
    layer = nn.Linear(2, 1)
    weight = layer.weight
    with pytest.raises((RuntimeError, ValueError)):
        functional_call(layer, {"weight": tg.ones(1, 2)}, tg.ones(5))
    assert layer.weight is weight


def test_gradients_go_to_what_is_given() -> None:
    layer = nn.Linear(2, 1, bias=False)
    given = {"weight": tg.tensor([[1.0, 2.0]])}
    x = tg.tensor([[3.0, 4.0], [1.0, 0.0]])
    found = grad(lambda p: (functional_call(layer, p, x) ** 2).sum())(given)
    assert found["weight"].tolist() == [[2 * 11 * 3 + 2, 2 * 11 * 4]]
    assert layer.weight.grad is None
    each = vmap(lambda p: functional_call(layer, p, x[0]))({"weight": tg.ones(3, 1, 2)})
    assert each.tolist() == [[7], [7], [7]]


def test_strict_refuses_missing_and_unknown_names() -> None:
    layer = nn.Linear(2, 1)
    with pytest.raises(RuntimeError, match=r"strict=True: Linear wants .*; missing are \[.*bias.*\], and unknown \[.w"):
        functional_call(layer, {"weight": tg.ones(1, 2), "w": ONES}, ONES, strict=True)
    whole = {"weight": tg.ones(1, 2), "bias": tg.zeros(1)}
    assert functional_call(layer, whole, ONES, strict=True).item() == 2
    assert functional_call(layer, {**whole, "w": ONES}, ONES).item() == 2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: wrong(functional_call)(tg.relu, {}, ONES), "functional_call: module must be a module, got"),
        (lambda: wrong(functional_call)(Tied(), 3, ONES), "parameter_and_buffer_dicts must be a dict or a list"),
        (lambda: wrong(functional_call)(Tied, {}, ONES), "functional_call: wanted a module, got type"),
        (lambda: wrong(functional_call)(Tied(), "first", ONES), "wanted a dict of tensors, or several, got str"),
        (lambda: wrong(functional_call)(Tied(), [3], ONES), "wanted dicts of tensors, got int 3"),
        (lambda: functional_call(Tied(), {"first": [1.0]}, ONES), "wanted a tensor for 'first', got"),
        (lambda: wrong(functional_call)(Tied(), {}, ONES, [1]), "kwargs must be a dict or None, got"),
    ],
)
def test_arguments_of_a_wrong_type(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        call()
