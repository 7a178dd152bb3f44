"""What all optimizers share: groups, state, saving and loading, and what is refused."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
import re
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.optim import SGD, Optimizer
from tinygrad_edu.optim.optimizer import _PIECE


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
    with pytest.raises(
        NotImplementedError, match=r"Optimizer\.step is not defined, and no update\(self, w, g, state, group"
    ):
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
    with pytest.warns(UserWarning, match="a parameter group holds a parameter twice") as caught:
        SGD([w, w])
    assert caught[0].filename == __file__


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


GROUP: dict[str, Any] = {"params": [0, 1], "lr": 0.5}


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        (None, TypeError, "wanted a dict as state_dict() returns it, got None"),
        ([1], TypeError, "wanted a dict as state_dict() returns it, got list [1]"),
        (nn.Linear(1, 1).state_dict(), KeyError, "no 'param_groups', but 'weight', 'bias'; is it that of a module?"),
        ({"param_groups": [GROUP]}, KeyError, "no 'state', but 'param_groups'"),
        ({"param_groups": 3, "state": {}}, TypeError, "wanted a list of groups and a dict of what is remembered"),
        (
            {"param_groups": [GROUP], "state": [1]},
            TypeError,
            "wanted a list of groups and a dict of what is remembered",
        ),
        ({"param_groups": [3], "state": {}}, TypeError, "a group must be a dict with a list of 'params', got int 3"),
        ({"param_groups": [{}], "state": {}}, TypeError, "a group must be a dict with a list of 'params', got dict {}"),
        ({"param_groups": [GROUP], "state": {1: 3}}, TypeError, "remembered of parameter 1 must be a dict, got int 3"),
        *[
            (
                {"param_groups": [GROUP], "state": {0: {"momentum_buffer": tg.ones(2)}, 1: {"momentum_buffer": wrong}}},
                ValueError,
                "'momentum_buffer' of parameter 1 must be a tensor of shape (2,), as the parameter is, got",
            )
            for wrong in (tg.ones(1), tg.ones(3), tg.ones(2, 2), [1.0, 2.0], np.ones(2), 1.0)
        ],
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(state: Any, error: Any, words: str) -> None:
    optimizer = stepped(SGD(parameters(), lr=0.1, momentum=0.9))
    before = pickle.dumps(optimizer.state_dict())
    with pytest.raises(error, match=re.escape("SGD.load_state_dict: ") + ".*" + re.escape(words)):
        optimizer.load_state_dict(state)
    assert pickle.dumps(optimizer.state_dict()) == before


def test_what_is_remembered_takes_the_parameter_s_type() -> None:
    optimizer = SGD(parameters(), lr=0.1, momentum=0.9)
    optimizer.load_state_dict({"param_groups": [GROUP], "state": {0: {"momentum_buffer": tg.tensor([1, 2])}}})
    (state,) = optimizer.state.values()
    assert state["momentum_buffer"].dtype is tg.float32


def test_copies_and_pickles_go_on_by_themselves() -> None:
    optimizer = stepped(SGD(parameters(), momentum=0.9))
    for twin in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        (w, _) = twin.param_groups[0]["params"]
        assert twin.state[w]["momentum_buffer"].tolist() == [1.0, 2.0]
        before = optimizer.param_groups[0]["params"][0].tolist()
        stepped(twin)
        assert optimizer.param_groups[0]["params"][0].tolist() == before


# Optimizers of one's own, and of the package


@pytest.mark.parametrize(
    "file", [each.name for each in pkgutil.iter_modules(optim.__path__) if each.name[0] != "_" and not each.ispkg]
)
def test_the_room_hands_on_the_optimizers_of_each_of_its_files(file: str) -> None:
    module = importlib.import_module(f"tinygrad_edu.optim.{file}")
    for name in module.__all__:
        if isinstance(vars(module)[name], type) and issubclass(vars(module)[name], Optimizer):
            assert vars(optim).get(name) is vars(module)[name], (
                f"optim.{name} is missing: write 'from tinygrad_edu.optim.{file} import *' into "
                "tinygrad_edu/optim/__init__.py"
            )


class Averaged(Optimizer):
    """Goes down the mean of all gradients so far; `update` keeps numbers, and arrays that are new at each step."""

    numbers = ("step", "weight")

    def __init__(self, params: Any, lr: float = 0.5) -> None:
        super().__init__(params, {"lr": lr})

    def update(self, w: Any, g: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
        state["step"] = state.get("step", 0) + 1
        state["weight"] = 1 / state["step"]
        mean = state.get("mean", 0)
        state["mean"] = mean + state["weight"] * (g - mean)
        w -= group["lr"] * state["mean"]


@pytest.mark.parametrize("shape", [(2,), (), (2, _PIECE)])
def test_an_update_is_all_that_an_optimizer_needs(shape: tuple[int, ...]) -> None:
    w = nn.Parameter(tg.zeros(shape))
    optimizer = Averaged([w])
    for g in (1.0, 3.0, 8.0):
        w.grad = tg.full(shape, g)
        optimizer.step()
    assert (w.detach().numpy() == -0.5 * (1 + 2 + 4)).all()
    remembered = optimizer.state[w]
    assert {name: tensor.shape for name, tensor in remembered.items()} == {"step": (), "weight": (), "mean": shape}
    assert (remembered["step"].item(), remembered["weight"].item()) == (3, pytest.approx(1 / 3))
    assert (remembered["mean"].numpy() == 4).all()


def test_numbers_that_stay_and_arrays_that_are_new_keep_their_tensors() -> None:
    class Still(Averaged):
        def update(self, w: Any, g: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
            state.setdefault("weight", 1.5)
            state["mean"] = g * 1

    (w,) = parameters(1)
    optimizer = stepped(Still([w]))
    remembered = dict(optimizer.state[w])
    stepped(optimizer)
    assert all(optimizer.state[w][name] is tensor for name, tensor in remembered.items())
    assert (remembered["weight"].item(), remembered["mean"].tolist()) == (1.5, [1.0, 2.0])


def test_numbers_of_ones_own_are_not_cast_on_loading() -> None:
    optimizer = stepped(Averaged(parameters(1)))
    half = Averaged([nn.Parameter(tg.ones(2, dtype=tg.float16))])
    half.load_state_dict(optimizer.state_dict())
    (remembered,) = half.state.values()
    assert {name: tensor.dtype for name, tensor in remembered.items()} == {
        "step": tg.float32,
        "weight": tg.float32,
        "mean": tg.float16,
    }


@pytest.mark.parametrize("shape", [(2,), (2, _PIECE)])
@pytest.mark.parametrize(
    ("value", "words"), [(2.0, "float 2.0"), (np.ones(1), "a float64 NumPy array of shape"), ("x", "str 'x'")]
)
def test_what_is_remembered_must_be_numbers_or_arrays_like_the_parameter(
    shape: tuple[int, ...], value: Any, words: str
) -> None:
    class Forgetful(Averaged):
        def update(self, w: Any, g: Any, state: dict[str, Any], group: dict[str, Any]) -> None:
            state["rate"] = value

    w = nn.Parameter(tg.zeros(shape))
    w.grad = tg.zeros(shape)
    wanted = (
        rf"Forgetful\.update: state\['rate'\] must be an array of shape .*, got {words}.*list its name in Forgetful"
    )
    with pytest.raises(TypeError, match=wanted):
        Forgetful([w]).step()


class Heavy(Optimizer):
    """Momentum, written as for PyTorch: a `step` of its own."""

    def __init__(self, params: Any, lr: float = 0.5, momentum: float = 0.5, differentiable: bool = False) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "differentiable": differentiable})

    @tg.no_grad()
    def step(self, closure: Any = None) -> Any:
        loss = None
        if closure is not None:
            with tg.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = 0
                    state["velocity"] = tg.zeros_like(p)
                state["step"] += 1
                state["velocity"].mul_(group["momentum"]).add_(p.grad)
                p.add_(state["velocity"], alpha=-group["lr"])
        return loss


def test_a_step_in_pytorchs_style_works_too() -> None:
    first, second = parameters()
    optimizer = Heavy([{"params": [first]}, {"params": [second], "lr": 0.25}])
    first.grad = second.grad = tg.tensor([1.0, 2.0])
    optimizer.step()
    second.grad = None
    assert optimizer.step(lambda: "loss") == "loss"
    assert (first.tolist(), second.tolist()) == ([-0.25, -1.5], [0.75, 0.5])
    assert [state["step"] for state in optimizer.state.values()] == [2, 1]
    saved = pickle.loads(pickle.dumps(optimizer.state_dict()))
    other = Heavy([{"params": each} for each in copy.deepcopy([first, second])])
    other.load_state_dict(saved)
    other.param_groups[0]["params"][0].grad = first.grad
    for each in (optimizer, other):
        each.step()
    (mine,), (theirs,) = optimizer.param_groups[0]["params"], other.param_groups[0]["params"]
    assert tg.equal(mine, theirs)
    assert mine.tolist() == [-0.25 - 0.5 * 1.75, -1.5 - 0.5 * 3.5]


def test_a_step_of_ones_own_may_be_differentiable() -> None:
    Heavy(parameters(), differentiable=True)
    with pytest.raises(NotImplementedError, match="SGD: differentiable=True is not supported"):
        SGD(parameters(), differentiable=True)
