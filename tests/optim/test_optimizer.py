"""What all optimizers share: groups, state, saving and loading, and what is refused."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.optim import SGD, Optimizer


def parameters(count: int = 2) -> list[nn.Parameter]:
    return [nn.Parameter(tg.ones(2)) for _ in range(count)]


def stepped(optimizer: Optimizer) -> Optimizer:
    for group in optimizer.param_groups:
        for number, parameter in enumerate(group["params"]):
            parameter.grad = tg.tensor([1.0, 2.0]) * (number + 1)
    optimizer.step()
    return optimizer


# Groups


def test_takes_parameters_in_many_forms() -> None:
    net = nn.Linear(2, 2)
    for given in (
        net.parameters(),
        list(net.parameters()),
        tuple(net.parameters()),
        dict(net.named_parameters()).values(),
    ):
        (group,) = SGD(given).param_groups
        assert [each is mine for each, mine in zip(group["params"], net.parameters(), strict=True)] == [True, True]


def test_takes_named_parameters_and_keeps_the_names() -> None:
    net = nn.Linear(2, 2)
    optimizer = SGD(net.named_parameters())
    assert optimizer.param_groups[0]["params"][0] is net.weight
    assert optimizer.state_dict()["param_groups"][0]["param_names"] == ["weight", "bias"]


def test_a_group_may_hold_a_single_tensor() -> None:
    (w,) = parameters(1)
    assert SGD([{"params": w}]).param_groups[0]["params"][0] is w


def test_groups_are_filled_up_with_the_defaults_and_are_copies() -> None:
    first, second = parameters()
    mine = {"params": [first], "lr": 0.5}
    optimizer = SGD([mine, {"params": [second]}], lr=0.1, momentum=0.9)
    assert [group["lr"] for group in optimizer.param_groups] == [0.5, 0.1]
    assert [group["momentum"] for group in optimizer.param_groups] == [0.9, 0.9]
    assert list(mine) == ["params", "lr"]


def test_a_group_may_be_added_later() -> None:
    first, second = parameters()
    optimizer = SGD([first], lr=0.1)
    optimizer.add_param_group({"params": [second], "lr": 0.5})
    stepped(optimizer)
    assert second.tolist() == [0.5, 0.0]


def test_zero_grad_forgets_or_zeroes() -> None:
    optimizer = stepped(SGD(parameters(1)))
    (w,) = optimizer.param_groups[0]["params"]
    optimizer.zero_grad(set_to_none=False)
    assert w.grad.tolist() == [0.0, 0.0]
    optimizer.zero_grad()
    assert w.grad is None


def test_the_base_class_defines_no_step() -> None:
    with pytest.raises(NotImplementedError, match=r"Optimizer\.step is not defined"):
        Optimizer(parameters(), {}).step()


# What is refused


@pytest.mark.parametrize("params", [tg.ones(2), "weights", {"params": []}, 3, None])
def test_wants_a_list(params: Any) -> None:
    with pytest.raises(TypeError, match=r"SGD: params must be a list of tensors or of dicts, got .*model\.parameters"):
        SGD(params)


@pytest.mark.parametrize("params", [[], (), iter([])])
def test_an_empty_list_is_refused(params: Any) -> None:
    with pytest.raises(ValueError, match="SGD: got an empty list of parameters; a generator"):
        SGD(params)


def test_a_generator_that_was_used_up_is_refused() -> None:
    generator = nn.Linear(1, 1).parameters()
    SGD(generator)
    with pytest.raises(ValueError, match="can be used only once"):
        SGD(generator)


@pytest.mark.parametrize("wrong", ["w", 3, [1.0], None])
def test_everything_in_the_list_must_be_a_tensor(wrong: Any) -> None:
    with pytest.raises(TypeError, match="SGD: can change tensors only, one of the params is"):
        SGD([*parameters(1), wrong])


def test_a_set_has_no_order() -> None:
    with pytest.raises(TypeError, match="fixed order, got a set"):
        SGD(set(parameters()))
    with pytest.raises(TypeError, match="fixed order, got a set"):
        SGD([{"params": set(parameters())}])


def test_a_result_is_no_parameter() -> None:
    with pytest.raises(ValueError, match="result of a recorded operation, not a leaf"):
        SGD([parameters(1)[0] * 2])


def test_groups_must_be_whole() -> None:
    with pytest.raises(KeyError, match="must have the key 'params' with the tensors, got only the keys"):
        SGD([{"lr": 0.1}])
    no_dict: Any = parameters()
    with pytest.raises(TypeError, match="a parameter group must be a dict, got list"):
        SGD(parameters()).add_param_group(no_dict)
    with pytest.raises(TypeError, match="a parameter group must be a dict"):
        SGD([{"params": parameters()}, *parameters()])


def test_a_parameter_appears_once() -> None:
    (w,) = parameters(1)
    with pytest.raises(ValueError, match="a parameter appears in more than one group"):
        SGD([{"params": [w]}, {"params": [w]}])
    with pytest.warns(UserWarning, match="a parameter group holds a parameter twice"):
        SGD([w, w])


# State


def test_the_state_tells_parameters_by_number() -> None:
    first, second, third = parameters(3)
    optimizer = stepped(SGD([{"params": [first, second]}, {"params": [third], "lr": 0.5}], momentum=0.9))
    state = optimizer.state_dict()
    assert list(state) == ["state", "param_groups"]
    assert [group["params"] for group in state["param_groups"]] == [[0, 1], [2]]
    assert [group["lr"] for group in state["param_groups"]] == [0.001, 0.5]
    assert state["state"][1]["momentum_buffer"].tolist() == [2.0, 4.0]


def test_loading_goes_on_where_saving_stopped() -> None:
    first = stepped(SGD(parameters(), lr=0.1, momentum=0.9))
    second = SGD(copy.deepcopy(first.param_groups[0]["params"]), lr=0.7)
    second.load_state_dict(first.state_dict())
    stepped(first)
    stepped(second)
    for mine, theirs in zip(first.param_groups[0]["params"], second.param_groups[0]["params"], strict=True):
        assert tg.equal(mine, theirs)
    assert {key: value for key, value in second.param_groups[0].items() if key != "params"} == {
        key: value for key, value in first.param_groups[0].items() if key != "params"
    }


def test_loading_copies() -> None:
    first = stepped(SGD(parameters(), momentum=0.9))
    second = SGD(parameters())
    state = first.state_dict()
    second.load_state_dict(state)
    stepped(first)
    (w, _) = second.param_groups[0]["params"]
    assert second.state[w]["momentum_buffer"].tolist() == [1.0, 2.0]
    second.param_groups[0]["lr"] = 5.0
    assert state["param_groups"][0]["lr"] == 0.001


def test_loading_wants_the_same_groups() -> None:
    state = SGD(parameters()).state_dict()
    with pytest.raises(ValueError, match="the state has 1 parameter groups, the optimizer 2"):
        SGD([{"params": parameters()}, {"params": parameters()}]).load_state_dict(state)
    with pytest.raises(ValueError, match="a group of the state has 2 parameters, the optimizer's 3"):
        SGD(parameters(3)).load_state_dict(state)


def test_copies_and_pickles_go_on_by_themselves() -> None:
    optimizer = stepped(SGD(parameters(), momentum=0.9))
    for twin in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        (w, _) = twin.param_groups[0]["params"]
        assert twin.state[w]["momentum_buffer"].tolist() == [1.0, 2.0]
        before = optimizer.param_groups[0]["params"][0].tolist()
        stepped(twin)
        assert optimizer.param_groups[0]["params"][0].tolist() == before
