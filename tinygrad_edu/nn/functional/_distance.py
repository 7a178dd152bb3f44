"""Distances and directions of vectors.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html#distance-functions
"""

from __future__ import annotations

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_number, as_tensor_argument
from tinygrad_edu.api._reading import of_tensor, real_already, widening
from tinygrad_edu.api.contractions import einsum
from tinygrad_edu.api.norms import norm
from tinygrad_edu.api.stretching import broadcast_tensors

__all__ = ["bilinear", "cosine_similarity", "normalize", "pairwise_distance", "pdist"]


@of_tensor
@widening
def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between vectors: 1 for the same direction, -1 for opposite ones, 0 for a right angle.

    Args:
        x1: Vectors along `dim`.
        x2: Others; must broadcast.
        dim: The dimension of the vectors.
        eps: The smallest length that is divided by.

    >>> tg.nn.functional.cosine_similarity(tg.tensor([[1.0, 0.0], [1.0, 1.0]]), tg.tensor([[0.0, 2.0], [3.0, 3.0]]))
    tensor([0., 1.])
    """
    a, b = broadcast_tensors(x1, as_tensor_argument(x2, "x2"))
    products = (a / _at_least(norm(real_already(a), 2, dim, True), eps)) * (
        b / _at_least(norm(real_already(b), 2, dim, True), eps)
    )
    return products.sum(dim)


def _at_least(lengths: Tensor, eps: float) -> Tensor:
    """The lengths, raised to `eps`, which is no change to their gradients, as in PyTorch."""
    if not as_number("eps", eps) >= 0:
        raise RuntimeError(f"eps must not be negative, got {eps}")
    small = lengths._data < eps
    return lengths + Tensor.wrap(np.where(small, eps - lengths._data, 0).astype(lengths._data.dtype))


@of_tensor
@widening
def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The distances ``norm(x1 - x2 + eps)`` of vectors, which are the last dimension.

    Args:
        x1: Vectors, of shape (*, D).
        x2: Others; must broadcast.
        p: Which norm it is.
        eps: What is added to the differences, so that there is a gradient where they are 0.
        keepdim: Whether the last dimension stays, of length 1.

    >>> tg.nn.functional.pairwise_distance(tg.tensor([[0.0, 0.0]]), tg.tensor([[3.0, 4.0]]))
    tensor([5.0000])
    """
    difference = x1 - as_tensor_argument(x2, "x2") + as_number("eps", eps)
    return norm(real_already(difference), as_number("p", p), -1, keepdim)


@of_tensor
@widening
def pdist(input: Tensor, p: float = 2) -> Tensor:
    """The distances between all pairs of rows: of the first and each later one, and so on.

    Args:
        input: A matrix of N rows.
        p: Which norm it is; not negative.

    Returns:
        Shape (N * (N - 1) / 2,).

    Raises:
        RuntimeError: If `input` is no matrix, or `p` negative.

    >>> tg.nn.functional.pdist(tg.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
    tensor([5.0000, 1.0000, 4.2426])
    """
    if real_already(input)._data.ndim != 2:
        raise RuntimeError(f"wanted a matrix, got {describe(input)}")
    if not as_number("p", p) >= 0:
        raise RuntimeError(f"p must not be negative, got {p}")
    first, second = (Tensor.wrap(each) for each in np.triu_indices(len(input._data), 1))
    return norm(input[first] - input[second], p, -1)


@of_tensor
def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12, out: Tensor | None = None) -> Tensor:
    """Vectors divided by their lengths.

    Args:
        input: Vectors along `dim`.
        p: Which norm their length is.
        dim: The dimension of the vectors, or several.
        eps: The smallest length that is divided by.

    >>> tg.nn.functional.normalize(tg.tensor([[3.0, 4.0], [0.0, 0.0]]))
    tensor([[0.6000, 0.8000],
            [0.0000, 0.0000]])
    """
    lengths = norm(real_already(input), as_number("p", p), dim, True)
    return input / lengths.clamp(min=as_number("eps", eps))


@of_tensor
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Σ over i and j of ``input1[i] * weight[k, i, j] * input2[j]``, plus ``bias[k]``, for each k.

    Args:
        input1: Shape (*, I).
        input2: Shape (*, J), of the same batch.
        weight: Shape (K, I, J).
        bias: Shape (K,).

    Returns:
        Shape (*, K).

    Raises:
        RuntimeError: If shapes or dtypes don't fit.

    >>> tg.nn.functional.bilinear(tg.tensor([[1.0, 2.0]]), tg.tensor([[3.0]]), tg.ones(2, 2, 1))
    tensor([[9., 9.]])
    """
    x, y, w = input1._data, as_tensor_argument(input2, "input2")._data, as_tensor_argument(weight, "weight")._data
    if x.shape[:-1] != y.shape[:-1] or w.ndim != 3 or x.shape[-1:] + y.shape[-1:] != w.shape[1:]:
        raise RuntimeError(
            f"wanted inputs of shapes (*, I) and (*, J) and a weight of shape (K, I, J), got {describe(input1)}, "
            f"{describe(input2)} and {describe(weight)}"
        )
    result: Tensor = einsum("...i,kij,...j->...k", input1, weight, input2)
    if bias is None:
        return result
    if as_tensor_argument(bias, "bias")._data.shape != w.shape[:1]:
        raise RuntimeError(f"bias must have the shape {w.shape[:1]}, got {describe(bias)}")
    return result + bias
