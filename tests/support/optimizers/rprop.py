"""The step of Rprop by hand."""

from __future__ import annotations

import numpy as np
from support.optimizers.row import Memory, Row


def rprop(
    W: np.ndarray,
    g: np.ndarray,
    memory: Memory,
    lr: float,
    etas: tuple[float, float] = (0.5, 1.2),
    step_sizes: tuple[float, float] = (1e-6, 50),
    maximize: bool = False,
) -> np.ndarray:
    """The formulas of https://docs.pytorch.org/docs/stable/generated/torch.optim.Rprop.html."""
    g = -g if maximize else g
    before, size = memory.get("g", np.zeros_like(W)), memory.get("size", np.full_like(W, lr))
    grown, shrunk = np.minimum(size * etas[1], step_sizes[1]), np.maximum(size * etas[0], step_sizes[0])
    size = memory["size"] = np.where(
        g * before > 0, grown, np.where(g * before < 0, shrunk, np.clip(size, *step_sizes))
    )
    g = memory["g"] = np.where(g * before < 0, 0, g)
    return W - np.sign(g) * size


ROW = Row(
    rprop,
    {
        "lr": (0.05, 0.5, 0.001),
        "etas": ((0.5, 1.2), (0.25, 2.0)),
        "step_sizes": ((1e-6, 50), (0.01, 0.3)),
        "maximize": (False, True),
    },
    (
        ({"etas": (0.5, 0.9)}, ValueError, "etas must be one number between 0 and 1 and one above 1"),
        ({"etas": (1.0, 1.2)}, ValueError, "etas must be one number between 0 and 1 and one above 1"),
        ({"etas": 0.5}, TypeError, "etas must be two numbers, got float 0.5"),
    ),
    chaotic="a gradient of nearly 0 has either sign",
)
