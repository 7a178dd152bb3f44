"""Adadelta: steps as large as steps have lately been, for gradients as they have lately been.

It keeps two moving averages for each value: v, of the squares of its gradient g = ∂L/∂W, and u, of the squares of its
steps. Their ratio has the unit of a weight, so it needs no learning rate. A step of a parameter W is

    g ← -g                                    if maximize
    g ← g + weight_decay · W
    v ← ρ · v + (1 - ρ) · g²
    Δ = √(u + ε) / √(v + ε) · g
    u ← ρ · u + (1 - ρ) · Δ²
    W ← W - lr · Δ

Source: M. D. Zeiler, ADADELTA: an adaptive learning rate method (2012), https://arxiv.org/abs/1212.5701;
https://docs.pytorch.org/docs/stable/generated/torch.optim.Adadelta.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.optim._settings import fraction, not_negative, settings_of
from tinygrad_edu.optim._steps import decayed
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["Adadelta"]


class Adadelta(Optimizer):
    """Moves each value by steps as large as its own last ones; they start very small.

    Args:
        params: The parameters, as ``model.parameters()`` gives them, or a list of groups.
        lr: What steps are multiplied by.
        rho: ρ: how much both averages keep of what they were.
        eps: ε, which keeps steps finite, and lets the first one begin.
        weight_decay: How strongly weights are pulled toward 0.
        foreach: Accepted for PyTorch's sake; changes nothing.
        capturable: Accepted for PyTorch's sake; changes nothing.
        maximize: Whether to go up instead of down.
        differentiable: Not supported: must be False.

    Raises:
        NotImplementedError: If `differentiable` is True.
        TypeError: If `params` isn't a list of tensors, or of groups, or a setting isn't a number.
        ValueError: If a number is negative, or ρ isn't from 0 to 1, or `params` is empty or holds a tensor that
            isn't a leaf.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Adadelta.html

    >>> w = tg.tensor([-3.0, 400.0], requires_grad=True)
    >>> optimizer = tg.optim.Adadelta([w])
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ -2.9968, 399.9968], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        not_negative(self, lr=lr, eps=eps, weight_decay=weight_decay)
        fraction(self, rho=rho)
        super().__init__(params, settings_of(locals()))

    def update(self, w: ndarray, g: ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Do the step that the module's docstring states."""
        if not state:
            state.update(step=0, square_avg=np.zeros_like(w), acc_delta=np.zeros_like(w))
        state["step"] += 1
        rho, eps, v, u = group["rho"], group["eps"], state["square_avg"], state["acc_delta"]
        g = decayed(w, g, group)
        v *= rho
        v += (1 - rho) * g * g
        step = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u *= rho
        u += (1 - rho) * step * step
        w -= group["lr"] * step
