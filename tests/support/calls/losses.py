"""Losses; the test adds each reduction."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from support.arrays import ANY, POSITIVE, PROBABILITY, Domain, Shape, arrays, between, lattice, shapes
from support.calls.call import NOT_EMPTY, Call, Calls
from support.calls.margins import OF_MARGINS, having

import tinygrad_edu as tg


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
    "huber_loss": having(compared(lattice(0), lattice(0.03), whole=True), delta=st.sampled_from([1.0, 0.5])),
    "l1_loss": compared(lattice(0), lattice(0.03), whole=True),
    "mse_loss": compared(ANY, ANY, whole=True),
    "nll_loss": classified(probabilities=False),
    "sum_of_squared_errors": of_the_article(ANY, classes=False),
    **OF_MARGINS,
}
