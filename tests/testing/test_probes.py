"""Probes of a backward: one that isn't linear in g, or changes what isn't its own, is found at a single point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, settings

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, GradcheckError, Mistake, elementwise
from tinygrad_edu.testing import check_gradients, reals
from tinygrad_edu.testing.agreement import proven

quick = settings(deadline=None, database=None, derandomize=True, max_examples=40, phases=[Phase.generate])


def sine(change: Callable[[Any], Any]) -> Any:
    """The sine, with a rule that changes g before it uses it."""
    return elementwise(np.sin, name="sine", x=lambda g, x: change(g) * np.cos(x))


def of_unit_length(g: Any) -> Any:
    length = (g * g).sum() ** 0.5
    return g / np.where(length == 0, 1, length)


def point(*values: float) -> tg.Tensor:
    return tg.tensor(values, dtype=tg.float64, requires_grad=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda g: np.clip(g, -1, 1), "It looks clipped"),
        (lambda g: g * g, "It looks like the square of g"),
        (abs, "It looks like the absolute value of g"),
        (of_unit_length, "It looks normalised"),
        (np.sign, "It looks normalised, or like the sign of g"),
    ],
    ids=["clipped", "squared", "absolute", "normalised", "sign"],
)
def test_a_backward_that_isn_t_linear_in_g_is_found(change: Callable[[Any], Any], words: str) -> None:
    with pytest.raises(GradcheckError, match=f"isn't linear in the gradient g.*{words}"):
        proven(sine(change), (point(0.5),), False)


def test_a_backward_that_is_linear_passes() -> None:
    proven(sine(lambda g: g), (point(0.5, -1.5),), True)


def test_a_rule_that_changes_g_in_place_is_found_and_named() -> None:
    def overwritten(g: Any, x: Any) -> Any:
        if isinstance(g, np.ndarray):
            g *= np.cos(x)
            return g
        return g * np.cos(x)

    operation = elementwise(np.sin, name="overwriting", x=overwritten)
    with pytest.raises(
        GradcheckError, match=r"overwriting: its rule for operand 'x' changes the gradient g .* in place"
    ):
        proven(operation, (point(0.5, 1),), False)
    x = point(0.5, 1)
    y = (x * 1.0 + operation(x)).sum()
    y.backward()
    assert x.grad is not None
    np.testing.assert_allclose(
        x.grad.numpy(), 1 + np.cos([0.5, 1]), rtol=1e-15, err_msg="the engine's g is others', too"
    )


class Shifting(Function):
    """The square; its rule adds 1 to the input."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.held = x.detach()
        return x * x

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        gradient = 2 * g * ctx.held
        ctx.held._data[...] += 1
        return gradient


def test_a_backward_that_changes_the_inputs_is_found_and_they_are_as_before() -> None:
    x = point(0.5, 1)
    with pytest.raises(GradcheckError, match=r"changes input 0 in place.*compute with a copy"):
        proven(Shifting.apply, (x,), False)
    assert x.tolist() == [0.5, 1]


class Together(Function):
    """The sine and the square; the rule is right from each of them, and adds too much from both."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x.sin(), x * x

    @staticmethod
    def backward(ctx: Any, g: Any, h: Any) -> Any:
        (x,) = ctx.saved_tensors
        used = int(bool((g != 0).any())) + int(bool((h != 0).any()))
        return (g * x.cos() + 2 * h * x) / max(used, 1)


def test_a_rule_that_is_wrong_when_both_results_are_used_is_found() -> None:
    with pytest.raises(GradcheckError, match="from the gradients of all results together"):
        proven(Together.apply, (point(0.5, 1),), False)


def test_a_rule_that_is_wrong_in_one_memory_layout_is_found_and_that_is_said() -> None:
    def as_it_lies(g: Any, x: Any) -> Any:
        return g * np.cos(x.ravel(order="K").reshape(x.shape)) if isinstance(x, np.ndarray) else g * np.cos(x)

    operation = elementwise(np.sin, name="as_it_lies", x=as_it_lies)
    with pytest.raises(GradcheckError, match="right where the operands lie in memory row by row"):
        check_gradients(operation, reals(), second_order=False, min_dims=2, settings=quick)


def test_less_than_float64_inside_is_named_as_a_dtype() -> None:
    operation = sine(lambda g: g.astype(np.float16).astype(np.float64) if isinstance(g, np.ndarray) else g)
    with pytest.raises(GradcheckError, match="float16") as caught:
        proven(operation, (point(0.5, 1),), False)
    assert caught.value.mistake is Mistake.DTYPE
