"""Counts by place are NumPy's, also with weights, with edges that are given, and in rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import gradcheck

VALUES = np.random.default_rng(0).normal(size=(5, 8))
EDGES = np.array([-2.0, -0.5, 0.25, 0.5, 1.75])


@pytest.mark.parametrize("density", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("limits", [None, (-1.0, 1.5)])
def test_histogram_is_numpy_s(limits: Any, weighted: bool, density: bool) -> None:
    weight = np.abs(VALUES) if weighted else None
    expected, edges = np.histogram(VALUES, 6, range=limits, weights=weight, density=density)
    w = None if weight is None else tg.tensor(weight)
    result = tg.histogram(tg.tensor(VALUES), 6, range=limits, weight=w, density=density)
    np.testing.assert_allclose(result.hist.numpy(), expected, rtol=1e-12)
    np.testing.assert_allclose(result.bin_edges.numpy(), edges, rtol=1e-12)


def test_bins_may_have_any_edges() -> None:
    inside = np.append(VALUES.ravel(), EDGES)  # a value on an edge belongs to the bin that begins there
    expected, _ = np.histogram(inside, EDGES)
    result = tg.histogram(tg.tensor(inside), tg.tensor(EDGES))
    assert result.hist.tolist() == expected.tolist()
    assert result.bin_edges.tolist() == EDGES.tolist()


def test_limits_in_one_point_are_moved_apart() -> None:
    assert tg.histogram(tg.ones(3), 2).bin_edges.tolist() == [0.5, 1.0, 1.5]
    assert tg.histogram(tg.ones(3), 2).hist.tolist() == [0, 3]
    assert tg.histc(tg.ones(3), 2).tolist() == [0, 3]
    assert tg.histogram(tg.empty(0), 2).bin_edges.tolist() == [0, 0.5, 1]


def test_weights_of_counts_have_gradients() -> None:
    places, x = tg.tensor([0, 2, 2]), tg.tensor([0.1, 0.9, 0.8], dtype=tg.float64)
    weights = tg.tensor([0.5, 1.5, 2.5], dtype=tg.float64, requires_grad=True)
    assert tg.bincount(places, weights, minlength=4).tolist() == [0.5, 0, 4, 0]
    assert gradcheck(lambda w: tg.bincount(places, w), (weights,))
    assert gradcheck(lambda w: tg.histogram(x, 2, range=(0.0, 1.0), weight=w).hist, (weights,))


def test_counts_of_halves() -> None:
    result = tg.histc(tg.tensor([0.0, 1.0, 2.0, 3.0, 9.0]).half(), 3, 0, 3)
    assert result.dtype is tg.float16
    assert result.tolist() == [1, 1, 2]


@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize("out_int32", [False, True])
def test_searchsorted_is_numpy_s(right: bool, out_int32: bool) -> None:
    values = np.append(VALUES.ravel(), [*EDGES, np.nan])
    expected = np.searchsorted(EDGES, values, "right" if right else "left")
    edges = tg.tensor(EDGES)
    for result in (
        tg.searchsorted(edges, tg.tensor(values), right=right, out_int32=out_int32),
        tg.bucketize(tg.tensor(values), edges, right=right, out_int32=out_int32),
    ):
        assert result.dtype is (tg.int32 if out_int32 else tg.int64)
        assert result.tolist() == expected.tolist()


def test_each_row_has_its_own_sequence() -> None:
    rows = tg.tensor([[3.0, 1.0, 2.0], [30.0, 10.0, 20.0]])
    sorter = tg.argsort(rows)
    found = tg.searchsorted(rows, tg.tensor([[1.5, 3.0], [1.5, 99.0]]), sorter=sorter, side="right")
    assert found.tolist() == [[1, 3], [0, 3]]
    assert tg.searchsorted(tg.tensor([1, 3]), 2).item() == 1
