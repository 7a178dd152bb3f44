"""For each function of nn.functional, the strategy of its calls; the layers and losses that are such functions.

A `Call` holds float64 arrays, by which the function is differentiated, and its other arguments. As
in support/cases.py, the domains keep away from points without a derivative. A function that only calls the
rule of the same name has no row here: its calls come from the rule's row.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import strategies as st
from support.arrays import ANY, NONZERO, POSITIVE, PROBABILITY, Domain, Shape, arrays, between, lattice, shapes
from support.cases import CASES
from support.package import original, published

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional


class Call(NamedTuple):
    """One call of a function."""

    places: dict[str, np.ndarray]
    settings: dict[str, Any]


Calls = st.SearchStrategy[Call]

NOT_EMPTY = shapes(max_dims=3, min_side=1)


# Activations and other layers


@st.composite
def elementwise(draw: st.DrawFn, /, domain: Domain, **settings: st.SearchStrategy[Any]) -> Call:
    return Call({"input": draw(arrays(draw(shapes()), domain))}, draw(st.fixed_dictionaries(settings)))


@st.composite
def linear(draw: st.DrawFn) -> Call:
    batch, width, out = draw(shapes(max_dims=2)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    places = {"input": draw(arrays((*batch, width), ANY)), "weight": draw(arrays((out, width), ANY))}
    if draw(st.booleans()):
        places["bias"] = draw(arrays((out,), ANY))
    return Call(places, {})


# Beside 0.5025, and twice and half of it, no multiple of 0.01 is nearer than twice the step of differences.
SOFTPLUS = elementwise(ANY, beta=st.sampled_from([1, 2.0, 0.5]), threshold=st.sampled_from([20, 0.5025]))

OF_OTHERS: dict[str, Calls] = {
    "dropout": elementwise(ANY, p=st.sampled_from([0.5, 0.25, 0, 1]), training=st.booleans(), inplace=st.booleans()),
    "linear": linear(),
    "logsigmoid": elementwise(ANY),
    "softplus": SOFTPLUS,
    "step": elementwise(NONZERO),
}

# Losses: the test adds each reduction


@st.composite
def compared(
    draw: st.DrawFn, input: Domain, target: Domain, factors: tuple[str, ...] = ("weight",), whole: bool = False
) -> Call:
    """Calls with a target in the shape of the input, and `factors` that broadcast, unless `whole`."""
    shape = draw(NOT_EMPTY)
    places = {"input": draw(arrays(shape, input)), "target": draw(arrays(shape, target))}
    for name in factors:
        if draw(st.booleans()):
            stretched = st.sampled_from([shape, shape[1:], (1,) * len(shape)])
            places[name] = draw(arrays(shape if whole else draw(stretched), POSITIVE))
    return Call(places, {})


@st.composite
def class_numbers(draw: st.DrawFn, shape: Shape, count: int, ignored: int | None = None) -> Any:
    """Draw class numbers, and the `ignored` one between them; not it alone: a mean of none would be 0/0."""
    size = int(np.prod(shape))
    label = st.sampled_from(sorted({*range(count), *([] if ignored is None else [ignored])}))
    labels = draw(st.lists(label, min_size=size, max_size=size).filter(lambda many: set(many) != {ignored}))
    return tg.tensor(np.array(labels, dtype=np.int64).reshape(shape))


@st.composite
def classified(draw: st.DrawFn, probabilities: bool) -> Call:
    """Calls for a class of each sample, or also for the probabilities of all classes."""
    count, batch = draw(st.integers(1, 3)), draw(shapes(max_dims=2, min_side=1))
    shape = (*batch[:1], count, *batch[1:])
    places = {"input": draw(arrays(shape, ANY))}
    ignored = draw(st.sampled_from([-100, -1, 1]))
    settings: dict[str, Any] = {"ignore_index": ignored}
    if probabilities:
        settings["label_smoothing"] = draw(st.sampled_from([0.0, 0.1, 1.0]))
    weight = draw(arrays((count,), POSITIVE)) if draw(st.booleans()) else None
    if probabilities and draw(st.booleans()):
        places["target"] = draw(arrays(shape, PROBABILITY))
        settings["ignore_index"] = min(ignored, -1)  # of probabilities none can be ignored
        return Call(places if weight is None else places | {"weight": weight}, settings)
    settings["target"] = draw(class_numbers(batch, count, ignored))
    return Call(places, settings if weight is None else settings | {"weight": tg.tensor(weight)})


@st.composite
def of_the_article(draw: st.DrawFn, answers: Domain, classes: bool) -> Call:
    """Calls with answers of one sample or a batch, and the right ones; perhaps as class numbers."""
    count, batch = draw(st.integers(1, 3)), draw(shapes(max_dims=1, min_side=1))
    places = {"y": draw(arrays((*batch, count), answers))}
    if not classes:
        return Call(places | {"t": draw(arrays((*batch, count), ANY))}, {})
    delta = {"delta": draw(st.sampled_from([1e-7, 0.5]))}
    if draw(st.booleans()):
        return Call(places | {"t": draw(arrays((*batch, count), ANY))}, delta)
    return Call(places, delta | {"t": draw(class_numbers(batch, count))})


OF_LOSSES: dict[str, Calls] = {
    "binary_cross_entropy": compared(between(0.2, 0.8), PROBABILITY),
    "binary_cross_entropy_with_logits": compared(ANY, PROBABILITY, ("weight", "pos_weight")),
    "cross_entropy": classified(probabilities=True),
    "cross_entropy_error": of_the_article(POSITIVE, classes=True),
    "l1_loss": compared(lattice(0), lattice(0.03), whole=True),
    "mse_loss": compared(ANY, ANY, whole=True),
    "nll_loss": classified(probabilities=False),
    "sum_of_squared_errors": of_the_article(ANY, classes=False),
}

# No gradient goes through these.
WITHOUT_GRADIENT = {"one_hot"}


@st.composite
def calls_of_rule(draw: st.DrawFn, name: str) -> Call:
    """Calls of a function that hands its arguments to the rule of its name: operands by position, settings by name."""
    case = draw(CASES[name])
    taken = inspect.signature(original(getattr(functional, name))).parameters
    operands = dict(zip(taken, case.operands, strict=False))
    settings = dict(case.params)
    if not settings.keys() <= taken.keys():
        pytest.fail(
            f"nn.functional.{name} has no row in tests/support/calls.py, and the rule {name} has settings that it "
            f"doesn't take: {settings.keys() - taken.keys()}. Write in OF_OTHERS there how its calls are drawn",
            pytrace=False,
        )
    if isinstance(settings.get("dim"), int):  # the rule counts from the front, the function from either end
        settings["dim"] -= draw(st.sampled_from([0, case.operands[0].ndim]))
    if "inplace" in taken:
        settings["inplace"] = draw(st.booleans())
    if "dtype" in taken:
        settings["dtype"] = draw(st.sampled_from([None, tg.float64]))
    places = {each: np.asarray(x) for each, x in operands.items() if isinstance(x, np.ndarray | np.floating)}
    return Call(places, {each: value for each, value in operands.items() if each not in places} | settings)


def takes(function: Callable[..., Any], setting: str) -> bool:
    return setting in inspect.signature(original(function)).parameters


_OF_RULES = {name: calls_of_rule(name) for name in published(functional) if name in CASES}
CALLS = {name: calls for name, calls in (_OF_RULES | OF_OTHERS | OF_LOSSES).items() if name in published(functional)}
LOSSES = {name: calls for name, calls in CALLS.items() if takes(getattr(functional, name), "reduction")}
OTHERS = {name: calls for name, calls in CALLS.items() if name not in LOSSES}


_UNTIL_LAYERS_NAME_THEIR_FUNCTION: dict[type[nn.Module], str] = {
    nn.Dropout: "dropout",
    nn.LogSoftmax: "log_softmax",
    nn.LogSigmoid: "logsigmoid",
    nn.ReLU: "relu",
    nn.Sigmoid: "sigmoid",
    nn.Softmax: "softmax",
    nn.Softplus: "softplus",
    nn.Step: "step",
    nn.Tanh: "tanh",
    nn.BCELoss: "binary_cross_entropy",
    nn.BCEWithLogitsLoss: "binary_cross_entropy_with_logits",
    nn.CrossEntropyLoss: "cross_entropy",
    nn.CrossEntropyError: "cross_entropy_error",
    nn.L1Loss: "l1_loss",
    nn.MSELoss: "mse_loss",
    nn.NLLLoss: "nll_loss",
    nn.SumOfSquaredErrors: "sum_of_squared_errors",
}


def _functions_of_layers() -> dict[type[nn.Module], str]:
    """For each layer and loss that holds the settings of a function, the name of that function."""
    names = {original(getattr(functional, name)): name for name in published(functional)}
    found: dict[type[nn.Module], str] = {}
    for each in published(nn):
        kind = getattr(nn, each)
        function = getattr(kind, "function", None) if inspect.isclass(kind) else None
        if function is not None:
            name = original(function)
            assert name in names, (
                f"nn.{each}.function is {function}, which is not in nn.functional.__all__: add it there"
            )
            found[kind] = names[name]
    return _UNTIL_LAYERS_NAME_THEIR_FUNCTION | found


FUNCTION_OF = _functions_of_layers()
