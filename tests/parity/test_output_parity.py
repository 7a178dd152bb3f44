"""``out=`` beside PyTorch's: values, dtypes, shapes, warnings, what is refused, and that it is the same tensor."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

WRITTEN = """
m.exp(a, out=m.empty(0)) | m.exp(a, out=m.empty(3)) | m.exp(a, out=m.empty(3, dtype=m.float64))
m.exp(a, out=m.empty(3, dtype=m.int64)) | m.add(a, a.double(), out=m.empty(3)) | m.exp(a, out=3)
m.eq(a, a, out=m.empty(3)) | m.eq(a, a, out=m.empty(3, dtype=m.bool)) | m.zeros(2, 3, out=m.empty(2, 3))
m.arange(3, out=m.empty(0))
m.zeros(2, 3, out=m.empty(2, 3, dtype=m.int64)) | m.ones(2, out=m.empty(0)) | m.cat([a, a], out=m.empty(6))
m.stack([a, a], out=m.empty(2, 3)) | m.sum(a, 0, out=m.empty(())) | m.cumsum(a, 0, out=m.empty(3))
tuple(m.max(a, 0, out=(m.empty(()), m.empty((), dtype=m.int64))))
tuple(m.sort(a, out=(m.empty(3), m.empty(3, dtype=m.int64))))
m.mul(a, 2, out=m.empty(3)) | m.sub(a, a, alpha=2, out=m.empty(3)) | m.clamp(a, 0, 1, out=m.empty(3))
m.maximum(a, a, out=m.empty(3)) | m.norm(a, out=m.empty(())) | m.linspace(0, 1, 3, out=m.empty(3))
m.matmul(a, a, out=m.empty(())) | m.sigmoid(a, out=m.empty(3)) | m.mean(a, 0, out=m.empty(()))
"""


@pytest.mark.parametrize("expression", listed(WRITTEN))
def test_results_are_written(expression: str) -> None:
    with tg.no_grad(), torch.no_grad():
        agree(expression, a=np.array([0.5, -1.5, 2.5], dtype=np.float32), gradient=False)


def test_it_is_the_tensor_that_was_given() -> None:
    for m in (tg, torch):
        x: Any = m.arange(6.0).reshape(2, 3)
        row = x[1]
        assert m.exp(x[0], out=row) is row
        np.testing.assert_allclose(x[1].numpy(), np.exp([0, 1, 2]), rtol=1e-6)
        assert m.exp(row, out=row) is row


def test_a_tensor_of_another_shape_is_warned_of() -> None:
    for m in (tg, torch):
        out = m.empty(2)
        with pytest.warns(UserWarning, match="shape"):
            m.exp(m.zeros(3), out=out)
        assert out.tolist() == [1, 1, 1]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            m.exp(m.zeros(3), out=m.empty(0))


def test_what_would_be_recorded_is_refused() -> None:
    for m in (tg, torch):
        w = m.ones(3, requires_grad=True)
        for out in (m.empty(3), w):
            with pytest.raises(RuntimeError, match="out="):
                m.exp(w, out=out)
        with m.no_grad():
            assert m.exp(w, out=m.empty(3)).shape == (3,)
