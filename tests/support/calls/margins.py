"""Losses with a margin, and those that are likelihoods; the test adds each reduction."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from support.arrays import ANY, POSITIVE, PROBABILITY, Domain, Shape, arrays, lattice, shapes
from support.calls.call import NOT_EMPTY, Call, Calls

import tinygrad_edu as tg

FLAGS = st.booleans()
COUNTS = st.sampled_from([0.25, 0.5, 1.5, 2.75])  # beside 1, where Stirling's formula begins
NO_ONES = POSITIVE.filter(lambda x: abs(x - 1) > 0.05)  # where the input may be the target, too
BESIDE_ONE = st.sampled_from([-0.73, -0.2, 0.31, 0.87, 1.44])  # no two of them differ by 1


def squared(x: Any, y: Any) -> Any:
    return (x - y).square().sum(-1)


@st.composite
def having(draw: st.DrawFn, /, calls: Calls, **settings: st.SearchStrategy[Any]) -> Call:
    """The calls, with settings."""
    places, given = draw(calls)
    return Call(places, given | draw(st.fixed_dictionaries(settings)))


@st.composite
def together(draw: st.DrawFn, /, **domains: Domain) -> Call:
    """Operands of one shape."""
    shape = draw(NOT_EMPTY)
    return Call({name: draw(arrays(shape, domain)) for name, domain in domains.items()}, {})


@st.composite
def signs(draw: st.DrawFn, shape: Shape) -> Any:
    size = int(np.prod(shape))
    return tg.tensor(
        np.array(draw(st.lists(st.sampled_from([1.0, -1.0]), min_size=size, max_size=size))).reshape(shape)
    )


@st.composite
def of_pairs(draw: st.DrawFn, /, vectors: bool = False, **domains: Domain) -> Call:
    """Operands of one shape, and a target of 1 and -1; of vectors one for each."""
    shape = draw(shapes(min_dims=1, max_dims=2, min_side=1)) if vectors else draw(NOT_EMPTY)
    places = {name: draw(arrays(shape, domain)) for name, domain in domains.items()}
    return Call(places, {"target": draw(signs(shape[:-1] if vectors else shape))})


@st.composite
def of_triplets(draw: st.DrawFn) -> Call:
    shape = draw(shapes(min_dims=1, max_dims=2, min_side=1))
    names = {"anchor": lattice(0), "positive": lattice(0.03), "negative": lattice(0.06)}
    return Call({name: draw(arrays(shape, domain)) for name, domain in names.items()}, {})


@st.composite
def of_gauss(draw: st.DrawFn) -> Call:
    shape = draw(shapes(min_dims=1, max_dims=2, min_side=1))
    of_var = draw(st.sampled_from([shape, (*shape[:-1], 1), shape[:-1]]))
    places = {
        "input": draw(arrays(shape, ANY)),
        "target": draw(arrays(shape, ANY)),
        "var": draw(arrays(of_var, POSITIVE)),
    }
    return Call(places, {})


@st.composite
def of_classes(draw: st.DrawFn) -> Call:
    batch, count = draw(shapes(max_dims=1, min_side=1)), draw(st.integers(1, 3))
    labels = draw(st.lists(st.integers(0, count - 1), min_size=sum(batch, 0) or 1, max_size=sum(batch, 0) or 1))
    settings: dict[str, Any] = {"target": tg.tensor(np.array(labels, dtype=np.int64).reshape(batch))}
    if draw(FLAGS):
        settings["weight"] = tg.tensor(draw(arrays((count,), POSITIVE)))
    return Call({"input": draw(arrays((*batch, count), lattice(0)))}, settings)


@st.composite
def of_several_classes(draw: st.DrawFn) -> Call:
    batch, count = draw(shapes(max_dims=1, min_side=1)), draw(st.integers(1, 3))
    size = int(np.prod((*batch, count)))
    labels = draw(st.lists(st.integers(-1, count - 1), min_size=size, max_size=size))
    target = tg.tensor(np.array(labels, dtype=np.int64).reshape(*batch, count))
    return Call({"input": draw(arrays((*batch, count), BESIDE_ONE))}, {"target": target})


@st.composite
def of_several_answers(draw: st.DrawFn) -> Call:
    shape = draw(shapes(min_dims=1, max_dims=2, min_side=1))
    places = {"input": draw(arrays(shape, ANY)), "target": draw(arrays(shape, PROBABILITY))}
    return Call(places | ({"weight": draw(arrays(shape[-1:], POSITIVE))} if draw(FLAGS) else {}), {})


MARGINS = st.sampled_from([0.7531, 1.2531])
OF_MARGINS: dict[str, Calls] = {
    "cosine_embedding_loss": having(
        of_pairs(vectors=True, input1=POSITIVE, input2=POSITIVE), margin=st.sampled_from([0.0, 0.3, -0.5])
    ),
    "gaussian_nll_loss": having(of_gauss(), full=FLAGS, eps=st.sampled_from([1e-6, 0.1])),
    "hinge_embedding_loss": having(of_pairs(input=lattice(0.03)), margin=st.sampled_from([1.0, 0.5])),
    "kl_div": having(together(input=POSITIVE, target=POSITIVE), log_target=FLAGS),
    "margin_ranking_loss": having(
        of_pairs(input1=lattice(0), input2=lattice(0.03)), margin=st.sampled_from([0.0, 0.5])
    ),
    "multi_margin_loss": having(of_classes(), p=st.sampled_from([1, 2]), margin=st.sampled_from([1.03, 0.53])),
    "multilabel_margin_loss": of_several_classes(),
    "multilabel_soft_margin_loss": of_several_answers(),
    "poisson_nll_loss": having(
        together(input=NO_ONES, target=COUNTS), log_input=FLAGS, full=FLAGS, eps=st.sampled_from([1e-8, 0.1])
    ),
    "smooth_l1_loss": having(together(input=lattice(0), target=lattice(0.03)), beta=st.sampled_from([1.0, 0.5, 0])),
    "soft_margin_loss": of_pairs(input=ANY),
    "triplet_margin_loss": having(
        of_triplets(), margin=MARGINS, p=st.sampled_from([2, 1, 3]), eps=st.sampled_from([1e-6, 1e-3]), swap=FLAGS
    ),
    "triplet_margin_with_distance_loss": having(
        of_triplets(), margin=MARGINS, distance_function=st.sampled_from([None, squared]), swap=FLAGS
    ),
}
