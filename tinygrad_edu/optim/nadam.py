"""NAdam: Adam, looking ahead along its momentum as Nesterov's method does.

As Adam it keeps m and v, moving averages of each value's gradient g = ∂L/∂W and of its square. The share of momentum
μ grows with time, and the average is corrected by the product of all shares so far. Step number t = 1, 2, … of a
parameter W is

    g ← -g                                    if maximize
    g ← g + weight_decay · W                  or, if decoupled_weight_decay, W ← W - lr · weight_decay · W
    μₜ = β₁ · (1 - ½ · 0.96^(t · ψ))          ψ is momentum_decay
    m ← β₁ · m + (1 - β₁) · g
    v ← β₂ · v + (1 - β₂) · g²
    m̂ = μₜ₊₁ · m / (1 - μ₁ · … · μₜ₊₁) + (1 - μₜ) · g / (1 - μ₁ · … · μₜ)
    v̂ = v / (1 - β₂ᵗ)
    W ← W - lr · m̂ / (√v̂ + ε)

Source: T. Dozat, Incorporating Nesterov momentum into Adam (2016), https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ;
https://docs.pytorch.org/docs/stable/generated/torch.optim.NAdam.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from numpy import ndarray

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.optim._settings import not_negative, settings_of, two_fractions
from tinygrad_edu.optim._steps import average, decayed
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["NAdam"]


class NAdam(Optimizer):
    """Moves each value by about `lr` against its gradient, as Adam, but as if it had gone on already.

    Args:
        params: The parameters, as ``model.parameters()`` gives them, or a list of groups.
        lr: The learning rate η (学習率): about how far a value moves in a step.
        betas: How much the two averages β₁, of gradients, and β₂, of their squares, keep of what they were.
        eps: ε, which keeps the step finite where gradients are 0.
        weight_decay: How strongly weights are pulled toward 0.
        momentum_decay: ψ: how fast the share of momentum grows.
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

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.NAdam.html

    >>> w = tg.tensor([-3.0, 400.0], requires_grad=True)
    >>> optimizer = tg.optim.NAdam([w], lr=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ -2.8944, 399.8943], requires_grad=True)
    """

    numbers: ClassVar[tuple[str, ...]] = ("step", "mu_product")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        not_negative(self, lr=lr, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay)
        two_fractions(self, betas=betas)
        super().__init__(params, settings_of(locals()))

    def update(self, w: ndarray, g: ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Do the step that the module's docstring states."""
        if not state:
            state.update(step=0, mu_product=1.0, exp_avg=np.zeros_like(w), exp_avg_sq=np.zeros_like(w))
        t = state["step"] = state["step"] + 1
        lr, (beta1, beta2), psi = group["lr"], group["betas"], group["momentum_decay"]
        m, v = state["exp_avg"], state["exp_avg_sq"]

        g = decayed(w, g, group)
        mu, following = (beta1 * (1 - 0.5 * 0.96 ** (number * psi)) for number in (t, t + 1))
        product = state["mu_product"] = float(np.float32(state["mu_product"]) * np.float32(mu))  # kept in float32
        average(m, g, 1 - beta1)
        v *= beta2
        v += (1 - beta2) * g * g
        ahead = following / (1 - product * following) * m + (1 - mu) / (1 - product) * g
        w -= lr * ahead / (np.sqrt(v / (1 - beta2**t)) + group["eps"])
