"""The fused cross-entropy against the plain one that stands beside it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tinygrad_edu.ops.loss import cross_entropy, plain_cross_entropy

Shape = tuple[int, int]

SHAPES = [(1, 1), (1, 4), (4, 1), (3, 4), (4, 3), (4, 4), (32, 2), (2, 60), (100, 10)]


def scores_and_classes(shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    return generator.normal(size=shape), generator.integers(shape[1], size=shape[0])


@pytest.mark.parametrize("averaged", [False, True])
@pytest.mark.parametrize("size", [0, 1, 1000, 1e30], ids="scores of size {}".format)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_it_is_the_plain_one(shape: Shape, dtype: type, size: float, averaged: bool) -> None:
    x, target = scores_and_classes(shape)
    x = (size * x).astype(dtype)
    before = x.copy(), target.copy()
    loss, slope, _ = cross_entropy.forward(x, target=target, averaged=averaged)
    expected_loss, expected_slope = plain_cross_entropy(x, target, averaged)
    precision = float(np.finfo(dtype).eps)
    np.testing.assert_allclose(loss, expected_loss, rtol=16 * precision)
    np.testing.assert_allclose(slope, expected_slope, rtol=16 * precision, atol=2 * precision)
    assert loss.dtype == slope.dtype == dtype
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(target, before[1])


@pytest.mark.parametrize(("column", "value"), [(0, -np.inf), (1, -np.inf), (0, np.inf), (1, np.inf), (1, np.nan)])
@pytest.mark.parametrize("shape", [(4, 3), (3, 4)], ids=str)
def test_infinite_scores(shape: Shape, column: int, value: float) -> None:
    x, target = scores_and_classes(shape)
    x[1, column], target[1] = value, 0
    with np.errstate(all="ignore"):
        loss, slope, _ = cross_entropy.forward(x, target=target, averaged=False)
        expected_loss, expected_slope = plain_cross_entropy(x, target, averaged=False)
    np.testing.assert_allclose(loss, expected_loss)
    np.testing.assert_allclose(slope, expected_slope, atol=1e-15)


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda x: x[::-1, ::-1]], ids=["by columns", "backwards"])
@pytest.mark.parametrize("shape", [(4, 3), (3, 4)], ids=str)
def test_any_layout(shape: Shape, layout: Callable[[np.ndarray], np.ndarray]) -> None:
    x, target = scores_and_classes(shape)
    loss, slope, _ = cross_entropy.forward(layout(x), target=target, averaged=True)
    expected_loss, expected_slope = plain_cross_entropy(layout(x), target, averaged=True)
    np.testing.assert_allclose(loss, expected_loss)
    np.testing.assert_allclose(slope, expected_slope)


@pytest.mark.parametrize(
    "wrong", [-(10**9), *range(-121, -118), -100, -61, -60, -31, *range(-10, 0), 60, 61, 120, 10**9]
)
@pytest.mark.parametrize("shape", [(4, 3), (4, 4), (2, 4), (2, 60), (90, 60)], ids=str)
def test_a_class_out_of_range_is_refused(shape: Shape, wrong: int) -> None:
    x, target = scores_and_classes(shape)
    target[1] = wrong
    with pytest.raises(IndexError, match=f"classes from 0 to {shape[1] - 1} are wanted"):
        cross_entropy.forward(x, target=target, averaged=True)
