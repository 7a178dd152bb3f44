"""Programs in the style of public tutorials, with PyTorch by another import alone: their losses are the same."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from support.tutorials import NAMES, losses

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("name", NAMES)
def test_the_losses_are_pytorch_s(name: str) -> None:
    mine = losses(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of PyTorch
        theirs = losses(name, torch)
    np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-9)
