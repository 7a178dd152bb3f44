"""Grids of places, and images read at them: what stays as it is, what is outside; and what is refused."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.nn import functional


@pytest.mark.parametrize("aligned", [False, True])
@pytest.mark.parametrize(("ndim", "mode"), [*itertools.product([2, 3], ["bilinear", "nearest"]), (2, "bicubic")])
def test_the_grid_that_moves_nothing_gives_the_image(ndim: int, aligned: bool, mode: str) -> None:
    size = (2, 3, 4, 5, 3)[: ndim + 2]
    image = tg.randn(*size, dtype=tg.float64)
    grid = functional.affine_grid(tg.eye(ndim, ndim + 1, dtype=tg.float64).repeat(2, 1, 1), size, align_corners=aligned)
    assert grid.shape == (2, *size[2:], ndim)
    found = functional.grid_sample(image, grid, mode=mode, align_corners=aligned)
    np.testing.assert_allclose(found.numpy(), image.numpy(), atol=1e-12)


def mirrored(values: list[float], place: float, edge: float) -> float:
    """The value at a place of the image that is mirrored at its edges, so far outside the outermost values."""
    span = len(values) - 1 + 2 * edge
    place = (place + edge) % (2 * span)
    return float(np.interp(min(place, 2 * span - place) - edge, range(len(values)), values))


@pytest.mark.parametrize("aligned", [False, True])
def test_what_is_outside(aligned: bool) -> None:
    values, places = [1.0, 2.0, 4.0], np.array([-4.0, -1.25, -0.5, 0.0, 1.0, 1.5, 2.0, 2.25, 7.0])
    x = places - 1 if aligned else (2 * places + 1) / 3 - 1
    grid = tg.tensor(np.stack([x, np.zeros(len(x))], -1)[None, None])
    image = tg.tensor([[[values]]], dtype=tg.float64)
    wanted = {
        "zeros": np.interp(places, range(-1, 4), [0.0, *values, 0.0]),
        "border": np.interp(places, range(3), values),
        "reflection": [mirrored(values, place, 0.0 if aligned else 0.5) for place in places],
    }
    for padding, row in wanted.items():
        found = functional.grid_sample(image, grid, padding_mode=padding, align_corners=aligned)
        np.testing.assert_allclose(found.numpy().ravel(), row, atol=1e-12, err_msg=padding)


def test_an_image_of_one_value_mirrors_to_itself() -> None:
    grid = tg.tensor([[[[-3.0, 0.5], [0.0, 0.0], [7.0, 2.0]]]])
    found = functional.grid_sample(tg.tensor([[[[5.0]]]]), grid, padding_mode="reflection", align_corners=True)
    assert found.tolist() == [[[[5.0, 5.0, 5.0]]]]


def test_alignment_is_false_if_left_out_with_a_warning() -> None:
    theta = tg.eye(2, 3)[None]
    with pytest.warns(UserWarning, match="align_corners"):
        grid = functional.affine_grid(theta, (1, 1, 2, 2))
    assert grid.equal(functional.affine_grid(theta, (1, 1, 2, 2), align_corners=False))
    with pytest.warns(UserWarning, match="length of 1"):
        assert functional.affine_grid(theta, (1, 1, 1, 1), align_corners=True).tolist() == [[[[0.0, 0.0]]]]


def affine(theta: tg.Tensor, size: Any) -> tg.Tensor:
    return functional.affine_grid(theta, size, align_corners=False)


def sample(input: tg.Tensor, grid: tg.Tensor, mode: str = "bilinear", padding: str = "zeros") -> tg.Tensor:
    return functional.grid_sample(input, grid, mode, padding, align_corners=False)


IMAGE, GRID, VOLUME = tg.ones(1, 1, 2, 2), tg.zeros(1, 2, 2, 2), tg.ones(1, 1, 2, 2, 2)
REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: affine(tg.ones(1, 2, 3, dtype=tg.int64), (1, 1, 2, 2)), ValueError, "must be floating-point"),
    (lambda: affine(tg.ones(1, 2, 3), (1, 1, 2)), NotImplementedError, r"size must be \(N, C, H, W\) or"),
    (lambda: affine(tg.ones(1, 2, 2), (1, 1, 2, 2)), ValueError, r"must have the shape \(N, 2, 3\)"),
    (lambda: affine(tg.ones(2, 3), (1, 1, 2, 2)), ValueError, r"must have the shape \(N, 2, 3\)"),
    (lambda: affine(tg.ones(1, 2, 3), (1, 1, 0, 2)), ValueError, "size must be positive"),
    (lambda: affine(tg.ones(2, 2, 3), (1, 1, 2, 2)), RuntimeError, "a matrix for each of 1 images"),
    (lambda: sample(IMAGE, GRID, "linear"), ValueError, "mode must be 'bilinear'.*, got 'linear'"),
    (lambda: sample(IMAGE, GRID, padding="circular"), ValueError, "padding_mode must be 'zeros'.*, got 'circular'"),
    (lambda: sample(IMAGE, GRID[..., :1]), RuntimeError, "wanted images .* and a grid"),
    (lambda: sample(IMAGE, tg.zeros(2, 2, 2, 2)), RuntimeError, "wanted images .* and a grid"),
    (lambda: sample(tg.ones(1, 1, 0, 2), GRID), RuntimeError, "only the batch may be empty"),
    (lambda: sample(IMAGE, GRID.double()), RuntimeError, "must have one dtype"),
    (lambda: sample(VOLUME, tg.zeros(1, 2, 2, 2, 3), "bicubic"), RuntimeError, "mode='bicubic' is for images"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_refusals(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
