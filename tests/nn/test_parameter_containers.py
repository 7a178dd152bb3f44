"""Containers of parameters: a list, and a dict."""

from __future__ import annotations

from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def test_list_registers_its_parameters_in_order() -> None:
    first = nn.Parameter(tg.ones(1))
    held = nn.ParameterList([first, tg.zeros(2)])
    held.append(tg.ones(3))
    held += [tg.ones(4)]
    assert [name for name, _ in held.named_parameters()] == ["0", "1", "2", "3"]
    assert held[0] is first
    assert held[-1].shape == (4,)
    assert all(isinstance(each, nn.Parameter) for each in held)
    assert [each.numel() for each in held[1:3]] == [2, 3]
    assert isinstance(held[1:3], nn.ParameterList)
    held[0] = tg.zeros(5)
    assert held[0].shape == (5,)
    assert len(held) == 4


def test_list_says_what_is_wrong() -> None:
    held = nn.ParameterList([tg.ones(1)])
    with pytest.raises(IndexError, match="index 1 is out of range for 1 parameters"):
        held[1]
    with pytest.raises(TypeError, match="ParameterList: wanted a Parameter or a tensor, got int 3"):
        held.append(3)
    with pytest.raises(TypeError, match="ParameterList: wanted a list of parameters"):
        nn.ParameterList(tg.ones(2))


def test_list_prints_shapes() -> None:
    text = repr(nn.ParameterList([tg.ones(2, 3)]))
    assert text == "ParameterList(\n  (0): Parameter containing: [float32 of size 2x3]\n)"


def test_dict_works_like_a_dict() -> None:
    held = nn.ParameterDict({"a": tg.ones(1)})
    held["b"] = nn.Parameter(tg.ones(2))
    held.update([("c", tg.ones(3))])
    held.update(nn.ParameterDict({"a": tg.ones(4)}))
    assert list(held) == list(held.keys()) == ["a", "b", "c"]
    assert [each.numel() for each in held.values()] == [4, 2, 3]
    assert [name for name, _ in held.items()] == ["a", "b", "c"]
    assert [name for name, _ in held.named_parameters()] == ["a", "b", "c"]
    assert "a" in held
    assert held.pop("a").shape == (4,)
    del held["b"]
    assert len(held) == 1
    held.clear()
    assert not list(held.parameters())


@pytest.mark.parametrize("parameters", [3, tg.ones(2)])
def test_dict_refuses_what_is_no_dict(parameters: Any) -> None:
    with pytest.raises(TypeError, match="wanted a dict of parameters"):
        nn.ParameterDict(parameters)
    with pytest.raises(TypeError, match=r"ParameterDict\.update: wanted pairs of a name and a parameter, got str 'ab'"):
        nn.ParameterDict(["ab"])


def test_dict_says_what_it_has() -> None:
    held = nn.ParameterDict({"a": tg.ones(2)})
    with pytest.raises(KeyError, match="there is no parameter 'x'; there are 'a'"):
        held["x"]
    assert repr(held) == "ParameterDict(\n  (a): Parameter containing: [float32 of size 2]\n)"
