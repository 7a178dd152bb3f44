"""Gradients held in bounds, so that one bad batch can't throw the weights far off.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe, warn
from tinygrad_edu._summation import add_up
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_number, as_tensor_argument
from tinygrad_edu.api._reading import named, real_already
from tinygrad_edu.autograd.graph import TensorBase

__all__ = ["clip_grad_norm", "clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"]


@named
def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale all gradients down together if their norm, taken as one long vector, is above `max_norm`.

    Args:
        parameters: A tensor or several; those without a gradient are left out.
        max_norm: The largest norm allowed.
        norm_type: Which norm: 2 for the length, 1 for the sum, ``float("inf")`` for the largest value.
        error_if_nonfinite: Whether a norm that is infinite or NaN is an error.
        foreach: Accepted for PyTorch's sake; changes nothing.

    Returns:
        The norm before the scaling.

    Raises:
        RuntimeError: If the norm isn't finite and `error_if_nonfinite` is True.

    >>> w = tg.tensor([0.0, 0.0], requires_grad=True)
    >>> w.grad = tg.tensor([3.0, 4.0])
    >>> tg.nn.utils.clip_grad_norm_([w], max_norm=1.0)
    tensor(5.)
    >>> w.grad
    tensor([0.6000, 0.8000])
    """
    gradients = _gradients(parameters)
    total = get_total_norm(gradients, norm_type)._data
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(
            f"the norm of the gradients is {total}, so they can't be scaled; look for a loss that is "
            "infinite or NaN, or a learning rate that is too large"
        )
    _scale(gradients, max_norm, total)
    return Tensor.wrap(total)


def _scale(gradients: list[Any], max_norm: Any, total: Any) -> None:
    factor = float(max_norm) / (float(total) + 1e-6)
    if not factor > 1:  # also for NaN: such a norm shows in all gradients
        with np.errstate(invalid="ignore"):
            for gradient in gradients:
                gradient.write(gradient._data * factor)


@named
def clip_grad_norm(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """What `clip_grad_norm_` was called before; deprecated.

    >>> import warnings
    >>> w = tg.tensor([0.0, 0.0], requires_grad=True)
    >>> w.grad = tg.tensor([3.0, 4.0])
    >>> with warnings.catch_warnings(action="ignore"):
    ...     tg.nn.utils.clip_grad_norm([w], max_norm=1.0)
    tensor(5.)
    """
    warn("nn.utils.clip_grad_norm is deprecated; use nn.utils.clip_grad_norm_ instead", FutureWarning)
    return clip_grad_norm_(parameters, max_norm, norm_type, error_if_nonfinite, foreach)


@named
def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Tensor, foreach: bool | None = None
) -> None:
    """Scale all gradients down together if their norm, which `get_total_norm` has found, is above `max_norm`.

    Args:
        parameters: A tensor or several; those without a gradient are left out.
        max_norm: The largest norm allowed.
        total_norm: The norm that they have.
        foreach: Accepted for PyTorch's sake; changes nothing.

    >>> w = tg.tensor([0.0, 0.0], requires_grad=True)
    >>> w.grad = tg.tensor([3.0, 4.0])
    >>> tg.nn.utils.clip_grads_with_norm_([w], 1.0, tg.nn.utils.get_total_norm([w.grad]))
    >>> w.grad
    tensor([0.6000, 0.8000])
    """
    total = as_number("total_norm", as_tensor_argument(total_norm, "total_norm"))
    _scale(_gradients(parameters), max_norm, total)


@named
def get_total_norm(
    tensors: Tensor | Iterable[Tensor],
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The norm of several tensors, taken as one long vector.

    Args:
        tensors: A tensor or several.
        norm_type: Which norm: 2 for the length, 1 for the sum, ``float("inf")`` for the largest value.
        error_if_nonfinite: Whether a norm that is infinite or NaN is an error.
        foreach: Accepted for PyTorch's sake; changes nothing.

    Raises:
        RuntimeError: If the norm isn't finite and `error_if_nonfinite` is True.

    >>> tg.nn.utils.get_total_norm([tg.tensor([3.0]), tg.tensor([0.0, 4.0])])
    tensor(5.)
    """
    chosen = [tensors] if isinstance(tensors, TensorBase) else list(tensors)
    for each in chosen:
        if not isinstance(each, TensorBase):
            raise TypeError(f"wanted tensors, got {describe(each)}")
        real_already(each)
    if not chosen:
        return Tensor.wrap(np.float32(0))
    norms = [_norm(each._data, norm_type) for each in chosen]
    total = np.result_type(*[each._data for each in chosen], np.float16).type(_norm(np.array(norms), norm_type))
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(f"the norm of the tensors is {total}, got {describe(chosen[0])} among them")
    return Tensor.wrap(total)


@named
def clip_grad_value_(
    parameters: Tensor | Iterable[Tensor],
    clip_value: float,
    foreach: bool | None = None,
) -> None:
    """Bring every value of the gradients into the range from ``-clip_value`` to `clip_value`.

    Args:
        parameters: A tensor or several; those without a gradient are left out.
        clip_value: The largest size allowed.
        foreach: Accepted for PyTorch's sake; changes nothing.

    >>> w = tg.tensor([0.0, 0.0], requires_grad=True)
    >>> w.grad = tg.tensor([-3.0, 0.5])
    >>> tg.nn.utils.clip_grad_value_([w], 1.0)
    >>> w.grad
    tensor([-1.0000,  0.5000])
    """
    bound = float(clip_value)
    for gradient in _gradients(parameters):
        gradient.write(np.clip(gradient._data, -bound, bound))


def _gradients(parameters: Any) -> list[Any]:
    chosen = [parameters] if isinstance(parameters, TensorBase) else list(parameters)
    for each in chosen:
        if not isinstance(each, TensorBase):
            raise TypeError(f"wanted tensors, got {describe(each)}; pass model.parameters()")
    return [each.owned_gradient() for each in chosen if each._grad is not None]


def _norm(values: Any, order: float) -> float:
    """The norm of all values together, summed in float64 so that it can't overflow early."""
    sizes = np.abs(np.asarray(values, dtype=np.float64)).ravel()
    if sizes.size == 0:
        return 0.0
    if math.isinf(order):
        return float(sizes.max() if order > 0 else sizes.min())
    if order == 0:
        return float(np.count_nonzero(sizes))
    return float(add_up(sizes**order) ** (1 / order))
