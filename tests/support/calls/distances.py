"""Functions of vectors, and dropout."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from support.arrays import ANY, NONZERO, POSITIVE, arrays, lattice, shapes
from support.calls.call import Call, Calls
from support.elementwise import broadcast_shapes

NORMS = st.sampled_from([2.0, 1.0, 3.0])


@st.composite
def of_angles(draw: st.DrawFn) -> Call:
    shape = draw(shapes(min_dims=1, max_dims=3, min_side=1))
    dim = draw(st.integers(-len(shape), len(shape) - 1))
    other = draw(st.sampled_from([shape, (1,) * len(shape)]))
    places = {"x1": draw(arrays(shape, POSITIVE)), "x2": draw(arrays(other, POSITIVE))}
    return Call(places, {"dim": dim, "eps": draw(st.sampled_from([1e-8, 0.25]))})


@st.composite
def of_distances(draw: st.DrawFn) -> Call:
    first, second = ((*shape, draw(st.just(2))) for shape in draw(broadcast_shapes(2)))
    places = {"x1": draw(arrays(first, lattice(0))), "x2": draw(arrays(second, lattice(0.03)))}
    settings: dict[str, Any] = {"p": draw(NORMS), "eps": draw(st.sampled_from([1e-6, 1e-3]))}
    return Call(places, settings | {"keepdim": draw(st.booleans())})


@st.composite
def of_rows(draw: st.DrawFn) -> Call:
    shape = (draw(st.integers(2, 3)), draw(st.integers(1, 3)))
    return Call({"input": draw(arrays(shape, lattice(0), unique=True))}, {"p": draw(NORMS)})


@st.composite
def of_lengths(draw: st.DrawFn) -> Call:
    shape = draw(shapes(min_dims=1, max_dims=3, min_side=1))
    settings: dict[str, Any] = {"dim": draw(st.integers(-len(shape), len(shape) - 1)), "p": draw(NORMS)}
    return Call({"input": draw(arrays(shape, NONZERO))}, settings | {"eps": draw(st.sampled_from([1e-12, 0.1]))})


@st.composite
def bilinear(draw: st.DrawFn) -> Call:
    batch, (i, j, k) = draw(shapes(max_dims=2, min_side=1)), (draw(st.integers(1, 3)) for _ in range(3))
    places = {"input1": draw(arrays((*batch, i))), "input2": draw(arrays((*batch, j)))}
    places["weight"] = draw(arrays((k, i, j)))
    if draw(st.booleans()):
        places["bias"] = draw(arrays((k,)))
    return Call(places, {})


@st.composite
def dropped(draw: st.DrawFn, dims: tuple[int, ...] | None = None) -> Call:
    """Calls of a form of dropout; of inputs of so many dimensions, or of any."""
    ndim = draw(st.integers(0, 3)) if dims is None else draw(st.sampled_from(dims))
    x = draw(arrays(draw(shapes(min_dims=ndim, max_dims=ndim, max_side=2)), ANY))
    settings: dict[str, Any] = {"p": draw(st.sampled_from([0.5, 0.25, 0, 1])), "training": draw(st.booleans())}
    return Call({"input": x}, settings | {"inplace": draw(st.booleans())})


OF_DISTANCES: dict[str, Calls] = {
    "alpha_dropout": dropped(),
    "bilinear": bilinear(),
    "cosine_similarity": of_angles(),
    "dropout": dropped(),
    "dropout1d": dropped((2, 3)),
    "dropout2d": dropped((4,)),
    "dropout3d": dropped((4, 5)),
    "feature_alpha_dropout": dropped((2, 3)),
    "normalize": of_lengths(),
    "pairwise_distance": of_distances(),
    "pdist": of_rows(),
}
