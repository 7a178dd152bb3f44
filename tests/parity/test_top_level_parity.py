"""The functions of networks at the top level: there in PyTorch, and called in the same order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import _top_level

from .expressions import agree

torch = pytest.importorskip("torch")

CALLS = [
    "m.conv1d(x, w, v, 1, 1) | m.conv_transpose1d(x, w, None, 2) | m.max_pool1d(x, 2, 1)",
    "m.avg_pool1d(x, 2, 1, 0, True)",
    "m.layer_norm(x, (4,), None, None, 1e-3) | m.group_norm(x, 3, v, v, 1e-3) | m.rms_norm(x, (4,), None, 1e-3)",
    "m.cosine_similarity(x, 2 * x + 1, 2, 1e-6) | m.pairwise_distance(x, x + 1, 1.0, 1e-6, True) | m.pdist(x[0], 1.0)",
    "m.channel_shuffle(x[..., None], 3) | m.adaptive_avg_pool1d(x, 2) | m.bilinear(x[..., :3], x[..., :3], w)",
    "m.relu_(x.clone()) | m.celu_(x.clone(), 2.0) | m.selu_(x.clone()) | m.threshold_(x.clone(), 0.1, 2.0)",
]


@pytest.mark.parametrize("expression", [each for line in CALLS for each in line.split(" | ")])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_they_compute_what_pytorch_s_do(expression: str, dtype: str) -> None:
    numbers = np.random.default_rng(0)
    operands = {"x": numbers.standard_normal((2, 3, 4)), "w": numbers.standard_normal((3, 3, 3)), "v": np.ones(3)}
    used: dict[str, Any] = {
        each: value.astype(dtype) for each, value in operands.items() if each in expression.replace("max", "")
    }
    agree(expression, **used)


@pytest.mark.parametrize("name", sorted({*_top_level.__all__} - {"autocast", "load", "save"}))
def test_pytorch_has_it_too_and_it_is_that_of_nn_functional(name: str) -> None:
    assert hasattr(torch, name)
    assert getattr(tg, name) is getattr(tg.nn.functional, name)
