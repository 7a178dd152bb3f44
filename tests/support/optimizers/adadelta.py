"""The step of Adadelta by hand."""

from __future__ import annotations

import numpy as np
from support.optimizers.row import Memory, Row, negative


def adadelta(
    W: np.ndarray,
    g: np.ndarray,
    memory: Memory,
    lr: float,
    rho: float = 0.9,
    eps: float = 1e-6,
    weight_decay: float = 0,
    maximize: bool = False,
) -> np.ndarray:
    """Algorithm 1 of https://arxiv.org/abs/1212.5701, with PyTorch's options."""
    g = (-g if maximize else g) + weight_decay * W
    v = memory["v"] = rho * memory.get("v", 0) + (1 - rho) * g**2
    u = memory.get("u", 0)
    step = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    memory["u"] = rho * u + (1 - rho) * step**2
    return W - lr * step


ROW = Row(
    adadelta,
    {
        "lr": (0.5, 1.0, 0, 0.05),
        "rho": (0.9, 0.5, 0.0, 1.0),
        "eps": (1e-6, 0.1),
        "weight_decay": (0, 0.05),
        "maximize": (False, True),
    },
    (
        *negative("weight_decay", "eps"),
        ({"rho": 1.5}, ValueError, "rho must be from 0 to 1, got float 1.5"),
        ({"rho": -0.5}, ValueError, "rho must be from 0 to 1, got float -0.5"),
    ),
)
