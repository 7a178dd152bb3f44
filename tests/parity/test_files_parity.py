"""Copying, saving and loading beside PyTorch: what stays shared, and whose files are whose."""

from __future__ import annotations

import copy
import io
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

torch: Any = pytest.importorskip("torch")


def those_who_share(package: Any) -> list[Any]:
    """Tensors that share memory in all the ways that there are."""
    x = package.arange(12.0).reshape(3, 4).clone()
    parameter = package.nn.Parameter(package.ones(4))
    leaf = package.ones(3, requires_grad=True)
    other = package.ones(3, requires_grad=True)
    leaf.grad = other.grad = package.zeros(3)
    return [
        *(x, x, x[1], x[:, 2], x.T, x.view(-1)[1::2], x[:, :1].expand(-1, 5), x[0, 0], x[:2], x[2:]),
        *(parameter, parameter.data, parameter.detach()[1:], package.nn.Parameter(parameter.data)),
        *(leaf, leaf.detach()[:2], other),
    ]


def account(tensors: list[Any]) -> list[Any]:
    """What can be seen of tensors: values, strides, gradients, and who lies where in whose memory."""
    found: list[Any] = [
        (type(each).__name__, each.tolist(), each.stride(), each.requires_grad, each.grad is None) for each in tensors
    ]
    for i, j in itertools.combinations(range(len(tensors)), 2):
        a, b = tensors[i].detach().numpy(), tensors[j].detach().numpy()
        together = np.shares_memory(a, b)
        found.append((i, j, together, tensors[j].data_ptr() - tensors[i].data_ptr() if together else None))
    grads = [each.grad for each in tensors if each.grad is not None]
    return [*found, len(grads), len({id(each) for each in grads})]


def stored(package: Any, obj: Any) -> Any:
    file = io.BytesIO()
    package.save(obj, file)
    file.seek(0)
    return package.load(file)


WAYS: dict[str, Callable[[Any, list[Any]], list[Any]]] = {
    "as made": lambda package, obj: obj,
    "deepcopy": lambda package, obj: copy.deepcopy(obj),
    "save": stored,
    "copy": lambda package, obj: [copy.copy(each) for each in obj],
}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_tensors_share_memory(way: str) -> None:
    mine, theirs = [account(WAYS[way](package, those_who_share(package))) for package in (tg, torch)]
    assert mine == theirs


def log_of_shallow_copies(package: Any) -> list[Any]:
    """What becomes of a module and its shallow copies, whatever is done to one of them."""
    nn = package.nn
    seen: list[Any] = []

    def look(*nets: Any) -> None:
        for each in nets:
            kinds = (each.named_parameters(), each.named_buffers(), each.named_modules())
            values = [value.tolist() for value in each.state_dict().values() if value.numel() < 4]
            seen.append([[[name for name, _ in kind] for kind in kinds], values, each.training, each.plain])

    net: Any = type("Net", (nn.Module,), {"forward": lambda _self, x: x})()
    net.part = nn.Linear(2, 2)
    net.weight = nn.Parameter(package.zeros(2))
    net.register_buffer("count", package.zeros(1))
    net.plain = [1]
    with package.no_grad():
        net.part.bias.zero_()
    nets = [net, copy.copy(net), copy.copy(copy.copy(net))]
    look(*nets)
    for change in (
        lambda net: setattr(net, "new", nn.ReLU()),
        lambda net: setattr(net, "weight", nn.Parameter(package.ones(3))),
        lambda net: setattr(net, "plain", 3),
        lambda net: net.eval(),
        lambda net: setattr(net, "count", package.ones(2)),
        lambda net: delattr(net, "part"),
        lambda net: net.register_buffer("late", package.zeros(1)),
        lambda net: net.register_module("nothing", None),
        lambda net: setattr(net, "weight", None),
        lambda net: net.double(),
    ):
        nets = nets[1:] + nets[:1]
        change(nets[0])
        look(*nets)
    calls: list[int] = []
    handle = nets[1].register_forward_hook(lambda *_: calls.append(1))
    for each in nets:
        each(package.zeros(1))
    handle.remove()
    nets[0](package.zeros(1))
    first, second = copy.deepcopy(nets[:2])
    first.only = nn.ReLU()
    look(first, second, *nets)
    return [*seen, len(calls)]


def test_shallow_copies_of_modules_behave_alike() -> None:
    assert log_of_shallow_copies(tg) == log_of_shallow_copies(torch)


@pytest.mark.parametrize("new", [False, True])
def test_a_file_of_pytorch_is_known_and_the_way_here_is_one(
    new: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = torch.nn.Linear(2, 3)
    torch.save(source.state_dict(), "weights.pt", _use_new_zipfile_serialization=new)
    with pytest.raises(RuntimeError, match=r"it is written by PyTorch's torch\.save") as caught:
        tg.load("weights.pt")
    there, here, state = [part.strip("`") for part in str(caught.value).split("`")[1::2]]
    exec(there, {"torch": torch, "numpy": np})
    names: dict[str, Any] = {"numpy": np, "tinygrad_edu": tg}
    exec(here, names)
    layer = tg.nn.Linear(2, 3)
    layer.load_state_dict(eval(state, names))
    names["arrays"].close()
    assert layer.weight.tolist() == source.weight.tolist()
    assert layer.bias.tolist() == source.bias.tolist()


def test_a_whole_module_or_a_script_of_pytorch_is_known_too() -> None:
    file = io.BytesIO()
    torch.save(torch.nn.ReLU(), file)
    with pytest.raises(RuntimeError, match=r"it is written by PyTorch's torch\.save"):
        tg.load(file)
