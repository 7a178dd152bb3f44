"""Norms of vectors and matrices, and what singular values tell: rank and condition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_dims, as_flag, as_number, as_tensor_argument, in_dtype, in_range, own, wrap
from tinygrad_edu.api._matrices import UNFINISHED, attempt, matrices, mirrored, square
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.api.arithmetic import abs as size_of
from tinygrad_edu.api.arithmetic import div, mul
from tinygrad_edu.api.extremes import amax, amin
from tinygrad_edu.api.norms import norm as norm_of
from tinygrad_edu.api.reduction import sum as sum_of
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import decompositions as ops
from tinygrad_edu.ops import solving
from tinygrad_edu.ops.axes import permute
from tinygrad_edu.ops.shape import reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["cond", "matrix_norm", "matrix_rank", "norm", "vector_norm"]

Dim = int | Sequence[int] | None


@of_tensor
def norm(
    A: Tensor,
    ord: float | str | None = None,
    dim: Dim = None,
    keepdim: bool = False,
    *,
    out: Tensor | None = None,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """The norm of a vector or a matrix: `vector_norm` over one dimension, `matrix_norm` over two.

    Args:
        ord: Which norm; by default the length of all values over `dim` as one vector.
        dim: A dimension, or two of them. By default all: then `ord` is for tensors of 1 or 2 dimensions.
        keepdim: Keep the reduced dimensions, of length 1.
        dtype: Convert to this type first.

    Raises:
        RuntimeError: If there are more dimensions than an `ord` can have, or there is no such norm.

    >>> tg.linalg.norm(tg.tensor([3.0, -4.0])), tg.linalg.norm(tg.tensor([[3.0, -4.0], [1.0, 0.0]]), ord=1)
    (tensor(5.), tensor(4.))
    """
    dims = None if dim is None else (dim,) if isinstance(dim, (int, np.integer)) else tuple(dim)
    if dims is not None and len(dims) not in (1, 2):
        raise RuntimeError(f"dim must be one dimension or two, got dim={dim}")
    if ord is None:
        return vector_norm(A, 2, dim, keepdim, dtype=dtype)
    ndim = A._data.ndim if dims is None else len(dims)
    if dims is None and ndim not in (1, 2):
        raise RuntimeError(f"an ord without a dim is for tensors of 1 or 2 dimensions, got {describe(A)}")
    if ndim == 1 and not isinstance(ord, str):
        return vector_norm(A, ord, dim, keepdim, dtype=dtype)
    if dims is not None and len(dims) == 1:
        raise RuntimeError(f"ord={ord!r} is a norm of matrices, and wants two dimensions, got dim={dim}")
    return matrix_norm(A, ord, (-2, -1) if dims is None else dims, keepdim, dtype=dtype)


@of_tensor
def vector_norm(
    x: Tensor,
    ord: float = 2,
    dim: Dim = None,
    keepdim: bool = False,
    *,
    dtype: dtypes.dtype | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The norm of all values over `dim` as one vector: ``sum(abs(x) ** ord) ** (1 / ord)``.

    Args:
        ord: A number; inf for the largest absolute value, -inf for the smallest, 0 for how many aren't zero.
        dim: A dimension, several of them, or None for all.
        keepdim: Keep the reduced dimensions, of length 1.
        dtype: Convert to this type first, which must not be narrower.

    Returns:
        The norm; where it is 0, its gradient is 0 too.

    Raises:
        RuntimeError: If there are no values, and the norm isn't 0 then.

    >>> tg.linalg.vector_norm(tg.tensor([[3.0, -4.0], [6.0, 8.0]]), dim=1)
    tensor([ 5., 10.])
    """
    if isinstance(ord, str):
        raise TypeError(f"ord must be a number, got {ord!r}")
    order = float(as_number("ord", ord))
    y = _converted(x, dtype)
    dims = as_dims(dim, y._data.ndim)
    if (order < 0 or order == np.inf) and 0 in [y._data.shape[each] for each in dims]:
        raise RuntimeError(f"the norm of order {ord} of no values isn't defined, got {describe(x)}")
    return norm_of(y, order, dims, keepdim)


@of_tensor
def matrix_norm(
    A: Tensor,
    ord: float | str = "fro",
    dim: Sequence[int] = (-2, -1),
    keepdim: bool = False,
    *,
    dtype: dtypes.dtype | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The norm of a matrix.

    Args:
        ord: ``"fro"`` for the root of the sum of squares; ``"nuc"`` for the sum of the singular values, 2 and -2 for
            the largest and the smallest of them; 1 and -1 for the largest and the smallest of the sums of absolute
            values of columns, inf and -inf for those of rows.
        dim: The dimension of the rows, and that of the columns.
        keepdim: Keep the reduced dimensions, of length 1.
        dtype: Convert to this type first, which must not be narrower.

    Raises:
        RuntimeError: If there is no such norm, or the two dimensions are the same.

    >>> A = tg.tensor([[3.0, 0.0], [0.0, -4.0]])
    >>> tg.linalg.matrix_norm(A), tg.linalg.matrix_norm(A, "nuc"), tg.linalg.matrix_norm(A, -2)
    (tensor(5.), tensor(7.), tensor(3.))
    """
    if A._data.ndim < 2:
        raise RuntimeError(f"wanted a matrix or a batch of them, got {describe(A)}")
    if ord not in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
        raise RuntimeError(f"ord must be 'fro', 'nuc', 1, -1, 2, -2, inf or -inf, got {ord!r}")
    ndim = A._data.ndim
    dims = tuple(in_range(each, ndim) for each in dim)
    if len(dims) != 2 or dims[0] == dims[1]:
        raise RuntimeError(f"dim must be two different dimensions, got {dim}")
    x = _converted(A, dtype)
    if ord == "fro":
        return norm_of(x, 2, dims, keepdim)
    if ord in ("nuc", 2, -2):
        return _of_singular_values(x, ord, dims, keepdim)
    rows, columns = dims if abs(float(ord)) == 1 else dims[::-1]
    sums: Any = sum_of(size_of(x), rows, keepdim=True)
    if not sums._data.shape[columns]:
        if float(ord) < 0:
            raise RuntimeError(f"the norm of order {ord} of no values isn't defined, got {describe(A)}")
        return sum_of(sums, dims, keepdim)
    result: Tensor = (amax if float(ord) > 0 else amin)(sums, columns, keepdim=True)
    if keepdim:
        return result
    return own(reshape(result, shape=tuple(n for i, n in enumerate(x._data.shape) if i not in dims)))


@of_tensor
def matrix_rank(
    A: Tensor,
    tol: float | Tensor | None = None,
    hermitian: bool = False,
    *,
    atol: float | Tensor | None = None,
    rtol: float | Tensor | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """How many singular values aren't 0: how many rows, or columns, don't follow from the others.

    Args:
        tol: Another name for `atol`, with an `rtol` of 0.
        hermitian: Whether `A` is symmetric: then the absolute eigenvalues are counted.
        atol: Singular values up to this, or up to `rtol` times the largest, count as 0.
        rtol: By default, the longer side of the matrix times the spacing of floats at 1; or 0, if there is `atol`.

    >>> tg.linalg.matrix_rank(tg.tensor([[1.0, 2.0], [2.0, 4.0]]))
    tensor(1)
    """
    x = matrices(A, "A")
    absolute, relative = tolerances(x, atol, rtol) if tol is None else (_value(tol), np.float64(0))
    values = x._data
    if hermitian:
        values = np.abs(ops.eigvalsh.forward(mirrored(square(x, "A"))._data))
    else:
        values = attempt(ops.svdvals, wrap(values), fault=UNFINISHED)._data
    largest = np.maximum.reduce(values, axis=-1, initial=0)
    counted = values > np.maximum(absolute, relative * largest)[..., None]
    return wrap(np.asarray(np.count_nonzero(counted, axis=-1), np.int64)[()])


@of_tensor
def cond(A: Tensor, p: float | str | None = None, *, out: Tensor | None = None) -> Tensor:
    """How much `solve` may enlarge an error: the norm of a matrix times that of its inverse.

    Args:
        p: Which norm, as in `matrix_norm`; None for 2, of the singular values.

    Returns:
        Infinity for singular matrices.

    >>> tg.linalg.cond(tg.tensor([[3.0, 0.0], [0.0, -4.0]]))
    tensor(1.3333)
    """
    if p not in (None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
        raise RuntimeError(f"p must be None, 'fro', 'nuc', 1, -1, 2, -2, inf or -inf, got {p!r}")
    x = matrices(A, "A")
    if p in (None, 2, -2):
        if not x._data.shape[-1] * x._data.shape[-2]:
            return wrap(np.zeros(x._data.shape[:-2], x._data.dtype)[()])
        values = attempt(ops.svdvals, x, fault=UNFINISHED)
        largest, smallest = amax(values, -1), amin(values, -1)
        return div(smallest, largest) if p == -2 else div(largest, smallest)
    size = matrix_norm(square(x, "A"), p)
    return mul(size, matrix_norm(solving.inverse_or_infinities(x), p))


def tolerances(x: Any, atol: Any, rtol: Any) -> tuple[Any, Any]:
    """The tolerances for small singular values, with PyTorch's defaults."""
    default = np.float64(np.finfo(x._data.dtype).eps * max(x._data.shape[-2:]))
    absolute = np.float64(0) if atol is None else _value(atol)
    if rtol is not None:
        return absolute, _value(rtol)
    return absolute, np.where(absolute > 0, 0, default)


def _value(tolerance: Any) -> Any:
    if isinstance(tolerance, TensorBase):
        return np.asarray(tolerance._data, np.float64)
    return np.float64(as_number("a tolerance", tolerance))


def _converted(x: Any, dtype: dtypes.dtype | None) -> Any:
    if as_tensor_argument(x)._data.dtype.kind != "f":
        raise TypeError(f"wanted floating-point values, got {describe(x)}; convert it with .float() first")
    if dtype is None:
        return x
    wanted = dtypes.to_numpy(dtype)
    if wanted.kind != "f" or wanted.itemsize < x._data.dtype.itemsize:
        raise RuntimeError(f"dtype must not be narrower than {x._data.dtype}, got {wanted}")
    return in_dtype(x, wanted)


def _of_singular_values(x: Any, ord: Any, dims: tuple[int, ...], keepdim: bool) -> Tensor:
    """The sum of the singular values, or the largest, or the smallest."""
    matrices(x, "A")
    others = [dim for dim in range(x._data.ndim) if dim not in dims]
    values = attempt(ops.svdvals, permute(x, dims=(*others, *dims)), fault=UNFINISHED)
    if ord == "nuc" or not values._data.shape[-1]:
        if ord == -2:
            raise RuntimeError(f"the smallest of no singular values isn't defined, got {describe(x)}")
        result = sum_of(values, -1)
    else:
        result = (amax if ord == 2 else amin)(values, -1)
    shape = tuple(1 if i in dims else n for i, n in enumerate(x._data.shape))
    return own(reshape(result, shape=shape)) if as_flag("keepdim", keepdim) else result
