"""CONTRIBUTING.md keeps its word: its examples are right and fit their files, and its hooks are the gate's linters."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Callable
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from support import elementwise, ulps
from support.package import ROOT

import tinygrad_edu as tg
from tinygrad_edu.api import powers
from tinygrad_edu.autograd import Primitive, gradcheck, gradgradcheck
from tinygrad_edu.nn import _activation as layers
from tinygrad_edu.nn.functional import _activation as activations
from tinygrad_edu.ops import activation as activation_rules
from tinygrad_edu.ops import powers as power_rules

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n# (\S+?)(?:, in (\w+))?\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def block(file: str, place: str, holding: str) -> str:
    """The code that the page shows for a place of a file: the block in which a name occurs."""
    (found,) = [code for each, inside, code in BLOCKS if (each, inside) == (file, place) and holding in code]
    return str(found)


def written_into(module: ModuleType, code: str, **names: Any) -> dict[str, Any]:
    """What stands in a module if the code is written into it, with those names as that code's neighbours have them."""
    space = {**vars(module), **names}
    exec(code, space)
    return space


def stands_in(file: str, code: str) -> None:
    """Each statement of the code is one of the file, but that docstrings may be shortened."""
    there = [ast.dump(each) for each in without_docstrings((ROOT / file).read_text(encoding="utf-8"))]
    for each in without_docstrings(code):
        assert ast.dump(each) in there, f"{file} has no such statement:\n{ast.unparse(each)}"


def stands_within(file: str, code: str) -> None:
    """The lines of the code stand in the file, one after the other, but for where they begin."""
    lines = [each.strip() for each in (ROOT / file).read_text(encoding="utf-8").splitlines()]
    wanted = [each.strip() for each in code.splitlines()]
    assert any(lines[start : start + len(wanted)] == wanted for start in range(len(lines))), f"{file} lacks:\n{code}"


def without_docstrings(code: str) -> list[ast.stmt]:
    tree = ast.parse(code)
    for each in ast.walk(tree):
        if isinstance(each, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(each) is not None:
            each.body = each.body[1:]
    return tree.body


def prints_what_it_says(member: Any, **names: Any) -> None:
    said: list[str] = []
    example = doctest.DocTestParser().get_doctest(member.__doc__, names, member.__name__, None, None)
    assert doctest.DocTestRunner(verbose=False).run(example, out=said.append).failed == 0, "".join(said)
    assert example.examples


def is_right(rule: Primitive, *values: list[float], **settings: Any) -> None:
    inputs = tuple(tg.tensor(each, dtype=tg.float64, requires_grad=True) for each in values)
    function = partial(rule, **settings)
    assert gradcheck(function, inputs)
    assert gradgradcheck(function, inputs)


def is_its_row(family: str, rule: Callable[..., Any], name: str) -> None:
    """The row has a strategy of calls, and says what the rule computes, nearly."""
    code = block(f"tests/support/elementwise/{family}.py", family.upper(), name)
    rows = eval(f"{{{code}}}", {"st": st, **vars(getattr(elementwise, family))})
    assert list(rows) == [name]
    calls, exact = rows[name]
    assert isinstance(calls, type(elementwise.ELEMENTWISE["exp"].calls))
    for dtype in (np.float32, np.float64):
        result, *gradients = ulps.errors(exact, rule, tg, ulps.operands_of(exact, dtype, 9))
        assert result.ulps <= exact.limit
        assert all(each.ulps <= exact.slope_limit for each in gradients)


@pytest.mark.parametrize(("file", "place"), [(file, place) for file, place, _ in BLOCKS])
def test_its_places_are_there(file: str, place: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^(class )?{place}\b", text, flags=re.MULTILINE), f"{file} has no {place}"


def test_the_operation_is_right() -> None:
    rule = written_into(power_rules, block("tinygrad_edu/ops/powers.py", "", "hypot"))["hypot"]
    is_right(rule, [3.0, -5.0], [4.0, 12.0])
    space = written_into(powers, block("tinygrad_edu/api/powers.py", "", "hypot"), ops=SimpleNamespace(hypot=rule))
    hypot = space["hypot"]
    for file in ("tinygrad_edu/ops/powers.py", "tinygrad_edu/api/powers.py"):
        stands_in(file, block(file, "", "hypot"))
    for file, place in (
        ("tinygrad_edu/api/powers.py", "PowersMethods"),
        ("tests/support/elementwise/powers.py", "POWERS"),
        ("tests/support/conventions/powers.py", "POWERS"),
    ):
        stands_within(file, block(file, place, "hypot"))
    prints_what_it_says(hypot, tg=SimpleNamespace(hypot=hypot, tensor=tg.tensor))
    exec(block("tinygrad_edu/api/powers.py", "PowersMethods", "hypot"), space)
    x = tg.tensor([3.0])
    assert space["hypot_"](x, tg.tensor([4.0])) is x
    assert x.tolist() == [5.0]
    is_its_row("powers", rule, "hypot")
    corner = tg.zeros(1, requires_grad=True)
    assert np.isnan(tg.autograd.grad(hypot(corner, tg.zeros(1)), corner)[0].item())


def test_the_layer_is_right() -> None:
    rule = written_into(activation_rules, block("tinygrad_edu/ops/activation.py", "", "elu"))["elu"]
    is_right(rule, [-1.5, -0.5, 2.0], alpha=0.7)
    code = block("tinygrad_edu/nn/functional/_activation.py", "", "elu")
    elu = written_into(activations, code, ops=SimpleNamespace(elu=rule))["elu"]
    functional = SimpleNamespace(elu=elu)
    prints_what_it_says(elu, tg=SimpleNamespace(nn=SimpleNamespace(functional=functional), tensor=tg.tensor))
    kind = written_into(layers, block("tinygrad_edu/nn/_activation.py", "", "ELU"), functional=functional)["ELU"]
    prints_what_it_says(kind, tg=SimpleNamespace(nn=SimpleNamespace(ELU=kind), tensor=tg.tensor))
    assert repr(kind(0.5)) == "ELU(alpha=0.5)"
    is_its_row("activation", partial(rule, alpha=1.0), "elu")


def test_the_optimizer_is_the_one_that_is_there() -> None:
    stands_in("tinygrad_edu/optim/adagrad.py", block("tinygrad_edu/optim/adagrad.py", "", "Adagrad"))
    stands_in("tinygrad_edu/optim/__init__.py", block("tinygrad_edu/optim/__init__.py", "", "adagrad"))
    stands_in("tests/support/optimizers/adagrad.py", block("tests/support/optimizers/adagrad.py", "", "adagrad"))
    line = block("tests/support/optimizers/__init__.py", "OPTIMIZERS", "adagrad")
    assert line.strip() in (ROOT / "tests/support/optimizers/__init__.py").read_text(encoding="utf-8")
    prints_what_it_says(tg.optim.Adagrad, tg=tg)


def test_the_hooks_are_the_gate_s_linters() -> None:
    hooks = re.findall(r"entry: (.*)", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8").split('step "linters and types"\n')[1].split("\n\n")[0]
    assert hooks == [line for line in gate.split("\n") if not line.startswith("pip install")]
    assert " && ".join(hooks) in PAGE
