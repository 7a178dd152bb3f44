"""The step of ASGD by hand."""

from __future__ import annotations

import numpy as np
from support.optimizers.row import Memory, Row, negative


def asgd(
    W: np.ndarray,
    g: np.ndarray,
    memory: Memory,
    lr: float,
    lambd: float = 1e-4,
    alpha: float = 0.75,
    t0: float = 1e6,
    weight_decay: float = 0,
    maximize: bool = False,
) -> np.ndarray:
    """The formulas of https://docs.pytorch.org/docs/stable/generated/torch.optim.ASGD.html."""
    t = memory["t"] = memory.get("t", 0) + 1
    g = (-g if maximize else g) + weight_decay * W
    eta, mu = memory.get("eta", lr), memory.get("mu", 1)
    W = W - float(np.float32(eta)) * (lambd * W + g)  # PyTorch keeps it in float32
    memory["average"] = memory.get("average", 0) + mu * (W - memory.get("average", 0))
    memory["eta"], memory["mu"] = lr / (1 + lambd * lr * t) ** alpha, 1 / max(1, t - t0)
    return W


ROW = Row(
    asgd,
    {
        "lr": (0.05, 0.5, 0, 0.001),
        "lambd": (1e-4, 0.1),
        "alpha": (0.75, 0.5),
        "t0": (1e6, 3),
        "weight_decay": (0, 0.05),
        "maximize": (False, True),
    },
    negative("weight_decay"),
)
