"""The norm of several tensors against PyTorch's own, where that is installed."""

from __future__ import annotations

import pytest
from parity.expressions import agree, listed, values

pytest.importorskip("torch")

CALLS = """\
U.get_total_norm([x, y]) | U.get_total_norm([x, y], 1.0) | U.get_total_norm([x], float("inf")) | U.get_total_norm(x)
U.get_total_norm([x, y], 3.0) | U.get_total_norm([]) | U.get_total_norm([x[:, ::2], y[0]]) | U.get_total_norm([x * 0])
U.get_total_norm([x / 0], error_if_nonfinite=True) | U.get_total_norm((x, y), norm_type=0.5)"""


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("expression", listed(CALLS))
def test_it_is_pytorch_s(expression: str, dtype: str) -> None:
    shown = f"(lambda U, x, y: {expression})(m.nn.utils, x.detach(), y.detach())"
    agree(shown, gradient=False, x=values(dtype, 3, 4), y=values(dtype, 2, 3))
