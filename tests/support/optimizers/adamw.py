"""The step of AdamW by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from support.optimizers.adam import adam
from support.optimizers.row import WRONG_BETAS, Memory, Row, negative


def adamw(
    W: np.ndarray, g: np.ndarray, memory: Memory, lr: float, weight_decay: float = 1e-2, **settings: Any
) -> np.ndarray:
    """Algorithm 2 of https://arxiv.org/abs/1711.05101: the decay, then the step of Adam."""
    return adam((1 - lr * weight_decay) * W, g, memory, lr, **settings)


ROW = Row(
    adamw,
    {
        "lr": (0.05, 0.5, 0, 0.001),
        "betas": ((0.9, 0.999), (0.5, 0.75), (0.0, 0.0)),
        "eps": (1e-8, 0.1),
        "weight_decay": (1e-2, 0, 0.05),
        "amsgrad": (False, True),
        "maximize": (False, True),
    },
    (*negative("eps", "weight_decay"), *WRONG_BETAS),
    chaotic="steps are divided by averages that may be near to 0",
)
