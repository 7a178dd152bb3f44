"""Singular matrices; matrices whose vectors have no derivative."""

from __future__ import annotations

from support.conventions.convention import Convention, nan

import tinygrad_edu as tg

MATRICES = [
    Convention(
        "determinant of rank n - 1",
        lambda x: tg.det(x),
        [[[0.0, -2.0, -2.0], [-2.0, 0.0, 3.0], [2.0, 2.0, -1.0]]],
        [[[-6, 4, -4], [-6, 4, -4], [-6, 4, -4]]],
        [[[-6, 8, -2], [3, -1, -2], [3, -7, 4]]],
    ),
    Convention(
        "determinant of rank n - 2",
        lambda x: tg.det(x),
        [[[0.0, 0.0, 2.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]],
        [[[0, 0, 0], [0, 0, 0], [0, 0, 0]]],
        [[[0, 0, 0], [2, -2, 0], [-2, 2, 0]]],
    ),
    Convention("determinant of a 0", lambda x: tg.det(x), [[[0.0]]], [[[1]]], [[[0]]]),
    Convention(
        "eigenvectors of equal eigenvalues",
        lambda x: tg.linalg.eigh(x)[1][0, 1],
        [[[1.0, 0.0], [0.0, 1.0]]],
        [[[nan] * 2] * 2],
    ),
    Convention("equal eigenvalues", lambda x: tg.linalg.eigh(x)[0], [[[1.0, 0.0], [0.0, 1.0]]], [[[1, 0], [0, 1]]]),
]
