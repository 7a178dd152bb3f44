"""Results held against what NumPy computed."""

from __future__ import annotations

from typing import Any

import numpy as np

import tinygrad_edu as tg

__all__ = ["INF", "NAN", "same"]

NAN, INF = float("nan"), float("inf")


def same(result: tg.Tensor, wanted: Any) -> None:
    """Compare values and shapes; two NaNs are the same."""
    wanted = np.asarray(wanted)
    assert tuple(result.shape) == wanted.shape
    np.testing.assert_allclose(result.detach().numpy(), wanted, rtol=1e-6)
