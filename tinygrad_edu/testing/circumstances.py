"""Under which circumstances a gradient is wrong: it is checked again without them; if that passes, they matter."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd import GradcheckError, grad
from tinygrad_edu.gradient_checks.nesting import differentiable

__all__ = ["circumstances", "stands_on_a_corner"]

SAME = 1e-12  # relatively: what the same rules give, whose terms may be added up in another order


def stands_on_a_corner(
    function: Callable[..., Any], arguments: tuple[Any, ...], check: Callable[[tuple[Any, ...]], object]
) -> bool:
    """Whether a function of some operands fails only where that of all has no derivative, and gives the same there.

    relu(p² - n) has a corner where p = n = 0. As a function of p alone, where n is a constant 0, it is p², of which the
    second derivative is 2; but what a rule gives on a corner is a convention, whoever asks for it.

    Args:
        function: What is checked.
        arguments: Those with which the check failed.
        check: Checks other ones; raises a GradcheckError if they fail, too.
    """
    asked = [number for number, each in enumerate(arguments) if isinstance(each, Tensor) and each.requires_grad]
    tensors = [each for each in arguments if isinstance(each, Tensor) and each.is_floating_point()]
    everything = _changed(arguments, _asking)
    if len(asked) == len(tensors) or not _passes(check, everything):
        return False
    with suppress(Exception):  # a rule need not be differentiable
        some, all_ = (_derivatives(function, each, asked) for each in (arguments, everything))
        return len(some) == len(all_) and all(
            one.shape == other.shape and np.allclose(one, other, rtol=SAME, atol=0)
            for one, other in zip(some, all_, strict=True)
        )
    return False


def _derivatives(function: Callable[..., Any], arguments: tuple[Any, ...], asked: list[int]) -> list[np.ndarray]:
    """The first and second derivatives by the operands asked for, along a random direction."""
    generator = np.random.default_rng(0)
    inputs = [arguments[number] for number in asked]
    results: Any = [each for _, each in differentiable(function(*arguments))]
    found = []
    for _ in range(2):
        starts = [Tensor.wrap(generator.uniform(0.5, 1.5, each.shape).astype(each._data.dtype)) for each in results]
        results = grad(results, inputs, starts, create_graph=True, allow_unused=True) if results else []
        found += [np.zeros(()) if each is None else each.detach().numpy() for each in results]
        results = [each for each in results if each is not None and each.requires_grad]
    return found


def circumstances(arguments: tuple[Any, ...], check: Callable[[tuple[Any, ...]], object]) -> str:
    """The words for what the mistake depends on, beside values: operands that need no gradient, or are one, or lie so.

    Args:
        arguments: Those with which the check failed.
        check: Checks other ones; raises a GradcheckError if they fail, too.
    """
    tensors = [each for each in arguments if isinstance(each, Tensor) and each.is_floating_point()]
    asked = [each for each in tensors if each.requires_grad]
    if len({id(each) for each in tensors}) < len(tensors) and _passes(check, _changed(arguments, _copy, apart=True)):
        return (
            " It is right where the operands are different tensors, and wrong where the same tensor is passed twice: "
            "look for a comparison of operands with 'is', or a dict that has tensors as keys."
        )
    if len(asked) < len(tensors) and _passes(check, _changed(arguments, _asking)):
        return (
            " It is right where all operands require a gradient, and wrong where one doesn't: look for "
            "ctx.needs_input_grad, or a rule that uses what only another one's request computes."
        )
    laid_out = any(not each._data.flags.c_contiguous for each in tensors if isinstance(each._data, np.ndarray))
    if laid_out and _passes(check, _changed(arguments, _copy)):
        return (
            " It is right where the operands lie in memory row by row, and wrong in this memory layout: look for "
            "strides, reshape with an order, ravel(order='K') or 'A', or .data that is read as it lies."
        )
    return ""


def _changed(arguments: tuple[Any, ...], change: Callable[[Tensor], Tensor], apart: bool = False) -> tuple[Any, ...]:
    """Arguments with each tensor changed; those that are one stay one unless they are set apart."""
    changed = {id(each): change(each) for each in arguments if isinstance(each, Tensor) and each.is_floating_point()}
    return tuple(
        each if id(each) not in changed else change(each) if apart else changed[id(each)] for each in arguments
    )


def _passes(check: Callable[[tuple[Any, ...]], object], arguments: tuple[Any, ...]) -> bool:
    try:
        check(arguments)
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
