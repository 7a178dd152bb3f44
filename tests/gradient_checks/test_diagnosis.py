"""The diagnosis of wrong gradients: for each kind of mistake operations that make it, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.wrong_gradients import Case, at, diagnosed, function, leaf

import tinygrad_edu as tg
from tinygrad_edu.autograd import Mistake, elementwise, gradcheck, gradgradcheck, primitive


def repeat_gradient(g: Any, x: Any) -> Any:
    return g * np.ones_like(x)


def forgets_repetition(g: Any, x: Any, *, places: Any) -> Any:
    """The gradient of ``x[places]`` where a repeated place gets only the last one's."""
    result = np.zeros_like(x)
    result[places] = g
    return result


def written_twice(forward: Any, **rules: Any) -> Any:
    """Return the operation in both forms for elements: with the sum over broadcast axes, and without."""
    return elementwise(forward, **rules), primitive(forward, **rules)


ew_cosine, p_cosine = written_twice(np.cos, name="cosine", x=lambda g, x: g * np.sin(x))

CASES: dict[str, Case] = {
    # The sign
    "sign, elementwise": Case(ew_cosine, (leaf(3),), Mistake.SIGN, ("sign is flipped", "rule of 'cosine'")),
    "sign, primitive": Case(p_cosine, (leaf(2, 2),), Mistake.SIGN, ("sign is flipped", "rule of 'cosine'")),
    "sign, Function": Case(
        function(lambda x: 1 / x, lambda g, x: g / (x * x), "Inverse"),
        (leaf(2),),
        Mistake.SIGN,
        ("Inverse: ", "sign is flipped", "rule of 'Inverse'"),
    ),
    "sign, second operand": Case(
        primitive(lambda x, y: x - y, name="minus", x=lambda g: g, y=lambda g: g),
        (leaf(2), leaf(2)),
        Mistake.SIGN,
        ("with respect to input 1",),
    ),
    "sign, at some places": Case(
        elementwise(np.abs, name="size", x=lambda g: g), (at(1, -2, 3),), Mistake.SIGN, ("some places", "np.sign")
    ),
    # A factor
    "factor 2": Case(
        function(lambda x: (x * x).sum() / 2, lambda g, x: 2 * g * x),
        (leaf(3),),
        Mistake.FACTOR,
        ("2 times", "too many"),
    ),
    "factor 1/2": Case(
        elementwise(np.square, name="square", x=lambda g, x: g * x),
        (leaf(),),
        Mistake.FACTOR,
        ("everywhere 1/2 times", "factor 2 that is missing", "rule of 'square'"),
    ),
    "factor 1/n": Case(
        primitive(np.sum, name="total", x=lambda g, x: repeat_gradient(g, x) / x.size),
        (leaf(7),),
        Mistake.FACTOR,
        ("1/7 times", "7 is the length of axis 0 of the input", "mean"),
    ),
    "factor 1/n, all axes": Case(
        primitive(np.sum, name="total", x=lambda g, x: repeat_gradient(g, x) / x.size),
        (leaf(2, 3),),
        Mistake.FACTOR,
        ("1/6 times", "6 is the number of values of the input"),
    ),
    "factor n": Case(
        function(lambda x: x.mean(1), lambda g, x: g.unsqueeze(1).expand(3, 5)),
        (leaf(3, 5),),
        Mistake.FACTOR,
        ("5 times", "length of axis 1 of the input"),
    ),
    "factor ln 2": Case(
        elementwise(np.log2, name="log", x=lambda g, x: g / x), (leaf(2),), Mistake.FACTOR, ("ln 2 times",)
    ),
    "factor -2": Case(
        elementwise(np.exp, name="e", x=lambda g, out: -2 * g * out),
        (leaf(2),),
        Mistake.FACTOR,
        ("-2 times", "flipped"),
    ),
    "factor 0.37": Case(
        elementwise(np.exp, name="e", x=lambda g, out: 0.37 * g * out), (leaf(2),), Mistake.FACTOR, ("0.37 times",)
    ),
    "factor, used twice": Case(
        lambda x: x * x.detach(), (leaf(),), Mistake.FACTOR, ("1/2 times the numerical one. Every", "wasn't recorded")
    ),
    # The sum over a broadcast axis
    "broadcast, Function": Case(
        function(lambda x, b: x + b, lambda g, x, b: (g, g[-1]), "AddBias"),
        (leaf(3, 2), leaf(2)),
        Mistake.BROADCAST,
        ("AddBias: ", "with respect to input 1", "one slice", "sum over axis 0"),
    ),
    "broadcast, primitive": Case(
        primitive(np.add, name="plus", x=lambda g: g, b=lambda g: g),
        (leaf(3, 2), leaf(3, 1)),
        Mistake.BROADCAST,
        ("plus", "operand 'b'", "shape (3, 2)", "shape (3, 1)", "sum over axis 1"),
    ),
    "broadcast, both axes": Case(
        primitive(np.add, name="plus", x=lambda g: g, b=lambda g: g),
        (leaf(3, 2), leaf()),
        Mistake.BROADCAST,
        ("sum over axes 0 and 1",),
    ),
    "broadcast, one slice": Case(
        primitive(np.add, name="plus", x=lambda g: g, b=lambda g: g[0]),
        (leaf(3, 2), leaf(2)),
        Mistake.BROADCAST,
        ("only the gradient of one slice", "sum over axis 0"),
    ),
    "broadcast, mean": Case(
        function(lambda x, b: x * b, lambda g, x, b: (g * b, (g * x).mean(0))),
        (leaf(3, 2), leaf(2)),
        Mistake.BROADCAST,
        ("1/3 of the numerical one", "mean over a broadcast axis", "sum over axis 0"),
    ),
    # Transposed
    "transposed, shape": Case(
        primitive(lambda x: x.T.copy(), name="turn", x=lambda g: g),
        (leaf(2, 3),),
        Mistake.TRANSPOSED,
        ("turn", "shape (3, 2) for an operand of shape (2, 3)"),
    ),
    "transposed, square": Case(
        primitive(lambda x: x.T.copy(), name="turn", x=lambda g: g),
        (leaf(2, 2),),
        Mistake.TRANSPOSED,
        ("axis 0 of the input and axis 1 of the input swapped",),
    ),
    "transposed, reshaped": Case(
        primitive(lambda x: x.T.copy(), name="turn", x=lambda g, x_shape: g.reshape(x_shape)),
        (leaf(2, 3),),
        Mistake.TRANSPOSED,
        ("another order", "reshape()"),
    ),
    "transposed, factor": Case(
        primitive(np.matmul, name="product", x=lambda g, y: g @ y, y=lambda g, x: x.T @ g),
        (leaf(3, 3), leaf(3, 3, seed=1)),
        Mistake.TRANSPOSED,
        ("axis 1 of the input and axis 1 of the output",),
    ),
    "transposed, map": Case(
        function(lambda x: x.cumsum(0), lambda g, x: g.cumsum(0)),
        (leaf(3),),
        Mistake.TRANSPOSED,
        ("axis 0 of the input and axis 0 of the output",),
    ),
    "transposed, cycle": Case(
        primitive(lambda x: x.transpose(1, 2, 0).copy(), name="cycle", x=lambda g: np.transpose(g, (1, 2, 0)).copy()),
        (leaf(2, 2, 2),),
        Mistake.TRANSPOSED,
        ("in another order",),
    ),
    "transposed, wrong axis summed": Case(
        primitive(np.add, name="plus", x=lambda g: g, b=lambda g: g.sum(1)),
        (leaf(3, 3), leaf(3)),
        Mistake.TRANSPOSED,
        ("sum over one of them instead of the other",),
    ),
    # A missing term
    "missing, zero": Case(
        elementwise(np.power, name="power", x=lambda g, x, y: g * y * x ** (y - 1), y=lambda g: 0 * g),
        (leaf(2), leaf(2)),
        Mistake.MISSING,
        ("whole gradient is missing", "with respect to input 1"),
    ),
    "missing, None": Case(
        function(lambda x, y: x * y, lambda g, x, y: (g * y, None)), (leaf(2), leaf(2)), Mistake.MISSING, ("None",)
    ),
    "missing, detached": Case(lambda x, y: x * y.detach(), (leaf(2), leaf(2)), Mistake.MISSING, ("detach()",)),
    "missing, no graph at all": Case(lambda x: x.detach() * 2, (leaf(2),), Mistake.MISSING, ("leaves the graph",)),
    "missing, one of two uses": Case(
        lambda x: x.detach().sin() * x.exp(), (leaf(3),), Mistake.MISSING, ("wasn't recorded", "detach()")
    ),
    "missing, a denominator": Case(
        lambda x: x.exp() / x.exp().sum().item(), (leaf(3),), Mistake.MISSING, ("wasn't recorded", ".item()")
    ),
    "missing, product rule": Case(
        elementwise(lambda x: x * np.exp(x), name="xexp", x=lambda g, x, out: g * out),
        (leaf(2),),
        Mistake.MISSING,
        ("plus out / x",),
    ),
    "missing, sum rule": Case(
        function(lambda x: x.sin() + 3 * x * x, lambda g, x: g * x.cos()), (leaf(2),), Mistake.MISSING, ("plus 6 · x",)
    ),
    "missing, repeated places": Case(
        primitive(
            lambda x, *, places: x[places],
            name="pick",
            x=lambda g, x, places: forgets_repetition(g, x, places=places),
        ),
        (leaf(3),),
        Mistake.MISSING,
        ("Terms are missing", "repeated indices"),
    ),
    # Something else
    "other, a power": Case(
        elementwise(lambda x: x**3, name="cube", x=lambda g, x: 3 * g * x),
        (leaf(),),
        Mistake.OTHER,
        ("factor x is missing",),
    ),
    "other, operand for result": Case(
        elementwise(np.tanh, name="tanh", x=lambda g, x: g * (1 - x * x)),
        (leaf(2),),
        Mistake.OTHER,
        ("which of operand and result",),
    ),
    "other, not finite": Case(
        lambda x: tg.where(x > 0, x, 0 * x) + tg.where(x != 0, x, x.sqrt() * 0) * 0,
        (at(0.0, 1.0),),
        Mistake.KINK,
        ("no derivative here",),
    ),
    "other, too small": Case(
        primitive(np.sum, name="total", x=lambda g: g), (leaf(3),), Mistake.OTHER, ("expand it to (3,)",)
    ),
    "other, no such dependence": Case(
        function(lambda x, y: x.exp() + 0 * y, lambda g, x, y: (g * x.exp(), g)),
        (leaf(2), leaf(2)),
        Mistake.OTHER,
        ("doesn't depend on this input",),
    ),
    "other, no tensor": Case(
        function(lambda x: x * 2, lambda g, x: 2.0), (leaf(2),), Mistake.OTHER, ("must return tensors",)
    ),
    "other, it fails": Case(
        function(lambda x: x * 2, lambda g, x: g @ x), (leaf(2, 3),), Mistake.OTHER, ("backward failed", "matmul")
    ),
}


def call(case: Case) -> Callable[..., Any]:
    if getattr(case.operation, "name", "") == "pick":
        return lambda x: case.operation(x, places=np.array([0, 1, 1]))
    return case.operation


@pytest.mark.parametrize("fast_mode", [False, True], ids=["slow", "fast"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_kind_of_mistake_is_named(case: Case, fast_mode: bool) -> None:
    error = diagnosed(call(case), *case.inputs, fast_mode=fast_mode)
    assert error.mistake is case.mistake, str(error)
    for words in case.words:
        assert words in str(error)
    assert error.derivative == 1


def test_a_length_is_named_only_where_something_was_summed_or_repeated() -> None:
    doubled = elementwise(np.exp, name="e", x=lambda g, out: 2 * g * out)
    assert "length" not in str(diagnosed(doubled, leaf(2)))


def test_the_error_carries_the_place_and_the_values() -> None:
    scale = tg.tensor([1.0, 10.0], dtype=tg.float64)
    error = diagnosed(lambda x, y: (x * 2, ew_cosine(y) * scale), leaf(2), at(0.5, 1.0))
    assert (error.mistake, error.operation, error.derivative) == (Mistake.SIGN, "cosine", 1)
    assert (error.input, error.output, error.index) == (1, 1, (1,))
    assert error.analytic == pytest.approx(10 * np.sin(1.0))
    assert error.numerical == pytest.approx(-10 * np.sin(1.0))


def test_the_operation_is_named_after_the_function() -> None:
    def doubled(x: Any) -> Any:
        return ew_cosine(x) * 2

    assert diagnosed(doubled, leaf(2)).operation == "doubled"
    assert diagnosed(lambda x: ew_cosine(x) * 2, leaf(2)).operation == "cosine"
    assert diagnosed(lambda x: x * x.detach(), leaf(2)).operation == "mul"
    assert "rule of 'cosine'" in str(diagnosed(doubled, leaf(2)))


def test_a_refusal_of_the_engine_is_the_cause() -> None:
    error = diagnosed(function(lambda x: x.sum(), lambda g, x: g), leaf(2))
    assert isinstance(error.__cause__, RuntimeError)
    assert "returned" in str(error.__cause__)
    assert gradcheck(function(lambda x: x.sum(), lambda g, x: g), leaf(2), raise_exception=False) is False


def test_an_error_that_is_no_error_of_a_gradient_comes_out_as_it_is() -> None:
    def misspelt(g: Any, x: Any) -> Any:
        raise NameError("x_shpae")

    with pytest.raises(NameError, match="x_shpae"):
        gradcheck(function(lambda x: x * 2, misspelt), leaf(2))


# The second derivative


nested_cosine = elementwise(np.cos, name="nested", x=lambda g, x: g * np.sin(x))

SECOND: dict[str, Case] = {
    "detached": Case(
        function(lambda x: x.exp(), lambda g, x: g * x.exp().detach()), (leaf(2),), Mistake.MISSING, ("detach()",)
    ),
    "from NumPy": Case(
        function(lambda x: x.exp(), lambda g, x: g * tg.tensor(np.exp(x.detach().numpy()))),
        (leaf(2),),
        Mistake.MISSING,
        (".numpy()",),
    ),
    "one addend": Case(
        function(lambda x: x**3, lambda g, x: 3 * g * x * x.detach()), (leaf(2),), Mistake.FACTOR, ("1/2 times",)
    ),
    "g is detached": Case(
        function(lambda x: x.exp(), lambda g, x: g.detach() * x.exp()), (leaf(2),), Mistake.MISSING, ("grad_output 0",)
    ),
    "wrong inside": Case(
        elementwise(np.sin, name="sine", x=lambda g, x: g * nested_cosine(x)), (leaf(2),), Mistake.SIGN, ("rule",)
    ),
    "on arrays only": Case(
        function(lambda x: x * 2, lambda g, x: tg.from_numpy(g.numpy() * 2)),
        (leaf(2),),
        Mistake.OTHER,
        ("has no gradient: ", "numpy"),
    ),
}


@pytest.mark.parametrize("fast_mode", [False, True], ids=["slow", "fast"])
@pytest.mark.parametrize("case", SECOND.values(), ids=SECOND)
def test_mistakes_in_the_second_derivative(case: Case, fast_mode: bool) -> None:
    assert gradcheck(case.operation, case.inputs, fast_mode=fast_mode)
    error = diagnosed(case.operation, *case.inputs, check=gradgradcheck, fast_mode=fast_mode)
    assert (error.mistake, error.derivative) == (case.mistake, 2), str(error)
    for words in (*case.words, "gradgradcheck: "):
        assert words in str(error)


def test_a_first_derivative_that_is_wrong_already() -> None:
    wrong = function(lambda x: x.cos(), lambda g, x: g * x.detach().sin())
    error = diagnosed(wrong, leaf(2), check=gradgradcheck)
    assert (error.mistake, error.derivative) == (Mistake.SIGN, 1)
