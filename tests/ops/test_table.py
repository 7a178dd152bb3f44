"""The derivative table is whole: all primitives are in it, each under one name."""

from __future__ import annotations

import inspect
from collections import Counter
from types import ModuleType

import pytest
from support.package import home_of, modules

from tinygrad_edu.autograd import Primitive
from tinygrad_edu.ops.table import TABLE


def primitives_of(module: ModuleType) -> list[Primitive]:
    """The primitives that a module holds by name, or in a class."""
    spaces = [vars(module), *(vars(member) for member in vars(module).values() if inspect.isclass(member))]
    return [member for space in spaces for member in space.values() if isinstance(member, Primitive)]


def test_every_primitive_of_the_package_is_in_the_table() -> None:
    known = {id(primitive) for primitive in TABLE.values()}
    for module in modules():
        for each in primitives_of(module):
            assert id(each) in known, (
                f"{each.name}, in {home_of(module.__name__)}, is not in the derivative table: rules stand in the files "
                "of ops/ that _FAMILIES in tinygrad_edu/ops/table.py lists, each under a name of its own"
            )


def test_no_two_primitives_share_a_name() -> None:
    families = [module for module in modules() if module.__name__.startswith("tinygrad_edu.ops.")]
    distinct = {id(each): each.name for module in families for each in primitives_of(module)}
    twice = [name for name, count in Counter(distinct.values()).items() if count > 1]
    assert not twice, f"ops/ has two rules of one name: {twice}; give one of them another, with name=..."
    assert len(distinct) == len(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_each_is_trusted_under_its_own_name(name: str) -> None:
    assert TABLE[name].name == name
    assert TABLE[name].trusted, "it must be made by elementwise or primitive of ops/_entries.py, not of autograd"
    assert any(TABLE[name].rules.values())
