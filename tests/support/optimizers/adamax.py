"""The step of Adamax by hand."""

from __future__ import annotations

import numpy as np
from support.optimizers.row import WRONG_BETAS, Memory, Row, negative


def adamax(
    W: np.ndarray,
    g: np.ndarray,
    memory: Memory,
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0,
    maximize: bool = False,
) -> np.ndarray:
    """Algorithm 2 of https://arxiv.org/abs/1412.6980, with PyTorch's options."""
    beta1, beta2 = betas
    t = memory["t"] = memory.get("t", 0) + 1
    g = (-g if maximize else g) + weight_decay * W
    m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    u = memory["u"] = np.maximum(beta2 * memory.get("u", 0), np.abs(g) + eps)
    return W - lr / (1 - beta1**t) * m / u


ROW = Row(
    adamax,
    {
        "lr": (0.05, 0.5, 0, 0.001),
        "betas": ((0.9, 0.999), (0.5, 0.75), (0.0, 0.0)),
        "eps": (1e-8, 0.1),
        "weight_decay": (0, 0.05),
        "maximize": (False, True),
    },
    (*negative("eps", "weight_decay"), *WRONG_BETAS),
    chaotic="the largest gradient may be either of two",
)
