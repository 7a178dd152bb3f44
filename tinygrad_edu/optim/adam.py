"""Adam: each value moves by its own step, as long as its gradient is steady (適応的モーメント推定).

It keeps two moving averages of each value's gradient g = ∂L/∂W: m, of the gradient itself, and v, of
its square. Both start at 0 and so are too small at first, which the division by 1 - βᵗ corrects. Step
number t = 1, 2, … of a parameter W is

    g ← -g                                    if maximize
    g ← g + weight_decay · W                  or, if decoupled_weight_decay, W ← W - lr · weight_decay · W
    m ← β₁ · m + (1 - β₁) · g
    v ← β₂ · v + (1 - β₂) · g²
    m̂ = m / (1 - β₁ᵗ)
    v̂ = v / (1 - β₂ᵗ)                         if amsgrad, with the largest v so far instead
    W ← W - lr · m̂ / (√v̂ + ε)

A gradient that keeps its sign moves W by about lr a step, however small or large it is; one that
changes its sign all the time hardly moves it.

Source: D. P. Kingma and J. Ba, Adam: a method for stochastic optimization (2015), https://arxiv.org/abs/1412.6980;
for amsgrad S. J. Reddi, S. Kale and S. Kumar, On the convergence of Adam and beyond (2018),
https://arxiv.org/abs/1904.09237; https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html
"""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.optim._settings import not_negative, settings_of, two_fractions
from tinygrad_edu.optim._steps import average, decayed
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["Adam"]


class Adam(Optimizer):
    """Moves each value by about `lr` against its gradient, less where the gradient wavers.

    Args:
        params: The parameters, as ``model.parameters()`` gives them, or a list of groups.
        lr: The learning rate η (学習率): about how far a value moves in a step.
        betas: How much the two averages β₁, of gradients, and β₂, of their squares, keep of what they were.
        eps: ε, which keeps the step finite where gradients are 0.
        weight_decay: How strongly weights are pulled toward 0.
        amsgrad: Whether to divide by the largest average of squares so far, so that steps only get smaller.
        foreach: Accepted for PyTorch's sake; changes nothing.
        maximize: Whether to go up instead of down.
        capturable: Accepted for PyTorch's sake; changes nothing.
        differentiable: Not supported: must be False.
        fused: Accepted for PyTorch's sake; changes nothing.
        decoupled_weight_decay: Whether weights are pulled directly, not through the averages (AdamW).

    Raises:
        NotImplementedError: If `differentiable` is True.
        RuntimeError: If `foreach` and `fused` are both True.
        TypeError: If `params` isn't a list of tensors, or of groups, or a setting isn't a number.
        ValueError: If a number is negative, a β is 1 or more, or `params` is empty or holds a tensor that
            isn't a leaf.

    Source: https://arxiv.org/abs/1412.6980; https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html

    >>> w = tg.tensor([-3.0, 400.0], requires_grad=True)
    >>> optimizer = tg.optim.Adam([w], lr=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ -2.9000, 399.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        betas: tuple[float | Tensor, float | Tensor] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        not_negative(self, lr=lr, eps=eps, weight_decay=weight_decay)
        two_fractions(self, betas=betas)
        super().__init__(params, settings_of(locals()))

    def update(self, w: ndarray, g: ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Do the step that the module's docstring states."""
        lr, (beta1, beta2), eps = group["lr"], group["betas"], group["eps"]
        if not state:
            state.update(step=0, exp_avg=np.zeros_like(w), exp_avg_sq=np.zeros_like(w))
        m, v = state["exp_avg"], state["exp_avg_sq"]
        t = state["step"] = state["step"] + 1

        g = decayed(w, g, group)
        average(m, g, 1 - beta1)
        v *= beta2
        v += (1 - beta2) * g * g
        if group["amsgrad"]:
            v = state["max_exp_avg_sq"] = np.maximum(state.get("max_exp_avg_sq", 0), v)
        root = sqrt(1 - beta2**t)  # √v̂ is √v over it: both sides of the fraction times it, a pass over the values less
        w -= lr * root / (1 - beta1**t) * (m / (np.sqrt(v) + eps * root))
