"""CTC beside PyTorch's: values, gradients by log_probs themselves, errors. It has no second derivative there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed

RNG = np.random.default_rng(0)

CALLS = """\
F(x, t, (5, 4), (3, 2)) | F(x, t, [5, 4], [3, 2]) | F(x, t, m.tensor([5, 4]), m.tensor([3, 2]))
F(x, t, (5, 4), (3, 2), 0, 'sum') | F(x, t, (5, 4), (3, 2), reduction='none') | F(x, t - 1, (5, 4), (3, 1), blank=3)
F(x, t, (3, 4), (3, 2), reduction='none') | F(x, t, (3, 4), (3, 2)) | F(x, t, (2, 1), (3, 2), reduction='none')
F(x, t, (2, 4), (3, 2), zero_infinity=True) | F(x, t, (2, 4), (3, 2), 0, 'none', True)
F(x, t, (0, 0), (1, 0), 0, 'none')
F(x, t, (5, 5), (0, 2)) | F(x, t, (5, 5), (0, 0), reduction='none') | F(x, t[:, :0], (5, 5), (0, 0), reduction='sum')
F(x, concatenated, (5, 4), (3, 2), reduction='none') | F(x, concatenated[1:4], (5, 4), (1, 2))
F(x, t.int(), (5, 4), (3, 2))
F(x, t, m.tensor([5, 4]).int(), m.tensor([[3, 2]]).short(), reduction='none') | F(x, t.byte(), (5, 5), (1, 1))
F(x, t.float(), (5, 5), (3, 2))
F(x[:, :, :2], t * 0 + 1, (5, 5), (2, 1))
F(x[:, 0], t[0], m.tensor(5), m.tensor(3)) | F(x[:, 0], t[0], (5,), (3,), reduction='none')
F(x[:, 1], t[1:], (4,), (2,))
F(x.transpose(0, 1).contiguous().transpose(0, 1), t, (5, 4), (3, 2)) | F(x.log_softmax(2), t, (5, 4), (3, 2))
m.nn.CTCLoss()(x, t, (5, 4), (3, 2)) | m.nn.CTCLoss(3, 'none', True)(x, t - 1, (5, 2), (3, 1))
repr(m.nn.CTCLoss(blank=1))
m.nn.modules.loss.CTCLoss(reduction='sum')(x, t, (5, 4), (3, 2)) | m.nn.CTCLoss(1).blank"""

WRONG = """\
F(x, t, m.tensor([5., 4.]), m.tensor([3, 2])) | F(x, t, m.tensor([True, True]), m.tensor([3, 2]))
F(x, t, (5, 4), m.tensor([3, 2])) | F(x, t, (6, 4), (3, 2)) | F(x, t, (5, 4), (4, 2)) | F(x, t, (5, 4), (-1, 2))
F(x, t, (-1, 4), (1, 2)) | F(x, t, (5, 4), (3, 2), 4) | F(x, t, (5, 4), (3, 2), -1) | F(x, t, (5, 4), (3, 2), 1.0)
F(x, concatenated, (5, 4), (3, 1)) | F(x, concatenated, (5, 4), (3, 3)) | F(x, t[None], (5, 4), (3, 2))
F(x, t[0, 0], (5, 4), (3, 2)) | F(x, t, (5,), (3, 2)) | F(x, t, (5, 4), (3,)) | F(x, t[:1], (5, 4), (3, 2))
F(x[0, 0], t, (5,), (3,)) | F(x[None], t, (5, 4), (3, 2)) | F(x[:, :0], t[:0], (), ()) | F(x[:0], t, (0, 0), (1, 1))
F(x, t, (5, 4), (3, 2), reduction='x') | F(x, t, (5, 4), (3, 2), zero_infinity=1) | F(x.long(), t, (5, 4), (3, 2))
F(x[:, 0], t[0], 5, 3) | F(x, t, (5, 4)) | F(x, t, None, None) | m.nn.CTCLoss(reduction='x')(x, t, (5, 4), (3, 2))"""


def operands(dtype: str) -> dict[str, Any]:
    x = np.log(RNG.dirichlet(np.ones(4), (5, 2))).astype(dtype)
    return {"x": x, "t": np.array([[1, 2, 2], [3, 1, 0]]), "concatenated": np.array([1, 2, 2, 3, 1])}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("expression", listed(CALLS))
def test_calls(expression: str, dtype: str) -> None:
    closeness = 1e-5 if dtype == "float32" else 1e-11
    agree(expression.replace("F(", "m.nn.functional.ctc_loss("), rtol=closeness, **operands(dtype))


@pytest.mark.parametrize("expression", listed(WRONG))
def test_wrong_calls(expression: str) -> None:
    agree(expression.replace("F(", "m.nn.functional.ctc_loss("), **operands("float64"))


@pytest.mark.parametrize(
    "expression", ["F(x, t, (5, 4), (3, 3), reduction='none')", "F(x, t, (5, 4), (3, 2), blank=2)"]
)
def test_a_blank_in_the_target(expression: str) -> None:
    """The losses are PyTorch's; its gradients are none, by its own gradcheck, while here they are derivatives."""
    agree(expression.replace("F(", "m.nn.functional.ctc_loss("), gradient=False, **operands("float64"))
