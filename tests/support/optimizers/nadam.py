"""The step of NAdam by hand."""

from __future__ import annotations

import numpy as np
from support.optimizers.row import WRONG_BETAS, Memory, Row, negative


def nadam(
    W: np.ndarray,
    g: np.ndarray,
    memory: Memory,
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0,
    momentum_decay: float = 4e-3,
    decoupled_weight_decay: bool = False,
    maximize: bool = False,
) -> np.ndarray:
    """The formulas of https://docs.pytorch.org/docs/stable/generated/torch.optim.NAdam.html."""
    beta1, beta2 = betas
    t = memory["t"] = memory.get("t", 0) + 1
    g = -g if maximize else g
    if decoupled_weight_decay:
        W = (1 - lr * weight_decay) * W
    else:
        g = g + weight_decay * W
    mu, ahead = (beta1 * (1 - 0.96 ** (number * momentum_decay) / 2) for number in (t, t + 1))
    product = memory["product"] = np.float32(mu) * memory.get("product", np.float32(1))  # PyTorch keeps it in float32
    m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g**2
    step = ahead * m / (1 - float(product) * ahead) + (1 - mu) * g / (1 - float(product))
    return W - lr * step / (np.sqrt(v / (1 - beta2**t)) + eps)


ROW = Row(
    nadam,
    {
        "lr": (0.05, 0.5, 0, 0.001),
        "betas": ((0.9, 0.999), (0.5, 0.75), (0.0, 0.0)),
        "eps": (1e-8, 0.1),
        "weight_decay": (0, 0.05),
        "momentum_decay": (4e-3, 0.1),
        "decoupled_weight_decay": (False, True),
        "maximize": (False, True),
    },
    (*negative("eps", "weight_decay", "momentum_decay"), *WRONG_BETAS),
    chaotic="steps are divided by averages that may be near to 0",
)
