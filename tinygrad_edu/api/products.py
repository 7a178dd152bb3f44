"""Products beside those of matrices: products added to something, Kronecker's, and that of vectors in space.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#blas-and-lapack-operations
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinygrad_edu._errors import describe, warn
from tinygrad_edu.api._arguments import as_number, as_tensor_argument, in_range, own
from tinygrad_edu.api._chains import multiplied
from tinygrad_edu.api._in_place import both, method
from tinygrad_edu.api._matrices import check_inner, dtype_words, of_ranks, pair
from tinygrad_edu.api._reading import named, of_tensor
from tinygrad_edu.api.arithmetic import add, mul
from tinygrad_edu.api.matmul import outer
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import products as ops
from tinygrad_edu.ops.axes import permute
from tinygrad_edu.ops.shape import reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = ["addbmm", "addmm", "addmv", "addr", "baddbmm", "chain_matmul", "cross", "kron"]


@of_tensor
def addmm(
    input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Number = 1, alpha: Number = 1, out: Tensor | None = None
) -> Tensor:
    """``beta * input + alpha * (mat1 @ mat2)`` for matrices; `input` is stretched to the product's shape.

    Args:
        input: What the product is added to.
        mat1: Shape (n, k).
        mat2: Shape (k, m).
        beta: A factor; 0 leaves `input` out, even NaN in it. For integers it must be whole.
        alpha: A factor, as `beta` is.

    Raises:
        RuntimeError: If shapes or dtypes don't fit.

    >>> tg.addmm(tg.tensor([10.0, 20.0]), tg.eye(2), tg.tensor([[1.0, 2.0], [3.0, 4.0]]), beta=0.5)
    tensor([[ 6., 12.],
            [ 8., 14.]])
    """
    return _added(input, *of_ranks(mat1, mat2, 2, 2), beta, alpha)


@of_tensor
def addmv(
    input: Tensor, mat: Tensor, vec: Tensor, *, beta: Number = 1, alpha: Number = 1, out: Tensor | None = None
) -> Tensor:
    """``beta * input + alpha * (mat @ vec)`` for a matrix and a vector; for the rest see `addmm`.

    >>> tg.addmv(tg.tensor([1.0, 1.0]), tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([1.0, 1.0]), alpha=10)
    tensor([31., 71.])
    """
    x, y = of_ranks(mat, vec, 2, 1)
    if input._data.ndim > 1:
        raise RuntimeError(f"wanted an input of at most 1 dimension, got {describe(input)}")
    column = reshape(input, shape=(-1, 1))
    return own(reshape(_added(column, x, reshape(y, shape=(-1, 1)), beta, alpha), shape=(-1,)))


@of_tensor
def addr(
    input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Number = 1, alpha: Number = 1, out: Tensor | None = None
) -> Tensor:
    """``beta * input + alpha * outer(vec1, vec2)``; `input` is stretched to the product's shape.

    Dtypes meet as in any sum, and integers want whole factors.

    >>> tg.addr(tg.zeros(2, 2), tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    product = outer(vec1, vec2)
    _check_stretches(input, product._data.shape)
    _check_factors(beta, alpha, product if input._data.dtype.kind != "f" else input)
    if beta == 0:
        return mul(product, alpha)
    return add(input if beta == 1 else mul(input, beta), product, alpha=alpha)


@of_tensor
def baddbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1, out: Tensor | None = None
) -> Tensor:
    """``beta * input + alpha * bmm(batch1, batch2)`` for equally long batches of matrices; for the rest see `addmm`.

    >>> tg.baddbmm(tg.ones(1, 2, 5), tg.ones(3, 2, 4), tg.ones(3, 4, 5)).shape
    tinygrad_edu.Size([3, 2, 5])
    """
    return _added(input, *_batches(batch1, batch2), beta, alpha)


@of_tensor
def addbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1, out: Tensor | None = None
) -> Tensor:
    """``beta * input + alpha * bmm(batch1, batch2).sum(0)``, all in one product; for the rest see `addmm`.

    >>> tg.addbmm(tg.zeros(2, 2), tg.ones(3, 2, 4), tg.ones(3, 4, 2))
    tensor([[12., 12.],
            [12., 12.]])
    """
    x, y = _batches(batch1, batch2)
    batches, rows, length = x._data.shape
    side_by_side = reshape(permute(x, dims=(1, 0, 2)), shape=(rows, batches * length))
    return _added(input, side_by_side, reshape(y, shape=(batches * length, y._data.shape[2])), beta, alpha)


@named
def chain_matmul(*matrices: Tensor, out: Tensor | None = None) -> Tensor:
    """The product of several matrices, in the order that takes the fewest steps; use `linalg.multi_dot`.

    PyTorch has this name for older programs, and warns.

    Raises:
        RuntimeError: If no matrices are given, or the shapes don't fit.

    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     tg.chain_matmul(tg.eye(2), tg.ones(2, 3), tg.ones(3, 1))
    tensor([[3.],
            [3.]])
    """
    warn("chain_matmul is what older programs call: use linalg.multi_dot, which takes a list of two or more tensors")
    for each in matrices:
        if as_tensor_argument(each, "a matrix")._data.ndim != 2:
            raise RuntimeError(f"wanted matrices, got {describe(each)}")
    if not matrices:
        raise RuntimeError("wanted one matrix or more, got ()")
    return matrices[0] if len(matrices) == 1 else multiplied(matrices)


@of_tensor
def kron(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Kronecker's product: each value of `input` times all of `other`, laid side by side.

    A length of the result is the product of the two lengths; one that has fewer dimensions has lengths of 1 in front.

    >>> tg.kron(tg.tensor([[1, 10]]), tg.tensor([[1, 2], [3, 4]]))
    tensor([[ 1,  2, 10, 20],
            [ 3,  4, 30, 40]])
    """
    a, b = input._data.shape, as_tensor_argument(other, "other")._data.shape
    ndim = max(len(a), len(b))
    a, b = (1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b
    coarse = reshape(input, shape=tuple(n for length in a for n in (length, 1)))
    fine = reshape(other, shape=tuple(n for length in b for n in (1, length)))
    return own(reshape(mul(coarse, fine), shape=tuple(m * n for m, n in zip(a, b, strict=True))))


@of_tensor
def cross(input: Tensor, other: Tensor, dim: int | None = None, *, out: Tensor | None = None) -> Tensor:
    """The cross product of vectors in space: at right angles to both, as long as the area between them is large.

    Args:
        input: Has length 3 along `dim`.
        other: Has as many dimensions; all but `dim` broadcast.
        dim: The dimension of the vectors; by default the first of length 3.

    Raises:
        RuntimeError: If there is no such dimension, or the shapes don't fit.

    >>> tg.cross(tg.tensor([1.0, 0.0, 0.0]), tg.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    if dim is None:
        shape = input._data.shape
        if 3 not in shape:
            raise RuntimeError(f"no dimension has length 3, got {describe(input)}")
        dim = shape.index(3)
    return crossed(input, other, dim)


class ProductsMethods(TensorBase):
    """Products as methods of tensors."""

    __slots__ = ()

    addmm, addmm_ = both(addmm)
    addmv, addmv_ = both(addmv)
    addr, addr_ = both(addr)
    baddbmm, baddbmm_ = both(baddbmm)
    addbmm, addbmm_ = both(addbmm)
    kron = method(kron)
    cross = method(cross)


def crossed(input: Any, other: Any, dim: int) -> Tensor:
    """The cross product along a dimension."""
    x, y = pair(input, other)
    a, b = x._data.shape, y._data.shape
    if len(a) != len(b):
        raise RuntimeError(f"wanted as many dimensions of both, got {describe(x)} and {describe(y)}")
    axis = in_range(dim, len(a))
    if not a or not a[axis] == b[axis] == 3:
        raise RuntimeError(f"wanted length 3 along dimension {dim}, got {describe(x)} and {describe(y)}")
    return ops.cross(x, y, dim=axis)


def _batches(x: Any, y: Any) -> tuple[Any, Any]:
    x, y = of_ranks(x, y, 3, 3)
    if x._data.shape[0] != y._data.shape[0]:
        raise RuntimeError(f"batches must be equally long, got {describe(x)} and {describe(y)}")
    check_inner(x._data.shape, y._data.shape)
    return x, y


def _check_stretches(m: Any, shape: tuple[int, ...]) -> None:
    """Refuse what can't be stretched to a shape."""
    small = m._data.shape
    fits = len(small) <= len(shape) and all(n in (1, m) for n, m in zip(small[::-1], shape[::-1], strict=False))
    if not fits:
        raise RuntimeError(f"input can't be stretched to the shape {shape} of the product, got {describe(m)}")


def _added(m: Any, x: Any, y: Any, beta: Any, alpha: Any) -> Tensor:
    """β m + α x y, if all fits."""
    a, b = x._data.shape, y._data.shape
    check_inner(a, b)
    _check_stretches(m, (*a[:-1], b[-1]))
    if m._data.dtype != x._data.dtype:
        raise RuntimeError(dtype_words(m, x, "the matrices"))
    _check_factors(beta, alpha, x)
    return ops.sum_with_product(m, x, y, beta=as_number("beta", beta), alpha=as_number("alpha", alpha))


def _check_factors(beta: Any, alpha: Any, x: Any) -> None:
    """Refuse factors of integers that aren't whole."""
    for name, factor in (("beta", beta), ("alpha", alpha)):
        if isinstance(as_number(name, factor), float) and x._data.dtype.kind != "f":
            raise RuntimeError(f"{name} must be an integer for {describe(x)}, got {factor}")
