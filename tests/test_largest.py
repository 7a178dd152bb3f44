"""The largest value of each row, however the rows lie."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tinygrad_edu._largest import largest

SHAPES = [(100, 3), (4, 5, 64, 16), (0, 3), (3, 0), (64, 1), (63, 4), (1000, 17), (2000, 2), (16,)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_it_is_what_numpy_finds(shape: tuple[int, ...], dtype: Any) -> None:
    x = np.random.default_rng(0).standard_normal(shape).astype(dtype)
    x[..., ::2][x[..., ::2] > 1] = -np.inf
    for special in (None, np.nan, np.inf):
        if special is not None and x.size:
            x.flat[x.size // 2] = special
        for rows in (x, np.asfortranarray(x), x[::-1]):
            for dim in range(x.ndim):
                wanted = np.maximum.reduce(rows, axis=dim, keepdims=True, initial=-np.inf)
                found = largest(rows, dim)
                assert found.dtype == dtype
                np.testing.assert_array_equal(found, wanted)
            np.testing.assert_array_equal(largest(rows, -1), largest(rows, rows.ndim - 1))
