"""Rprop: only the signs of gradients count; steps grow while they stay, and shrink when they change.

For each value it keeps a step size Δ, lr at first, and the gradient before, g₋. It wants the gradient of the whole
loss, not of a mini-batch's, whose signs are chance. A step of a parameter W, with g = ∂L/∂W, is

    g ← -g                                    if maximize
    Δ ← Δ · η₊, at most the largest           if g · g₋ > 0
    Δ ← Δ · η₋, at least the smallest, g ← 0  if g · g₋ < 0: it had gone too far, and waits
    W ← W - sign(g) · Δ
    g₋ ← g

Source: M. Riedmiller and H. Braun, A direct adaptive method for faster backpropagation learning (1993),
https://doi.org/10.1109/ICNN.1993.298623; https://docs.pytorch.org/docs/stable/generated/torch.optim.Rprop.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.optim._settings import not_negative, pair, settings_of
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["Rprop"]


class Rprop(Optimizer):
    """Moves each value against the sign of its gradient, by a step size of its own.

    Args:
        params: The parameters, as ``model.parameters()`` gives them, or a list of groups.
        lr: How far each value moves in the first step.
        etas: η₋ and η₊: what a step size is multiplied by when the sign changes, and when it stays.
        step_sizes: The smallest and the largest step size.
        capturable: Accepted for PyTorch's sake; changes nothing.
        foreach: Accepted for PyTorch's sake; changes nothing.
        maximize: Whether to go up instead of down.
        differentiable: Not supported: must be False.

    Raises:
        NotImplementedError: If `differentiable` is True.
        TypeError: If `params` isn't a list of tensors, or of groups, or a setting isn't a number.
        ValueError: If `lr` is negative, or `etas` aren't on either side of 1, or `params` is empty or holds a tensor
            that isn't a leaf.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Rprop.html

    >>> w = tg.tensor([-3.0, 400.0], requires_grad=True)
    >>> optimizer = tg.optim.Rprop([w], lr=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ -2.9000, 399.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        not_negative(self, lr=lr)
        pair(self, step_sizes=step_sizes)
        if not 0 < pair(self, etas=etas)[0] < 1 < etas[1]:
            raise ValueError(f"Rprop: etas must be one number between 0 and 1 and one above 1, got {etas}")
        super().__init__(params, settings_of(locals()))

    def update(self, w: ndarray, g: ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Do the step that the module's docstring states."""
        if not state:
            state.update(step=0, prev=np.zeros_like(w), step_size=np.full_like(w, group["lr"]))
        state["step"] += 1
        (shrinking, growing), size, same = group["etas"], state["step_size"], g * state["prev"]
        size *= np.where(same > 0, growing, np.where(same < 0, shrinking, 1)).astype(w.dtype)
        np.clip(size, *group["step_sizes"], out=size)
        g = np.where(same < 0, 0, g)
        w -= np.sign(g) * size
        state["prev"][...] = g
