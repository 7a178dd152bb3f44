"""Norms and distances: how long vectors are, how far tensors and rows are apart.

Where a norm or a distance is 0, so is its gradient.

Source for every function: https://docs.pytorch.org/docs/stable/generated/torch.norm.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_dims, as_flag, as_number, as_tensor_argument, in_range, own, promoted
from tinygrad_edu.api._in_place import both, method
from tinygrad_edu.api._matrices import UNFINISHED, attempt
from tinygrad_edu.api._output import into_out
from tinygrad_edu.api._reading import broadcasting, of_tensor, real_already, refuse_bools, widening
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import arithmetic, choice
from tinygrad_edu.ops import norms as ops
from tinygrad_edu.ops.axes import permute
from tinygrad_edu.ops.decompositions import svdvals
from tinygrad_edu.ops.reduction import sum as sum_of
from tinygrad_edu.ops.shape import clone, reshape
from tinygrad_edu.ops.stretching import expand

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.api.reduction import Dim

__all__ = ["cdist", "dist", "norm", "renorm"]

_MODES = ("use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist")


@of_tensor
def norm(
    input: Tensor,
    p: float | str | None = "fro",
    dim: Dim = None,
    keepdim: bool = False,
    out: Tensor | None = None,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """The length of the vector of values over `dim`: the root of the sum of their squares.

    Args:
        input: A floating-point tensor.
        p: ``"fro"``, None or 2 for that; another number for ``sum(abs(input) ** p) ** (1 / p)``; inf
            for the largest absolute value, -inf for the smallest, 0 for how many aren't zero; ``"nuc"``
            for the sum of the singular values of a matrix.
        dim: A dimension, several of them, or None for all.
        keepdim: Keep the reduced dimensions, of length 1.
        dtype: Convert to this type first.

    Returns:
        The norm; where it is 0, its gradient is 0 too.

    Raises:
        TypeError: If `input` isn't floating-point.
        RuntimeError: If there are no values, and a `p` that needs some: inf, or one below 0.

    >>> tg.norm(tg.tensor([3.0, -4.0])), tg.norm(tg.tensor([3.0, -4.0]), p=1)
    (tensor(5.), tensor(7.))
    """
    if out is not None:
        written: Tensor = into_out(norm, "norm", (input, p, dim, keepdim), {"dtype": dtype, "out": out})
        return written
    if p == "fro" and isinstance(dim, (tuple, list)) and len(dim) > 2:
        raise RuntimeError(
            f"p='fro' is the norm of vectors and matrices, got dim={dim}; p=2 is that of more dimensions"
        )
    x = real_already(real_already(input), dtype)
    dims = as_dims(dim, x._data.ndim)
    if p == "nuc":
        return _nuclear(x, dims, as_flag("keepdim", keepdim))
    return _norm(x, _order(p), dims, as_flag("keepdim", keepdim))


@of_tensor
def renorm(input: Tensor, p: float, dim: int, maxnorm: float, *, out: Tensor | None = None) -> Tensor:
    """The tensor with each slice along `dim` scaled down to the norm `maxnorm`, if it is longer.

    Args:
        input: A floating-point tensor of at least two dimensions.
        p: The order of the norm, above 0.
        dim: The dimension whose slices are looked at.
        maxnorm: The greatest norm that a slice may have.

    Raises:
        RuntimeError: If `p` isn't above 0, `maxnorm` is negative, or there are fewer than two dimensions.

    >>> tg.renorm(tg.tensor([[3.0, 4.0], [0.3, 0.4]]), 2, 0, 1)
    tensor([[0.6000, 0.8000],
            [0.3000, 0.4000]])
    """
    x, ndim = real_already(input), input._data.ndim
    p, maxnorm = as_number("p", p), as_number("maxnorm", maxnorm)
    if not p > 0:
        raise RuntimeError(f"p must be above 0, got {p}")
    if not maxnorm >= 0:
        raise RuntimeError(f"maxnorm must not be negative, got {maxnorm}")
    if ndim < 2:
        raise RuntimeError(f"input must have at least two dimensions, got {describe(input)}")
    axis = in_range(dim, ndim)
    return _renorm(x, p, tuple([i for i in range(ndim) if i != axis]), maxnorm)


@of_tensor
def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """The p-norm of ``input - other``.

    >>> tg.dist(tg.tensor([1.0, 5.0]), tg.tensor([4.0, 1.0]))
    tensor(5.)
    """
    operands = promoted(refuse_bools(input), refuse_bools(as_tensor_argument(other, "other")))
    x = real_already(broadcasting(arithmetic.sub, *operands))
    return _norm(x, as_number("p", p), tuple(range(x._data.ndim)), False)


@of_tensor
def cdist(x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: str = "use_mm_for_euclid_dist_if_necessary") -> Tensor:
    """The distance of each row of `x1` from each row of `x2`.

    Args:
        x1: A floating-point tensor of shape (…, P, M).
        x2: One of shape (…, R, M).
        p: The order of the norm that tells the distance: 0 or more, or inf.
        compute_mode: Accepted for PyTorch's sake: distances are always computed from differences, which is exact.

    Returns:
        A tensor of shape (…, P, R). Where a distance is 0, its gradient is 0.

    Raises:
        RuntimeError: If the shapes don't fit, or `p` is negative.
        ValueError: If there is no such `compute_mode`.

    >>> tg.cdist(tg.tensor([[0.0, 0.0], [3.0, 0.0]]), tg.tensor([[0.0, 4.0]]))
    tensor([[4.],
            [5.]])
    """
    p = as_number("p", p)
    if compute_mode not in _MODES:
        raise ValueError(f"compute_mode must be one of {', '.join(map(repr, _MODES))}, got {compute_mode!r}")
    x, y = real_already(x1), real_already(as_tensor_argument(x2, "x2"))
    if x._data.ndim < 2 or y._data.ndim < 2:
        raise RuntimeError(f"x1 and x2 must have two dimensions at least, got {describe(x1)} and {describe(x2)}")
    if x._data.shape[-1] != y._data.shape[-1]:
        raise RuntimeError(f"rows must be equally long, got {describe(x1)} and {describe(x2)}")
    if x._data.dtype != y._data.dtype:
        raise RuntimeError(f"x1 and x2 must have one dtype, got {describe(x1)} and {describe(x2)}")
    if not p >= 0:
        raise RuntimeError(f"p must not be negative, got {p}")
    batch = broadcasting(np.broadcast_shapes, x._data.shape[:-2], y._data.shape[:-2])
    x, y = (expand(each, shape=batch + each._data.shape[-2:]) for each in (x, y))
    return ops.cdist(x, y, p=p)


class NormsMethods(TensorBase):
    """Norms as methods of tensors."""

    __slots__ = ()

    norm = method(norm)
    renorm, renorm_ = both(renorm)
    dist = method(dist)


def _order(p: Any) -> float:
    if p in ("fro", None):
        return 2
    if isinstance(p, str):
        raise RuntimeError(f"p must be a number, 'fro' or 'nuc', got {p!r}")
    order: float = as_number("p", p)
    return order


@widening
def _norm(x: Tensor, p: float, dims: tuple[int, ...], keepdim: bool) -> Tensor:
    if (p < 0 or p == np.inf) and any(x._data.shape[dim] == 0 for dim in dims):
        raise RuntimeError(f"no values have no norm of order {p}, got {describe(x)} over dimensions {dims}")
    found: Tensor = ops.p_norm(x, p, dims, keepdim)
    return found


def _nuclear(x: Any, dims: tuple[int, ...], keepdim: bool) -> Tensor:
    if len(dims) != 2:
        raise RuntimeError(f"p='nuc' is the norm of a matrix, got {describe(x)} over dimensions {dims}")
    shape = tuple([1 if i in dims else n for i, n in enumerate(x._data.shape) if keepdim or i not in dims])
    order = (*[i for i in range(x._data.ndim) if i not in dims], *dims)
    values = attempt(svdvals, permute(x, dims=order), fault=UNFINISHED)
    return own(reshape(sum_of(values, dim=(values._data.ndim - 1,), keepdim=False), shape=shape))


@widening
def _renorm(x: Tensor, p: float, dims: tuple[int, ...], most: float) -> Tensor:
    norms = ops.p_norm(clone(x), p, dims, True)  # whose values are kept where renorm_ changes x
    factor = arithmetic.div(most, arithmetic.add(norms, 1e-7))
    return arithmetic.mul(x, choice.where(norms._data > most, factor, 1.0))
