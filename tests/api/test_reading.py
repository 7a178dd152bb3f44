"""The doors of functions: what they show of the function behind them, and what they refuse in its name."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.mistakes import calls
from support.package import modules
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import Tensor
from tinygrad_edu.api._reading import (
    along,
    named,
    named_as,
    numeric,
    of_tensor,
    promoting,
    real,
    real_already,
    reducing,
)


def functions() -> dict[str, Callable[..., Any]]:
    """The public functions of api/, by name."""
    files = [
        each for each in modules() if re.fullmatch(r"tinygrad_edu\.api\.(?!numpy_protocol)[a-z]\w*", each.__name__)
    ]
    found = {name: getattr(file, name) for file in files for name in getattr(file, "__all__", [])}
    return {name: each for name, each in found.items() if inspect.isfunction(each)}


FUNCTIONS = functions()
BEHIND_A_DOOR = {name: each for name, each in FUNCTIONS.items() if hasattr(each, "__wrapped__")}


def takes(function: Callable[..., Any], kind: Any) -> bool:
    return any(each.kind is kind for each in inspect.signature(function).parameters.values())


OF_A_FIXED_NUMBER = [name for name, each in BEHIND_A_DOOR.items() if not takes(each, inspect.Parameter.VAR_POSITIONAL)]
WITH_OUT = [name for name, each in FUNCTIONS.items() if "out" in inspect.signature(each).parameters]


def right_arguments(name: str) -> tuple[list[Any], dict[str, Any]]:
    """Arguments of a right call, as support/right/ has them; the first is given by position."""
    right = next(calls("tg", f"tg.{name}", FUNCTIONS[name], None))
    with tg.enable_grad():
        return [make() for make in right.args], {each: make() for each, make in right.kwargs.items()}


def test_there_are_many() -> None:
    assert len(FUNCTIONS) > 130
    assert len(BEHIND_A_DOOR) > 120


@pytest.mark.parametrize("name", BEHIND_A_DOOR)
def test_what_a_function_does_not_take_is_refused_in_its_name(name: str) -> None:
    function = FUNCTIONS[name]
    args, kwargs = right_arguments(name)
    with pytest.raises(TypeError, match=f"{function.__name__}.*nonsense"):
        function(*args, **kwargs, nonsense=1)


@pytest.mark.parametrize("name", OF_A_FIXED_NUMBER)
def test_too_many_arguments_are_refused(name: str) -> None:
    function = FUNCTIONS[name]
    places = [
        each for each in inspect.signature(function).parameters.values() if each.kind is each.POSITIONAL_OR_KEYWORD
    ]
    _, kwargs = right_arguments(name)
    some = [kwargs.get(each.name, each.default) for each in places]
    with pytest.raises(TypeError, match=r"positional argument"):
        function(*some, None)


@pytest.mark.filterwarnings("ignore:chain_matmul")
@pytest.mark.parametrize("name", WITH_OUT)
@tg.no_grad()
def test_out_gets_the_result(name: str) -> None:
    function = FUNCTIONS[name]
    args, kwargs = right_arguments(name)
    tg.manual_seed(0)
    expected = function(*args, **kwargs)
    several = isinstance(expected, tuple)
    out: Any = tuple(map(tg.empty_like, expected)) if several else tg.empty_like(expected)
    tg.manual_seed(0)
    written = function(*args, **kwargs, out=out)
    assert all(a is b for a, b in zip(written, out, strict=True)) if several else written is out
    for one, other in zip(written if several else [written], expected if several else [expected], strict=True):
        assert name == "empty" or tg.allclose(one.double(), other.double(), equal_nan=True)
    with pytest.raises(TypeError, match=f"{function.__name__}: out must be a tensor, got int 3"):
        function(*args, **kwargs, out=3)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_shows_its_own_signature(name: str) -> None:
    function = FUNCTIONS[name]
    assert function.__module__.startswith("tinygrad_edu.api.")
    assert not takes(function, inspect.Parameter.VAR_KEYWORD), "options are shown one by one"
    assert "args" not in inspect.signature(function).parameters


def test_an_error_gets_the_name_once() -> None:
    @named
    def inner() -> None:
        raise ValueError("too small")

    @named
    def outer() -> None:
        inner()

    @named_as("Layer")
    def forward() -> None:
        raise IndexError("Other.thing: said already")

    with pytest.raises(ValueError, match=r"^outer: too small$"):
        outer()
    with pytest.raises(IndexError, match=r"^Other\.thing: said already$"):
        forward()


def test_the_cause_of_an_error_is_kept_and_numpys_is_hidden() -> None:
    @named
    def function() -> None:
        raise ValueError("no") from KeyError("why")

    with pytest.raises(ValueError, match="function: no") as caught:
        function()
    assert isinstance(caught.value.__cause__, KeyError)
    with pytest.raises(RuntimeError, match=r"add: shapes \(2,\) and \(3,\) don't broadcast") as caught_in_numpy:
        tg.add(tg.ones(2), tg.ones(3))
    assert caught_in_numpy.value.__suppress_context__


def test_operands_are_read_by_position_and_by_name() -> None:
    x, y = tg.tensor([1, 2]), tg.tensor([0.5, 0.5])
    assert tg.mul(input=x, other=y).tolist() == tg.mul(x, other=y).tolist() == tg.mul(x, y).tolist() == [0.5, 1.0]
    assert tg.pow(x, exponent=2).tolist() == tg.pow(exponent=2, input=x).tolist() == [1, 4]
    assert tg.exp(input=tg.tensor([0])).tolist() == [1.0]
    assert tg.softmax(input=y, dim=0).tolist() == tg.softmax(y, 0, tg.float32).tolist() == [0.5, 0.5]


def test_what_each_door_makes_of_its_operand() -> None:
    def same(input: Any, *, out: None = None) -> Any:
        return input

    def pair(input: Any, other: Any) -> Any:
        return input, other

    def over(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
        return dim, keepdim

    def one(input: Any, dim: Any) -> Any:
        return input

    whole, bools = tg.tensor([1, 2]), tg.tensor([True])
    assert real(same)(whole).dtype is tg.float32
    assert numeric(same)(whole) is whole
    for door in (numeric(same), of_tensor(same), real(same)):
        with pytest.raises(TypeError, match=r"same: (input must be a tensor|wanted numbers), got"):
            door(3.0)
    with pytest.raises(TypeError, match="same: wanted numbers, got a bool tensor"):
        numeric(same)(bools)
    assert [each.dtype for each in promoting(pair)(whole, tg.tensor(0.5))] == [tg.float32, tg.float32]
    assert reducing(real_already)(over)(tg.ones(2, 3), -1, True) == ((1,), True)
    assert reducing(real_already)(over)(tg.ones(2, 3)) == ((0, 1), False)
    assert along(real_already)(one)(tg.tensor(2.0), -1).shape == ()
    with pytest.raises(IndexError, match="one: dimension 2 is out of range"):
        along(real_already)(one)(tg.ones(2, 3), 2)


def test_where_python_or_numpy_refuses_the_signature_says_which_argument_is_wrong() -> None:
    @of_tensor
    def filled(input: Tensor, k: int) -> Any:
        return np.full(k, input.item())

    with pytest.raises(TypeError, match=r"^filled: k must be an integer, got str 'two'$") as raised:
        filled(tg.tensor(1.0), wrong("two"))
    assert isinstance(raised.value.__cause__, TypeError)  # Python's own
    with pytest.raises(TypeError, match=r"^rand: generator must be a Generator or None, got int 7$"):
        tg.rand(2, generator=wrong(7))
    with pytest.raises(TypeError, match=r"topk\(\) missing 1 required positional argument: 'k'"):
        wrong(tg.topk)(tg.ones(2))


def test_an_error_of_the_users_own_code_stays_as_it_is() -> None:
    @named
    def function(input: Tensor, f: Callable[[Any], Any]) -> Any:
        return f(input)

    with pytest.raises(KeyError, match="mine"):
        function(tg.ones(2), lambda x: {"yours": x}["mine"])


def test_numpy_s_names_of_arguments_are_taken() -> None:
    x: Any = tg.arange(6.0).reshape(2, 3)
    assert x.sum(axis=1, keepdims=True).tolist() == [[3.0], [12.0]]
    assert wrong(tg.softmax)(x, axis=0).shape == (2, 3)
    assert x.clone().cumsum_(axis=1).tolist() == x.cumsum(1).tolist()
    refused: list[Callable[[], Any]] = [lambda: x.sum(dim=0, axis=1), lambda: wrong(tg.exp)(x, axis=0)]
    for call in refused:
        with pytest.raises(TypeError, match="unexpected keyword argument 'ax"):
            call()
    with pytest.raises(TypeError, match="cumsum: dim is missing"):
        wrong(tg.cumsum)(x)
