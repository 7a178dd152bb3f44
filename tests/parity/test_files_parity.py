"""Copying, saving and loading beside PyTorch: what stays shared, and whose files are whose."""

from __future__ import annotations

import collections
import copy
import io
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.evidence import LEDGER

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


def trained(m: Any) -> dict[str, Any]:
    """What a script saves: the states of a network and of its optimizer after a step."""
    net = m.nn.Sequential(m.nn.Linear(2, 3), m.nn.BatchNorm1d(3), m.nn.Linear(3, 1))
    with m.no_grad():
        for number, each in enumerate(net.parameters()):
            each.copy_(m.arange(float(each.numel())).reshape(each.shape) / 7 + number)
    optimizer = m.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    for each in net.parameters():
        each.grad = m.ones_like(each)
    optimizer.step()
    return {"net": net.state_dict(), "optimizer": optimizer.state_dict()}


def arange(dtype: str) -> Callable[[Any], Any]:
    return lambda m: m.arange(6).to(getattr(m, dtype)).reshape(2, 3)


SAVED: dict[str, Callable[[Any], Any]] = {
    **{dtype: arange(dtype) for dtype in ("float16", "float32", "float64", "int8", "uint8", "int64", "bool")},
    "0-d": lambda m: m.tensor(2.5),
    "empty": lambda m: m.zeros(0, 3),
    "transposed": lambda m: m.arange(6.0).reshape(2, 3).t(),
    "a leaf with a gradient": lambda m: m.ones(2, requires_grad=True),
    "a parameter": lambda m: m.nn.Parameter(m.ones(2)),
    "a dict": lambda m: {"a": m.ones(1), 3: [1, 2.5, None, True, "text", b"bytes"], "nested": {"t": (m.zeros(2), ())}},
    "an ordered dict": lambda m: collections.OrderedDict(b=1, a=m.ones(1)),
    "a size": lambda m: [m.ones(2, 3).shape, m.float64],
    "strange numbers": lambda m: [float("inf"), -0.0, 2**80, m.tensor([float("nan"), -0.0, float("inf")])],
    "a training": trained,
}


def told(value: Any, m: Any) -> Any:
    """What can be seen of a value: types, and of tensors what they are."""
    if isinstance(value, m.Tensor):
        kept = (str(value.dtype).rpartition(".")[2], value.stride(), value.requires_grad, value.is_leaf, value.grad)
        return type(value).__name__, tuple(value.shape), repr(value.tolist()), *kept
    if isinstance(value, dict):
        return type(value).__name__, [(key, told(each, m)) for key, each in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [told(each, m) for each in value]
    return type(value).__name__, str(value).replace("tinygrad_edu", "torch")


@pytest.mark.parametrize("name", SAVED)
def test_what_comes_back_from_a_file_is_what_pytorch_s_gives_back(name: str, tmp_path: Path) -> None:
    found = []
    for m in (tg, torch):
        m.save(SAVED[name](m), tmp_path / m.__name__)
        found.append(told(m.load(tmp_path / m.__name__), m))
    assert found[0] == found[1]
    for each in ("tg.save", "tg.load"):
        LEDGER.count(each, ["value"])
