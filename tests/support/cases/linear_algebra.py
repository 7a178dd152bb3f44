"""The calls of rules. Of linear algebra: matrices whose singular values and eigenvalues keep apart.

A rule has no derivative where two of them meet, and differences are coarse near by. So a matrix is a diagonal of
numbers that keep apart, moved a little, between two random rotations; as it is drawn from a seed, the zeros and ones
that hypothesis likes don't make signs of vectors jump.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from support.arrays import Shape, arrays
from support.elementwise import Case, Cases

_SHAPES = [(2, 3), (3, 2), (3, 3), (2, 2), (2, 3), (3, 2), (1, 3), (3, 1), (1, 1), (0, 2), (2, 0), (0, 0)]
_BATCHES: list[Shape] = [(), (), (2,), (1, 2), (0,)]


def _rotation(numbers: np.random.Generator, side: int) -> np.ndarray:
    return np.linalg.qr(numbers.standard_normal((side, side)))[0]


def apart(numbers: np.random.Generator, shape: Shape, *, symmetric: bool = False) -> np.ndarray:
    """Matrices whose singular values are near 1, 2, 3, …; if they are symmetric, eigenvalues with signs."""
    rows, columns = shape[-2:]
    found = np.empty(shape)
    for place in np.ndindex(*shape[:-2]):
        middle = np.eye(rows, columns) * np.arange(1, columns + 1) + numbers.uniform(-0.1, 0.1, (rows, columns))
        left = _rotation(numbers, rows)
        if symmetric:
            middle = middle * numbers.choice([-1, 1], columns)
        found[place] = left @ middle @ (left.T if symmetric else _rotation(numbers, columns))
    return found


@st.composite
def matrices(
    draw: st.DrawFn, *, square: bool = True, high: bool = False, symmetric: bool = False, positive: bool = False
) -> Any:
    """An array in any layout of square matrices, or of any; or of those at least as high as wide."""
    rows, columns = draw(st.sampled_from(_SHAPES))
    if square:
        rows = columns
    if high:
        rows, columns = max(rows, columns), min(rows, columns)
    x = draw(arrays((*draw(st.sampled_from(_BATCHES)), rows, columns), st.just(0.0)))  # for its layout alone
    numbers = np.random.default_rng(draw(st.integers(0, 2**16)))
    values = apart(numbers, x.shape, symmetric=symmetric)
    if positive:
        values = values.mT @ values / 2
    x[...] = (values + values.mT) / 2 if symmetric or positive else values
    return x


def alone(**kind: bool) -> Cases:
    """Calls of an operation of one matrix, or of a batch."""
    return matrices(**kind).map(lambda x: Case((x,), {}))


@st.composite
def _system(draw: st.DrawFn, *, triangular: bool = False) -> Case:
    a = draw(matrices())
    side = a.shape[-1]
    front: Shape = draw(st.sampled_from([a.shape[:-2], (1,) * (a.ndim - 2)] if a.ndim > 2 else [(), (2,)]))
    b = draw(arrays((*front, side, draw(st.integers(0, 2)))))
    if not triangular:
        return Case((a, b), {})
    a += 3 * np.eye(side)  # the triangle has small numbers beside the diagonal's
    return Case((a, b), {"upper": draw(st.booleans()), "unitriangular": draw(st.booleans())})


@st.composite
def _pseudo_inverse(draw: st.DrawFn) -> Case:
    return Case((draw(matrices(square=False)),), {"atol": np.float64(0), "rtol": np.float64(1e-3)})


LINEAR_ALGEBRA: dict[str, Cases] = {
    "inverse": alone(),
    "det": alone(),
    "log_abs_det": alone(),
    "solve": _system(),
    "solve_triangular": _system(triangular=True),
    "pseudo_inverse": _pseudo_inverse(),
    "cholesky": alone(positive=True),
    "qr_factors": alone(square=False, high=True),
    "svd_factors": alone(square=False),
    "svdvals": alone(square=False),
    "eigh_factors": alone(symmetric=True),
    "eigvalsh": alone(symmetric=True),
    "matrix_exp": alone(),
}
