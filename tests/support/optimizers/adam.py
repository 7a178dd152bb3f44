"""The step of Adam by hand."""

from __future__ import annotations

import numpy as np
from support.optimizers.row import WRONG_BETAS, Memory, Row, negative


def adam(
    W: np.ndarray,
    g: np.ndarray,
    memory: Memory,
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0,
    amsgrad: bool = False,
    maximize: bool = False,
    decoupled_weight_decay: bool = False,
) -> np.ndarray:
    """Algorithm 1 of https://arxiv.org/abs/1412.6980, with PyTorch's options."""
    beta1, beta2 = betas
    t = memory["t"] = memory.get("t", 0) + 1
    if maximize:
        g = -g
    if decoupled_weight_decay:
        W = (1 - lr * weight_decay) * W
    else:
        g = g + weight_decay * W
    m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g**2
    if amsgrad:
        v = memory["largest"] = np.maximum(memory.get("largest", 0), v)
    return W - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)


ROW = Row(
    adam,
    {
        "lr": (0.05, 0.5, 0, 0.001),
        "betas": ((0.9, 0.999), (0.5, 0.75), (0.0, 0.0)),
        "eps": (1e-8, 0.1),
        "weight_decay": (0, 0.05),
        "amsgrad": (False, True),
        "maximize": (False, True),
        "decoupled_weight_decay": (False, True),
    },
    (*negative("eps", "weight_decay"), *WRONG_BETAS),
    chaotic="steps are divided by averages that may be near to 0",
)
