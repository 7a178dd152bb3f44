"""Extremes, their places, and values in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

X = [[1.0, 5.0, 5.0], [4.0, 0.0, 3.0]]
NAN = float("nan")


def test_all_overloads_of_max_and_min() -> None:
    x = tg.tensor(X)
    assert x.max().item() == 5
    assert x.min().item() == 0
    values, indices = x.max(1)
    assert (values.tolist(), indices.tolist()) == ([5.0, 4.0], [1, 0])
    result = tg.min(x, dim=0, keepdim=True)
    assert (result.values.tolist(), result.indices.tolist()) == ([[1.0, 0.0, 3.0]], [[0, 1, 1]])
    other = tg.full((2, 3), 3.0)
    assert tg.max(x, other).tolist() == tg.maximum(x, other).tolist()
    assert x.min(other).tolist() == tg.min(x, other=other).tolist() == tg.minimum(x, other).tolist()
    with pytest.raises(TypeError, match=r"max: keepdim=True needs a dim; amax\(keepdim=True\)"):
        x.max(keepdim=True)


def test_over_several_dimensions() -> None:
    x = tg.tensor(X)
    assert x.amax().item() == x.amax(()).item() == x.amax((0, 1)).item() == 5
    assert x.amin(1).tolist() == [1.0, 0.0]
    assert tg.amax(x, 0, keepdim=True).tolist() == [[4.0, 5.0, 5.0]]


def test_places_are_those_of_the_first_of_equals() -> None:
    x = tg.tensor(X)
    assert x.argmax().item() == 1
    assert x.argmax(1).tolist() == [1, 0]
    assert tg.argmin(x, 0, True).tolist() == [[0, 1, 1]]
    assert x.argmax(keepdim=True).shape == (1, 1)
    assert tg.tensor([1.0, NAN, 3.0]).argmax().item() == 1
    assert x.argmax(1).dtype is tg.int64


def test_equal_extremes_share_the_gradient_and_a_dim_gives_it_to_the_first() -> None:
    reduce: Callable[[Any], Any]
    for reduce, wanted in (
        (lambda x: x.max(), [[0, 0.5, 0.5], [0, 0, 0]]),
        (lambda x: x.amax(1).sum(), [[0, 0.5, 0.5], [1, 0, 0]]),
        (lambda x: x.max(1).values.sum(), [[0, 1, 0], [1, 0, 0]]),
    ):
        x = tg.tensor(X, requires_grad=True)
        reduce(x).backward()
        assert x.grad is not None
        assert x.grad.tolist() == wanted


@pytest.mark.parametrize("choose", [tg.max, tg.min, tg.amax, tg.amin, tg.argmax, tg.argmin])
def test_there_must_be_something_to_choose_from(choose: Callable[..., tg.Tensor]) -> None:
    with pytest.raises((IndexError, RuntimeError), match="there is nothing to choose from"):
        choose(tg.zeros(0))
    with pytest.raises(IndexError, match="there is nothing to choose from"):
        choose(tg.zeros(2, 0), dim=1)
    result = choose(tg.zeros(2, 0), dim=0)
    assert (result[0] if isinstance(result, tuple) else result).shape == (0,)


def test_0d_tensors() -> None:
    x = tg.tensor(3.0)
    assert (x.max().item(), x.max(0).values.item(), x.max(0).indices.item()) == (3.0, 3.0, 0)
    assert (x.argmin().item(), x.argmin(0).item()) == (0, 0)
    assert x.sort().indices.item() == x.argsort().item() == 0
    assert x.topk(1).values.item() == 3.0


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("dtype", [tg.float32, tg.int64, tg.uint8, tg.bool])
def test_sort_keeps_equal_values_in_their_order(dtype: tg.dtype, descending: bool) -> None:
    array = np.random.default_rng(0).integers(0, 2, (3, 20))
    x = tg.tensor(array).to(dtype)
    values, indices = tg.sort(x, dim=1, descending=descending)
    assert values.dtype is dtype
    for row, order, in_order in zip(array, indices.tolist(), values.tolist(), strict=True):
        assert order == sorted(range(20), key=lambda i: -row[i] if descending else row[i])
        assert in_order == [x.dtype.numpy.type(row[i]) for i in order]
    assert tg.equal(x.argsort(1, descending), indices)


def test_nan_sorts_as_the_largest() -> None:
    x = tg.tensor([2.0, NAN, 1.0])
    assert x.argsort().tolist() == [2, 0, 1]
    assert x.argsort(descending=True).tolist() == [1, 0, 2]


def test_gradients_follow_the_values_that_were_moved() -> None:
    x = tg.tensor([3.0, 1.0, 2.0], requires_grad=True)
    (x.sort().values * tg.tensor([1.0, 10.0, 100.0])).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [100.0, 1.0, 10.0]


def test_topk() -> None:
    x = tg.tensor(X)
    values, indices = x.topk(2)
    assert (values.tolist(), indices.tolist()) == ([[5.0, 5.0], [4.0, 3.0]], [[1, 2], [0, 2]])
    assert tg.topk(x, 1, dim=0, largest=False).values.tolist() == [[1.0, 0.0, 3.0]]
    assert x.topk(0).values.shape == (2, 0)
    with pytest.raises(RuntimeError, match="topk: can't choose 4 of the 3 values along dimension 1"):
        x.topk(4)


def test_unique() -> None:
    x = tg.tensor([3, 1, 3, 2])
    values, inverse, counts = x.unique(return_inverse=True, return_counts=True)
    assert (values.tolist(), inverse.tolist(), counts.tolist()) == ([1, 2, 3], [2, 0, 2, 1], [1, 1, 2])
    assert tg.unique(tg.tensor([[1, 2], [1, 2]]), dim=0).tolist() == [[1, 2]]
    assert tg.unique(tg.tensor([NAN, NAN])).shape == (2,)


def test_pairs_print_as_in_pytorch() -> None:
    assert repr(tg.tensor([1, 2]).max(0)) == "tinygrad_edu.return_types.max(\nvalues=tensor(2),\nindices=tensor(1))"
