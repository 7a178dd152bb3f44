"""ASGD: stochastic gradient descent that also keeps the average of where it has been.

Near the minimum the weights wander about it, and their average is nearer than any of them. The learning rate η gets
smaller in a way that makes that average a good one; it is kept as ``state[W]["ax"]``. Step number t = 1, 2, … of a
parameter W, with g = ∂L/∂W, is

    g ← -g                                    if maximize
    g ← g + weight_decay · W
    W ← (1 - λ · η) · W - η · g
    a ← a + μ · (W - a)                       the average; it is W itself as long as μ is 1
    η ← lr / (1 + λ · lr · t)^α
    μ ← 1 / max(1, t - t₀)

Source: B. T. Polyak and A. B. Juditsky, Acceleration of stochastic approximation by averaging (1992),
https://doi.org/10.1137/0330046; https://docs.pytorch.org/docs/stable/generated/torch.optim.ASGD.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from numpy import ndarray

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.optim._settings import not_negative, settings_of
from tinygrad_edu.optim._steps import decayed
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["ASGD"]


class ASGD(Optimizer):
    """Moves each parameter a little against its gradient, and averages where it was.

    Args:
        params: The parameters, as ``model.parameters()`` gives them, or a list of groups.
        lr: The learning rate η (学習率), of the first step.
        lambd: λ: how strongly weights decay, and the learning rate with them.
        alpha: α: how fast the learning rate gets smaller.
        t0: t₀: the step at which averaging begins.
        weight_decay: How strongly weights are pulled toward 0.
        foreach: Accepted for PyTorch's sake; changes nothing.
        maximize: Whether to go up instead of down.
        differentiable: Not supported: must be False.
        capturable: Accepted for PyTorch's sake; changes nothing.

    Raises:
        NotImplementedError: If `differentiable` is True.
        TypeError: If `params` isn't a list of tensors, or of groups, or a setting isn't a number.
        ValueError: If a number is negative, or `params` is empty or holds a tensor that isn't a leaf.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.ASGD.html

    >>> w = tg.tensor([-3.0, 400.0], requires_grad=True)
    >>> optimizer = tg.optim.ASGD([w], lr=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ -2.4000, 319.9960], requires_grad=True)
    """

    numbers: ClassVar[tuple[str, ...]] = ("step", "eta", "mu")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        not_negative(self, lr=lr, weight_decay=weight_decay)
        super().__init__(params, settings_of(locals()))

    def update(self, w: ndarray, g: ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Do the step that the module's docstring states."""
        if not state:
            state.update(step=0, eta=group["lr"], mu=1.0, ax=np.zeros_like(w))
        t = state["step"] = state["step"] + 1
        lr, lambd, eta, average = group["lr"], group["lambd"], float(np.float32(state["eta"])), state["ax"]
        g = decayed(w, g, group)
        w *= 1 - lambd * eta
        w -= eta * g
        if state["mu"] == 1:
            average[...] = w
        else:
            average += state["mu"] * (w - average)
        state["eta"] = lr / (1 + lambd * lr * t) ** group["alpha"]
        state["mu"] = 1 / max(1, t - group["t0"])
