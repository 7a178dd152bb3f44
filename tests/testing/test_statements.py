"""What a user can say of inputs and functions, what a run says of itself, and that a printed test can be pasted."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from support.wrong import wrong as mistyped

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, GradcheckError, elementwise, primitive
from tinygrad_edu.testing import (
    between,
    check_gradients,
    constant,
    depending,
    gradient_test,
    magnitudes,
    positive,
    reals,
)
from tinygrad_edu.testing.reproduction import written_tensor

quick = settings(deadline=None, database=None, derandomize=True, max_examples=30, phases=[Phase.generate])
shrinking = settings(quick, phases=[Phase.generate, Phase.shrink])

tripled = elementwise(lambda x: x * x, name="tripled", x=lambda g, x: g * 3 * x)


def test_an_argument_from_a_constant_domain_is_not_differentiated() -> None:
    asked = []

    def masked(x: Any, mask: Any) -> Any:
        asked.append(mask.requires_grad)
        return x * mask.detach()

    check_gradients(masked, reals(), constant(reals()), settings=quick)
    assert not any(asked)
    with pytest.raises(GradcheckError):
        check_gradients(masked, reals(), reals(), settings=quick)


def test_an_argument_may_depend_on_the_tensors_drawn() -> None:
    seen = set()

    def summed(x: Any, axis: int) -> Any:
        seen.add((x.ndim, axis))
        return x.sin().sum(axis)

    axis = depending(lambda x: st.integers(-x.ndim, x.ndim - 1))
    check_gradients(summed, reals(), axis, min_dims=1, second_order=False, settings=quick)
    assert {ndim for ndim, _ in seen} == {1, 2}
    assert min(axis for _, axis in seen) < 0 < max(axis for _, axis in seen)


def test_a_domain_may_reach_over_many_orders_of_magnitude() -> None:
    domain = magnitudes(1e-6, 1e6, signed=True)
    assert (min(domain.numbers), max(domain.numbers)) == (-1e6, 1e6)
    assert min(abs(each) for each in domain.numbers) == 1e-6
    check_gradients(tg.log, magnitudes(1e-6, 1e6), settings=quick)
    cut = elementwise(np.log, name="cut", x=lambda g, x: g / np.maximum(x, 1e-3))
    with pytest.raises(GradcheckError):
        check_gradients(cut, magnitudes(1e-6, 1e6), settings=quick)


@pytest.mark.parametrize("bounds", [(0, 1), (-1, 1), (2, 1), (1, float("inf"))])
def test_magnitudes_have_no_zero_and_two_ends(bounds: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="wanted 0 < low <= high, both finite"):
        magnitudes(*bounds)


def in_single(x: Any) -> Any:
    return x.float().sin().double()


def test_a_noisy_function_passes_if_its_noise_is_stated() -> None:
    with pytest.raises(GradcheckError):
        check_gradients(in_single, between(-2, 2), second_order=False, settings=quick)
    check_gradients(in_single, between(-2, 2), second_order=False, noise=1e-7, settings=quick)
    with pytest.raises(GradcheckError):
        check_gradients(lambda x: tripled(x.float()).double(), between(-2, 2), noise=1e-7, settings=quick)


def test_a_run_says_what_it_covered_if_it_is_asked_to(capsys: pytest.CaptureFixture[str]) -> None:
    check_gradients(tg.sin, reals(), settings=quick)
    assert not capsys.readouterr().out
    check_gradients(tg.sin, reals(), report=True, settings=quick)
    said = capsys.readouterr().out
    assert said.startswith("check_gradients: sin: 30 examples, 30 of them with a derivative; ")
    for words in ("derivatives compared", "with a 0", "with equal values", "row by row", "longest side", "(NaN): 0."):
        assert words in said


def test_inputs_without_a_value_are_warned_of_with_places() -> None:
    with pytest.warns(
        UserWarning, match=r"log gives no value \(NaN\) at \d+ of the \d+ inputs.*such as positive\(\)"
    ) as caught:
        check_gradients(tg.log, reals(), settings=quick)
    (warning,) = caught
    assert re.search(r"such as \(.*-\d", str(warning.message)), "a negative number is shown"


def test_a_step_never_leaves_a_domain_that_the_function_checks() -> None:
    def risk(p: Any) -> Any:
        if bool(((p < 0) | (p > 1)).any()):
            raise ValueError("p must be from 0 to 1")
        return p * (1 - p)

    check_gradients(risk, between(0, 1), settings=quick)
    with pytest.raises(ValueError, match="p must be from 0 to 1"):
        check_gradients(risk, between(0, 2), settings=quick)


class Listed(Function):
    """Two results in a list."""

    @staticmethod
    def forward(_ctx: Any, x: Any) -> Any:
        return [x * 1, x * 2]

    @staticmethod
    def backward(_ctx: Any, g: Any, h: Any) -> Any:
        return g + 2 * h


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: check_gradients(primitive(lambda x, y: x * y, name="product", x=lambda g: g), reals(), reals()),
            "product: called with 2 operands, but rules are stated for 1: 'x'; state one for each",
        ),
        (
            lambda: check_gradients(primitive(lambda x: [x, x], name="pair", x=lambda g: g), reals()),
            "pair: forward returned a list of 2, wanted one array",
        ),
        (lambda: check_gradients(Listed.apply, reals()), "Listed.forward returned list .*must be a tuple"),
        (
            lambda: mistyped(gradient_test)(tg.exp, reals()),
            "got the function exp first; .* is a decorator.*or check_gradients",
        ),
        (lambda: gradient_test(mistyped(tg.exp)), "got the function exp first; .* is a decorator.*or check_gradients"),
        (lambda: gradient_test(reals())(mistyped(reals())), "wanted the function to test, got reals()"),
        (lambda: check_gradients(tg.sin, mistyped(positive)), r"call it: positive\(\)"),
    ],
    ids=[
        "one rule of two",
        "list",
        "list of a Function",
        "called",
        "called with nothing else",
        "no function",
        "no call",
    ],
)
def test_what_is_written_wrong_is_said_in_words(call: Any, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        call()


class Doubled(Function):
    """The sine, with twice its gradient."""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x)
        return x.sin() * 1 + y * 1

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return 2 * g * x.cos(), g


@pytest.mark.parametrize(
    ("name", "operation", "inputs", "options"),
    [
        ("tripled", tripled, (reals(),), {}),
        ("Doubled", Doubled, (reals(), reals()), {}),
        ("tripled", tripled, (reals(),), {"second_order": False, "min_dims": 2}),
    ],
)
def test_the_printed_test_fails_alike_when_it_is_pasted(
    name: str, operation: Any, inputs: tuple[Any, ...], options: dict[str, Any]
) -> None:
    function: Any = getattr(operation, "apply", operation)
    with pytest.raises(GradcheckError) as caught:
        check_gradients(function, *inputs, settings=shrinking, **options)
    printed = next(note for note in caught.value.__notes__ if "The smallest test that shows it" in note)
    scope: dict[str, Any] = {name: operation}
    exec(printed.partition("\n\n")[2], scope)
    (test,) = (value for key, value in scope.items() if key.startswith("test_"))
    with pytest.raises(GradcheckError) as again:
        test()
    assert again.value.mistake is caught.value.mistake
    assert again.value.args == caught.value.args


@pytest.mark.parametrize(
    "array",
    [
        np.array(1.5),
        np.array([[1.0, -2.0], [0.1, np.inf]]),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(6.0)[::-1],
        np.arange(12.0)[::2],
        np.arange(24.0).reshape(4, 6)[::2, ::2],
        np.array([1.5, np.nan], np.float32),
    ],
    ids=["number", "rows", "columns", "backwards", "gaps", "gaps of two", "float32"],
)
def test_a_written_tensor_is_the_same_again(array: np.ndarray) -> None:
    tensor = tg.from_numpy(array)
    again = eval(written_tensor(tensor), {"tg": tg, "np": np})
    np.testing.assert_array_equal(again.numpy(), array)
    assert again.dtype == tensor.dtype
    for flag in ("c_contiguous", "f_contiguous"):
        assert getattr(again._data.flags, flag) == getattr(array.flags, flag)
    assert np.sign(again._data.strides).tolist() == np.sign(array.strides).tolist()
