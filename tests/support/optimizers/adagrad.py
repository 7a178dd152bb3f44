"""The step of Adagrad by hand."""

from __future__ import annotations

import numpy as np
from support.optimizers.row import Memory, Row, negative


def adagrad(
    W: np.ndarray,
    g: np.ndarray,
    memory: Memory,
    lr: float,
    lr_decay: float = 0,
    weight_decay: float = 0,
    initial_accumulator_value: float = 0,
    eps: float = 1e-10,
    maximize: bool = False,
) -> np.ndarray:
    """The formulas of https://docs.pytorch.org/docs/stable/generated/torch.optim.Adagrad.html."""
    t = memory["t"] = memory.get("t", 0) + 1
    g = (-g if maximize else g) + weight_decay * W
    G = memory["G"] = memory.get("G", initial_accumulator_value) + g**2
    return W - lr / (1 + (t - 1) * lr_decay) * g / (np.sqrt(G) + eps)


ROW = Row(
    adagrad,
    {
        "lr": (0.05, 0.5, 0, 0.001),
        "lr_decay": (0, 0.1),
        "weight_decay": (0, 0.05),
        "initial_accumulator_value": (0, 0.5),
        "eps": (1e-10, 0.1),
        "maximize": (False, True),
    },
    negative("lr_decay", "weight_decay", "initial_accumulator_value", "eps"),
)
