"""The toy sets: shapes, balance, repeatability and the pattern itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.datasets import make_spirals, make_xor

both = pytest.mark.parametrize("make", [make_xor, make_spirals])


@given(n_samples=st.integers(0, 50), make=st.sampled_from([make_xor, make_spirals]))
def test_shapes_and_types(n_samples: int, make: Callable[..., Any]) -> None:
    points, classes = make(n_samples)
    assert (points.shape, points.dtype) == ((n_samples, 2), tg.float32)
    assert (classes.shape, classes.dtype) == ((n_samples,), tg.int64)
    assert np.isfinite(points.numpy()).all()


@both
def test_the_same_seed_gives_the_same_points(make: Callable[..., Any]) -> None:
    first, again = (make(20, generator=tg.Generator().manual_seed(1))[0].tolist() for _ in range(2))
    assert first == again
    tg.manual_seed(1)
    assert make(20)[0].tolist() == first
    assert make(20)[0].tolist() != first


@both
def test_what_has_no_meaning_is_refused(make: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match=rf"{make.__name__}: n_samples must not be negative, got -1"):
        make(-1)
    with pytest.raises(ValueError, match=rf"{make.__name__}: noise is a standard deviation .* got -0\.5"):
        make(4, noise=-0.5)


def test_xor_follows_its_truth_table() -> None:
    points, classes = make_xor(40, noise=0.05, generator=tg.Generator().manual_seed(0))
    corners = np.rint(points.numpy())
    np.testing.assert_array_equal(classes.numpy(), corners[:, 0] != corners[:, 1])
    assert np.bincount(classes.numpy()).tolist() == [20, 20]
    assert np.abs(points.numpy() - corners).max() > 0


@pytest.mark.parametrize("n_classes", [1, 2, 5])
def test_the_arms_go_outwards_side_by_side(n_classes: int) -> None:
    points, classes = make_spirals(10 * n_classes, noise=0, n_classes=n_classes)
    assert classes.tolist() == list(range(n_classes)) * 10
    radius = np.hypot(*points.numpy().T).reshape(10, n_classes)
    np.testing.assert_allclose(radius, np.linspace(0, 1, 10)[:, None].repeat(n_classes, axis=1), atol=1e-6)
    turned = points.numpy()[classes.numpy() == n_classes - 1] @ [1, 1j]
    first = points.numpy()[classes.numpy() == 0] @ [1, 1j]
    np.testing.assert_allclose(turned, first * np.exp(2j * np.pi * (n_classes - 1) / n_classes), atol=1e-6)


def test_a_spiral_needs_an_arm() -> None:
    with pytest.raises(ValueError, match="make_spirals: n_classes must be at least 1, got 0"):
        make_spirals(n_classes=0)
