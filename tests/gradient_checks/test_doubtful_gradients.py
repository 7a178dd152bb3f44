"""What looks like a wrong gradient and may be none: corners, steps, random numbers, dtypes, the order of calls."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.operations import Narrow, Remembers
from support.wrong_gradients import at, diagnosed, function, leaf

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, GradcheckError, Mistake, elementwise, gradcheck, gradgradcheck, primitive

wrong_cosine = elementwise(np.cos, name="cosine", x=lambda g, x: g * np.sin(x))

# Points without a derivative


@pytest.mark.parametrize("fast_mode", [False, True], ids=["slow", "fast"])
@pytest.mark.parametrize(
    ("operation", "inputs", "words"),
    [
        (tg.relu, (at(0.0, 1.0),), "larger values its slope is 1, towards smaller ones 0"),
        (lambda x: x + x.abs(), (at(-1.0, 1e-9),), "a corner"),
        (lambda x: x.max(0).values, (at(1.0, 1.0),), "lies between"),
        (lambda x: x.floor() + x, (at(0.5, 2.0),), "jump"),
        (lambda x: x.clamp(0, 1), (at(0.0, 1.0),), "a corner"),
        (lambda x: x.sqrt(), (at(0.0, 1.0),), "edge of its domain"),
        (lambda x: x.log(), (at(0.0),), "edge of its domain"),
        (lambda x: x.abs().sqrt(), (at(0.0),), "no derivative here"),
        (lambda x: (x * x).sqrt(), (at(0.0),), "no derivative here"),
        (tg.relu, (at(4e-7),), "within the step"),
        (lambda x: x.abs(), (at(-9e-7, 3.0),), "within the step"),
    ],
)
def test_a_point_without_a_derivative_is_no_mistake(
    operation: Any, inputs: tuple[Any, ...], words: str, fast_mode: bool
) -> None:
    error = diagnosed(operation, *inputs, fast_mode=fast_mode)
    assert error.mistake is Mistake.KINK, str(error)
    assert words in str(error)
    assert "not necessarily a mistake" in str(error)


def test_a_step_that_is_too_long_is_no_mistake() -> None:
    error = diagnosed(lambda x: (50 * x).exp() * 1e3, at(0.0), eps=1e-2)
    assert error.mistake is Mistake.KINK
    assert "smaller eps" in str(error)


def test_noise_is_no_corner() -> None:
    """Rounding at 1e8 makes slopes of single steps differ by 1 %, and more at shorter steps."""
    assert diagnosed(lambda x: (wrong_cosine(x) + 1e8) - 1e8, at(1.0), rtol=0.1).mistake is Mistake.SIGN


def test_truncation_does_not_hide_a_mistake() -> None:
    wrong = elementwise(np.exp, name="e", x=lambda g, out: -g * out)
    assert diagnosed(lambda x: wrong(50 * x), at(0.0), eps=1e-2).mistake is Mistake.SIGN


def test_a_value_outside_of_the_slopes_is_worth_a_look() -> None:
    wrong = elementwise(lambda x: np.maximum(x, 0), name="relu", x=lambda g, x: -g * (x >= 0))
    error = diagnosed(wrong, at(0.0))
    assert error.mistake is Mistake.KINK
    assert "worth a look" in str(error)


def test_a_corner_does_not_hide_a_mistake_elsewhere() -> None:
    wrong = elementwise(lambda x: np.maximum(x, 0), name="relu", x=lambda g, x: -g * (x > 0))
    error = diagnosed(wrong, at(0.0, 0.5, -1.0))
    assert (error.mistake, error.index) == (Mistake.SIGN, (1,))


# Not twice alike


class OtherMask(Function):
    """Draws one mask in forward and another one in backward."""

    generator = np.random.default_rng(0)

    @staticmethod
    def forward(_ctx: Any, x: Any) -> Any:
        return x * 1.5

    @staticmethod
    def backward(_ctx: Any, g: Any) -> Any:
        return g * tg.tensor(OtherMask.generator.uniform(1, 2, g.shape))


def test_a_backward_that_draws_numbers() -> None:
    error = diagnosed(OtherMask.apply, leaf(3))
    assert error.mistake is Mistake.NONDETERMINISTIC
    assert "two backward passes" in str(error)
    assert "rule of 'OtherMask'" in str(error)


def test_a_forward_that_draws_numbers() -> None:
    generator = np.random.default_rng(0)

    def dropout(x: Any) -> Any:
        return x * tg.tensor(generator.integers(0, 2, x.shape) * 2.0)

    error = diagnosed(dropout, leaf(8))
    assert (error.mistake, error.operation) == (Mistake.NONDETERMINISTIC, "dropout")
    assert "the function itself is not deterministic" in str(error)


def test_a_random_constant_of_which_the_gradient_knows_nothing() -> None:
    generator = np.random.default_rng(0)
    error = diagnosed(lambda x: x * 2 + float(generator.uniform()), leaf(2))
    assert error.mistake is Mistake.NONDETERMINISTIC


# The dtype


narrow_primitive = elementwise(np.sin, name="narrow", x=lambda g, x: (g * np.cos(x)).astype(np.float32))


@pytest.mark.parametrize("operation", [Narrow.apply, narrow_primitive], ids=["Function", "elementwise"])
def test_a_gradient_of_another_dtype(operation: Any) -> None:
    assert gradcheck(operation, leaf(3))  # within PyTorch's tolerances, as there
    for options in ({"check_grad_dtypes": True}, {"atol": 0, "rtol": 1e-9, "eps": 1e-4}):
        error = diagnosed(operation, leaf(3), **options)
        assert error.mistake is Mistake.DTYPE, str(error)
        assert "float32" in str(error)
        assert "float64 is wanted" in str(error)
    assert diagnosed(Narrow.apply, leaf(3), check=gradgradcheck).mistake is Mistake.DTYPE


def test_a_wrong_sign_in_another_dtype_is_a_wrong_sign() -> None:
    wrong = elementwise(np.cos, name="cosine", x=lambda g, x: (g * np.sin(x)).astype(np.float32))
    assert diagnosed(wrong, leaf(3)).mistake is Mistake.SIGN


def test_less_precision_inside_is_no_wrong_gradient() -> None:
    error = diagnosed(lambda x: x.float().sin().double() * 2, leaf(3))
    assert error.mistake is Mistake.DTYPE, str(error)
    assert "not necessarily a mistake" in str(error)
    assert diagnosed(lambda x: wrong_cosine(x.float()).double() * 2, leaf(3)).mistake is not Mistake.DTYPE


def test_changes_of_dtype_that_are_meant() -> None:
    assert gradcheck(lambda x: x.float().double() * 2, leaf(2), check_grad_dtypes=True, eps=1e-2)


# The order of evaluation


def test_a_value_kept_outside_of_the_call() -> None:
    error = diagnosed(Remembers.apply, leaf(3))
    assert error.mistake is Mistake.ORDER
    assert "ctx.save_for_backward" in str(error)
    assert (error.input, error.operation) == (0, "Remembers")
    assert diagnosed(Remembers.apply, leaf(1)).mistake is Mistake.ORDER


def test_a_rule_that_keeps_a_value_outside() -> None:
    kept: list[Any] = []

    def forward(x: Any) -> Any:
        kept.append(x)
        return np.sin(x)

    assert diagnosed(elementwise(forward, x=lambda g: g * np.cos(kept[-1])), leaf(3)).mistake is Mistake.ORDER


def test_backward_that_depends_on_the_backward_before() -> None:
    def pair(x: Any) -> Any:
        seen: list[str] = []

        def first(g: Any, x: Any) -> Any:
            return g * (2.5 if seen else 2)

        def second(g: Any, x: Any) -> Any:
            seen.append("second")
            return g * 2

        return function(lambda x: x * 2, first)(x), function(lambda x: x * 2, second)(x)

    error = diagnosed(pair, leaf(2))
    assert (error.mistake, error.output) == (Mistake.ORDER, 0)


def test_a_function_that_is_undefined_elsewhere_passes() -> None:
    def only_sorted(x: Any) -> Any:
        values = x.detach().numpy()
        if np.any(np.diff(values) < 0):
            raise ValueError("wanted sorted values")
        return x * x

    assert gradcheck(only_sorted, at(1.0, 2.0, 3.0))


# Right functions


@pytest.mark.parametrize(
    ("operation", "shapes"),
    [
        (lambda x, y: x * y + x.sum(), [(2, 3), (3,)]),
        (lambda x: (1e-6 * x).sin() * 1e6, [(3,)]),
        (lambda x: (5 * x).exp(), [(2,)]),
        (lambda x: x.T.reshape(-1).cumsum(0), [(2, 3)]),
        (lambda x, y: x @ y, [(2, 3), (3, 2)]),
        (lambda x: x.softmax(0).log(), [(4,)]),
        (lambda x: (x.exp(), x.sum(), {"mean": x.mean()}), [(2,)]),
        (lambda x: x.detach() * 0 + x, [(2,)]),
    ],
)
def test_right_functions_raise_no_alarm(operation: Any, shapes: list[tuple[int, ...]]) -> None:
    inputs = tuple(leaf(*shape, seed=seed) for seed, shape in enumerate(shapes))
    assert gradcheck(operation, inputs, check_grad_dtypes=True)
    assert gradgradcheck(operation, inputs)


def test_a_wrong_shape_is_told_as_such_also_where_dtypes_are_checked() -> None:
    halves = primitive(lambda x: x / 2, name="halves", x=lambda g: (g / 2)[:1])
    with pytest.raises(GradcheckError, match=r"halves: .* returned .* shape \(1,\) for .* \(3,\)") as caught:
        gradcheck(halves, tg.ones(3, dtype=tg.float64, requires_grad=True), check_grad_dtypes=True)
    assert caught.value.mistake is not Mistake.DTYPE
