"""Padding against NumPy's, cutting off, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.nn import functional

X = tg.arange(24.0).reshape(1, 2, 3, 4)


@pytest.mark.parametrize(("mode", "numpys"), [("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")])
@pytest.mark.parametrize("pads", [(2, 1), (1, 3, 2, 0), (0, 0, 0, 0)])
def test_as_in_numpy(mode: str, numpys: Any, pads: Sequence[int]) -> None:
    x = X[0] if len(pads) == 2 else X
    widths = [(0, 0)] * (x.ndim - len(pads) // 2) + list(zip(pads[::2], pads[1::2], strict=True))[::-1]
    found = functional.pad(x, pads, mode)
    np.testing.assert_array_equal(found.numpy(), np.pad(x.numpy(), widths, numpys))
    found.zero_()  # which is a new tensor, even if nothing is padded
    assert X[0, 0, 0, 1] == 1


def test_negative_numbers_cut_off() -> None:
    x = X[0, 0]
    assert functional.pad(x, (-1, 2, 0, -2), value=9.0).tolist() == [[1.0, 2.0, 3.0, 9.0, 9.0]]
    row = tg.tensor([[1, 2, 3, 4]])
    assert functional.pad(row, (-1, 2), "circular").tolist() == [[2, 3, 4, 2, 3]]
    assert functional.pad(row, (-2, 2), "replicate").tolist() == [[3, 4, 4, 4]]
    assert functional.pad(row, (2, -1), "reflect").tolist() == [[3, 2, 1, 2, 3]]


pad: Any = functional.pad
REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: pad(X, 1), TypeError, "pad must be a tuple or list of integers, got 1"),
    (lambda: pad(X, (1, 2, 3)), RuntimeError, "two numbers for each"),
    (lambda: pad(X, (0,) * 10), RuntimeError, "two numbers for each"),
    (lambda: pad(X, (-3, -2)), RuntimeError, "cuts more off"),
    (lambda: pad(X, (1, 1), "mirror"), NotImplementedError, "'reflect', 'replicate' or 'circular', got 'mirror'"),
    (lambda: pad(X, (1, 1, 1, 1), "reflect", 2.0), RuntimeError, "takes its values from the input, got value"),
    (lambda: pad(X, (1, 1), "reflect"), NotImplementedError, "one to three spatial dimensions .* got 1"),
    (lambda: pad(X[:, :, :0], (1, 1, 1, 1), "replicate"), RuntimeError, "takes its values from the input, got one of"),
    (lambda: pad(X, (-4, 0, -3, 0), "replicate"), RuntimeError, "must leave something"),
    (lambda: pad(X, (4, 0, 0, 0), "reflect"), RuntimeError, "a dimension of 4 with at most 3"),
    (lambda: pad(X, (0, 5, 0, 0), "circular"), RuntimeError, "a dimension of 4 with at most 4"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_refusals(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
