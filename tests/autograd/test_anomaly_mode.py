"""Anomaly detection: what it tells, and that nothing is left of it when it ends."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, Primitive, anomalies, detect_anomaly, set_detect_anomaly
from tinygrad_edu.autograd.nodes import FittingNode, PrimitiveNode

HERE = re.escape(__file__)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Leave out the warning that it is slow; and after each test it is off."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Anomaly Detection has been enabled")
        yield
    assert not tg.is_anomaly_enabled()


def told(program: Callable[[], Any]) -> str:
    """Return what is told of a program's NaN."""
    with pytest.raises(RuntimeError) as caught, detect_anomaly():
        program()
    return str(caught.value)


def leaf(*values: float) -> Any:
    """Return a leaf with these values."""
    return tg.tensor(values, requires_grad=True)


class Broken(Function):
    """A function whose backward is wrong."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x * 2

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g * float("nan")


class Refusing(Broken):
    """A function whose backward fails."""

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        raise ValueError("not today")


def test_the_first_infinity_of_the_forward_its_line_its_values_and_the_cause() -> None:
    def program() -> None:
        x = leaf(4.0, 0.0)
        y = (x * 1000).exp()  # the line at fault
        (y / y).sum().backward()

    text = told(program)
    line = program.__code__.co_firstlineno + 2
    assert text.startswith("Function 'DivBackward0' returned nan values in its 1th output.\n")
    began, came = text.split("The NaN came")
    assert "It began in the forward of exp, called here:" in began
    assert re.search(rf'File "{HERE}", line {line}, in program\n    y = \(x \* 1000\)\.exp\(\)', began)
    assert "1 of 2 values not finite; the first is inf at [0], where operand 0 is 4000.0." in began
    assert "in the backward of div" in came
    assert f"line {line + 1}, in program" in came
    assert "The usual cause: exp of a large number is infinite" in came


def test_an_infinity_of_the_way_back_is_followed_to_where_it_came_from() -> None:
    def program() -> None:
        x = leaf(0.0, 1.0)
        y = x * tg.tensor([0.0, 1.0])
        y.sqrt().sum().backward()

    text = told(program)
    assert text.startswith("Function 'MulBackward0' returned nan values in its 0th output.\n")
    assert "It began in the backward of sqrt, called here:" in text
    assert "the first is inf at [0], where the gradient that came is 1.0 and out is 0.0." in text
    assert "The NaN came in the backward of mul" in text
    assert "where the gradient that came is inf and y is 0.0." in text
    assert "The usual cause: the slope of sqrt at 0 is infinite" in text


def test_a_branch_that_was_not_chosen() -> None:
    x = leaf(0.0, 1.0)
    text = told(lambda: tg.where(x > 0, x.sqrt(), tg.zeros(2)).sum().backward())
    assert "the gradient that came is 0.0 and out is 0.0" in text
    assert "The usual cause: 0 times an infinity: a gradient of 0 has come, as for the branch" in text


def test_functions_that_are_not_ours() -> None:
    text = told(lambda: Broken.apply(leaf(1.0)).sum().backward())
    assert text.startswith("Function 'BrokenBackward' returned nan values in its 0th output.\nThe NaN came in the")
    assert "The usual cause: the backward of Broken, which isn't this package's." in text
    for check_nan in (True, False):
        with pytest.raises(ValueError, match="not today") as caught, set_detect_anomaly(True, check_nan=check_nan):
            Refusing.apply(leaf(1.0)).sum().backward()
        (note,) = caught.value.__notes__
        assert note.startswith("In the backward of RefusingBackward, called here:\n")
        assert "Refusing.apply(leaf(1.0)).sum().backward()" in note


@pytest.mark.parametrize("differentiable", [False, True])
def test_every_kind_of_walk(differentiable: bool) -> None:
    def program() -> None:
        x = leaf(0.0, 4.0)
        tg.autograd.grad((x.sqrt() * x).sum(), x, create_graph=differentiable)

    assert "Function 'SqrtBackward0' returned nan values in its 0th output." in told(program)


def test_what_is_finite_or_infinite_only_is_right() -> None:
    with detect_anomaly():
        x = leaf(1.0, 2.0)
        mask = tg.tensor([True, False])
        x.masked_fill(mask, -tg.inf).softmax(0).sum().backward()
        y = leaf(0.0)
        y.sqrt().sum().backward()
    assert y.grad is not None
    assert y.grad.tolist() == [tg.inf]


def test_a_forward_outside_and_a_detection_that_does_not_look() -> None:
    x = leaf(0.0, 1.0)
    y = x.sqrt() * x
    with (
        pytest.raises(RuntimeError, match=r"backward of sqrt, called before the detection began \(let it begin before"),
        set_detect_anomaly(True),
    ):
        y.sum().backward(retain_graph=True)
    with set_detect_anomaly(True, check_nan=False):
        y.sum().backward(retain_graph=True)
    y.sum().backward()


def test_nothing_is_left_of_it() -> None:
    tg.ones(1, requires_grad=True).mul(2).sum().backward()
    classes: list[type] = [Primitive, *Primitive.__subclasses__(), PrimitiveNode, FittingNode, Function]
    before = [dict(vars(each)) for each in classes]
    with detect_anomaly(), set_detect_anomaly(True), set_detect_anomaly(False):
        assert [dict(vars(each)) for each in classes] == before
        set_detect_anomaly(True)
        assert [dict(vars(each)) for each in classes] != before
        tg.ones(1, requires_grad=True).lgamma().sum().backward()  # perhaps its first call: written out while watched
    assert [dict(vars(each)) for each in classes] == before
    assert not anomalies._replaced
    assert not anomalies._calls


def test_the_switch() -> None:
    assert not tg.is_anomaly_enabled()
    assert tg.is_anomaly_check_nan_enabled()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with detect_anomaly(check_nan=False):
            assert tg.is_anomaly_enabled()
            assert not tg.is_anomaly_check_nan_enabled()
            with set_detect_anomaly(True):
                assert tg.is_anomaly_check_nan_enabled()
            assert not tg.is_anomaly_check_nan_enabled()
    assert [(str(each.message)[:35], each.filename) for each in caught] == [
        ("Anomaly Detection has been enabled:", __file__)
    ]
    set_detect_anomaly(True)
    assert tg.is_anomaly_enabled()
    set_detect_anomaly(False)
    wrong: Any = "yes"
    for made in (set_detect_anomaly, detect_anomaly):
        with pytest.raises(TypeError, match=f"{made.__name__}: (mode|check_nan) must be True or False, got str 'yes'"):
            made(wrong)
