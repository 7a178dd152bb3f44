"""Initial values beside PyTorch's: those that aren't random as they are, of the others what is 0; old names; errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

FIXED = """\
dirac_(m.empty(2, 3, 3)) | dirac_(m.empty(4, 2, 3), 2) | dirac_(m.empty(3, 2, 2, 4))
dirac_(m.empty(6, 1, 1, 3), groups=3)
dirac_(m.empty(2, 2, 3, 2, 1)) | dirac_(m.empty(0, 2, 3)) | dirac_(m.empty(2, 0, 3)) | dirac_(m.empty(2, 2, 1).half())
dirac_(m.empty(2, 2, 2, dtype=m.int64)) | dirac_(m.empty(3, 2, 2).transpose(0, 1))
dirac_(m.empty(4, 4, 4).double(), 4)
dirac_(m.empty(2, 2, 3, requires_grad=True)) | sparse_(m.empty(4, 3), 1.0) | sparse_(m.empty(0, 3), 0.5)
sparse_(m.empty(4, 3), 0.5, 0.0) | sparse_(m.empty(3, 0), 0.5)
dirac_(m.empty(2, 2)) | dirac_(m.empty(2, 2, 2, 2, 2, 2)) | dirac_(m.empty(3, 2, 2), 2) | sparse_(m.empty(2), 0.5)
sparse_(m.empty(2, 2, 2), 0.5) | sparse_(m.empty(2, 2)) | sparse_(m.empty(2, 2), float('nan'))
dirac_(m.empty(2, 2, 2), 1.0)
sparse_(m.empty(2, 2, dtype=m.int64), 0.5)"""


@pytest.mark.parametrize("expression", listed(FIXED.replace("\n", " | ")))
def test_values(expression: str) -> None:
    agree(f"m.nn.init.{expression}")


@pytest.mark.parametrize("sparsity", [0.0, 0.1, 0.25, 0.5, 0.75, 0.99])
@pytest.mark.parametrize("shape", [(4, 3), (10, 2), (1, 5), (7, 7)])
def test_as_many_zeros_in_each_column(shape: tuple[int, int], sparsity: float) -> None:
    counts = [(np.asarray(m.nn.init.sparse_(m.empty(*shape), sparsity)) == 0).sum(0).tolist() for m in (tg, torch)]
    assert counts[0] == counts[1]


def test_sparse_weights_are_spread_as_asked_and_drawn_by_the_generator() -> None:
    made: Any = tg.nn.init.sparse_(tg.empty(2000, 5, dtype=tg.float64), 0.5, 0.1, tg.Generator().manual_seed(1))
    assert made.equal(tg.nn.init.sparse_(tg.empty(2000, 5, dtype=tg.float64), 0.5, 0.1, tg.Generator().manual_seed(1)))
    values = made.numpy()[made.numpy() != 0]
    assert values.std() == pytest.approx(0.1, rel=0.05)
    zeros = made.numpy() == 0
    assert (zeros[:, 0] != zeros[:, 1]).any()


def test_every_name_of_pytorch_is_there() -> None:
    for name in torch.nn.init.__all__:
        assert callable(getattr(tg.nn.init, name))
    for name in ("ones", "zeros", "trunc_normal"):
        assert not hasattr(torch.nn.init, name)
        assert not hasattr(tg.nn.init, name)


def test_old_names_are_deprecated() -> None:
    for m in (tg, torch):
        with pytest.warns(FutureWarning, match=r"nn.init.xavier_uniform.* is (now )?deprecated"):
            w = m.nn.init.xavier_uniform(m.empty(3, 3), gain=2.0)
        assert w.shape == (3, 3)
