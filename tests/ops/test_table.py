"""The derivative table is whole: all primitives are in it, each under one name and with a property test."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Iterator

import pytest
from support.cases import CASES

import tinygrad_edu
from tinygrad_edu.autograd import Primitive
from tinygrad_edu.ops import TABLE

OPTIONAL = {"hypothesis", "matplotlib", "pytest"}  # what tinygrad_edu.testing and tinygrad_edu.viz need


def modules() -> Iterator[object]:
    for found in pkgutil.walk_packages(tinygrad_edu.__path__, "tinygrad_edu."):
        try:
            yield importlib.import_module(found.name)
        except ModuleNotFoundError as error:
            if error.name not in OPTIONAL:
                raise


def primitives_of(module: object) -> list[Primitive]:
    """The primitives that a module holds by name, or in a class."""
    spaces = [vars(module), *(vars(member) for member in vars(module).values() if inspect.isclass(member))]
    return [member for space in spaces for member in space.values() if isinstance(member, Primitive)]


def test_every_primitive_has_a_case() -> None:
    assert sorted(TABLE) == sorted(CASES), "tests/support/cases.py must have one strategy for each primitive"


def test_every_primitive_of_the_package_is_in_the_table() -> None:
    known = {id(primitive) for primitive in TABLE.values()}
    strangers = [each.name for module in modules() for each in primitives_of(module) if id(each) not in known]
    assert not strangers


def test_no_two_primitives_share_a_name() -> None:
    families = [module for module in modules() if getattr(module, "__name__", "").startswith("tinygrad_edu.ops.")]
    distinct = {id(each): each.name for module in families for each in primitives_of(module)}
    assert [name for name, count in Counter(distinct.values()).items() if count > 1] == []
    assert len(distinct) == len(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_each_is_trusted_under_its_own_name(name: str) -> None:
    assert TABLE[name].name == name
    assert TABLE[name].trusted
    assert any(TABLE[name].rules.values())
