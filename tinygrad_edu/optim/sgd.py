"""SGD: stochastic gradient descent (確率的勾配降下法), with momentum if wanted.

For each parameter W with the gradient g = ∂L/∂W, one step is

    g ← -g                                       if maximize
    g ← g + weight_decay · W                     pulls weights toward 0
    v ← momentum · v + (1 - dampening) · g       (v ← g in the first step)
    g ← g + momentum · v  if nesterov, else v
    W ← W - lr · g

and without any of the options just the last line: the article's W ← W - η ∂L/∂W.

Source: the article's sections 10 and 15; https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._constants import number
from tinygrad_edu._errors import describe
from tinygrad_edu._numpy_warnings import ignoring_errors
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd.graph import clock, constant
from tinygrad_edu.optim.optimizer import Optimizer, run

__all__ = ["SGD"]

_PIECE = 1 << 16  # values: their temporaries stay in the cache, and the peak of memory low (benchmark W2)


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

    Source: the article's section 10; https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html

    Example:
        >>> import tinygrad_edu as tg
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
        for name, value in (("lr", lr), ("momentum", momentum), ("weight_decay", weight_decay)):
            if not float(value) >= 0:
                raise ValueError(f"SGD: {name} can't be negative, got {describe(value)}")
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError(
                f"SGD: nesterov=True wants a positive momentum and no dampening, got momentum={momentum} and "
                f"dampening={dampening}"
            )
        if differentiable:
            raise NotImplementedError("SGD: differentiable=True is not supported; write the step with tensors yourself")
        if fused and foreach:
            raise RuntimeError("SGD: foreach and fused can't both be True")
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
            "foreach": foreach,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change the parameters once by their gradients; those without a gradient stay as they are.

        Args:
            closure: A function that computes the loss anew and returns it; rarely needed.

        Returns:
            What `closure` returned, or None.
        """
        loss = run(closure)
        ignoring_errors().run(self._update)  # a loss that diverges shows in the numbers
        return loss

    def _update(self) -> None:
        for group in self.param_groups:
            if not (group["momentum"] or group["weight_decay"] or group["maximize"]):
                _descend(group["params"], float(group["lr"]))
                continue
            for parameter in group["params"]:
                if parameter._grad is not None:
                    self._step_with_options(parameter, parameter.owned_gradient(), group)

    def _step_with_options(self, parameter: Any, gradient: Any, group: dict[str, Any]) -> None:
        """Do the step that the module's docstring states."""
        lr, weight_decay = float(group["lr"]), float(group["weight_decay"])
        momentum, kept = group["momentum"], 1 - group["dampening"]
        weights = parameter.owned_array()
        velocity, first = None, False
        if momentum:
            state = self.state[parameter]
            first = state.get("momentum_buffer") is None
            if first:
                state["momentum_buffer"] = Tensor.wrap(np.empty_like(weights))
            velocity = state["momentum_buffer"]
        arrays = [weights, gradient.owned_array(), None if velocity is None else velocity.owned_array()]
        for w, g, v in _pieces(*arrays):
            if group["maximize"]:
                g = -g
            if weight_decay:
                g = g + weight_decay * w
            if first:
                v[...] = g
            elif momentum:
                v *= momentum
                v += g if kept == 1 else kept * g
            if momentum:
                g = g + momentum * v if group["nesterov"] else v
            w -= lr * g
        parameter.note_change()
        if velocity is not None:
            velocity.note_change()


def _descend(parameters: Iterable[Any], lr: float) -> None:
    """W ← W - lr · g, in place."""
    dtype = rate = None
    for parameter in parameters:
        gradient = parameter._grad
        if gradient is None:
            continue
        weights = parameter._data
        if type(gradient) is not ndarray:
            gradient = constant(gradient)
        if type(weights) is not ndarray:
            parameter._data = weights - lr * gradient  # a NumPy scalar has no memory to change
            continue
        if weights.dtype is not dtype:
            dtype = weights.dtype
            rate = number(lr, dtype)
        if weights.size <= _PIECE:
            weights -= rate * gradient
        else:
            for w, g in _pieces(weights, gradient):
                w -= rate * g
        parameter._stamp[0] = clock()


def _pieces(*arrays: Any) -> Iterator[tuple[Any, ...]]:
    """Iterate over arrays of one shape together, a few rows at a time; None stands for no array."""
    whole = arrays[0]
    if whole.size <= _PIECE:
        yield arrays
        return
    rows = max(1, _PIECE * len(whole) // whole.size)
    for start in range(0, len(whole), rows):
        yield tuple([None if each is None else each[start : start + rows] for each in arrays])
