"""What every rule and every public name must have: a missing piece fails with words that say what to write, and where.

These walk the registries (the derivative table, the public faces), so that nothing is listed twice.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis.strategies import SearchStrategy
from support.calls import CALLS, FUNCTION_OF, IN_PLACE, OF_LAYERS, OF_LOSSES, OF_SEQUENCES, WITHOUT_GRADIENT, takes
from support.cases import CASES
from support.elementwise import ELEMENTWISE
from support.evidence import name_of, names
from support.layers import LAYERS
from support.mistakes import functions
from support.optimizers import OPTIMIZERS
from support.package import PACKAGE, home_of, original, public, published, taken_whole
from support.public import FORMS
from support.rules import API, INNER, OPS, WITHOUT_RULES, families, misplaced, public_functions

import tinygrad_edu
from tinygrad_edu import nn
from tinygrad_edu.nn import functional
from tinygrad_edu.ops.table import TABLE


def fail(words: str) -> None:
    pytest.fail(words, pytrace=False)


# Rules


@pytest.mark.parametrize("rule", TABLE)
def test_a_rule_has_a_row_from_which_its_tests_come(rule: str) -> None:
    assert isinstance(CASES[rule], SearchStrategy)  # a missing row says what to write


def test_every_row_is_of_a_rule() -> None:
    for name in CASES:
        if name not in TABLE:
            place = "elementwise" if name in ELEMENTWISE else "cases"
            fail(f"tests/support/{place}/ has a row for {name!r}, but ops/ has no such rule: correct or delete it")


@pytest.mark.parametrize("rule", TABLE)
def test_a_rule_has_its_public_function_in_the_file_of_its_family(rule: str) -> None:
    if rule in INNER:
        return
    if words := misplaced(TABLE[rule]):
        fail(words)


def test_what_is_listed_as_an_inner_rule_is_one() -> None:
    for name in INNER:
        if name not in TABLE:
            fail(f"INNER in tests/support/rules.py has {name!r}, but ops/ has no such rule: delete it there")
        if found := public_functions(name):
            fail(
                f"INNER in tests/support/rules.py has {name!r}, which is public as {', '.join(found)}: delete it there"
            )


# Functions and layers of networks


@pytest.mark.parametrize("name", published(functional))
def test_a_function_of_networks_has_calls_from_which_its_tests_come(name: str) -> None:
    if name in CALLS or name in WITHOUT_GRADIENT or name in IN_PLACE:
        return
    table = "OF_LOSSES" if takes(getattr(functional, name), "reduction") else "OF_LAYERS"
    fail(
        f"no gradient of nn.functional.{name} is tested. If it only calls a rule of that name, give the rule its "
        f"row in tests/support/elementwise/ or cases/; else add its calls to {table} in tests/support/calls/, "
        "such as\n\n"
        f'    "{name}": {"compared(ANY, ANY)" if table == "OF_LOSSES" else "elementwise(ANY)"},\n\n'
        "and if it has no gradient, add its name to WITHOUT_GRADIENT there."
    )


def test_every_row_of_calls_is_of_a_function() -> None:
    for name in (*OF_LAYERS, *OF_LOSSES, *OF_SEQUENCES, *WITHOUT_GRADIENT):
        if name not in published(functional):
            fail(f"tests/support/calls/ has {name!r}, which is not in published(nn.functional): correct or delete it")


@pytest.mark.parametrize("name", [name for name in published(nn) if inspect.isclass(getattr(nn, name))])
def test_a_layer_has_a_function_or_calls_from_which_its_tests_come(name: str) -> None:
    kind = getattr(nn, name)
    if kind is not nn.Module and issubclass(kind, nn.Module) and kind not in FUNCTION_OF and kind not in LAYERS:
        fail(
            f"no gradient of nn.{name} is tested. If it holds the settings of a function, it says so, in "
            f"{home_of(kind.__module__)}:\n\n    function = staticmethod(functional.{name.lower()})\n\n"
            "else write in a file of tests/support/layers/ how it is drawn, with an input, and add to its dict:\n\n"
            f"    nn.{name}: {name.lower()}(),"
        )


# What PyTorch has, too


# Bases of what is compared, and what only this package has.
NOT_COMPARED = {"LRScheduler", "IterableDataset", "GradcheckError", "Mistake", "Primitive", "primitive"}


def test_every_name_is_compared_with_pytorch() -> None:
    """By a row, by the calls of support/mistakes.py, or in the text of a test of tests/parity."""
    rows = {*FORMS, *CALLS, *(kind.__name__ for kind in (*FUNCTION_OF, *LAYERS, *OPTIMIZERS))}
    swept = {name_of(function) for _, _, function, _ in functions()}
    written = "".join(path.read_text(encoding="utf-8") for path in (PACKAGE.parent / "tests/parity").glob("*.py"))
    words = NOT_COMPARED | rows | set(re.findall(r"\w+", written))
    if missing := [name for name in names() if name not in swept and name.rpartition(".")[2] not in words]:
        fail(
            f"{', '.join(missing)}: never compared with PyTorch. Give it a row, or right arguments in "
            "tests/support/right/ and a place in FACES in tests/support/mistakes.py, or a test in tests/parity/"
        )


# Families


@pytest.mark.parametrize("family", families(OPS))
def test_a_family_of_rules_has_its_functions_in_a_file_of_that_name(family: str) -> None:
    if family not in families(API) and f"_{family}" not in [
        path.stem for path in (PACKAGE / "nn/functional").iterdir()
    ]:
        fail(
            f"the rules in tinygrad_edu/ops/{family}.py have no functions in a file of that name: wanted "
            f"tinygrad_edu/api/{family}.py (or tinygrad_edu/nn/functional/_{family}.py, if only networks need them)"
        )


@pytest.mark.parametrize("family", families(API))
def test_a_family_of_functions_has_its_rules_in_a_file_of_that_name(family: str) -> None:
    if family not in families(OPS) and family not in WITHOUT_RULES:
        fail(
            f"the functions in tinygrad_edu/api/{family}.py have no rules in a file of that name: wanted "
            f"tinygrad_edu/ops/{family}.py. If they need none, say why in WITHOUT_RULES in "
            f'tests/support/rules.py:\n\n    "{family}": "...",'
        )


def test_what_is_listed_as_a_family_without_rules_is_one() -> None:
    for family in WITHOUT_RULES:
        if family not in families(API):
            fail(f"WITHOUT_RULES in tests/support/rules.py has {family!r}, which is no file of api/: delete it there")
        if family in families(OPS):
            fail(f"WITHOUT_RULES in tests/support/rules.py has {family!r}, which has rules: delete it there")


# The face


def test_no_name_is_exported_by_two_files_of_the_face() -> None:
    exported = [(name, room) for room in taken_whole("tinygrad_edu") for name in importlib.import_module(room).__all__]
    for name, count in Counter(name for name, _ in exported).items():
        if count > 1:
            files = " and ".join(home_of(room) for each, room in exported if each == name)
            fail(
                f"{name!r} is in the __all__ of {files}, and the face takes both whole: only one of the two would be "
                f"tinygrad_edu.{name}. Take it out of the __all__ of the file that it doesn't belong to"
            )
    assert len(exported) > 200


# Examples


@pytest.mark.parametrize("name", public())
def test_a_public_name_has_an_example_in_its_docstring(name: str) -> None:
    member = public()[name]
    if ">>>" not in (member.__doc__ or ""):
        fail(
            f"{name}, in {home_of(original(member).__module__)}, has no example in its docstring. Add at the end of it "
            f"what a reader would try first, and what that prints:\n\n{example_to_write(name, member)}\n\n"
            "tg and np are known there; python -m pytest tests/test_docstrings.py runs it"
        )


def example_to_write(name: str, member: Any) -> str:
    """How the example of a function, class or method may begin."""
    parameters = inspect.signature(original(member)).parameters.values()
    tensor = "tg.tensor([1.0, 2.0])"
    needed = [tensor for each in parameters if each.default is each.empty and each.kind is each.POSITIONAL_OR_KEYWORD]
    if inspect.isclass(original(member)):
        needed = []
    elif name.startswith("tg.Tensor."):
        name, needed = name.replace("tg.Tensor", tensor, 1), needed[1:]
    call = f"{name}({', '.join(needed)})"
    try:
        printed = repr(eval(call, {"tg": tinygrad_edu}))
    except Exception:  # it takes something else, which only its author knows
        call, printed = f"{name}(...)", "..."
    return f"    Example:\n        >>> {call}\n        {printed}"
