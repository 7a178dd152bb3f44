"""Changes in place in random programs of views: run on a tensor, and on separate numbers where nothing is ever changed.

No other authority is needed: the two must agree, or the first be refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from support.leaves import fixed, gradients, leaf

import tinygrad_edu as tg


class Step(NamedTuple):
    """One line of a random program."""

    kind: str
    view: int  # the number of a view, modulo how many there are
    detail: Any


SHAPE = (2, 3)
PARTS = st.sampled_from([0, -1, slice(1, None), slice(None, None, 2), Ellipsis])
VIEWS = st.integers(0, 9)
NUMBERS = st.integers(-3, 3).map(float)
LINEAR = [
    st.builds(Step, st.just("part"), VIEWS, PARTS),
    st.builds(Step, st.sampled_from(["transposed", "read", "add_leaf", "set_leaf"]), VIEWS, st.none()),
    st.builds(Step, st.sampled_from(["mul", "add", "fill"]), VIEWS, NUMBERS),
    st.builds(Step, st.just("set"), VIEWS, st.tuples(PARTS, NUMBERS)),
]
NONLINEAR = [*LINEAR, st.builds(Step, st.sampled_from(["read_squares", "tanh", "mul_leaf"]), VIEWS, st.none())]


def parts_of(view: Any, part: Any) -> Any:
    """view[part], or all of it where that would be empty or a single number."""
    if view.ndim == 0 or (isinstance(part, int) and view.ndim == 1):
        return view[...]
    found = view[part]
    return found if 0 not in found.shape else view[...]


def run_on_a_tensor(steps: list[Step], x: Any, w: Any) -> Any:
    views = [x * 1]
    total = tg.zeros((), dtype=tg.float64)
    for kind, number, detail in steps:
        view = views[number % len(views)]
        if kind == "part":
            views.append(parts_of(view, detail))
        elif kind == "transposed":
            views.append(view.T)
        elif kind == "read":
            total = total + (view * 1.5).sum()
        elif kind == "read_squares":
            total = total + (view * view).sum()
        elif kind == "set":
            part, value = detail
            parts_of(view, part).fill_(value)
        elif kind == "set_leaf":
            view[...] = w
        else:
            operand = () if kind == "tanh" else (w,) if kind.endswith("leaf") else (detail,)
            getattr(view, kind.removesuffix("_leaf") + "_")(*operand)
    return total + sum((view * view * (i + 1)).sum() for i, view in enumerate(views))


def run_on_numbers(steps: list[Step], x: Any, w: Any) -> Any:
    """The same on a NumPy array of 0-d tensors: its views share places, and places are replaced, not changed."""
    base = np.empty(SHAPE, dtype=object)
    for place in np.ndindex(SHAPE):
        base[place] = x[place] * 1
    views = [base]
    total = tg.zeros((), dtype=tg.float64)
    for kind, number, detail in steps:
        view = views[number % len(views)]
        if kind == "part":
            views.append(parts_of(view, detail))
            continue
        if kind == "transposed":
            views.append(view.T)
            continue
        if kind in ("read", "read_squares"):
            total = sum((each * (1.5 if kind == "read" else each) for each in view.flat), total)
            continue
        target, value = (parts_of(view, detail[0]), detail[1]) if kind == "set" else (view, detail)
        for place in np.ndindex(target.shape):
            target[place] = changed(kind, target[place], value, w)
    return sum((each * each * (i + 1) for i, view in enumerate(views) for each in view.flat), total)


def changed(kind: str, before: Any, value: Any, w: Any) -> Any:
    if kind in ("set", "fill"):
        return fixed(value)
    if kind == "set_leaf":
        return w * 1
    if kind == "tanh":
        return before.tanh()
    operand = w if kind.endswith("leaf") else value
    return before + operand if kind.startswith("add") else before * operand


def values_and_gradients(run: Callable[..., Any], steps: list[Step]) -> list[Any]:
    x, w = leaf(np.arange(6.0).reshape(SHAPE) / 4 + 0.5), leaf(0.5)
    total = run(steps, x, w) + (x.sum() + w) * 0  # a program may overwrite all that depended on the leaves
    return [total.item(), *gradients(total, x, w)]


def assert_same(steps: list[Step]) -> None:
    found, expected = values_and_gradients(run_on_a_tensor, steps), values_and_gradients(run_on_numbers, steps)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


MANY = settings(max_examples=4 * settings().max_examples)


@MANY
@given(st.lists(st.one_of(LINEAR), min_size=2, max_size=12))
def test_random_programs_that_save_nothing_are_right(steps: list[Step]) -> None:
    assert_same(steps)


@MANY
@given(st.lists(st.one_of(NONLINEAR), min_size=2, max_size=12))
def test_random_programs_are_right_or_refused(steps: list[Step]) -> None:
    try:
        assert_same(steps)
    except RuntimeError as error:
        if "changed in place" not in str(error):
            raise
        kinds = [step.kind for step in steps]
        saves = [i for i, kind in enumerate(kinds) if kind in ("read_squares", "tanh", "mul_leaf")]
        assert saves, "nothing was saved that a change could have spoilt"
        assert set(kinds[saves[0] + 1 :]) - {"part", "transposed", "read", "read_squares"}, "nothing changed after"
