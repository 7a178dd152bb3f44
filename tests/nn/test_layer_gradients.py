"""Every layer and function of `nn`, by its input and each parameter, against differences: first and second order.

They are enumerated from what `nn` and `nn.functional` publish, with every setting that they take. The
losses, which have a reduction besides, are in test_loss_gradients.py.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.calls import CALLS, FUNCTION_OF, IN_PLACE, OTHERS, Call, takes
from support.layers import LAYERS, Layer
from support.proof import prove
from support.search import FEW, occurs

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.autograd import Primitive, primitive
from tinygrad_edu.nn import functional

IRRELEVANT = {"size_average", "reduce", "reduction", "_stacklevel", "device", "dtype", "out", "input", "args", "kwargs"}
IRRELEVANT |= {"return_indices"}  # which are another result, of the same values
IRRELEVANT |= {"antialias"}  # which is refused
IRRELEVANT |= {"max_norm", "norm_type", "sparse", "_weight", "_freeze"}  # a table that is changed, or given
NO_DERIVATIVES = {("embedding", "padding_idx"), ("Embedding", "padding_idx")}  # gradients are changed on purpose
NO_DERIVATIVES |= {(f"ConvTranspose{n}d", "padding_mode") for n in (1, 2, 3)}  # there is only one
IRRELEVANT |= {"scale_grad_by_freq", "enable_nested_tensor", "mask_check"}  # the last two have no meaning here


def settings_of(function: Callable[..., Any]) -> list[Any]:
    """Return the parameters of a signature that make a difference to gradients."""
    return [each for each in inspect.signature(function).parameters.values() if each.name not in IRRELEVANT]


# Without lazy layers, which become others, whose settings are tested there.
ROWS = CALLS | {layer.__name__: calls for layer, calls in LAYERS.items() if not layer.__name__.startswith("Lazy")}


def is_set(call: Call | Layer, setting: inspect.Parameter) -> bool:
    given = call.settings | (call.places if isinstance(call, Call) else {})
    if setting.name not in given:
        return False
    value = given[setting.name]
    return setting.default is setting.empty or not isinstance(value, int | float) or value != setting.default


@pytest.mark.parametrize("name", ROWS)
def test_no_setting_is_forgotten(name: str) -> None:
    settings = settings_of(getattr(functional, name, None) or getattr(nn, name))
    missing = [each for each in settings if (name, each.name) not in NO_DERIVATIVES]

    def none_is_missing(call: Call | Layer) -> bool:
        missing[:] = [each for each in missing if not is_set(call, each)]
        return not missing

    assert occurs(ROWS[name], none_is_missing), (
        f"never tested with {', '.join(f'another {each.name} than {each.default}' for each in missing)}: draw some in "
        "the row in tests/support/calls/ or layers/; if there is none, in that of the rule of the same name in "
        "tests/support/elementwise/"
    )


def leaves_of(call: Call) -> dict[str, Any]:
    return {name: tg.Tensor.wrap(array, requires_grad=True) for name, array in call.places.items()}


def apply(function: Callable[..., Any], leaves: dict[str, Any], settings: dict[str, Any]) -> Any:
    """Call a function, or a layer, such that a repetition gives the same."""
    tg.manual_seed(0)  # dropout silences the same values each time
    operands = {name: leaf.clone() if settings.get("inplace") else leaf for name, leaf in leaves.items()}
    result = function(**operands)
    return result[0] if isinstance(result, tuple) else result  # of attention, the weights are the second


@pytest.mark.parametrize("name", OTHERS)
@given(data=st.data())
def test_the_gradients_of_a_function(name: str, data: st.DataObject) -> None:
    call = data.draw(OTHERS[name])
    leaves = leaves_of(call)
    function = partial(getattr(functional, name), **call.settings)
    prove(lambda: apply(function, leaves, call.settings), leaves)


@pytest.mark.parametrize("name", [name for name in OTHERS if takes(getattr(functional, name), "inplace")])
@FEW
@given(data=st.data())
def test_in_place_the_result_is_the_input(name: str, data: st.DataObject) -> None:
    call = data.draw(OTHERS[name])
    x, *others = leaves_of(call).values()
    x = x.detach()
    assert getattr(functional, name)(x, *others, **{**call.settings, "inplace": True}) is x


@pytest.mark.parametrize("name", sorted(IN_PLACE))
@FEW
@given(data=st.data())
def test_the_form_with_an_underscore_works_in_place(name: str, data: st.DataObject) -> None:
    call = data.draw(OTHERS[name[:-1]])
    settings = {each: value for each, value in call.settings.items() if each != "inplace"}
    x, *others = (each.detach() for each in leaves_of(call).values())
    tg.manual_seed(0)
    expected = getattr(functional, name[:-1])(x.clone(), *others, **settings)
    tg.manual_seed(0)
    assert getattr(functional, name)(x, *others, **settings) is x
    assert x.equal(expected)


@pytest.mark.parametrize(
    "kind", [kind for kind, name in FUNCTION_OF.items() if name in OTHERS], ids=lambda kind: kind.__name__
)
@FEW
@given(data=st.data())
def test_the_gradients_of_a_layer_that_holds_settings(kind: type[nn.Module], data: st.DataObject) -> None:
    name = FUNCTION_OF[kind]
    call = data.draw(OTHERS[name])
    leaves = leaves_of(call)
    layer = made(kind, call.settings).train(call.settings.get("training", data.draw(st.booleans())))
    prove(lambda: apply(layer, leaves, call.settings), leaves)

    expected = apply(partial(getattr(functional, name), **call.settings), leaves, call.settings)
    assert apply(layer, leaves, call.settings).equal(expected), "the layer doesn't compute what its settings say"


def made(kind: type[nn.Module], given: dict[str, Any]) -> nn.Module:
    """Return the layer with those settings of a function that it takes."""
    taken = inspect.signature(kind).parameters
    return kind(**{each: value for each, value in given.items() if each in taken})


@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_the_gradients_of_a_layer_by_input_and_parameters(kind: type[nn.Module], data: st.DataObject) -> None:
    module, _, x = data.draw(LAYERS[kind])
    module.train(data.draw(st.booleans()))
    leaves = {"input": x, **{name: each for name, each in module.named_parameters() if each.requires_grad}}
    prove(lambda: module(x), leaves)


RIGHT = primitive(lambda x: x * x / 2, name="half_square", x=lambda g, x: g * x)
ALMOST = primitive(lambda x: x * x / 2, name="half_square", x=lambda g, x: g * (x + 1e-6 * np.eye(len(x))[1]))
FLAT = primitive(lambda x: x * x / 2, name="half_square", x=lambda g, x: g * getattr(x, "_data", x))  # its slope: none


@pytest.mark.parametrize("count", [2, 12])
@pytest.mark.parametrize("wrong", [ALMOST, FLAT], ids=["in one value", "in the second order"])
def test_a_mistake_is_found_among_few_values_and_among_many(wrong: Primitive, count: int) -> None:
    x = tg.linspace(1, 2, count, dtype=tg.float64, requires_grad=True)
    prove(lambda: RIGHT(x), {"input": x})
    with pytest.raises(AssertionError, match="gradient of the gradient" if wrong is FLAT else "gradient of"):
        prove(lambda: wrong(x), {"input": x})
