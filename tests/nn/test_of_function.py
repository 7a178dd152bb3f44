"""Layers that are a function with its settings: the methods that follow from what a layer states."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.nn._of_function import OfFunction, WithSettings

if TYPE_CHECKING:
    from dataclasses import InitVar

X = tg.tensor([-1.0, 2.0])


def scaled(input: Tensor, by: float, plus: Tensor | None = None, kind: str = "up", *, inplace: bool = False) -> Any:
    """A function with a setting of each sort."""
    assert kind in ("up", "down")
    result = input * by if kind == "up" else input / by
    return result if plus is None else result + plus


class Scaled(WithSettings):
    """The layer of that function; it doesn't hold `kind`."""

    function = staticmethod(scaled)
    by: float
    plus: Tensor | None = None
    inplace: bool = False
    divided: InitVar[bool] = False

    def __post_init__(self, divided: bool = False) -> None:
        if divided:
            self.by = 1 / self.by


def arguments(function: Any) -> str:
    return str(inspect.signature(function)).replace("'", "")


def test_the_arguments_are_the_settings_in_their_order() -> None:
    taken = "by: float, plus: Tensor | None = None, inplace: bool = False, divided: bool = False"
    assert arguments(Scaled) == f"({taken}) -> None"
    layer = Scaled(2.0, X, divided=True)
    assert (layer.by, layer.plus, layer.inplace) == (0.5, X, False)
    assert "divided" not in vars(layer)


def test_the_inputs_are_the_arguments_of_the_function_that_are_no_settings() -> None:
    assert arguments(Scaled.forward) == "(self, input: Tensor) -> Any"
    assert arguments(nn.CrossEntropyError.forward) == "(self, y: Tensor, t: Tensor) -> Tensor"
    layer = Scaled(2.0, plus=X)
    assert layer(X).tolist() == layer(input=X).tolist() == [-3.0, 6.0]
    assert nn.MSELoss()(target=X, input=X).item() == 0


def test_the_text_of_the_methods_can_be_read() -> None:
    assert inspect.getsource(nn.Dropout.forward) == (
        "def forward(self, input: Tensor) -> Tensor:\n    return function(input, self.p, self.training, self.inplace)\n"
    )
    assert "return function(input, self.by, self.plus, inplace=self.inplace)" in inspect.getsource(Scaled.forward)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: wrong(nn.Softplus)(bta=1.0), r"Softplus.__init__\(\) got an unexpected keyword argument 'bta'"),
        (lambda: wrong(Scaled)(), r"Scaled.__init__\(\) missing 1 required positional argument: 'by'"),
        (
            lambda: wrong(nn.ReLU)(True, True),
            r"ReLU.__init__\(\) takes from 1 to 2 positional arguments but 3 were given",
        ),
        (lambda: nn.ReLU()(X, X), r"ReLU.forward\(\) takes 2 positional arguments but 3 were given"),
        (lambda: nn.MSELoss()(X), r"MSELoss.forward\(\) missing 1 required positional argument: 'target'"),
    ],
)
def test_python_says_what_is_wrong_with_a_call(call: Any, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        call()


def test_a_layer_without_settings_takes_no_arguments() -> None:
    with pytest.raises(TypeError, match=r"^Sigmoid takes no arguments, got 1, foo=2$"):
        nn.Sigmoid(1, foo=2)


def test_settings_may_be_changed_and_count() -> None:
    layer = nn.Softplus()
    layer.beta = 2.0
    layer.threshold = 1.0
    assert tg.equal(layer(X), nn.functional.softplus(X, 2.0, 1.0))
    assert repr(layer) == "Softplus(beta=2.0, threshold=1.0)"
    relu = nn.ReLU()
    relu.inplace = True
    assert repr(relu) == "ReLU(inplace=True)"


def test_a_setting_that_may_be_a_tensor_is_a_buffer() -> None:
    layer = Scaled(2.0, X)
    assert dict(layer.named_buffers()).keys() == {"plus"}
    assert list(layer.state_dict()) == ["plus"]
    assert list(Scaled(2.0).state_dict()) == []
    empty = Scaled(2.0)
    empty.plus = X
    assert list(empty.state_dict()) == ["plus"]
    with pytest.raises(TypeError, match="plus must be a tensor or None, got list"):
        Scaled(2.0, wrong([1.0]))
    assert list(Scaled(2.0, nn.Parameter(X)).parameters()) == []  # as in PyTorch


@pytest.mark.parametrize("layer", [nn.Softplus(2.0), nn.CrossEntropyLoss(X), nn.Dropout(0.25).eval(), nn.Tanh()])
def test_copies_keep_the_settings(layer: nn.Module) -> None:
    for again in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert repr(again) == repr(layer)
        assert vars(again).keys() == vars(layer).keys()
        assert again.training == layer.training
        assert str(again.state_dict()) == str(layer.state_dict())


class Mine(nn.Softplus):
    """A user's own layer: it has an ``__init__``, a ``forward`` and an annotation of its own."""

    unit: str = "volt"
    seen: list[int]  # type: ignore[misc] # taken for a setting by type checkers, which is what is tried here

    def __init__(self, factor: float) -> None:
        super().__init__(beta=2.0)
        self.factor = factor

    def forward(self, x: Tensor) -> Any:
        return super().forward(x) * self.factor


class Bare(nn.ReLU):
    """A user's own layer that only adds to what it has."""

    limit: int  # type: ignore[misc] # likewise

    def clipped(self, x: Tensor) -> Any:
        return self(x).clip(max=1.0)


def test_a_layer_can_be_subclassed_as_any_class() -> None:
    layer = Mine(3.0)
    assert repr(layer) == "Mine(beta=2.0, threshold=20.0)"
    assert tg.equal(layer(X), 3 * nn.functional.softplus(X, 2.0))
    assert repr(pickle.loads(pickle.dumps(layer))) == repr(layer)
    assert arguments(Bare) == "(inplace: bool = False) -> None"
    assert wrong(Bare)().clipped(X).tolist() == [0.0, 1.0]


def test_a_subclass_that_forgets_to_call_init_is_told() -> None:
    class Forgetful(nn.Softplus):
        def __init__(self) -> None:
            pass

    with pytest.raises(AttributeError, match=r"call super\(\).__init__\(\) first in Forgetful.__init__"):
        Forgetful()(X)


class _Dropping(WithSettings):
    """What several layers share, without a function yet."""

    p: float = 0.5


def test_settings_and_checks_are_inherited() -> None:
    class Dropping(_Dropping):
        function = staticmethod(nn.functional.dropout)
        inplace: bool = True

    assert arguments(Dropping) == "(p: float = 0.5, inplace: bool = True) -> None"
    assert repr(Dropping(0.1)) == "Dropping(p=0.1, inplace=True)"
    assert Dropping().eval()(X) is X


def test_a_setting_that_the_function_does_not_take_is_refused() -> None:
    class Leaky(WithSettings):
        function = staticmethod(nn.functional.relu)
        slope: float = 0.1

    with pytest.raises(TypeError, match="Leaky: relu takes no 'slope'"):
        Leaky()(X)


def test_methods_are_written_when_they_are_first_asked_for() -> None:
    class Late(WithSettings):
        function = staticmethod(nn.functional.softplus)
        beta: float = 2.0

    class Later(Late):
        pass

    assert not inspect.isfunction(vars(Late)["forward"])
    restored = Later.__new__(Later)  # as from a file: no __init__ was called
    vars(restored).update(vars(nn.Softplus(3.0)))
    assert repr(restored) == "Later(beta=3.0)"
    assert tg.equal(restored(X), nn.functional.softplus(X, 3.0))
    assert inspect.isfunction(vars(Late)["forward"])
    assert not inspect.isfunction(vars(Late)["__init__"])
    assert repr(Later()) == "Later(beta=2.0)"
    assert inspect.isfunction(vars(Late)["__init__"])


def test_a_layer_with_a_function_only() -> None:
    class Half(OfFunction):
        function = staticmethod(lambda x: x / 2)

    assert Half()(X).tolist() == [-0.5, 1.0]
