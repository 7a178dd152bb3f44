"""Random programs, recomputed: a short search of tests/programs, and whether that search would notice.

The long one: ``python -m tests.programs --count 20000``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from programs import recomputed_gradients as plain
from programs.expressions import Applied, Expression, Place, UnsureError, derivative
from programs.program import pasted
from programs.search import JUDGES, Result, result_of
from programs.writing import written

from tinygrad_edu.autograd import engine
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops.table import TABLE

PROGRAMS = 250
JUDGE = JUDGES["recomputation"]


def judged(number: int) -> Result:
    """What comes of a program."""
    return result_of(JUDGE, 0, number, Counter(), small=0)


@cache
def agreed() -> list[int]:
    """The programs that agree."""
    return [number for number in range(PROGRAMS) if judged(number).verdict == "agreed"]


def test_programs_agree_with_their_recomputation() -> None:
    results = [judged(number) for number in range(PROGRAMS) if number not in agreed()]
    disagreements = [each.report for each in results if each.verdict == "disagreed"]
    assert not disagreements, "\n".join(disagreements)
    assert len(agreed()) > 0.7 * PROGRAMS  # of the rest the double can't be sure


def test_a_program_is_the_same_every_time_and_runs_when_pasted() -> None:
    for number in range(20):
        lines = written(7, number, ("float64",))
        assert lines == written(7, number, ("float64",))
        compile(pasted(lines), "pasted", "exec")


def views_stay_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A view doesn't follow its base."""
    monkeypatch.setattr(TensorBase, "follow_base", lambda self: None)


def changes_go_unnoticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that a rule needs may change."""
    monkeypatch.setattr(TensorBase, "note_change", lambda self: None)


def gradients_replace_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second backward forgets the first."""
    monkeypatch.setattr(engine, "_arrive", lambda leaf, g, differentiable: setattr(leaf, "_grad", g))


def a_rule_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """The derivative of a running sum runs the wrong way."""
    monkeypatch.setitem(TABLE["cumsum"].rules, "x", lambda g, dim: np.cumsum(g, dim))
    TABLE["cumsum"].rules_changed()


def the_last_gradient_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A place that was picked twice gets one of its gradients."""
    monkeypatch.setitem(TABLE["index"].rules, "x", lambda g, index, x_shape: _put(g, index, x_shape))
    TABLE["index"].rules_changed()


def _put(g: Any, index: Any, shape: Any) -> Any:
    whole = np.zeros(shape, g.dtype)
    whole[index] = g
    return whole


@pytest.mark.parametrize(
    "fault",
    [views_stay_behind, changes_go_unnoticed, gradients_replace_each_other, a_rule_is_wrong, the_last_gradient_wins],
)
def test_the_search_finds_a_planted_fault(fault: Callable[[pytest.MonkeyPatch], None]) -> None:
    programs = agreed()
    with pytest.MonkeyPatch.context() as monkeypatch:
        fault(monkeypatch)
        found = any(judged(number).verdict == "disagreed" for number in programs)
    for name in ("cumsum", "index"):
        TABLE[name].rules_changed()
    assert found


# The double itself


def test_a_derivative_by_differences_is_exact_to_ten_digits() -> None:
    x = Place(Expression(np.array([0.3, -1.2])))
    assert derivative([(Applied(np.exp, x), Expression(np.array([1.0, 2.0])))], x, {}, frozenset()) == pytest.approx(
        np.exp(x.value) * [1, 2], rel=1e-10
    )


def test_at_a_corner_nothing_is_said() -> None:
    x = Place(Expression(np.array(0.0)))
    with pytest.raises(UnsureError):
        derivative([(Applied(np.abs, x), Expression(1.0))], x, {}, frozenset())


def test_the_double_knows_views_changes_hooks_and_second_derivatives() -> None:
    x: Any = plain.tensor([1.0, 2.0, 3.0], requires_grad=True)
    base = x * 1
    view = base[1:]
    view *= x[:2]
    base.register_hook(lambda g: g * 2)
    (base * base).sum().backward()
    # half of it: x0 + (x1 x0)^2 + (x2 x1)^2, each squared
    assert x.grad is not None
    assert x.grad.tolist() == pytest.approx([2 * (2 + 2 * 1 * 4), 2 * (2 * 2 + 2 * 2 * 9), 2 * 2 * 3 * 4])
    (first,) = plain.autograd.grad((x * x * x).sum(), x, create_graph=True)
    (second,) = plain.autograd.grad(first.sum(), x)
    assert second.tolist() == pytest.approx([6.0, 12.0, 18.0])
