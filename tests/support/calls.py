"""For each function of nn.functional, the strategy of its calls; the layers and losses that are such functions.

A `Call` holds float64 arrays, by which the function is differentiated, and its other arguments. As
in support/cases.py, the domains keep away from points without a derivative.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from support.arrays import ANY, NONZERO, POSITIVE, PROBABILITY, Domain, Shape, arrays, between, lattice, shapes

import tinygrad_edu as tg
from tinygrad_edu import nn


class Call(NamedTuple):
    """One call of a function."""

    places: dict[str, np.ndarray]
    settings: dict[str, Any]


Calls = st.SearchStrategy[Call]

NOT_EMPTY = shapes(max_dims=3, min_side=1)


# Activations and other layers


@st.composite
def elementwise(draw: st.DrawFn, domain: Domain, **settings: st.SearchStrategy[Any]) -> Call:
    return Call({"input": draw(arrays(draw(shapes()), domain))}, draw(st.fixed_dictionaries(settings)))


@st.composite
def along_a_dim(draw: st.DrawFn) -> Call:
    shape = draw(shapes(min_dims=1, min_side=1))
    dim = draw(st.integers(-len(shape), len(shape) - 1))
    return Call({"input": draw(arrays(shape, ANY))}, {"dim": dim, "dtype": draw(st.sampled_from([None, tg.float64]))})


@st.composite
def linear(draw: st.DrawFn) -> Call:
    batch, width, out = draw(shapes(max_dims=2)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    places = {"input": draw(arrays((*batch, width), ANY)), "weight": draw(arrays((out, width), ANY))}
    if draw(st.booleans()):
        places["bias"] = draw(arrays((out,), ANY))
    return Call(places, {})


# Beside 0.5025, and twice and half of it, no multiple of 0.01 is nearer than twice the step of differences.
SOFTPLUS = elementwise(ANY, beta=st.sampled_from([1, 2.0, 0.5]), threshold=st.sampled_from([20, 0.5025]))
IN_PLACE = st.booleans()

OTHERS: dict[str, Calls] = {
    "dropout": elementwise(ANY, p=st.sampled_from([0.5, 0.25, 0, 1]), training=st.booleans(), inplace=IN_PLACE),
    "linear": linear(),
    "log_softmax": along_a_dim(),
    "logsigmoid": elementwise(ANY),
    "relu": elementwise(NONZERO, inplace=IN_PLACE),
    "sigmoid": elementwise(ANY),
    "softmax": along_a_dim(),
    "softplus": SOFTPLUS,
    "step": elementwise(NONZERO),
    "tanh": elementwise(ANY),
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


LOSSES: dict[str, Calls] = {
    "binary_cross_entropy": compared(between(0.2, 0.8), PROBABILITY),
    "binary_cross_entropy_with_logits": compared(ANY, PROBABILITY, ("weight", "pos_weight")),
    "cross_entropy": classified(probabilities=True),
    "cross_entropy_error": of_the_article(POSITIVE, classes=True),
    "l1_loss": compared(lattice(0), lattice(0.03), whole=True),
    "mse_loss": compared(ANY, ANY, whole=True),
    "nll_loss": classified(probabilities=False),
    "sum_of_squared_errors": of_the_article(ANY, classes=False),
}

CALLS = OTHERS | LOSSES

# No gradient goes through these.
WITHOUT_GRADIENT = {"one_hot"}

# The layers and losses that hold the settings of a function.
AS_LAYER: dict[str, type[nn.Module]] = {
    "dropout": nn.Dropout,
    "log_softmax": nn.LogSoftmax,
    "logsigmoid": nn.LogSigmoid,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "softmax": nn.Softmax,
    "softplus": nn.Softplus,
    "step": nn.Step,
    "tanh": nn.Tanh,
    "binary_cross_entropy": nn.BCELoss,
    "binary_cross_entropy_with_logits": nn.BCEWithLogitsLoss,
    "cross_entropy": nn.CrossEntropyLoss,
    "cross_entropy_error": nn.CrossEntropyError,
    "l1_loss": nn.L1Loss,
    "mse_loss": nn.MSELoss,
    "nll_loss": nn.NLLLoss,
    "sum_of_squared_errors": nn.SumOfSquaredErrors,
}
