"""RAdam: Adam, which trusts its averages of squares only when they have seen enough.

As Adam it keeps m and v, moving averages of each value's gradient g = ∂L/∂W and of its square. In the first steps v is
an average of few squares, and its root a poor divisor; ρ says of how many, about. Step number t = 1, 2, … of a
parameter W is

    g ← -g                                    if maximize
    g ← g + weight_decay · W                  or, if decoupled_weight_decay, W ← W - lr · weight_decay · W
    m ← β₁ · m + (1 - β₁) · g
    v ← β₂ · v + (1 - β₂) · g²
    m̂ = m / (1 - β₁ᵗ)
    ρ∞ = 2 / (1 - β₂) - 1
    ρ = ρ∞ - 2 · t · β₂ᵗ / (1 - β₂ᵗ)
    W ← W - lr · m̂                            if ρ ≤ 5; else
    r = √[(ρ - 4) · (ρ - 2) · ρ∞ / ((ρ∞ - 4) · (ρ∞ - 2) · ρ)]
    W ← W - lr · m̂ · r · √(1 - β₂ᵗ) / (√v + ε)

Source: L. Liu and others, On the variance of the adaptive learning rate and beyond (2020),
https://arxiv.org/abs/1908.03265; https://docs.pytorch.org/docs/stable/generated/torch.optim.RAdam.html
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.optim._settings import not_negative, settings_of, two_fractions
from tinygrad_edu.optim._steps import average, decayed
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["RAdam"]


class RAdam(Optimizer):
    """Moves each value as Adam does, but in its first steps by the gradient alone.

    Args:
        params: The parameters, as ``model.parameters()`` gives them, or a list of groups.
        lr: The learning rate η (学習率): about how far a value moves in a step.
        betas: How much the two averages β₁, of gradients, and β₂, of their squares, keep of what they were.
        eps: ε, which keeps the step finite where gradients are 0.
        weight_decay: How strongly weights are pulled toward 0.
        decoupled_weight_decay: Whether weights are pulled directly, not through the averages.
        foreach: Accepted for PyTorch's sake; changes nothing.
        maximize: Whether to go up instead of down.
        capturable: Accepted for PyTorch's sake; changes nothing.
        differentiable: Not supported: must be False.

    Raises:
        NotImplementedError: If `differentiable` is True.
        TypeError: If `params` isn't a list of tensors, or of groups, or a setting isn't a number.
        ValueError: If a number is negative, or a β is 1 or more, or `params` is empty or holds a tensor that
            isn't a leaf.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.RAdam.html

    >>> w = tg.tensor([-3.0, 400.0], requires_grad=True)
    >>> optimizer = tg.optim.RAdam([w], lr=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ -2.4000, 320.0000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        not_negative(self, lr=lr, eps=eps, weight_decay=weight_decay)
        two_fractions(self, betas=betas)
        super().__init__(params, settings_of(locals()))

    def update(self, w: ndarray, g: ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Do the step that the module's docstring states."""
        if not state:
            state.update(step=0, exp_avg=np.zeros_like(w), exp_avg_sq=np.zeros_like(w))
        t = state["step"] = state["step"] + 1
        lr, (beta1, beta2), m, v = group["lr"], group["betas"], state["exp_avg"], state["exp_avg_sq"]

        g = decayed(w, g, group)
        average(m, g, 1 - beta1)
        v *= beta2
        v += (1 - beta2) * g * g
        step = lr / (1 - beta1**t) * m
        rho = _length(beta2, t)
        if rho > 5:
            longest = _length(beta2)
            r2 = (rho - 4) * (rho - 2) * longest / ((longest - 4) * (longest - 2) * rho)
            step *= (r2 * (1 - beta2**t)) ** 0.5 / (np.sqrt(v) + group["eps"])
        w -= step


def _length(beta: float, t: float = math.inf) -> float:
    """Of how many squares, about, the average is after `t` steps: ρ, and ρ∞ in the end."""
    end = 2 / (1 - beta) - 1
    return end if t == math.inf else end - 2 * t * beta**t / (1 - beta**t)
