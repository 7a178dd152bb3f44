"""Under which circumstances a gradient is wrong: it is checked again without them; if that passes, they matter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd import GradcheckError

__all__ = ["circumstances"]


def circumstances(arguments: tuple[Any, ...], check: Callable[[tuple[Any, ...]], object]) -> str:
    """The words for what the mistake depends on, beside values: operands that need no gradient, or are one, or lie so.

    Args:
        arguments: Those with which the check failed.
        check: Checks other ones; raises a GradcheckError if they fail, too.
    """
    tensors = [each for each in arguments if isinstance(each, Tensor) and each.is_floating_point()]
    asked = [each for each in tensors if each.requires_grad]
    if len({id(each) for each in tensors}) < len(tensors) and _passes(check, arguments, _copy, apart=True):
        return (
            " It is right where the operands are different tensors, and wrong where the same tensor is passed twice: "
            "look for a comparison of operands with 'is', or a dict that has tensors as keys."
        )
    if len(asked) < len(tensors) and _passes(check, arguments, _asking):
        return (
            " It is right where all operands require a gradient, and wrong where one doesn't: look for "
            "ctx.needs_input_grad, or a rule that uses what only another one's request computes."
        )
    laid_out = any(not each._data.flags.c_contiguous for each in tensors if isinstance(each._data, np.ndarray))
    if laid_out and _passes(check, arguments, _copy):
        return (
            " It is right where the operands lie in memory row by row, and wrong in this memory layout: look for "
            "strides, reshape with an order, ravel(order='K') or 'A', or .data that is read as it lies."
        )
    return ""


def _passes(
    check: Callable[[tuple[Any, ...]], object],
    arguments: tuple[Any, ...],
    change: Callable[[Tensor], Tensor],
    apart: bool = False,
) -> bool:
    """Whether the check passes with each tensor changed; those that are one stay one unless they are set apart."""
    changed = {id(each): change(each) for each in arguments if isinstance(each, Tensor) and each.is_floating_point()}
    others = tuple(
        each if id(each) not in changed else change(each) if apart else changed[id(each)] for each in arguments
    )
    try:
        check(others)
    except GradcheckError:
        return False
    except Exception:
        return False
    return True


def _copy(tensor: Tensor) -> Tensor:
    """A tensor like this one that lies row by row."""
    return Tensor.wrap(np.array(tensor._data, order="C"), requires_grad=tensor.requires_grad)


def _asking(tensor: Tensor) -> Tensor:
    return tensor.detach().requires_grad_()
