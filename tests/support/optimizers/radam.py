"""The step of RAdam by hand."""

from __future__ import annotations

import numpy as np
from support.optimizers.row import WRONG_BETAS, Memory, Row, negative


def radam(
    W: np.ndarray,
    g: np.ndarray,
    memory: Memory,
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0,
    decoupled_weight_decay: bool = False,
    maximize: bool = False,
) -> np.ndarray:
    """Algorithm 2 of https://arxiv.org/abs/1908.03265, with PyTorch's options."""
    beta1, beta2 = betas
    t = memory["t"] = memory.get("t", 0) + 1
    g = -g if maximize else g
    if decoupled_weight_decay:
        W = (1 - lr * weight_decay) * W
    else:
        g = g + weight_decay * W
    m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g**2
    longest = 2 / (1 - beta2) - 1
    rho = longest - 2 * t * beta2**t / (1 - beta2**t)
    if rho <= 5:
        return W - lr * m / (1 - beta1**t)
    r = np.sqrt((rho - 4) * (rho - 2) * longest / ((longest - 4) * (longest - 2) * rho))
    return W - lr * m / (1 - beta1**t) * r * np.sqrt(1 - beta2**t) / (np.sqrt(v) + eps)


ROW = Row(
    radam,
    {
        "lr": (0.05, 0.5, 0, 0.001),
        "betas": ((0.9, 0.999), (0.5, 0.75), (0.0, 0.0)),
        "eps": (1e-8, 0.1),
        "weight_decay": (0, 0.05),
        "decoupled_weight_decay": (False, True),
        "maximize": (False, True),
    },
    (*negative("eps", "weight_decay"), *WRONG_BETAS),
    chaotic="steps are divided by averages that may be near to 0",
)
