"""Losses that are minus the logarithm of a likelihood, or a difference of two: Poisson, Gauss, Kullback-Leibler.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html#loss-functions
"""

from __future__ import annotations

import math

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_flag, as_number, as_tensor_argument, floating
from tinygrad_edu.api._reading import named, real_already, refuse_bools
from tinygrad_edu.api.choice import where
from tinygrad_edu.api.exponential import xlogy
from tinygrad_edu.nn.functional._loss.reduction import reduced, with_reduction

__all__ = ["gaussian_nll_loss", "kl_div", "poisson_nll_loss"]


@named
def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """How far the probabilities of `input` are from those of `target`: the sum of ``target * (log(target) - input)``.

    Args:
        input: Logarithms of probabilities, of any shape.
        target: The right probabilities, of the same shape; or their logarithms.
        reduction: "batchmean" for the sum divided by the first length, which is the divergence of a sample; "mean" for
            the mean over all values, "sum", or "none".
        log_target: Whether `target` holds logarithms.

    Raises:
        ValueError: If `reduction` is unknown.

    >>> p, q = tg.tensor([[0.5, 0.5]]), tg.tensor([[0.9, 0.1]])
    >>> tg.nn.functional.kl_div(p.log(), q, reduction="batchmean")
    tensor(0.3681)
    """
    if size_average is not None or reduce is not None or reduction != "batchmean":
        return _kl_div(input, target, size_average, reduce, reduction, log_target)
    total = _kl_div(input, target, None, None, "sum", log_target)
    return total / input._data.shape[0] if input._data.ndim else total


@with_reduction
def _kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    x, t = real_already(as_tensor_argument(input)), real_already(as_tensor_argument(target, "target"))
    if as_flag("log_target", log_target):
        return reduced(t.exp() * (t - x), reduction)
    return reduced(xlogy(t, t) - t * x, reduction)  # 0 log 0 is 0


@with_reduction
def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Minus the logarithm of the likelihood of counts that are Poisson distributed: ``exp(input) - target * input``.

    Args:
        input: Logarithms of the expected counts, or these themselves.
        target: The counts; must broadcast.
        log_input: Whether `input` holds logarithms.
        full: Whether to add what doesn't depend on `input`, by Stirling's formula, where a count is above 1.
        eps: What is added to an `input` that holds no logarithms before its logarithm is taken.
        reduction: "mean", "sum", or "none".

    Raises:
        ValueError: If `reduction` is unknown.

    >>> tg.nn.functional.poisson_nll_loss(tg.tensor([0.0, 1.0]), tg.tensor([1.0, 2.0]))
    tensor(0.8591)
    """
    x, t = as_tensor_argument(input), as_tensor_argument(target, "target")
    eps = as_number("eps", eps)
    losses = x.exp() - t * x if as_flag("log_input", log_input) else x - t * (x + eps).log()
    if as_flag("full", full):
        large = Tensor.wrap(refuse_bools(t)._data > 1)
        safe = where(large, t, 1)
        losses = losses + where(large, safe * safe.log() - safe + 0.5 * (2 * math.pi * safe).log(), 0)
    return reduced(losses, reduction)


@with_reduction
def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Tensor | float,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """Minus the logarithm of the likelihood of normal numbers: ``(log(var) + (input - target)**2 / var) / 2``.

    Args:
        input: The expected values.
        target: The observed values; must broadcast.
        var: The variances, in the shape of `input`, or one for each of its rows, or one number.
        full: Whether to add the constant ``log(2π) / 2``.
        eps: The smallest variance, for stability.
        reduction: "mean", "sum", or "none".

    Raises:
        ValueError: If a variance is negative, or their shape doesn't fit, or `reduction` is unknown.

    >>> tg.nn.functional.gaussian_nll_loss(tg.tensor([0.0, 1.0]), tg.tensor([0.0, 2.0]), tg.tensor([1.0, 1.0]))
    tensor(0.2500)
    """
    x, t = as_tensor_argument(input), as_tensor_argument(target, "target")
    number = None if isinstance(var, Tensor) else as_number("var", var)
    v = real_already(var) if number is None else Tensor.wrap(np.full_like(floating(x)._data, number))
    if (v._data < 0).any():
        raise ValueError(f"var must not be negative, got {describe(var)} with {v._data.min()} in it")
    shape, given = x._data.shape, v._data.shape
    if given != shape and given == shape[:-1]:
        v = v.unsqueeze(-1)
    elif given != shape:
        misfits = [of_var for of_x, of_var in zip(shape, given, strict=False) if of_x != of_var]
        if len(shape) != len(given) or misfits != [1]:
            raise ValueError(f"var must have the shape {shape} of the input, or a value a row, got {describe(var)}")
    raised = np.maximum(v._data, as_number("eps", eps)) - v._data
    v = v + Tensor.wrap(np.asarray(raised).astype(v._data.dtype))  # which doesn't touch its gradient, as in PyTorch
    losses = 0.5 * (v.log() + (x - t).square() / v)
    return reduced(losses + 0.5 * math.log(2 * math.pi) if as_flag("full", full) else losses, reduction)
