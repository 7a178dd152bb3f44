"""RMSprop: steps divided by the root of a moving average of squared gradients.

It is Adagrad that forgets: for each value it keeps v, a moving average of the square of its gradient g = ∂L/∂W, so that
steps don't get smaller and smaller. A step of a parameter W is

    g ← -g                                    if maximize
    g ← g + weight_decay · W
    v ← α · v + (1 - α) · g²
    s = √v + ε                                if centered, √(v - ḡ²) + ε, with ḡ ← α · ḡ + (1 - α) · g
    b ← momentum · b + g / s
    W ← W - lr · b                            b is g / s without momentum

Source: G. Hinton, Neural networks for machine learning, lecture 6 (2012),
https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf; for centered A. Graves, Generating sequences
with recurrent neural networks (2013), https://arxiv.org/abs/1308.0850;
https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.optim._settings import not_negative, settings_of
from tinygrad_edu.optim._steps import average, decayed
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["RMSprop"]


class RMSprop(Optimizer):
    """Moves each value by its gradient, measured by how large its gradients have lately been.

    Args:
        params: The parameters, as ``model.parameters()`` gives them, or a list of groups.
        lr: The learning rate η (学習率): about how far a value moves in a step.
        alpha: α: how much the average keeps of what it was.
        eps: ε, which keeps the step finite where gradients are 0.
        weight_decay: How strongly weights are pulled toward 0.
        momentum: How much of the last step is kept.
        centered: Whether to divide by the spread of gradients instead of their size.
        capturable: Accepted for PyTorch's sake; changes nothing.
        foreach: Accepted for PyTorch's sake; changes nothing.
        maximize: Whether to go up instead of down.
        differentiable: Not supported: must be False.

    Raises:
        NotImplementedError: If `differentiable` is True.
        TypeError: If `params` isn't a list of tensors, or of groups, or a setting isn't a number.
        ValueError: If a number is negative, or `params` is empty or holds a tensor that isn't a leaf.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html

    >>> w = tg.tensor([-3.0, 400.0], requires_grad=True)
    >>> optimizer = tg.optim.RMSprop([w], lr=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ -2.0000, 399.0000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        not_negative(self, lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum)
        super().__init__(params, settings_of(locals()))

    def update(self, w: ndarray, g: ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Do the step that the module's docstring states."""
        momentum, alpha = group["momentum"], group["alpha"]
        if not state:
            state.update(step=0, square_avg=np.zeros_like(w))
            state.update({"momentum_buffer": np.zeros_like(w)} if momentum > 0 else {})
            state.update({"grad_avg": np.zeros_like(w)} if group["centered"] else {})
        state["step"] += 1
        v = spread = state["square_avg"]
        g = decayed(w, g, group)
        v *= alpha
        v += (1 - alpha) * g * g
        if group["centered"]:
            mean = average(state["grad_avg"], g, 1 - alpha)
            spread = v - mean * mean
        divisor = np.sqrt(spread) + group["eps"]
        if momentum > 0:
            b = state["momentum_buffer"]
            b *= momentum
            b += g / divisor
            w -= group["lr"] * b
        else:
            w -= group["lr"] * g / divisor
