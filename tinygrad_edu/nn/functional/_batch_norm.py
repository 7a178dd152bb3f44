"""Normalisation of channels: over the batch, over groups of channels, over each channel of each sample.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html#normalization-functions
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer, as_number, as_tensor_argument, in_dtype
from tinygrad_edu.api._in_place import check_memory
from tinygrad_edu.api._reading import of_tensor, real_already
from tinygrad_edu.api.reduction import mean, var
from tinygrad_edu.api.shape import reshape
from tinygrad_edu.ops.batch_norm import batch_norm as batch_norm_rule
from tinygrad_edu.ops.layer_norm import layer_norm as layer_norm_rule

__all__ = ["batch_norm", "group_norm", "instance_norm"]


@of_tensor
def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-05,
) -> Tensor:
    """Each channel shifted and scaled to mean 0 and variance 1, then times `weight` and plus `bias`.

    Args:
        input: Shape (N, C, *), floating-point.
        running_mean: The means to use outside of training, of shape (C,); while training they are moved towards those
            of the batch, in place.
        running_var: The variances, likewise.
        weight: A factor for each channel.
        bias: What is added to each channel.
        training: Whether mean and variance are those of the batch.
        momentum: How far the running values move, from 0 to 1.
        eps: What is added to the variance, so that equal values don't divide by 0.

    Returns:
        The shape and dtype of `input`.

    Raises:
        ValueError: If only one of the running values is given, `eps` isn't positive, or a channel has only one value
            while training.
        RuntimeError: If shapes or dtypes don't fit, or the running values are missing outside of training.

    >>> tg.nn.functional.batch_norm(tg.tensor([[1.0, 10.0], [3.0, 30.0]]), None, None, training=True)
    tensor([[-1.0000, -1.0000],
            [ 1.0000,  1.0000]])
    """
    if training and (running_mean is None) != (running_var is None):
        raise ValueError("running_mean and running_var must both be given, or both be None")
    shape = real_already(input)._data.shape
    if len(shape) < 2:
        raise RuntimeError(f"wanted at least 2 dimensions, (N, C, *), got {describe(input)}")
    if training and prod(shape[:1] + shape[2:]) == 1:
        raise ValueError(f"wanted more than one value of each channel while training, got {describe(input)}")
    factors = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    given = [_of_channels(name, each, shape[1]) for name, each in factors.items() if each is not None]
    if not training and (running_mean is None or running_var is None):
        raise RuntimeError("running_mean and running_var are missing, which are needed outside of training")
    x, eps, momentum = _meeting(input, given), as_number("eps", eps), as_number("momentum", momentum)
    if eps < 0 or (training and eps == 0):
        raise ValueError(f"eps must be positive while training, and never negative, got {eps}")
    if not training:
        result = _by_statistics(x, running_mean, running_var, weight, bias, eps)
    elif not input._data.size:
        result = _affine(x, weight, bias)
    else:
        note = _mover(running_mean, running_var, momentum, input._data.size // shape[1])
        result = batch_norm_rule(x, weight, bias, eps=eps, note=note)
    return _in_dtype_of(input, result)


@of_tensor
def group_norm(
    input: Tensor, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-05
) -> Tensor:
    """Groups of channels, each of each sample by itself, shifted and scaled to mean 0 and variance 1.

    Args:
        input: Shape (N, C, *), floating-point.
        num_groups: How many groups the C channels make; must divide C.
        weight: A factor for each channel.
        bias: What is added to each channel.
        eps: What is added to the variance.

    Returns:
        The shape and dtype of `input`.

    Raises:
        RuntimeError: If shapes or dtypes don't fit.
        ValueError: If a group would have only one value.

    >>> tg.nn.functional.group_norm(tg.tensor([[1.0, 3.0, 10.0, 30.0]]), 2)
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """
    shape, groups = real_already(input)._data.shape, as_integer("num_groups", num_groups)
    if len(shape) < 2:
        raise RuntimeError(f"wanted at least 2 dimensions, (N, C, *), got {describe(input)}")
    if groups < 1 or shape[1] % groups:
        raise RuntimeError(f"num_groups must divide the {shape[1]} channels, got {num_groups}")
    if shape[0] * (shape[1] // groups) * prod(shape[2:]) == 1:
        raise ValueError(f"wanted more than one value in a group, got {describe(input)}")
    factors = {"weight": weight, "bias": bias}
    x = _meeting(input, [_of_channels(name, each, shape[1]) for name, each in factors.items() if each is not None])
    return _in_dtype_of(input, _affine(_of_rows(x, shape[0] * groups, as_number("eps", eps)), weight, bias))


@of_tensor
def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-05,
) -> Tensor:
    """Each channel of each sample by itself, shifted and scaled to mean 0 and variance 1.

    Args:
        input: Shape (N, C, *), floating-point.
        running_mean: The means to use without `use_input_stats`, of shape (C,); with it they are moved towards the
            means over the batch, in place.
        running_var: The variances, likewise.
        weight: A factor for each channel.
        bias: What is added to each channel.
        use_input_stats: Whether mean and variance are those of the input.
        momentum: How far the running values move, from 0 to 1.
        eps: What is added to the variance.

    Returns:
        The shape and dtype of `input`.

    Raises:
        RuntimeError: If shapes or dtypes don't fit, or the running values are missing without `use_input_stats`.
        ValueError: If a channel has only one place.

    >>> tg.nn.functional.instance_norm(tg.tensor([[[1.0, 3.0], [10.0, 30.0]]]))
    tensor([[[-1.0000,  1.0000],
             [-1.0000,  1.0000]]])
    """
    shape = real_already(input)._data.shape
    if not use_input_stats:
        if running_mean is None or running_var is None:
            raise RuntimeError("running_mean and running_var are missing, which are needed without use_input_stats")
        return batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    if prod(shape[2:]) == 1:
        raise ValueError(f"wanted more than one place of each channel, got {describe(input)}")
    factors = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    given = [_of_channels(name, each, shape[1]) for name, each in factors.items() if each is not None]
    x, eps, momentum = _meeting(input, given), as_number("eps", eps), as_number("momentum", momentum)
    result = _affine(_of_rows(x, shape[0] * shape[1], eps), weight, bias)
    if running_mean is not None or running_var is not None:
        rows = reshape(x.detach(), (*shape[:2], prod(shape[2:])))
        means, variances = mean(rows, (0, 2)), mean(var(rows, 2, correction=0), 0)
        _mover(running_mean, running_var, momentum, prod(shape[2:]))(means._data, variances._data)
    return _in_dtype_of(input, result)


def _of_channels(name: str, each: Any, channels: int) -> Tensor:
    """What has a value for each channel."""
    found: Tensor = real_already(as_tensor_argument(each, name))
    if found._data.shape != (channels,):
        raise RuntimeError(f"{name} must have one value for each of {channels} channels, got {describe(each)}")
    return found


def _meeting(input: Tensor, given: list[Tensor]) -> Tensor:
    """The input in the one dtype that all must have: values of channels may be float32 beside a float16 input."""
    types = {each._data.dtype for each in given}
    if input._data.dtype == np.float16 and types == {np.dtype(np.float32)}:
        converted: Tensor = in_dtype(input, np.dtype(np.float32))
        return converted
    if types - {input._data.dtype}:
        described = " and ".join(describe(each) for each in given)
        raise RuntimeError(f"wanted all in the dtype of the input, {input._data.dtype.name}, got {described}")
    return input


def _in_dtype_of(input: Tensor, result: Tensor) -> Tensor:
    found: Tensor = in_dtype(result, input._data.dtype)
    return found


def _of_rows(x: Tensor, count: int, eps: float) -> Tensor:
    """`x`, cut into so many rows, each of which is shifted and scaled to mean 0 and variance 1."""
    if not x._data.size:
        return x.clone()
    rows = layer_norm_rule(x.reshape(count, -1), None, None, dims=1, eps=eps)
    return rows.reshape(x._data.shape)


def _along_channels(each: Tensor, x: Tensor) -> Tensor:
    """What has a value for each channel, so that it stretches to `x`."""
    return each.reshape(-1, *[1] * (x._data.ndim - 2))


def _affine(x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """x w + b for each channel."""
    if weight is not None:
        x = x * _along_channels(weight, x)
    return x if bias is None else x + _along_channels(bias, x)


def _by_statistics(x: Tensor, means: Any, variances: Any, weight: Any, bias: Any, eps: float) -> Tensor:
    """The channels shifted by given means and scaled by given variances."""
    scale = (variances + eps).rsqrt()
    return _affine((x - _along_channels(means, x)), scale if weight is None else scale * weight, bias)


def _mover(running_mean: Tensor | None, running_var: Tensor | None, momentum: float, count: int) -> Any:
    """What moves the running values towards the mean and the variance of `count` values that it is told."""

    def move(means: np.ndarray, variances: np.ndarray) -> None:
        unbiased = variances * (count / (count - 1)) if count > 1 else variances
        for running, found in ((running_mean, means), (running_var, unbiased)):
            if running is not None:
                check_memory("batch_norm", running)
                running._data[...] = (1 - momentum) * running._data + momentum * found
                running.note_change()

    return move
