"""Strategies of models: every kind occurs, models do what was asked for, and shrink to the simplest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from support.calls import FUNCTION_OF, takes
from support.search import occurs

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.autograd import Function, GradcheckError, Mistake, gradcheck
from tinygrad_edu.testing import model_inputs, modules
from tinygrad_edu.testing.models import LAYERS

SEARCHED = settings(max_examples=500, derandomize=True, database=None, deadline=None)


def kinds(model: nn.Module) -> list[type]:
    return [type(each) for each in model.modules()]


def linear_layers(model: nn.Module) -> list[Any]:
    """Return all fully connected layers in order; one that is used twice comes twice."""
    found: list[Any] = []
    for layer in model.children() if not isinstance(model, nn.Sequential) else model:
        found += [layer] if isinstance(layer, nn.Linear) else linear_layers(layer)
    return found


@pytest.mark.parametrize(
    "condition",
    [
        lambda model: kinds(model) == [nn.Sequential, nn.Linear],
        lambda model: nn.Linear not in kinds(model),
        lambda model: len(model) == 4,
        lambda model: kinds(model).count(nn.Sequential) > 1,
        lambda model: any(each.bias is None for each in linear_layers(model)),
        lambda model: any(each.bias is not None for each in linear_layers(model)),
        lambda model: len(set(linear_layers(model))) < len(linear_layers(model)),
        lambda model: any(each.weight.shape == (2, 3) for each in linear_layers(model)),
        *[lambda model, make=make: type(make()) in kinds(model) for make in LAYERS],
    ],
)
def test_every_kind_of_model_occurs(condition: Callable[[Any], bool]) -> None:
    assert occurs(modules(), condition)


@given(model=modules(4, 5), batch=st.lists(st.integers(1, 3), max_size=2))
def test_a_model_has_the_features_that_were_asked_for(model: Any, batch: list[int]) -> None:
    assert (model.in_features, model.out_features) == (4, 5)
    assert model(tg.zeros(*batch, 4, dtype=tg.float64)).shape == (*batch, 5)


@given(data=st.data())
def test_an_input_fits(data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from([tg.float64, tg.float32]))
    model: Any = data.draw(modules(dtype=dtype).filter(lambda each: list(each.parameters())))
    x = data.draw(model_inputs(model, max_batch_dims=2))
    y = model(x)
    assert y.dtype == x.dtype == dtype
    assert y.shape == (*x.shape[:-1], model.out_features)
    assert x.requires_grad


def test_inputs_are_single_samples_and_batches_with_a_gradient_or_without() -> None:
    layer = nn.Linear(2, 3)
    inputs = model_inputs(layer, max_batch_dims=2, max_batch=4, requires_grad=False)
    assert occurs(inputs, lambda x: x.shape == (2,))
    assert occurs(inputs, lambda x: x.ndim == 3)
    assert occurs(inputs, lambda x: x.shape[0] == 4)
    assert not occurs(inputs, lambda x: x.requires_grad)


@given(modules(layers=[], max_depth=2, max_features=2))
def test_only_the_layers_that_were_asked_for(model: Any) -> None:
    assert set(kinds(model)) == {nn.Sequential, nn.Linear}
    assert len(model) <= 2
    assert all(max(each.weight.shape) <= 2 for each in linear_layers(model))


class Scaled(nn.Module):
    """A layer with a parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(tg.tensor(2.0))

    def forward(self, x: Any) -> Any:
        return self.scale * x


@given(modules(layers=[Scaled], dtype=tg.float64))
def test_layers_of_ones_own_are_converted(model: Any) -> None:
    assert all(each.dtype == tg.float64 for each in model.parameters())


# Activations that can't stand in any place between layers, or say nothing of those before them.
ELSEWHERE = {
    nn.RReLU: "its output is random",
    nn.Step: "it is flat: nothing before it has a gradient",
    nn.GLU: "it halves the number of features",
}
ACTIVATIONS = {nn.ReLU.__module__, nn.GELU.__module__}
BETWEEN_LAYERS = [kind for kind in FUNCTION_OF if kind.__module__ in ACTIVATIONS and kind not in ELSEWHERE]
MAKERS = {nn.Threshold: partial(nn.Threshold, 0.1, -0.3)}


@pytest.mark.parametrize("kind", BETWEEN_LAYERS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_a_model_with_any_layer_has_right_gradients(kind: Any, data: st.DataObject) -> None:
    model = data.draw(modules(layers=[partial(kind, dim=-1) if takes(kind, "dim") else MAKERS.get(kind, kind)]))
    x = data.draw(model_inputs(model))
    try:
        assert gradcheck(lambda *_: model(x), (x, *model.parameters()))
    except GradcheckError as error:
        if error.mistake is not Mistake.KINK:  # at a corner there is nothing to compare
            raise


class _WrongTanh(Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = x.tanh()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (y,) = ctx.saved_tensors
        return g * (1 - y)


class WrongTanh(nn.Module):
    def forward(self, x: Any) -> Any:
        return _WrongTanh.apply(x)


def test_a_model_with_a_wrong_layer_shrinks_to_that_layer() -> None:
    def is_wrong(case: tuple[Any, Any]) -> bool:
        model, x = case
        try:
            gradcheck(lambda *_: model(x), (x, *model.parameters()))
        except GradcheckError:
            return True
        return False

    layers: list[Callable[[], nn.Module]] = [nn.Sigmoid, WrongTanh, partial(nn.Softmax, dim=-1)]
    cases = modules(layers=layers).flatmap(lambda model: st.tuples(st.just(model), model_inputs(model)))
    model, x = find(cases, is_wrong, settings=SEARCHED)
    assert kinds(model) == [nn.Sequential, WrongTanh]
    assert x.numel() == 1


def test_models_shrink_to_few_layers_features_and_weights() -> None:
    assert kinds(find(modules(), lambda _: True, settings=SEARCHED)) == [nn.Sequential, nn.Identity]
    model = find(modules(), lambda model: nn.Linear in kinds(model), settings=SEARCHED)
    assert kinds(model) == [nn.Sequential, nn.Linear]
    assert sum(each.numel() for each in model.parameters()) <= 2
    assert all(value == 1 for each in model.parameters() for value in each.flatten().tolist())


@pytest.mark.parametrize("setting", ["in_features", "out_features", "max_depth", "max_features"])
def test_a_number_below_one_is_refused(setting: str) -> None:
    wrong: dict[str, Any] = {setting: 0}
    with pytest.raises(ValueError, match=f"modules: {setting} must be at least 1, got 0"):
        modules(**wrong)


def test_a_finished_layer_is_refused() -> None:
    with pytest.raises(TypeError, match=r"modules: layers must be classes or functions.*nn\.Tanh"):
        modules(layers=[nn.Tanh()])


def test_a_model_that_doesnt_say_what_it_takes_is_refused() -> None:
    with pytest.raises(TypeError, match="model_inputs: wanted a model that says in in_features"):
        model_inputs(nn.Tanh())
