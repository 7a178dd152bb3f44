"""Adamax: Adam, with the largest gradient of late in the place of the root of an average of squares.

It keeps for each value m, a moving average of its gradient g = ∂L/∂W, and u, the largest |g| of late. Step number
t = 1, 2, … of a parameter W is

    g ← -g                                    if maximize
    g ← g + weight_decay · W
    m ← β₁ · m + (1 - β₁) · g
    u ← max(β₂ · u, |g| + ε)
    W ← W - lr / (1 - β₁ᵗ) · m / u

Source: D. P. Kingma and J. Ba, Adam: a method for stochastic optimization (2015), section 7.1,
https://arxiv.org/abs/1412.6980; https://docs.pytorch.org/docs/stable/generated/torch.optim.Adamax.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.optim._settings import not_negative, settings_of, two_fractions
from tinygrad_edu.optim._steps import average, decayed
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["Adamax"]


class Adamax(Optimizer):
    """Moves each value by at most about `lr` against its gradient, less where the gradient wavers.

    Args:
        params: The parameters, as ``model.parameters()`` gives them, or a list of groups.
        lr: The learning rate η (学習率): about how far a value moves in a step.
        betas: How much β₁ the average, and β₂ the largest gradient keep of what they were.
        eps: ε, which keeps the step finite where gradients are 0.
        weight_decay: How strongly weights are pulled toward 0.
        foreach: Accepted for PyTorch's sake; changes nothing.
        maximize: Whether to go up instead of down.
        differentiable: Not supported: must be False.
        capturable: Accepted for PyTorch's sake; changes nothing.

    Raises:
        NotImplementedError: If `differentiable` is True.
        TypeError: If `params` isn't a list of tensors, or of groups, or a setting isn't a number.
        ValueError: If a number is negative, or a β is 1 or more, or `params` is empty or holds a tensor that
            isn't a leaf.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Adamax.html

    >>> w = tg.tensor([-3.0, 400.0], requires_grad=True)
    >>> optimizer = tg.optim.Adamax([w], lr=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ -2.9000, 399.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        not_negative(self, lr=lr, eps=eps, weight_decay=weight_decay)
        two_fractions(self, betas=betas)
        super().__init__(params, settings_of(locals()))

    def update(self, w: ndarray, g: ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Do the step that the module's docstring states."""
        if not state:
            state.update(step=0, exp_avg=np.zeros_like(w), exp_inf=np.zeros_like(w))
        t = state["step"] = state["step"] + 1
        (beta1, beta2), m, u = group["betas"], state["exp_avg"], state["exp_inf"]
        g = decayed(w, g, group)
        average(m, g, 1 - beta1)
        u *= beta2
        np.maximum(u, np.abs(g) + group["eps"], out=u)
        w -= group["lr"] / (1 - beta1**t) * m / u
