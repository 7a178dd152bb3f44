"""What a module is made of, its state and its hooks, beside PyTorch's own: one story told by both modules."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import Any

import pytest

import tinygrad_edu as tg

torch = pytest.importorskip("torch")


def net(m: Any) -> Any:
    made = m.nn.Sequential(m.nn.Linear(2, 3), m.nn.Sequential(m.nn.BatchNorm1d(3), m.nn.ReLU()))
    for number, each in enumerate(made.parameters()):
        each.data.fill_(0.5 + number)
    return made


def views(m: Any) -> Any:
    n = net(m)
    yield list(n._modules), list(n[0]._parameters), list(n[1][0]._buffers), len(n._modules), "0" in n._modules
    n._modules["2"] = m.nn.Tanh()
    yield repr(n), [name for name, _ in n._modules.items()], n._modules["2"] is n[2]
    del n._modules["2"]
    n[0]._parameters["bias"] = None
    yield repr(n[0].bias), list(n.state_dict()), n[0]._parameters.get("no"), sorted(n[1][0]._buffers.keys())
    n[1][0]._buffers["running_mean"] = m.ones(3)
    yield n[1][0].running_mean.tolist(), [repr(type(each).__name__) for each in n._modules.values()]
    n._modules["1"] = None
    yield repr(list(n.named_modules()))
    yield failing(lambda: n._modules["7"]), failing(lambda: n._parameters.pop("w"))


def submodules(m: Any) -> Any:
    n = net(m)
    n.set_submodule("1.1", m.nn.Tanh())
    yield repr(n), n.get_submodule("1.1") is n[1][1]
    n.set_submodule("1.extra", m.nn.Sigmoid())
    yield repr(n), [name for name, _ in n.named_modules()]
    for call in (
        lambda: n.set_submodule("", m.nn.Tanh()),
        lambda: n.set_submodule("1.9", m.nn.Tanh(), strict=True),
        lambda: n.set_submodule("no.where", m.nn.Tanh()),
        lambda: n.set_submodule("0", "Tanh"),
        lambda: n.set_submodule("0.weight", m.nn.Tanh()),
    ):
        yield failing(call)
    n.register_module("more", m.nn.ReLU())
    yield list(n._modules)


class Counting:
    """What a module with a state of its own kind adds to a class."""

    count = 0

    def get_extra_state(self) -> Any:
        return {"count": self.count}

    def set_extra_state(self, state: Any) -> None:
        self.count = state["count"]


def extra_state(m: Any) -> Any:
    kind = type("Counted", (Counting, m.nn.Linear), {})
    first, second = m.nn.Sequential(kind(1, 1)), m.nn.Sequential(kind(1, 1))
    first[0].count = 7
    yield list(first.state_dict()), first.state_dict()["0._extra_state"]
    second.load_state_dict(first.state_dict())
    yield second[0].count
    state = first.state_dict()
    del state["0._extra_state"]
    yield (
        failing(lambda: second.load_state_dict(state)),
        sorted(second.load_state_dict(state, strict=False).missing_keys),
    )
    yield failing(lambda: m.nn.Linear(1, 1).get_extra_state()), failing(lambda: m.nn.Linear(1, 1).set_extra_state({}))


def state_hooks(m: Any) -> Any:
    n, seen = net(m), list[Any]()
    handles = [
        n[0].register_state_dict_pre_hook(lambda module, prefix, keep: seen.append(("pre", prefix, keep))),
        n.register_state_dict_post_hook(lambda module, state, prefix, meta: state.update(more=1)),
        n[1].register_state_dict_post_hook(lambda module, state, prefix, meta: seen.append((prefix, list(state)))),
    ]
    yield list(n.state_dict()), list(seen)
    for each in handles:
        each.remove()
    state = n.state_dict()
    yield list(state)
    renamed = {key.replace("0.weight", "first.weight", 1) if key == "0.weight" else key: v for key, v in state.items()}

    def rename(module: Any, given: Any, prefix: str, meta: Any, strict: bool, *rest: Any) -> None:
        seen.append((prefix, strict, len(rest)))
        given["0.weight"] = given.pop("first.weight")

    yield failing(lambda: n.load_state_dict(renamed))
    handle = n.register_load_state_dict_pre_hook(rename)
    yield repr(n.load_state_dict(renamed)), "first.weight" in renamed, seen[-1]
    handle.remove()

    def forgive(module: Any, keys: Any) -> None:
        seen.append((list(keys.missing_keys), list(keys.unexpected_keys)))
        keys.missing_keys.clear()
        keys.unexpected_keys.clear()

    handle = n.register_load_state_dict_post_hook(forgive)
    yield repr(n.load_state_dict(renamed)), seen[-1]
    handle.remove()
    yield failing(lambda: n.load_state_dict(renamed))


def backward_hooks(m: Any) -> Any:
    n, seen = m.nn.Linear(2, 1), list[Any]()
    n.weight.data.fill_(2.0)

    def note(module: Any, gradients: Any) -> None:
        seen.append([each.tolist() for each in gradients])

    pre = n.register_full_backward_pre_hook(lambda module, grad: (grad[0] * 10,))
    n.register_full_backward_pre_hook(note, prepend=True)
    n.register_full_backward_hook(lambda module, to, of: note(module, (*to, *of)))
    x = m.tensor([[1.0, 3.0]], requires_grad=True)
    n(x).sum().backward()
    yield seen, x.grad.tolist(), n.weight.grad.tolist()
    pre.remove()
    n(x).sum().backward()
    yield seen, x.grad.tolist(), n.weight.grad.tolist()


def forward_hooks_with_kwargs(m: Any) -> Any:
    class Scaled(m.nn.Module):
        def forward(self, x: Any, by: float = 1.0) -> Any:
            return x * by

    n, seen = Scaled(), list[Any]()
    n.register_forward_pre_hook(lambda module, args, kwargs: (args, {"by": kwargs["by"] + 1}), with_kwargs=True)

    def more(module: Any, args: Any, kwargs: Any, out: Any) -> Any:
        seen.append((len(args), kwargs))
        return out + 1

    n.register_forward_hook(more, with_kwargs=True)
    yield n(m.ones(2), by=2.0).tolist(), seen


def the_rest(m: Any) -> Any:
    n = net(m)
    yield n.to_empty(device="cpu") is n, [tuple(each.shape) for each in n.parameters()]
    yield n.requires_grad_(False) is n, any(each.requires_grad for each in n.parameters())
    yield repr(m.nn.modules.linear.Linear(1, 2)), m.nn.modules.module.Module is m.nn.Module
    yield m.nn.modules.loss.MSELoss is m.nn.MSELoss, m.nn.modules.Conv2d is m.nn.Conv2d
    yield m.nn.modules.batchnorm.BatchNorm2d is m.nn.BatchNorm2d, m.nn.modules.activation.GELU is m.nn.GELU
    yield failing(lambda: m.nn.modules.linear.Linaer), failing(lambda: m.nn.modules.nothing)


def failing(call: Callable[[], Any]) -> str:
    """The kind of error that a call raises."""
    try:
        call()
    except Exception as error:
        return type(error).__name__
    raise AssertionError("it raised no error")


@pytest.mark.parametrize(
    "story",
    [views, submodules, extra_state, state_hooks, backward_hooks, forward_hooks_with_kwargs, the_rest],
    ids=lambda story: story.__name__,
)
def test_both_modules_tell_one_story(story: Callable[[Any], Any]) -> None:
    mine, theirs = ([repr(each) for each in story(m)] for m in (tg, torch))
    for ours, other in zip(mine, theirs, strict=True):
        assert re.sub(r"tinygrad_edu|torch", "m", ours).replace("IncompatibleKeys", "_Inc") == re.sub(
            r"tinygrad_edu|torch", "m", other
        ).replace("_IncompatibleKeys", "_Inc")


def test_long_paths_can_be_imported() -> None:
    linear, module = (importlib.import_module(f"tinygrad_edu.nn.modules.{name}") for name in ("linear", "module"))
    assert (linear.Linear, module.Module) == (tg.nn.Linear, tg.nn.Module)
