"""What becomes of a value doesn't depend on its neighbours, infinities and NaNs among them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.cases import CASES

import tinygrad_edu as tg
from tinygrad_edu.ops.table import TABLE

SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 0.5, -1.5, 2.5, 1e30, -1e30]
CLOSENESS = {"float32": 1e-6, "float64": 1e-14}  # NumPy computes a few values otherwise than many


def of(name: str, values: list[float], dtype: str, params: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    x = tg.tensor(values, dtype=getattr(tg, dtype), requires_grad=True)
    y: Any = TABLE[name](x, **params)
    if y.requires_grad:
        y.sum().backward()
    return y.detach().numpy(), np.zeros(len(values)) if x.grad is None else x.grad.numpy()


@pytest.mark.parametrize("dtype", CLOSENESS)
@pytest.mark.parametrize("name", [each.name for each in TABLE.values() if each.elementwise and len(each.operands) == 1])
@settings(max_examples=3)  # which differ in settings, if there are any
@given(data=st.data())
def test_a_value_has_the_same_result_and_slope_alone_and_among_others(
    name: str, dtype: str, data: st.DataObject
) -> None:
    params = data.draw(CASES[name]).params
    together, alone = of(name, SPECIAL, dtype, params), [of(name, [value], dtype, params) for value in SPECIAL]
    for which in (0, 1):
        one_by_one = np.concatenate([each[which] for each in alone])
        np.testing.assert_allclose(together[which], one_by_one, rtol=CLOSENESS[dtype], atol=0)
