"""The state of a module: collected into a dict, and loaded from one."""

from __future__ import annotations

import copy
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def net() -> nn.Sequential:
    made = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1, bias=False))
    made.register_buffer("steps", tg.tensor(4))
    made.register_buffer("cache", tg.zeros(2), persistent=False)
    return made


KEYS = ["steps", "0.weight", "0.bias", "2.weight"]


def test_holds_parameters_and_saved_buffers_by_path() -> None:
    state = net().state_dict()
    assert isinstance(state, OrderedDict)
    assert list(state) == KEYS
    assert not any(value.requires_grad for value in state.values())


def test_shares_memory_with_the_module() -> None:
    module = net()
    state = module.state_dict()
    with tg.no_grad():
        module[0].bias.fill_(7.0)
    assert state["0.bias"].tolist() == [7.0, 7.0, 7.0]


def test_may_keep_the_parameters_themselves() -> None:
    module = net()
    assert module.state_dict(keep_vars=True)["0.bias"] is module[0].bias


def test_may_be_put_into_another_dict_under_a_prefix() -> None:
    into: dict[str, Any] = {"epoch": 3}
    assert net().state_dict(destination=into, prefix="model.") is into
    assert list(into) == ["epoch", *[f"model.{key}" for key in KEYS]]


def test_what_is_shared_appears_under_each_name() -> None:
    module = nn.Module()
    module.first = module.second = nn.Linear(1, 1)
    assert list(module.state_dict()) == ["first.weight", "first.bias", "second.weight", "second.bias"]


def test_loading_copies_the_values() -> None:
    source: Any = net()
    target: Any = net()
    weight = target[0].weight
    source.steps.fill_(9)
    result = target.load_state_dict(source.state_dict())
    assert repr(result) == "<All keys matched successfully>"
    assert target[0].weight is weight
    assert tg.equal(weight, source[0].weight)
    assert weight.data_ptr() != source[0].weight.data_ptr()
    assert target.steps.item() == 9


def test_loading_converts_to_the_dtype_of_the_module() -> None:
    target = net()
    target.load_state_dict(net().double().state_dict())
    assert target[0].weight.dtype is tg.float32


def test_loading_may_take_the_tensors_themselves() -> None:
    source = net().double()
    target: Any = net()
    target[0].weight.requires_grad_(False)
    state = source.state_dict()
    target.load_state_dict(state, assign=True)
    assert target[0].weight.dtype is tg.float64
    assert target[0].weight.data_ptr() == state["0.weight"].data_ptr()
    assert type(target[0].weight) is nn.Parameter
    assert not target[0].weight.requires_grad
    assert target[2].weight.requires_grad
    assert target.steps is state["steps"]
    kept = source.state_dict(keep_vars=True)
    target.load_state_dict(kept, assign=True)
    assert target[0].weight is source[0].weight


def test_all_that_does_not_fit_is_named_at_once_and_nothing_changes() -> None:
    target = net()
    before = copy.deepcopy(target.state_dict())
    state = {"0.weight": tg.zeros(5, 5), "0.bias": tg.zeros(3), "steps": 3, "extra": tg.zeros(1)}
    with pytest.raises(RuntimeError) as caught:
        target.load_state_dict(state)
    message = str(caught.value)
    assert "doesn't fit Sequential" in message
    assert "missing keys: '2.weight'" in message
    assert "unexpected keys: 'extra'" in message
    assert "0.weight: the state has shape (5, 5), the module (3, 2)" in message
    assert "steps: wanted a tensor, got int 3" in message
    for key, value in target.state_dict().items():
        assert tg.equal(value, before[key])


def test_loading_loosely_reports_the_keys_that_do_not_match() -> None:
    target = net()
    state = net().state_dict()
    state["extra"] = tg.zeros(1)
    del state["0.bias"]
    result = target.load_state_dict(state, strict=False)
    assert result.missing_keys == ["0.bias"]
    assert result.unexpected_keys == ["extra"]
    assert tg.equal(target[0].weight, state["0.weight"])
    assert "missing_keys=['0.bias']" in repr(result)
    missing, unexpected = result
    assert (missing, unexpected) == (["0.bias"], ["extra"])


def test_shapes_must_fit_even_when_loading_loosely() -> None:
    with pytest.raises(RuntimeError, match=r"0\.bias: the state has shape \(4,\), the module \(3,\)"):
        net().load_state_dict({"0.bias": tg.zeros(4)}, strict=False)


@pytest.mark.parametrize("state", ["model.pt", [1], None])
def test_wants_a_dict(state: Any) -> None:
    with pytest.raises(TypeError, match="load_state_dict: wanted a dict"):
        net().load_state_dict(state)


def test_graphs_made_before_notice_the_loading() -> None:
    module = net()
    out = module(tg.ones(1, 2)).sum()
    module.load_state_dict(net().state_dict())
    with pytest.raises(RuntimeError, match="changed in place"):
        out.backward()


def test_shared_parameters_stay_shared() -> None:
    def tied() -> Any:
        module: Any = nn.Module()
        module.first, module.second = nn.Linear(2, 2), nn.Linear(2, 2)
        module.second.weight = module.first.weight
        return module

    target = tied()
    source = tied()
    target.load_state_dict(source.state_dict())
    assert target.second.weight is target.first.weight
    np.testing.assert_array_equal(target.first.weight.detach().numpy(), source.first.weight.detach().numpy())


class Counting(nn.Module):
    """Which has a state of its own kind."""

    def __init__(self, count: int = 0) -> None:
        super().__init__()
        self.count = count

    def get_extra_state(self) -> Any:
        return {"count": self.count}

    def set_extra_state(self, state: Any) -> None:
        self.count = state["count"]


def test_a_module_may_have_a_state_of_its_own_kind() -> None:
    state = nn.Sequential(nn.Linear(1, 1), Counting(5)).state_dict()
    assert list(state) == ["0.weight", "0.bias", "1._extra_state"]
    other = nn.Sequential(nn.Linear(1, 1), Counting())
    other.load_state_dict(state)
    assert other[1].count == 5
    del state["1._extra_state"]
    with pytest.raises(RuntimeError, match=r"missing keys: '1\._extra_state'"):
        other.load_state_dict(state)
    assert list(Counting().state_dict()) == ["_extra_state"]


def test_without_a_state_of_its_own_kind_there_is_none_to_ask_for() -> None:
    with pytest.raises(RuntimeError, match="ReLU: get_extra_state isn't written"):
        nn.ReLU().get_extra_state()
    with pytest.raises(RuntimeError, match="ReLU: set_extra_state isn't written, got int 3"):
        nn.ReLU().set_extra_state(3)


def test_hooks_around_collecting_and_loading() -> None:
    layer, seen = nn.Linear(2, 3), list[Any]()
    layer.register_state_dict_pre_hook(lambda module, prefix, keep_vars: seen.append((prefix, keep_vars)))
    whole = nn.Sequential(layer)
    state = whole.state_dict(keep_vars=True)
    assert seen == [("0.", True)]

    def rename(module: Any, state: Any, prefix: str, *others: Any) -> None:
        state[prefix + "weight"] = state.pop(prefix + "w")

    def forgive(module: Any, keys: Any) -> None:
        keys.missing_keys.clear()

    handles = [layer.register_load_state_dict_pre_hook(rename), layer.register_load_state_dict_post_hook(forgive)]
    found = whole.load_state_dict({"0.w": tg.zeros(3, 2)})  # though the bias is missing
    assert not found.missing_keys
    assert not layer.weight.any()
    for handle in handles:
        handle.remove()
    layer.register_load_state_dict_pre_hook(lambda *args: args[-1].append("no luck"))
    with pytest.raises(RuntimeError, match="no luck"):
        whole.load_state_dict(state)
