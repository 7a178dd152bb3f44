"""Triangles and diagonals, against NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

A = np.arange(1.0, 13.0).reshape(3, 4)


@pytest.mark.parametrize("diagonal", [-4, -1, 0, 1, 2, 5])
def test_against_numpy(diagonal: int) -> None:
    x = tg.tensor(A, requires_grad=True)
    for result, wanted in (
        (tg.tril(x, diagonal), np.tril(A, diagonal)),
        (x.triu(diagonal), np.triu(A, diagonal)),
        (tg.diag(x, diagonal), np.diag(A, diagonal)),
        (x[0].diag(diagonal), np.diag(A[0], diagonal)),
        (tg.stack([x, x]).tril(diagonal), np.stack([np.tril(A, diagonal)] * 2)),
    ):
        assert result.tolist() == wanted.tolist()
        assert result.dtype is tg.float64
        assert result.requires_grad


def test_gradients() -> None:
    x = tg.tensor(A, requires_grad=True)
    (x.tril().sum() + x.diag().sum() + x.trace() + x[0].diag().sum()).backward()
    assert x.grad is not None
    assert x.grad.tolist() == [[4, 1, 1, 1], [1, 3, 0, 0], [1, 1, 3, 0]]


def test_other_dtypes() -> None:
    assert tg.trace(tg.tensor([[1, 2], [3, 4]], dtype=tg.int8)).dtype is tg.int64
    assert tg.tril(tg.ones(2, 2, dtype=tg.bool)).tolist() == [[True, False], [True, True]]
    assert tg.diag(tg.zeros(0)).shape == (0, 0)
    assert tg.tril(tg.full((2, 2), float("nan")))[0, 1].item() == 0


def test_what_is_no_matrix_is_refused() -> None:
    attempt: Callable[[], Any]
    for attempt, words in (
        (lambda: tg.tril(tg.ones(2)), "tril: wanted a matrix or a batch"),
        (lambda: tg.triu(tg.tensor(1.0)), "triu: wanted a matrix or a batch"),
        (lambda: tg.diag(tg.ones(1, 1, 1)), "diag: wanted a matrix or a vector"),
        (lambda: tg.trace(tg.ones(2)), "trace: wanted a matrix"),
    ):
        with pytest.raises(RuntimeError, match=words):
            attempt()
