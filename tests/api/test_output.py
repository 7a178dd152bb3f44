"""out=: results are written into tensors that are there already, or it is said why they can't be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg

X = tg.tensor([3.0, 1.0, 2.0])


def test_it_is_written_into_the_memory_that_is_there() -> None:
    out = tg.zeros(3)
    view = out[1:]
    assert tg.add(X, 1, out=out) is out
    assert out.tolist() == [4, 2, 3]
    assert view.tolist() == [2, 3]


@pytest.mark.parametrize("dtype", [tg.float64, tg.float16])
def test_it_gets_the_dtype_of_out(dtype: tg.dtype) -> None:
    out = tg.zeros(3, dtype=dtype)
    tg.mul(X, 2, out=out)
    assert out.dtype is dtype
    assert out.tolist() == [6, 2, 4]


def test_an_empty_tensor_takes_its_shape() -> None:
    out = tg.empty(0)
    assert tg.cumsum(X, 0, out=out) is out
    assert out.tolist() == [3, 4, 6]
    assert tg.sum(X, dim=0, out=(single := tg.empty(0))) is single
    assert single.shape == ()
    assert single.item() == 6


def test_another_shape_is_warned_of() -> None:
    out = tg.zeros(2)
    view = out[:]
    with pytest.warns(
        UserWarning, match=r"neg: out has shape \(2,\), but the result \(3,\); it gets memory of that sh"
    ):
        tg.neg(X, out=out)
    assert out.tolist() == [-3, -1, -2]
    assert view.tolist() == [0, 0]


@pytest.mark.parametrize("form", [tuple, list])
def test_several_results_are_written_and_keep_their_names(form: Callable[[Any], Any]) -> None:
    values, places = tg.empty(0), tg.empty(0, dtype=tg.int64)
    result = tg.sort(X, dim=0, out=form((values, places)))
    assert result.values is values
    assert result.indices is places
    assert values.tolist() == [1, 2, 3]
    assert places.tolist() == [1, 2, 0]


def test_without_a_graph_a_parameter_is_no_hindrance() -> None:
    weights, out = tg.ones(3, requires_grad=True), tg.empty(0)
    with tg.no_grad():
        tg.add(weights, X, out=out)
    assert out.tolist() == [4, 2, 3]
    assert not out.requires_grad


def test_out_may_be_an_argument() -> None:
    matrix = tg.tensor([[1.0, 2.0], [3.0, 4.0]])
    tg.matmul(matrix, matrix, out=matrix)
    assert matrix.tolist() == [[7, 10], [15, 22]]


@pytest.mark.parametrize("order", [1, 2, float("inf"), 0])
def test_norms_are_written(order: float) -> None:
    out = tg.empty(0, dtype=tg.float64)
    assert tg.norm(X, order, dim=0, out=out) is out
    assert out.item() == pytest.approx(np.linalg.norm(X.numpy(), order), rel=1e-6)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tg.add(X, X, out=wrong(3)), TypeError, "add: out must be a tensor, got int 3"),
        (lambda: tg.sort(X, out=wrong((tg.empty(0), None))), TypeError, "sort: out must be a tensor, got None"),
        (lambda: tg.sort(X, out=wrong(tg.empty(0))), TypeError, "out must have 2 tensors, one for each result, got 1"),
        (
            lambda: tg.add(X, X, out=wrong((X, X))),
            TypeError,
            "add: out must have 1 tensors, one for each result, got 2",
        ),
        (lambda: tg.add(X, X, out=tg.zeros(3, dtype=tg.int64)), RuntimeError, "the result is float32 and can't be put"),
        (lambda: tg.add(X, X, out=X[:1].expand(3)), RuntimeError, "add: "),
        (lambda: tg.add(tg.ones(3, requires_grad=True), X, out=tg.empty(0)), RuntimeError, "out= can't be recorded"),
        (lambda: tg.cat([X, tg.ones(3, requires_grad=True)], out=tg.empty(0)), RuntimeError, "can't be recorded"),
    ],
)
def test_what_it_refuses(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as refused:
        call()
    assert words in str(refused.value)


def test_nothing_is_written_when_one_of_several_does_not_fit() -> None:
    values, places = tg.zeros(3), tg.zeros(3, dtype=tg.bool)
    with pytest.raises(RuntimeError, match=r"the result is int64 and can't be put into"):
        tg.sort(X, dim=0, out=(values, places))
    assert values.tolist() == [0, 0, 0]
