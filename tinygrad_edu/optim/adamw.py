"""AdamW: Adam, whose weight decay doesn't go through the averages (適応的モーメント推定).

A penalty in the gradient is divided by the root of the average of squares like all of it, so that weights with large
gradients hardly decay. Here every weight is first made smaller by the same share of it, W ← W - lr · weight_decay · W,
and then moves as in Adam (`tinygrad_edu.optim.adam` states the step).

Source: I. Loshchilov and F. Hutter, Decoupled weight decay regularization (2019), https://arxiv.org/abs/1711.05101;
https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.optim.adam import Adam

__all__ = ["AdamW"]


class AdamW(Adam):
    """Adam with ``decoupled_weight_decay=True``, and some decay unless it is told otherwise.

    Args:
        params: The parameters, as ``model.parameters()`` gives them, or a list of groups.
        lr: The learning rate η (学習率): about how far a value moves in a step.
        betas: How much the two averages β₁, of gradients, and β₂, of their squares, keep of what they were.
        eps: ε, which keeps the step finite where gradients are 0.
        weight_decay: Which share of a weight, times `lr`, is taken off in a step.
        amsgrad: Whether to divide by the largest average of squares so far, so that steps only get smaller.
        maximize: Whether to go up instead of down.
        foreach: Accepted for PyTorch's sake; changes nothing.
        capturable: Accepted for PyTorch's sake; changes nothing.
        differentiable: Not supported: must be False.
        fused: Accepted for PyTorch's sake; changes nothing.

    Raises:
        NotImplementedError: If `differentiable` is True.
        RuntimeError: If `foreach` and `fused` are both True.
        TypeError: If `params` isn't a list of tensors, or of groups, or a setting isn't a number.
        ValueError: If a number is negative, a β is 1 or more, or `params` is empty or holds a tensor that
            isn't a leaf.

    Source: https://arxiv.org/abs/1711.05101; https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html

    >>> w = tg.tensor([-3.0, 400.0], requires_grad=True)
    >>> optimizer = tg.optim.AdamW([w], lr=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ -2.8970, 399.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        betas: tuple[float | Tensor, float | Tensor] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )
