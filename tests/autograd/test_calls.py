"""Calls that are written out: they do what the general call does, for every operation of the table."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cases import CASES
from support.elementwise import Case
from support.search import FEW

import tinygrad_edu as tg
from tinygrad_edu.autograd import Primitive, calls
from tinygrad_edu.autograd.calls import source
from tinygrad_edu.ops.table import TABLE

WRITTEN = [each for each in TABLE.values() if not each.variadic]


def general(primitive: Primitive) -> Primitive:
    """Return a copy whose calls are not written out, since it is not trusted."""
    copy = Primitive(
        primitive.forward,
        primitive.name,
        primitive.rules,
        elementwise=primitive.elementwise,
        view=primitive.view,
        residuals=primitive.residuals,
        shared=primitive.shared,
    )
    copy.params, copy.defaults = primitive.params, primitive.defaults
    return copy


def operands_of(primitive: Primitive, case: Case, needing: int) -> list[Any]:
    """Return the operands as tensors, those with a rule and their bit in `needing` with a gradient."""
    rules = list(primitive.rules.values())
    made = []
    for place, value in enumerate(case.operands):
        is_array = isinstance(value, np.ndarray | np.floating)
        wanted = is_array and rules[place] is not None and bool(needing >> place & 1)
        made.append(tg.Tensor.wrap(value, requires_grad=wanted) if is_array else value)
    return made


def alike(one: Any, another: Any) -> bool:
    """Whether what two calls kept is the same: one object, equal arrays, or tuples of such."""
    if isinstance(one, tuple) and isinstance(another, tuple):
        return len(one) == len(another) and all(map(alike, one, another))
    return one is another or np.array_equal(one, another, equal_nan=True)


def seen_from(tensor: tg.Tensor) -> Any:
    """Return what a view is seen from, how many steps away, and the stamp that they share; None of what is no view."""
    view = tensor._view
    return None if view is None else (id(view.base), id(view.whence), view.steps[0], id(tensor._stamp))


@pytest.mark.parametrize("primitive", WRITTEN, ids=lambda each: each.name)
@FEW
@given(data=st.data())
def test_a_written_call_does_what_the_general_one_does(primitive: Primitive, data: st.DataObject) -> None:
    case = data.draw(CASES[primitive.name])
    operands = operands_of(primitive, case, data.draw(st.integers(0, 7)))
    written, other = primitive(*operands, **case.params), general(primitive)(*operands, **case.params)
    if not isinstance(written, tg.Tensor):  # no operand is a tensor
        np.testing.assert_array_equal(written, other)
        return
    np.testing.assert_array_equal(written._data, other._data)
    assert written.requires_grad == other.requires_grad
    assert seen_from(written) == seen_from(other)
    if written.requires_grad:
        mine: Any = written.grad_fn
        theirs: Any = other.grad_fn
        assert all(one is another for one, another in zip(mine.edges, theirs.edges, strict=True))
        for one, another in zip(mine.saved, theirs.saved, strict=True):
            assert alike(one, another)
        if mine.stamps:  # else all are numbers
            own = {"out": (written._stamp, other._stamp)}
            for name, one, another in zip(mine.plan.stamped, mine.stamps, theirs.stamps, strict=True):
                assert (one, another) == own[name] if name in own else one is another, name


@pytest.mark.parametrize("primitive", WRITTEN, ids=lambda each: each.name)
def test_the_text_gives_a_name_to_one_thing_only(primitive: Primitive) -> None:
    text = source(primitive)
    own = {"constants", "forward", "link_view", "may_share_memory", "needing", "node", "out", "primitive", "result"}
    assert own.isdisjoint([*primitive.operands, *primitive.params, *primitive.residuals])
    assert text.startswith(f"def {primitive.name}({primitive.operands[0]}")


def test_the_text_that_the_file_shows_is_the_one_that_runs() -> None:
    assert textwrap.indent(source(TABLE["exp"]), "    ") in calls.__doc__


def test_without_a_rule_for_an_operand_that_needs_a_gradient_it_says_so() -> None:
    condition = tg.tensor([1.0, 0.0], requires_grad=True)
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="where: operand 'condition' requires a gradient, but this operation has no"):
        TABLE["where"](condition, x, x)


def test_changed_rules_are_run() -> None:
    square = TABLE["square"]
    x: Any = tg.tensor([3.0], requires_grad=True)
    right = square.rules["x"]
    square(x)
    square.rules["x"] = lambda g: g * 100
    try:
        square.rules_changed()
        square(x).backward()
    finally:
        square.rules["x"] = right
        square.rules_changed()
    assert x.grad.tolist() == [100]
    assert tg.autograd.grad(square(x), x)[0].tolist() == [6]
