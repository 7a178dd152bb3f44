"""The step of SGD by hand."""

from __future__ import annotations

import numpy as np
from support.optimizers.row import Memory, Row, negative


def sgd(
    W: np.ndarray,
    g: np.ndarray,
    memory: Memory,
    lr: float,
    momentum: float = 0,
    dampening: float = 0,
    weight_decay: float = 0,
    nesterov: bool = False,
    maximize: bool = False,
) -> np.ndarray:
    """The formulas of https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html."""
    if maximize:
        g = -g
    g = g + weight_decay * W
    if momentum != 0:
        if "b" not in memory:
            memory["b"] = g
        else:
            memory["b"] = momentum * memory["b"] + (1 - dampening) * g
        g = g + momentum * memory["b"] if nesterov else memory["b"]
    return W - lr * g


ROW = Row(
    sgd,
    {
        "lr": (0.05, 0.5, 0, 1.0),
        "momentum": (0, 0.9),
        "dampening": (0, 0.3),
        "weight_decay": (0, 0.05),
        "nesterov": (False, True),
        "maximize": (False, True),
    },
    (
        *negative("momentum", "weight_decay"),
        ({"nesterov": True}, ValueError, "nesterov=True wants a positive momentum and no dampening"),
        (
            {"nesterov": True, "momentum": 0.9, "dampening": 0.1},
            ValueError,
            "nesterov=True wants a positive momentum and no dampening",
        ),
    ),
    allowed=lambda nesterov=False, momentum=0, dampening=0, **_: not nesterov or (momentum > 0 and dampening == 0),
)
