"""Members of a module: registered as they are assigned, found again by their paths."""

from __future__ import annotations

import copy
import pickle
import weakref
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


class Inner(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(tg.ones(2))
        self.register_buffer("count", tg.tensor(0))


class Outer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = Inner()
        self.bias = nn.Parameter(tg.zeros(3))
        self.second = Inner()


def names(pairs: Any) -> list[str]:
    return [name for name, _ in pairs]


# Registering


def test_attributes_register_themselves_by_what_they_are() -> None:
    module = nn.Module()
    module.weight = nn.Parameter(tg.ones(2))
    module.layer = nn.Linear(1, 1)
    module.number = 3
    module.plain = tg.ones(2)
    assert names(module.named_parameters()) == ["weight", "layer.weight", "layer.bias"]
    assert names(module.named_children()) == ["layer"]
    assert names(module.named_buffers()) == []


def test_none_keeps_the_name_registered() -> None:
    module = nn.Module()
    module.weight = nn.Parameter(tg.ones(2))
    module.weight = None
    assert list(module.parameters()) == []
    with pytest.raises(TypeError, match="'weight' is a registered parameter"):
        module.weight = tg.ones(2)
    module.weight = nn.Parameter(tg.zeros(2))
    assert names(module.named_parameters()) == ["weight"]


@pytest.mark.parametrize("value", [tg.ones(2), 3, "text"])
def test_a_parameter_is_replaced_by_parameters_only(value: Any) -> None:
    layer = nn.Linear(2, 2)
    with pytest.raises(TypeError, match=r"Linear: attribute 'weight' is a registered parameter.*nn\.Parameter"):
        layer.weight = value


def test_a_module_is_replaced_by_modules_only() -> None:
    module: Any = Outer()
    with pytest.raises(TypeError, match=r"'first' is a registered module.*wanted a Module or None"):
        module.first = tg.ones(2)
    module.first = None
    assert names(module.named_children()) == ["second"]


def test_a_buffer_is_replaced_by_tensors_only() -> None:
    module = Inner()
    module.count = tg.tensor(5)
    assert dict(module.named_buffers())["count"].item() == 5
    with pytest.raises(TypeError, match=r"'count' is a registered buffer.*wanted a tensor or None"):
        module.count = 5


def test_assigning_another_kind_moves_the_name() -> None:
    module: Any = Inner()
    module.count = nn.Parameter(tg.ones(1))
    assert names(module.named_parameters()) == ["weight", "count"]
    assert names(module.named_buffers()) == []
    module.weight = nn.Linear(1, 1)
    assert names(module.named_parameters()) == ["count", "weight.weight", "weight.bias"]


def test_a_plain_attribute_becomes_a_member() -> None:
    module = nn.Module()
    module.thing = 3
    module.thing = nn.Parameter(tg.ones(1))
    assert names(module.named_parameters()) == ["thing"]


def test_deleting_a_member_forgets_it() -> None:
    module = Outer()
    del module.first
    del module.bias
    assert names(module.named_parameters()) == ["second.weight"]
    with pytest.raises(AttributeError, match="'Outer' object has no attribute 'first'"):
        _ = module.first


@pytest.mark.parametrize("value", [nn.Parameter(tg.ones(1)), nn.Linear(1, 1)])
def test_registering_needs_the_constructor_of_module(value: Any) -> None:
    class Forgetful(nn.Module):
        def __init__(self) -> None:
            self.thing = value

    with pytest.raises(AttributeError, match=r"call super\(\).__init__\(\) first in Forgetful.__init__"):
        Forgetful()


def test_using_a_module_without_its_constructor_is_explained() -> None:
    class Forgetful(nn.Module):
        def __init__(self) -> None:
            self.number = 3

    with pytest.raises(AttributeError, match=r"Forgetful: call super\(\).__init__\(\) first"):
        list(Forgetful().parameters())


def test_a_misspelt_attribute_suggests_the_right_one() -> None:
    module: Any = Inner()
    with pytest.raises(AttributeError, match="has no attribute 'wieght'") as caught:
        _ = module.wieght
    assert caught.value.name == "wieght"


def test_registering_by_name() -> None:
    module: Any = nn.Module()
    module.register_parameter("weight", nn.Parameter(tg.ones(1)))
    module.register_parameter("bias", None)
    module.register_module("0", nn.Linear(1, 1))
    module.add_module("last", None)
    assert module.bias is None
    assert names(module.named_parameters()) == ["weight", "0.weight", "0.bias"]
    assert names(module.named_modules()) == ["", "0"]


@pytest.mark.parametrize(
    ("method", "value", "message"),
    [
        ("register_parameter", tg.ones(1), r"nn\.Parameter"),
        ("register_parameter", 3, "got int 3"),
        ("register_buffer", 3, "must be a tensor or None; got int 3"),
        ("register_module", tg.ones(1), "must be a Module or None"),
        ("register_module", nn.ReLU, r"brackets: ReLU\(\)"),
    ],
)
def test_registering_wants_the_right_kind(method: str, value: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        getattr(nn.Module(), method)("name", value)


@pytest.mark.parametrize("method", ["register_parameter", "register_buffer", "register_module"])
def test_registering_wants_a_good_name(method: str) -> None:
    register = getattr(Inner(), method)
    with pytest.raises(KeyError, match="can't be empty or contain a dot"):
        register("", None)
    with pytest.raises(KeyError, match=r"contain a dot, got 'a\.b'"):
        register("a.b", None)
    with pytest.raises(TypeError, match="must be a string, got int 3"):
        register(3, None)
    with pytest.raises(KeyError, match="'training' already exists"):
        register("training", None)


def test_registering_another_kind_under_a_taken_name_is_refused() -> None:
    with pytest.raises(KeyError, match="'weight' already exists"):
        Inner().register_buffer("weight", tg.ones(1))
    with pytest.raises(KeyError, match="'count' already exists"):
        Inner().register_parameter("count", None)


def test_a_buffer_may_be_registered_again() -> None:
    module: Any = Inner()
    module.register_buffer("count", tg.tensor(7), persistent=False)
    assert module.count.item() == 7
    assert "count" not in module.state_dict()
    module.count = tg.tensor(8)
    assert "count" not in module.state_dict()


def test_dir_lists_members_but_no_numbers() -> None:
    assert "weight" in dir(Inner())
    assert "0" not in dir(nn.Sequential(nn.ReLU()))


# Listing


def test_parameters_come_own_first_then_the_children_in_order() -> None:
    assert names(Outer().named_parameters()) == ["bias", "first.weight", "second.weight"]
    assert names(Outer().named_parameters(recurse=False)) == ["bias"]
    assert names(Outer().named_parameters(prefix="net")) == ["net.bias", "net.first.weight", "net.second.weight"]
    assert len(list(Outer().parameters())) == 3


def test_buffers_are_listed_like_parameters() -> None:
    assert names(Outer().named_buffers()) == ["first.count", "second.count"]
    assert names(Outer().named_buffers(recurse=False)) == []
    assert len(list(Outer().buffers())) == 2


def test_modules_are_listed_with_their_paths() -> None:
    module = Outer()
    assert names(module.named_modules()) == ["", "first", "second"]
    assert names(module.named_modules(prefix="net")) == ["net", "net.first", "net.second"]
    assert names(module.named_modules(memo={module.first})) == ["", "second"]
    assert list(module.children()) == [module.first, module.second]
    assert list(module.modules()) == [module, module.first, module.second]


def test_what_is_shared_is_counted_once() -> None:
    module = Outer()
    module.second.weight = module.first.weight
    assert names(module.named_parameters()) == ["bias", "first.weight"]
    assert names(module.named_parameters(remove_duplicate=False)) == ["bias", "first.weight", "second.weight"]
    module.second = module.first
    assert names(module.named_modules()) == ["", "first"]
    assert names(module.named_modules(remove_duplicate=False)) == ["", "first", "second"]
    assert names(module.named_children()) == ["first"]
    assert len(list(module.modules(remove_duplicate=False))) == 3


# Finding by path


def test_members_are_found_by_their_paths() -> None:
    module = Outer()
    assert module.get_submodule("") is module
    assert module.get_submodule("first") is module.first
    assert module.get_parameter("first.weight") is module.first.weight
    assert module.get_parameter("bias") is module.bias
    assert module.get_buffer("second.count") is module.second.count


@pytest.mark.parametrize(
    ("method", "path", "message"),
    [
        ("get_submodule", "third", "Outer has no module called 'third'; it has 'first', 'second'"),
        ("get_submodule", "first.x", "Inner has no module called 'x'; it has none"),
        ("get_parameter", "first.count", "Inner has no parameter called 'count'; it has 'weight'"),
        ("get_parameter", "nowhere.weight", "no module called 'nowhere'"),
        ("get_buffer", "first.weight", "Inner has no buffer called 'weight'; it has 'count'"),
    ],
)
def test_a_wrong_path_is_explained(method: str, path: str, message: str) -> None:
    with pytest.raises(AttributeError, match=message):
        getattr(Outer(), method)(path)


# Shallow copies, which have the members in common


def paths(net: Any) -> list[list[str]]:
    return [
        names(net.named_parameters()),
        names(net.named_buffers()),
        names(net.named_modules()),
        list(net.state_dict()),
    ]


def test_a_shallow_copy_and_the_original_have_their_members_in_common() -> None:
    net: Any = Inner()
    twin: Any = copy.copy(net)
    other: Any = copy.copy(twin)
    twin.extra = nn.Linear(1, 1)
    net.weight = nn.Parameter(tg.zeros(5))
    other.count = tg.tensor(7)
    net.register_buffer("late", tg.zeros(1))
    for each in (net, twin, other):
        assert each.extra is twin.extra
        assert each.weight is net.weight
        assert each.count.item() == 7
        assert paths(each) == paths(net)
    del other.weight
    net.extra = None
    assert not hasattr(net, "weight")
    assert paths(net) == paths(twin) == paths(other) == [[], ["count", "late"], [""], ["count", "late"]]
    twin.double()
    assert net.late.dtype is tg.float64


def test_a_shallow_copy_has_its_own_plain_attributes_and_the_same_hooks() -> None:
    net: Any = Inner()
    net.label = "first"
    net.forward = lambda x: x
    twin: Any = copy.copy(net)
    twin.label = "second"
    twin.eval()
    assert (net.label, net.training, twin.label, twin.training) == ("first", True, "second", False)
    calls = []
    handle = twin.register_forward_hook(lambda *_: calls.append(1))
    net(1)
    twin(1)
    handle.remove()
    net(1)
    assert len(calls) == 2


@pytest.mark.parametrize("again", [copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))])
def test_copies_of_copies_are_twins_of_each_other_and_of_no_others(again: Any) -> None:
    net: Any = Inner()
    twin = copy.copy(net)
    first, second = again([net, twin])
    first.extra = nn.ReLU()
    assert paths(first) == paths(second) != paths(net)
    alone = again(twin)
    alone.extra = nn.ReLU()
    assert paths(net) == paths(twin) != paths(alone)
    assert alone.count is not net.count


def test_a_twin_that_is_gone_is_forgotten() -> None:
    net: Any = Inner()
    for _ in range(9):
        twin = weakref.ref(copy.copy(net))
        assert twin() is None
    net.extra = nn.ReLU()
    assert len(net._twins) <= 2
    assert names(net.named_modules()) == ["", "extra"]


def test_the_members_of_a_kind_may_be_read_and_changed_by_name() -> None:
    layer: Any = nn.Linear(2, 3)
    parameters = layer._parameters
    assert (list(parameters), len(parameters), list(layer._buffers)) == (["weight", "bias"], 2, [])
    assert parameters["weight"] is layer.weight
    parameters["weight"] = nn.Parameter(tg.zeros(3, 2))
    assert layer.weight.equal(tg.zeros(3, 2))
    parameters["bias"] = None
    assert layer.bias is None
    assert repr(parameters) == repr({"weight": layer.weight, "bias": None})
    layer._buffers["count"] = tg.tensor(1)
    layer._modules["inner"] = nn.ReLU()
    assert names(layer.named_buffers()) == ["count"]
    assert names(layer.named_children()) == ["inner"]
    del layer._modules["inner"]
    assert not hasattr(layer, "inner")
    with pytest.raises(KeyError, match="weight"):
        del layer._buffers["weight"]


@pytest.mark.parametrize(
    ("kind", "what"), [("_parameters", "Parameter"), ("_buffers", "tensor"), ("_modules", "Module")]
)
def test_a_member_of_a_kind_must_be_of_it(kind: str, what: str) -> None:
    with pytest.raises(TypeError, match=f"Linear: 'weight' must be a {what} or None; .*got int 3"):
        getattr(nn.Linear(2, 3), kind)["weight"] = 3


@pytest.mark.parametrize(
    ("path", "module", "error", "words"),
    [
        ("", nn.ReLU(), ValueError, "wants a path such as 'layers.0', got ''"),
        ("0", 3, ValueError, "module must be a Module, got int 3"),
    ],
)
def test_what_set_submodule_refuses(path: str, module: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        nn.Sequential(nn.ReLU()).set_submodule(path, module)
