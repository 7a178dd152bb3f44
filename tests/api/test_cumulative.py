"""Running sums against NumPy's."""

from __future__ import annotations

import tinygrad_edu as tg


def test_running_sums() -> None:
    x = tg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    assert x.cumsum(0).tolist() == [[1.0, 2.0], [4.0, 6.0]]
    assert x.cumsum(-1).tolist() == [[1.0, 3.0], [3.0, 7.0]]
    assert tg.cumsum(tg.tensor(2.0), 0).item() == 2.0
    (x.cumsum(0) * tg.tensor([[1.0, 10.0], [100.0, 1000.0]])).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [[101.0, 1010.0], [100.0, 1000.0]]
