"""Normalisation of each sample against PyTorch's own, where that is installed: what rows don't draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed, values
from parity.twins import compare, twins

pytest.importorskip("torch")

HALF = 2.0**-10  # the step of float16, which some of the inputs are rounded to
CALLS = """\
F.layer_norm(x, (4,)) | F.layer_norm(x, [3, 4]) | F.layer_norm(x, x.shape) | F.layer_norm(x, (4,), eps=0)
F.layer_norm(x, (4,), w) | F.layer_norm(x, (4,), None, w) | F.layer_norm(x, (4,), w, w, 0.1) | F.layer_norm(x.mT, (3,))
F.layer_norm(x[:, ::2], (4,), w) | F.layer_norm(x[:0], (4,), w, w) | F.layer_norm(x[..., :0], (0,))
F.layer_norm(x.permute(2, 0, 1), (2, 3)) | F.layer_norm(w, (4,)) | F.layer_norm(x * 1000 + 5000, (4,))
F.layer_norm(input=x, normalized_shape=(4,), weight=w, bias=w) | F.layer_norm(m.zeros(2, 4), (4,))
F.layer_norm(x, (3,)) | F.layer_norm(x, ()) | F.layer_norm(x, 4) | F.layer_norm(x.long(), (4,))
F.layer_norm(x, (4,), w[:2])
F.layer_norm(x, (4,), w.unsqueeze(0)) | F.layer_norm(x.sum(), (1,)) | F.layer_norm(x, (4,), bias=w[1:])
F.rms_norm(x, (4,)) | F.rms_norm(x, [3, 4], eps=0.1) | F.rms_norm(x, x.shape) | F.rms_norm(x, (4,), w)
F.rms_norm(x[:, ::2], (4,), w, 1e-3) | F.rms_norm(x[:0], (4,), w) | F.rms_norm(x[..., :0], (0,))
F.rms_norm(x.mT, (3,))
F.rms_norm(m.zeros(2, 4), (4,)) | F.rms_norm(w, (4,), eps=None) | F.rms_norm(input=x, normalized_shape=(4,), weight=w)
F.rms_norm(x, (3,)) | F.rms_norm(x, ()) | F.rms_norm(x, 4) | F.rms_norm(x.long(), (4,)) | F.rms_norm(x, (4,), w[:2])
F.rms_norm(x.bool(), (4,))"""


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
@pytest.mark.parametrize("expression", listed(CALLS))
def test_the_functions_are_pytorch_s(expression: str, dtype: str) -> None:
    agree(f"(lambda F: {expression})(m.nn.functional)", x=values(dtype, 2, 3, 4), w=values(dtype, 4))


@pytest.mark.parametrize(
    "expression",
    listed("F.layer_norm(x, (4,), w, w) | F.layer_norm(x.double(), (4,), w) | F.layer_norm(x.half(), (4,), w, w)"),
)
def test_dtypes_that_meet(expression: str) -> None:
    agree(f"(lambda F: {expression})(m.nn.functional)", x=values("float32", 2, 4), w=values("float32", 4), rtol=HALF)


@pytest.mark.parametrize("name", ["LayerNorm", "RMSNorm"])
@pytest.mark.parametrize(
    ("shape", "settings"),
    [(4, {}), ((3, 4), {}), ([4], {"eps": 0.1}), (4, {"elementwise_affine": False}), ((2, 3, 4), {"eps": 1e-3})],
)
def test_the_layers_are_pytorch_s(name: str, shape: Any, settings: dict[str, Any]) -> None:
    compare(*twins(name, shape, **settings), np.random.default_rng(0).standard_normal((2, 3, 4)))


def test_a_layer_without_bias() -> None:
    compare(*twins("LayerNorm", 4, bias=False), np.random.default_rng(0).standard_normal((2, 4)))
