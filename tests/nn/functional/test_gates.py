"""Gates: activation functions that pass each value by as much as it says itself."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.ops._error_functions import normal_cdf

F = nn.functional


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_below_0_gelu_is_as_near_to_0_as_a_float_is_to_1(dtype: Any) -> None:
    x = np.linspace(-40, -4, 1001).astype(dtype)
    exact = np.array([math.erfc(-float(each) / math.sqrt(2)) / 2 for each in x])
    with np.errstate(over="ignore"):  # as operations run
        found = normal_cdf(x)
    assert np.all(np.abs(found - exact) <= np.finfo(dtype).eps / 4)
    assert np.all(np.abs(F.gelu(tg.tensor(x)).numpy() - x * exact) <= 40 * np.finfo(dtype).eps / 4)


def test_gelu_s_approximation_is_named() -> None:
    x = tg.tensor([-1.0, 2.0])
    assert F.gelu(x, approximate="tanh").numpy() == pytest.approx(F.gelu(x).numpy(), abs=1e-3)
    assert not tg.equal(F.gelu(x, approximate="tanh"), F.gelu(x))
    with pytest.raises(RuntimeError, match="gelu: approximate must be 'none' or 'tanh', got str 'erf'"):
        F.gelu(x, approximate="erf")


def test_what_glu_can_not_halve_is_refused() -> None:
    with pytest.raises(RuntimeError, match="glu: dimension 1 is halved, so its length must be even"):
        F.glu(tg.zeros(2, 3), 1)
    with pytest.raises(RuntimeError, match="glu: wanted at least one dimension to halve"):
        F.glu(tg.tensor(1.0))
