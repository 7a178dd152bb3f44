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
    for attempt in (lambda: tg.tensor([5]) ** -1, lambda: 2 ** tg.tensor([-1])):
        with pytest.raises(RuntimeError, match="can't be raised to a negative integer power"):
            attempt()
