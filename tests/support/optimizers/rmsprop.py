"""The step of RMSprop by hand."""

from __future__ import annotations

import numpy as np
from support.optimizers.row import Memory, Row, negative


def rmsprop(
    W: np.ndarray,
    g: np.ndarray,
    memory: Memory,
    lr: float,
    alpha: float = 0.99,
    eps: float = 1e-8,
    weight_decay: float = 0,
    momentum: float = 0,
    centered: bool = False,
    maximize: bool = False,
) -> np.ndarray:
    """The formulas of https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html."""
    g = (-g if maximize else g) + weight_decay * W
    v = memory["v"] = alpha * memory.get("v", 0) + (1 - alpha) * g**2
    average = memory.get("average", 0)
    average = memory["average"] = average + (1 - alpha) * (g - average)
    step = g / (np.sqrt(v - average**2 if centered else v) + eps)
    b = memory["b"] = momentum * memory.get("b", 0) + step
    return W - lr * b


ROW = Row(
    rmsprop,
    {
        "lr": (0.01, 0.5, 0, 0.001),
        "alpha": (0.99, 0.9),
        "eps": (1e-8, 0.1),
        "weight_decay": (0, 0.05),
        "momentum": (0, 0.9),
        "centered": (False, True),
        "maximize": (False, True),
    },
    negative("alpha", "eps", "weight_decay", "momentum"),
    chaotic="the spread of gradients is a difference of squares",
)
