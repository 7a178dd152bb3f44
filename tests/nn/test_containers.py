"""Containers of modules: in a row, in a list, by name."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def layers(count: int) -> list[nn.Linear]:
    return [nn.Linear(2, 2) for _ in range(count)]


# Sequential


def test_sequential_hands_on_what_each_module_returns() -> None:
    first, second = layers(2)
    net = nn.Sequential(first, nn.ReLU(), second)
    x = tg.randn(3, 2)
    assert tg.equal(net(x), second(tg.relu(first(x))))
    assert nn.Sequential()(x) is x


def test_sequential_calls_its_modules_where_that_is_more_than_forward() -> None:
    class Loud(nn.Identity):
        def __call__(self, input: Any) -> Any:
            return super().__call__(input) + 10

    watched = nn.Identity()
    watched.register_forward_hook(lambda module, args, output: output + 100)
    assert nn.Sequential(nn.Identity(), Loud(), watched)(tg.tensor(1.0)).item() == 111


def test_sequential_takes_names() -> None:
    net: Any = nn.Sequential(OrderedDict([("hidden", nn.Linear(2, 3)), ("act", nn.ReLU())]))
    assert list(net.state_dict()) == ["hidden.weight", "hidden.bias"]
    assert net.act is net[1]
    assert list(net[:1].state_dict()) == ["hidden.weight", "hidden.bias"]


def test_sequential_refuses_a_list() -> None:
    with pytest.raises(TypeError, match=r"Sequential\(\*modules\)"):
        nn.Sequential(layers(2))


def test_sequential_refuses_what_is_no_module() -> None:
    with pytest.raises(TypeError, match="'0' must be a Module or None"):
        nn.Sequential(tg.relu)


def test_sequential_is_joined_to_another() -> None:
    a, b, c = layers(3)
    joined = nn.Sequential(a) + nn.Sequential(b, c)
    assert list(joined) == [a, b, c]
    net = nn.Sequential(a)
    same = net
    net += nn.Sequential(b)
    assert net is same
    assert list(net) == [a, b]
    others: list[Any] = [nn.ModuleList([c]), [c]]
    for other in others:
        with pytest.raises(TypeError):
            _ = net + other
        with pytest.raises(TypeError):
            net += other


# Sequential and ModuleList


@pytest.fixture(params=["Sequential", "ModuleList"])
def make(request: pytest.FixtureRequest) -> Any:
    return (lambda modules: nn.Sequential(*modules)) if request.param == "Sequential" else nn.ModuleList


def test_numbered_modules_are_read_by_position(make: Any) -> None:
    parts = layers(3)
    held = make(parts)
    assert len(held) == 3
    assert list(held) == parts
    assert held[0] is parts[0]
    assert held[-1] is parts[2]
    assert type(held[1:]) is type(held)
    assert list(held[1:]) == parts[1:]
    assert list(held[::-1]) == parts[::-1]
    assert parts[1] in held
    for index in (3, -4):
        with pytest.raises(IndexError, match=f"index {index} is out of range for 3 modules"):
            held[index]


def test_numbered_modules_are_replaced_and_deleted_by_position(make: Any) -> None:
    parts = layers(4)
    held = make(parts[:3])
    held[-1] = parts[3]
    assert list(held) == [parts[0], parts[1], parts[3]]
    del held[0]
    assert list(held) == [parts[1], parts[3]]
    assert list(dict(held.named_children())) == ["0", "1"]
    held = make(parts)
    del held[1:3]
    assert list(held) == [parts[0], parts[3]]
    assert held.pop(-1) is parts[3]
    assert list(held) == [parts[0]]


def test_numbered_modules_grow(make: Any) -> None:
    parts = layers(5)
    held = make(parts[:1])
    assert held.append(parts[1]) is held
    assert held.extend(parts[2:3]) is held
    held.insert(0, parts[3])
    held.insert(-1, parts[4])
    assert list(held) == [parts[3], parts[0], parts[1], parts[4], parts[2]]
    assert list(dict(held.named_children())) == ["0", "1", "2", "3", "4"]
    with pytest.raises(IndexError, match="index 9 is out of range"):
        held.insert(9, parts[0])
    with pytest.raises(TypeError, match="extend: wanted a list of modules, got int 3"):
        held.extend(3)
    with pytest.raises(TypeError, match="'5' must be a Module"):
        held.append(tg.ones(1))


def test_extending_by_itself_ends(make: Any) -> None:
    held = make([nn.ReLU(), nn.Tanh()])
    held.extend(held)
    assert len(held) == 4


def test_only_sequential_returns_itself_from_insert() -> None:
    net = nn.Sequential()
    assert net.insert(0, nn.ReLU()) is net
    assert nn.ModuleList().insert(0, nn.ReLU()) is None


# ModuleList


def test_module_list_is_joined_to_any_modules() -> None:
    a, b = layers(2)
    held = nn.ModuleList([a])
    assert list(held + nn.Sequential(b)) == [a, b]
    held += [b]
    assert list(held) == [a, b]
    with pytest.raises(NotImplementedError, match="ModuleList can't be called"):
        held(tg.ones(1))


def test_module_list_prints_equal_neighbours_on_one_line() -> None:
    held = nn.ModuleList([nn.ReLU(), nn.ReLU(), nn.Tanh(), nn.ReLU()])
    assert repr(held) == "ModuleList(\n  (0-1): 2 x ReLU()\n  (2): Tanh()\n  (3): ReLU()\n)"
    assert repr(nn.ModuleList()) == "ModuleList()"
    nested = nn.ModuleList([nn.Sequential(nn.ReLU()), nn.Sequential(nn.ReLU())])
    assert repr(nested) == "ModuleList(\n  (0-1): 2 x Sequential(\n    (0): ReLU()\n  )\n)"


# ModuleDict


def test_module_dict_works_like_a_dict() -> None:
    a, b, c = layers(3)
    held: Any = nn.ModuleDict({"a": a, "b": b})
    assert list(held) == list(held.keys()) == ["a", "b"]
    assert list(held.values()) == [a, b]
    assert list(held.items()) == [("a", a), ("b", b)]
    assert len(held) == 2
    assert "a" in held
    assert "c" not in held
    held["c"] = c
    assert held["c"] is held.c is c
    assert held.pop("a") is a
    del held["b"]
    assert list(held) == ["c"]
    held.clear()
    assert len(held) == 0


def test_module_dict_is_updated_from_dicts_and_pairs() -> None:
    a, b, c = layers(3)
    held: Any = nn.ModuleDict([("a", a)])
    held.update({"b": b})
    held.update(nn.ModuleDict({"a": c}))
    assert list(held.items()) == [("a", c), ("b", b)]
    assert list(held.state_dict()) == ["a.weight", "a.bias", "b.weight", "b.bias"]


@pytest.mark.parametrize(
    ("modules", "message"), [(3, "wanted a dict"), ([3], "wanted pairs"), (["abc"], "wanted pairs")]
)
def test_module_dict_refuses_what_is_no_dict(modules: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        nn.ModuleDict(modules)


def test_module_dict_refuses_names_of_its_own_methods() -> None:
    with pytest.raises(KeyError, match="'keys' already exists"):
        nn.ModuleDict({"keys": nn.ReLU()})


def test_module_dict_says_what_it_has() -> None:
    with pytest.raises(KeyError, match="there is no module 'x'; there are 'a'"):
        nn.ModuleDict({"a": nn.ReLU()})["x"]
