"""Powers and roots: dtypes, corners and refusals; values are in test_of_one_tensor.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.values import NAN, same

import tinygrad_edu as tg


def test_powers() -> None:
    same(2 ** tg.tensor([1.0, -1.0]), [2.0, 0.5])
    same(tg.tensor([4.0, -4.0]) ** 0.5, [2.0, NAN])
    same(tg.tensor([5.0]) ** -1, [0.2])
    same(tg.tensor([0.0]) ** 0, [1.0])
    assert (2 ** tg.tensor([3, 4])).tolist() == [8, 16]
    assert (tg.tensor([2]) ** 0.5).dtype is tg.float32
    attempt: Callable[[], Any]
    for attempt in (lambda: tg.tensor([5]) ** -1, lambda: tg.tensor([True]) ** -1):
        with pytest.raises(RuntimeError, match="can't be raised to a negative integer power"):
            attempt()
    for attempt in (lambda: tg.tensor([True]) ** tg.tensor(False), lambda: True ** tg.tensor([True])):
        with pytest.raises(NotImplementedError, match="bools have no powers"):
            attempt()


@pytest.mark.parametrize("dtype", [tg.int64, tg.int32, tg.int8])
def test_a_negative_power_of_integers_is_a_fraction_that_is_cut(dtype: tg.dtype) -> None:
    exponents = tg.tensor([-3, -2, -1, 0, 1, 2], dtype=dtype)
    for base in (-3, -2, -1, 0, 1, 2, 3):
        wanted = [int(float(base) ** each) if base or each >= 0 else 0 for each in exponents.tolist()]
        for power in (base**exponents, tg.tensor(base, dtype=dtype) ** exponents):
            assert power.dtype is dtype
            assert power.tolist() == wanted
    assert tg.tensor([1, -1, 5], dtype=dtype).pow_(tg.tensor(-1)).tolist() == [1, -1, 0]
