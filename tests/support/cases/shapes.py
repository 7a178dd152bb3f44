"""The calls of rules. Of what changes shapes, and puts tensors together."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from support.arrays import (
    ANY,
    Shape,
    arrays,
    shapes,
    some_dims,
)
from support.elementwise import Case, Cases, pointwise


@st.composite
def _reshape(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    size = int(np.prod(shape))
    splits = [(k, size // k) for k in range(1, size + 1) if size % k == 0] or [(0, 3), (2, 0)]
    others = [(size,), (1, size), shape[::-1], *splits, *([()] if size == 1 else [])]
    return Case((draw(arrays(shape)),), {"shape": draw(st.sampled_from(others))})


@st.composite
def _permute(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    return Case((draw(arrays(shape)),), {"dims": tuple(draw(st.permutations(range(len(shape)))))})


@st.composite
def _stretched(draw: st.DrawFn) -> tuple[Shape, Shape]:
    """A shape, and one that it can be stretched to."""
    small = draw(shapes(max_dims=2))
    large = tuple(draw(st.integers(0, 3)) if n == 1 else n for n in small)
    return small, draw(shapes(max_dims=1)) + large


@st.composite
def _flip(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    return Case((draw(arrays(shape)),), {"dims": draw(some_dims(len(shape)))})


@st.composite
def _cat(draw: st.DrawFn) -> Case:
    shape = list(draw(shapes(min_dims=1)))
    dim = draw(st.integers(0, len(shape) - 1))
    lengths = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    pieces = [draw(arrays((*shape[:dim], length, *shape[dim + 1 :]))) for length in lengths]
    return Case(tuple(pieces), {"dim": dim})


def _triangle() -> Cases:
    matrices = shapes(min_dims=2).flatmap(arrays)
    return st.builds(lambda x, diagonal: Case((x,), {"diagonal": diagonal}), matrices, st.integers(-2, 2))


@st.composite
def _diagonal(draw: st.DrawFn) -> Case:
    shape = draw(shapes(min_dims=2))
    dim1, dim2 = draw(st.permutations(range(len(shape))))[:2]
    return Case((draw(arrays(shape)),), {"offset": draw(st.integers(-2, 2)), "dim1": dim1, "dim2": dim2})


@st.composite
def _unfold(draw: st.DrawFn) -> Case:
    shape = draw(shapes(min_dims=1))
    dimension = draw(st.integers(0, len(shape) - 1))
    size, step = draw(st.integers(0, shape[dimension])), draw(st.integers(1, 3))
    return Case((draw(arrays(shape)),), {"dimension": dimension, "size": size, "step": step})


@st.composite
def _any_window(draw: st.DrawFn) -> tuple[Shape, list[int], Shape, Shape, int]:
    """A shape, the order of its dimensions in memory, and the size, the strides and the offset of a window on it."""
    shape = draw(shapes())
    order = draw(st.permutations(range(len(shape))))
    left, stride = max(int(np.prod(shape)) - 1, 0), []
    size = (0, 2) if 0 in shape else draw(shapes(max_dims=2))
    for n in size:
        stride.append(draw(st.integers(0, left // max(n - 1, 1))))
        left -= max(n - 1, 0) * stride[-1]
    return shape, order, size, tuple(stride), draw(st.integers(0, left))


# Windows that tell a wrong place: few of those drawn at random do.
_TELLING_WINDOWS = [
    ((2, 3), [1, 0], (2, 2), (2, 1), 1),
    ((4,), [0], (2, 3), (1, 1), 0),
    ((3, 2), [0, 1], (2,), (3,), 2),
]


@st.composite
def _as_strided(draw: st.DrawFn) -> Case:
    """Windows that stay within a tensor whose dimensions lie in any order; most of them overlap."""
    shape, order, size, stride, offset = draw(draw(st.sampled_from([st.sampled_from(_TELLING_WINDOWS), _any_window()])))
    as_it_lies = np.zeros([shape[dim] for dim in order]).transpose(np.argsort(order))
    layout = tuple(step // 8 for step in as_it_lies.strides)
    return Case((draw(arrays(shape)),), {"size": size, "stride": stride, "offset": offset, "layout": layout})


SHAPES: dict[str, Cases] = {
    "reshape": _reshape(),
    "permute": _permute(),
    "expand": _stretched().flatmap(lambda pair: st.builds(lambda x: Case((x,), {"shape": pair[1]}), arrays(pair[0]))),
    "sum_to_size": _stretched().flatmap(
        lambda pair: st.builds(lambda x: Case((x,), {"shape": pair[0]}), arrays(pair[1]))
    ),
    "flip": _flip(),
    "clone": pointwise(ANY),
    "tril": _triangle(),
    "triu": _triangle(),
    "to": pointwise(ANY, dtype=st.just(np.dtype(np.float64))),
    "cat": _cat(),
    "diagonal": _diagonal(),
    "unfold": _unfold(),
    "as_strided": _as_strided(),
}
