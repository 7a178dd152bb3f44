"""Normalisation of each sample by itself: the same while training and in evaluation, whatever the batch.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.layer_norm.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_number, as_shape, as_tensor_argument, in_dtype
from tinygrad_edu.api._reading import of_tensor, real_already
from tinygrad_edu.ops import layer_norm as ops

__all__ = ["layer_norm", "rms_norm"]

_HALF, _SINGLE = np.dtype(np.float16), np.dtype(np.float32)


@of_tensor
def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-05,
) -> Tensor:
    """Each sample shifted and scaled to mean 0 and variance 1, then times `weight` and plus `bias`.

    Args:
        input: Shape (*, *normalized_shape), floating-point.
        normalized_shape: The last dimensions of `input`, over which mean and variance are taken.
        weight: A factor for each value of a sample, of shape `normalized_shape`.
        bias: What is added to it, likewise.
        eps: What is added to the variance, so that equal values don't divide by 0.

    Returns:
        The shape and dtype of `input`.

    Raises:
        RuntimeError: If shapes or dtypes don't fit.

    >>> tg.nn.functional.layer_norm(tg.tensor([[1.0, 3.0], [10.0, 30.0]]), (2,))
    tensor([[-1.0000,  1.0000],
            [-1.0000,  1.0000]])
    """
    shape = _checked(input, normalized_shape, weight=weight, bias=bias)
    x, eps = input, as_number("eps", eps)
    factors = [each for each in (weight, bias) if each is not None]
    dtypes = {each._data.dtype for each in factors}
    if x._data.dtype == _HALF and _SINGLE in dtypes:
        x = in_dtype(x, _SINGLE)
    if dtypes - {x._data.dtype}:
        given = " and ".join(describe(each) for each in factors)
        raise RuntimeError(f"weight and bias must have the dtype of the input, {x._data.dtype}, got {given}")
    result: Tensor = in_dtype(ops.layer_norm(x, weight, bias, dims=len(shape), eps=eps), input._data.dtype)
    return result


@of_tensor
def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """Each sample divided by the root of the mean of its squares, then times `weight`.

    Args:
        input: Shape (*, *normalized_shape), floating-point.
        normalized_shape: The last dimensions of `input`, over which the mean is taken.
        weight: A factor for each value of a sample, of shape `normalized_shape`.
        eps: What is added to the mean of the squares; by default the dtype's step from 1 to the next number.

    Returns:
        The shape and dtype of `input`.

    Raises:
        RuntimeError: If shapes don't fit.

    >>> tg.nn.functional.rms_norm(tg.tensor([[3.0, 3.0], [-5.0, 5.0]]), (2,))
    tensor([[ 1.,  1.],
            [-1.,  1.]])
    """
    shape = _checked(input, normalized_shape, weight=weight)
    x = input
    if weight is not None and weight._data.dtype != x._data.dtype:
        wider = np.promote_types(x._data.dtype, weight._data.dtype)
        x, weight = in_dtype(x, wider), in_dtype(weight, wider)
    if eps is None:
        eps = float(np.finfo(_SINGLE if input._data.dtype == _HALF else input._data.dtype).eps)
    result: Tensor = in_dtype(ops.rms_norm(x, weight, dims=len(shape), eps=as_number("eps", eps)), input._data.dtype)
    return result


def _checked(input: Tensor, normalized_shape: Any, **factors: Any) -> tuple[int, ...]:
    """The shape of a sample, if the input ends with it and the factors have it."""
    real_already(input)
    if isinstance(normalized_shape, int):
        raise TypeError(f"normalized_shape must be a tuple or list of integers, got {normalized_shape}")
    shape = as_shape((tuple(normalized_shape),))
    if not shape:
        raise RuntimeError("normalized_shape must name at least one dimension, got ()")
    if input._data.shape[-len(shape) :] != shape:
        raise RuntimeError(
            f"got an input of shape {input._data.shape}, which doesn't end with normalized_shape={shape}"
        )
    for name, each in factors.items():
        if each is not None and real_already(as_tensor_argument(each, name))._data.shape != shape:
            raise RuntimeError(f"{name} must have the shape {shape} of a sample, got {describe(each)}")
    return shape
