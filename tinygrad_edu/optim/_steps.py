"""What the steps of several optimizers are made of: weight decay, and moving averages.

Weight decay pulls weights toward 0. It is of two kinds: the gradient of the loss with a penalty
``weight_decay / 2 · W²``, or the weight itself made smaller by ``lr · weight_decay`` of it before the step
("decoupled", as in AdamW: the step then doesn't see the penalty).

Source: I. Loshchilov and F. Hutter, Decoupled weight decay regularization (2019), https://arxiv.org/abs/1711.05101
"""

from __future__ import annotations

from typing import Any

from numpy import ndarray

__all__ = ["average", "decayed"]


def decayed(w: ndarray, g: ndarray, group: dict[str, Any]) -> Any:
    """The gradient with the penalty's, or `g` itself after `w` was made smaller."""
    weight_decay = group["weight_decay"]
    if not weight_decay:
        return g
    if group.get("decoupled_weight_decay"):
        w *= 1 - group["lr"] * weight_decay
        return g
    return g + weight_decay * w


def average(mean: ndarray, value: ndarray, share: float) -> ndarray:
    """Move a mean by `share` of the way toward a value, in place, from the nearer end, as PyTorch's ``lerp`` does."""
    if share < 0.5:
        mean += share * (value - mean)
    else:
        mean[...] = value - (1 - share) * (value - mean)
    return mean
