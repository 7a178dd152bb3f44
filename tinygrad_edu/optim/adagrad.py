"""Adagrad: the more a value's gradient has been, the smaller its steps become.

For each value it adds up the squares of its gradients g = ∂L/∂W, and divides the step by the root of that sum. So
values that seldom have a gradient, as those of rare words, still move far when they have one. Step number
t = 1, 2, … of a parameter W is

    g ← -g                                    if maximize
    g ← g + weight_decay · W
    G ← G + g²                                from initial_accumulator_value on
    η = lr / (1 + (t - 1) · lr_decay)
    W ← W - η · g / (√G + ε)

Source: J. Duchi, E. Hazan and Y. Singer, Adaptive subgradient methods for online learning and stochastic optimization
(2011), https://jmlr.org/papers/v12/duchi11a.html; https://docs.pytorch.org/docs/stable/generated/torch.optim.Adagrad.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.optim._settings import not_negative, settings_of
from tinygrad_edu.optim._steps import decayed
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["Adagrad"]


class Adagrad(Optimizer):
    """Moves each value by less, the more the squares of its gradients have summed up to.

    Args:
        params: The parameters, as ``model.parameters()`` gives them, or a list of groups.
        lr: The learning rate η (学習率): how far a value moves in the first step.
        lr_decay: How fast the learning rate itself gets smaller.
        weight_decay: How strongly weights are pulled toward 0.
        initial_accumulator_value: Where the sums of squares begin.
        eps: ε, which keeps the step finite where gradients are 0.
        foreach: Accepted for PyTorch's sake; changes nothing.
        maximize: Whether to go up instead of down.
        differentiable: Not supported: must be False.
        fused: Accepted for PyTorch's sake; changes nothing.

    Raises:
        NotImplementedError: If `differentiable` is True.
        RuntimeError: If `foreach` and `fused` are both True.
        TypeError: If `params` isn't a list of tensors, or of groups, or a setting isn't a number.
        ValueError: If a number is negative, or `params` is empty or holds a tensor that isn't a leaf.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Adagrad.html

    >>> w = tg.tensor([-3.0, 400.0], requires_grad=True)
    >>> optimizer = tg.optim.Adagrad([w], lr=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ -2.9000, 399.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        not_negative(self, lr=lr, lr_decay=lr_decay, weight_decay=weight_decay, eps=eps)
        not_negative(self, initial_accumulator_value=initial_accumulator_value)
        super().__init__(params, settings_of(locals()))

    def update(self, w: ndarray, g: ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Do the step that the module's docstring states."""
        if not state:
            state.update(step=0, sum=np.full_like(w, group["initial_accumulator_value"]))
        t = state["step"] = state["step"] + 1
        g = decayed(w, g, group)
        state["sum"] += g * g
        lr = group["lr"] / (1 + (t - 1) * group["lr_decay"])
        w -= lr * g / (np.sqrt(state["sum"]) + group["eps"])
