"""Images of other sizes: worked-out values, means of areas; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.nn import functional

ROW = tg.tensor([[[0.0, 10.0, 20.0, 60.0]]])
resize: Any = functional.interpolate


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"size": 2}, [0.0, 20.0]),
        ({"size": 2, "mode": "nearest-exact"}, [10.0, 60.0]),
        ({"size": 2, "mode": "area"}, [5.0, 40.0]),
        ({"size": 2, "mode": "linear"}, [5.0, 40.0]),
        ({"size": 2, "mode": "linear", "align_corners": True}, [0.0, 60.0]),
        ({"size": 1, "mode": "linear", "align_corners": True}, [0.0]),
        ({"size": 7, "mode": "linear", "align_corners": True}, [0.0, 5.0, 10.0, 15.0, 20.0, 40.0, 60.0]),
        ({"scale_factor": 0.7}, [0.0, 10.0]),  # each 1 / 0.7 further
        ({"scale_factor": 0.7, "recompute_scale_factor": True}, [0.0, 20.0]),  # each 4 / 2 further
        ({"scale_factor": [1.0]}, [0.0, 10.0, 20.0, 60.0]),
    ],
)
def test_a_row(settings: dict[str, Any], wanted: list[float]) -> None:
    np.testing.assert_allclose(resize(ROW, **settings)[0, 0].numpy(), wanted, rtol=1e-6)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_areas_are_means(ndim: int) -> None:
    x = tg.randn(2, 3, *[4] * ndim, dtype=tg.float64)
    found = resize(x, size=2, mode="area").numpy()
    wanted = x.numpy()
    for dim in range(2, 2 + ndim):
        wanted = wanted.reshape(*wanted.shape[:dim], 2, 2, *wanted.shape[dim + 1 :]).mean(dim + 1)
    np.testing.assert_allclose(found, wanted)


def test_what_cubic_weights_make_of_a_single_value() -> None:
    x = tg.zeros(1, 1, 4, 12)
    x[..., 6] = 1
    found = resize(x, scale_factor=2.0, mode="bicubic")[0, 0, 5].numpy()
    side = [-0.03515625, -0.10546875, 0.26171875, 0.87890625]  # 7/4, 5/4, 3/4 and 1/4 away
    np.testing.assert_allclose(found, [0.0] * 9 + side + side[::-1] + [0.0] * 7, atol=1e-7)


def test_the_same_size_gives_a_new_tensor() -> None:
    found = resize(ROW, size=4)
    assert found.equal(ROW)
    assert found.data_ptr() != ROW.data_ptr()


IMAGE = tg.ones(1, 1, 2, 2)
REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: resize(ROW, 2, mode="cubic"), NotImplementedError, "a mode among .* mode='cubic'"),
    (lambda: resize(ROW[0], 2), NotImplementedError, "one to three dimensions"),
    (lambda: resize(ROW, 2, mode="bilinear"), NotImplementedError, "mode='bilinear' is not for 1 dimensions"),
    (lambda: resize(ROW, 2, mode="bicubic"), NotImplementedError, "mode='bicubic' is not for 1 dimensions"),
    (lambda: resize(ROW, 2, align_corners=True), ValueError, "align_corners is for linear.* got mode='nearest'"),
    (lambda: resize(IMAGE, 2, mode="bilinear", antialias=True), NotImplementedError, "antialias=True"),
    (lambda: resize(ROW), ValueError, "either size or scale_factor, got size=None"),
    (lambda: resize(ROW, 2, 2.0), ValueError, "either size or scale_factor, got size=2"),
    (lambda: resize(IMAGE, (2, 2, 2)), ValueError, "size must be one number or 2 of them"),
    (lambda: resize(IMAGE, scale_factor=(2.0,)), ValueError, "scale_factor must be one number or 2"),
    (lambda: resize(ROW, 2, recompute_scale_factor=True), ValueError, "recompute_scale_factor is for a scale_factor"),
    (lambda: resize(ROW, scale_factor=-1.0), RuntimeError, "scale_factor must be positive"),
    (lambda: resize(ROW, 0), RuntimeError, "only the batch may be empty"),
    (lambda: resize(ROW[:, :0], 2), RuntimeError, "only the batch may be empty"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_refusals(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
