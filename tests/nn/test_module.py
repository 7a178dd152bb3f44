"""Modules: calling them, training and evaluating, converting, copying, printing."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


class Net(nn.Module):
    scale: tg.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 3)
        self.dropout = nn.Dropout(0.5)
        self.register_buffer("scale", tg.tensor([2.0]))
        self.register_buffer("steps", tg.tensor([3]))
        self.register_buffer("missing", None)

    def forward(self, x: Any, times: int = 1) -> Any:
        return self.layer(x) * self.scale * times


def test_calling_it_calls_forward() -> None:
    net = Net()
    x = tg.ones(4, 2)
    assert tg.equal(net(x), net.forward(x))
    assert tg.equal(net(x, times=3), net(x) * 3)


def test_calling_it_without_a_forward_is_explained() -> None:
    class Empty(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match=r"Empty can't be called: it has no method forward"):
        Empty()(tg.ones(1))


def test_a_subclass_may_override_what_runs() -> None:
    class Doubling(nn.Linear):
        def forward(self, input: Any) -> Any:
            return super().forward(input) * 2

    layer = Doubling(2, 2)
    x = tg.ones(1, 2)
    assert tg.equal(layer(x), nn.functional.linear(x, layer.weight, layer.bias) * 2)


def test_training_and_evaluation_reach_every_part() -> None:
    net = Net()
    assert net.training
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    assert net.train() is net
    assert all(module.training for module in net.modules())
    one: Any = 1
    with pytest.raises(ValueError, match="train: mode must be True or False, got int 1"):
        net.train(one)


def test_freezing_reaches_every_parameter() -> None:
    net = Net()
    assert net.requires_grad_(False) is net
    assert not any(each.requires_grad for each in net.parameters())
    net.requires_grad_()
    assert all(each.requires_grad for each in net.parameters())


def test_gradients_are_forgotten_or_zeroed() -> None:
    net = Net()
    net(tg.ones(1, 2)).sum().backward()
    net.zero_grad(set_to_none=False)
    assert net.layer.bias.grad.tolist() == [0.0, 0.0, 0.0]
    net.zero_grad()
    assert net.layer.bias.grad is None


def test_apply_visits_parts_before_the_whole() -> None:
    net = Net()
    seen: list[Any] = []
    assert net.apply(seen.append) is net
    assert seen == [net.layer, net.dropout, net]


@pytest.mark.parametrize(
    ("convert", "wanted"),
    [
        (lambda net: net.double(), tg.float64),
        (lambda net: net.double().float(), tg.float32),
        (lambda net: net.half(), tg.float16),
        (lambda net: net.to(tg.float64), tg.float64),
        (lambda net: net.to("cpu", tg.float64), tg.float64),
        (lambda net: net.to(dtype=tg.float64), tg.float64),
        (lambda net: net.to(tg.zeros(1, dtype=tg.float64)), tg.float64),
        (lambda net: net.type(tg.float64), tg.float64),
        (lambda net: net.cpu().to("cpu").to(tg.device("cpu")), tg.float32),
    ],
)
def test_converting_changes_floats_in_place(convert: Any, wanted: Any) -> None:
    net = Net()
    weight = net.layer.weight
    net(tg.ones(1, 2)).sum().backward()
    before = weight.tolist()
    assert convert(net) is net
    assert net.layer.weight is weight
    assert weight.dtype is wanted
    assert weight.grad.dtype is wanted
    assert weight.requires_grad
    assert net.scale.dtype is wanted
    assert net.steps.dtype is tg.int64
    assert net.missing is None
    assert tg.allclose(weight.double(), tg.tensor(before, dtype=tg.float64), atol=1e-3)


def test_converting_to_integers_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Module\.to: wanted a floating dtype"):
        Net().to(tg.int64)
    with pytest.raises(RuntimeError, match="only 'cpu' exists here"):
        Net().to("cuda")


def test_a_converted_module_still_learns() -> None:
    net = Net().double()
    net(tg.ones(1, 2, dtype=tg.float64)).sum().backward()
    assert net.layer.weight.grad is not None
    assert net.layer.weight.grad.dtype is tg.float64


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_copies_are_equal_and_independent(duplicate: Any) -> None:
    net = Net()
    net.tied = net.layer.weight
    twin = duplicate(net)
    x = tg.ones(1, 2)
    assert tg.equal(net(x), twin(x))
    assert list(twin.state_dict()) == list(net.state_dict())
    assert twin.tied is twin.layer.weight
    assert twin.layer.weight is not net.layer.weight
    with tg.no_grad():
        twin.layer.weight.zero_()
    assert not tg.equal(net.layer.weight, twin.layer.weight)
    twin.extra = nn.Linear(1, 1)
    assert not hasattr(net, "extra")


def test_prints_its_parts() -> None:
    class Speaking(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Sequential(nn.Linear(2, 3), nn.ReLU())

        def extra_repr(self) -> str:
            return "volume=11"

    assert repr(Speaking()) == (
        "Speaking(\n"
        "  volume=11\n"
        "  (inner): Sequential(\n"
        "    (0): Linear(in_features=2, out_features=3, bias=True)\n"
        "    (1): ReLU()\n"
        "  )\n"
        ")"
    )
    assert repr(nn.Module()) == "Module()"


def test_prints_a_missing_part() -> None:
    module = nn.Module()
    module.register_module("gone", None)
    assert repr(module) == "Module(\n  (gone): None\n)"


def test_prints_extra_lines_one_by_one() -> None:
    class Wordy(nn.Module):
        def extra_repr(self) -> str:
            return "a=1\nb=2"

    assert repr(Wordy()) == "Wordy(\n  a=1\n  b=2\n)"
