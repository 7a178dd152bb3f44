"""SGD: stochastic gradient descent (確率的勾配降下法), with momentum if wanted.

For each parameter W with the gradient g = ∂L/∂W, one step is

    g ← -g                                       if maximize
    g ← g + weight_decay · W                     pulls weights toward 0
    v ← momentum · v + (1 - dampening) · g       (v ← g in the first step)
    g ← g + momentum · v  if nesterov, else v
    W ← W - lr · g

and without any of the options just the last line: the article's W ← W - η ∂L/∂W.

Source: the article, 「確率的勾配法 SGD」, 「勾配降下法 (gradient descent)」;
https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._constants import number
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd.graph import clock, constant
from tinygrad_edu.optim._settings import not_negative, plain, plain_settings, settings_of
from tinygrad_edu.optim._steps import decayed
from tinygrad_edu.optim.optimizer import _PIECE, Optimizer

__all__ = ["SGD"]

_FLOAT32 = np.dtype(np.float32)


class SGD(Optimizer):
    """Moves each parameter a little against its gradient; ``step()`` once for each mini-batch.

    Args:
        params: The parameters, as ``model.parameters()`` gives them, or a list of groups.
        lr: The learning rate η (学習率). Too large a one overshoots, too small a one hardly moves.
        momentum: How much of the last step's direction is kept.
        dampening: How much of the new gradient is left out of the momentum.
        weight_decay: How strongly weights are pulled toward 0.
        nesterov: Whether to look ahead along the momentum.
        maximize: Whether to go up instead of down.
        foreach: Accepted for PyTorch's sake; changes nothing.
        differentiable: Not supported: must be False.
        fused: Accepted for PyTorch's sake; changes nothing.

    Raises:
        NotImplementedError: If `differentiable` is True.
        TypeError: If `params` isn't a list of tensors, or of groups.
        ValueError: If a number is negative, `nesterov` comes without momentum or with dampening, or
            `params` is empty or holds a tensor that isn't a leaf.

    Source: the article, 「確率的勾配法 SGD」; https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html

    >>> w = tg.tensor([-3.0, 4.0], requires_grad=True)
    >>> optimizer = tg.optim.SGD([w], lr=0.1)
    >>> for _ in range(100):
    ...     optimizer.zero_grad()
    ...     loss = (w**2).sum()
    ...     loss.backward()
    ...     optimizer.step()
    >>> bool(loss < 1e-6)
    True
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float | Tensor = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        not_negative(self, lr=lr, momentum=momentum, weight_decay=weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError(
                f"SGD: nesterov=True wants a positive momentum and no dampening, got momentum={momentum} and "
                f"dampening={dampening}"
            )
        super().__init__(params, settings_of(locals()))

    def update(self, w: ndarray, g: ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Do the step that the module's docstring states."""
        momentum, dampening = group["momentum"], group["dampening"]
        g = decayed(w, g, group)
        if momentum:
            v = state.get("momentum_buffer")
            if v is None:
                v = state["momentum_buffer"] = g
            else:
                v *= momentum
                v += (1 - dampening) * g if dampening else g
            g = g + momentum * v if group["nesterov"] else v
        w -= group["lr"] * g

    def _change_group(self, group: dict[str, Any]) -> None:
        """As of any optimizer; but without options, small float32 parameters go a shorter way (benchmark W3)."""
        if group["momentum"] or group["weight_decay"] or group["maximize"]:
            super()._change_group(group)
            return
        lr = number(plain(group["lr"]), _FLOAT32)
        for parameter in group["params"]:
            w, g = parameter._data, parameter._grad
            if type(g) is not ndarray:
                if g is None:
                    continue
                g = constant(g)
            if type(w) is ndarray and w.dtype is _FLOAT32 and w.size <= _PIECE:
                w -= lr * g
                parameter._stamp[0] = clock()
            else:
                self._change(parameter, plain_settings(group))
