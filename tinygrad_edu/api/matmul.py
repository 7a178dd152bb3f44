"""Products of vectors and matrices, and the fully connected layer.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#blas-and-lapack-operations
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_tensor_argument, own
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._matrices import check_inner, dtype_words, of_ranks, pair
from tinygrad_edu.api._reading import named_as, of_tensor
from tinygrad_edu.api.arithmetic import add, mul
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import matmul as ops
from tinygrad_edu.ops.axes import permute
from tinygrad_edu.ops.shape import reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["bmm", "dot", "ger", "inner", "matmul", "mm", "mv", "outer", "vdot"]


@of_tensor
def matmul(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix product ``input @ other``.

    Two vectors give their inner product; a vector beside a matrix is a row on the left and a column
    on the right; further dimensions in front are batches, and broadcast.

    Raises:
        RuntimeError: If the inner lengths differ, an operand is 0-d, or the dtypes differ.
        TypeError: For bools.

    >>> tg.matmul(tg.tensor([[1.0, 2.0]]), tg.tensor([[3.0], [4.0]]))
    tensor([[11.]])
    >>> tg.tensor([1.0, 2.0]) @ tg.tensor([3.0, 4.0])
    tensor(11.)
    """
    return _product(*pair(input, other))


@of_tensor
def mm(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The product of two matrices.

    >>> tg.mm(tg.eye(2), tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 2.],
            [3., 4.]])
    """
    return _product(*of_ranks(input, mat2, 2, 2))


@of_tensor
def bmm(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The products of matrices in two batches of equal length, pair by pair.

    >>> tg.bmm(tg.ones(3, 2, 4), tg.ones(3, 4, 5)).shape
    tinygrad_edu.Size([3, 2, 5])
    """
    x, y = pair(input, mat2)
    if x._data.ndim == y._data.ndim == 3 and x._data.shape[0] != y._data.shape[0]:
        raise RuntimeError(f"batches must be equally long, got {describe(x)} and {describe(y)}")
    return _product(*of_ranks(x, y, 3, 3))


@of_tensor
def mv(input: Tensor, vec: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The product of a matrix and a vector.

    >>> tg.mv(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    return _product(*of_ranks(input, vec, 2, 1))


@of_tensor
def dot(input: Tensor, tensor: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inner product of two vectors.

    >>> tg.dot(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
    tensor(11.)
    """
    return _product(*of_ranks(input, tensor, 1, 1))


@of_tensor
def vdot(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inner product of two vectors; of complex ones, which aren't here, the first would be conjugated.

    >>> tg.vdot(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
    tensor(11.)
    """
    return _product(*of_ranks(input, other, 1, 1))


@of_tensor
def inner(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The products summed over the last dimension of both; with a number, the product.

    >>> tg.inner(tg.tensor([1.0, 2.0]), tg.tensor([[3.0, 4.0], [5.0, 6.0]]))
    tensor([11., 17.])
    """
    x, y = pair(input, other)
    if not x._data.ndim or not y._data.ndim:
        return mul(x, y)
    first, last = x._data.shape, y._data.shape
    if first[-1] != last[-1]:
        raise RuntimeError(f"the last lengths of shapes {first} and {last} must be equal")
    rows = reshape(x, shape=(prod(first[:-1]), first[-1]))
    columns = permute(reshape(y, shape=(prod(last[:-1]), last[-1])), dims=(1, 0))
    return own(reshape(_product(rows, columns), shape=(*first[:-1], *last[:-1])))


@of_tensor
def outer(input: Tensor, vec2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix of all products of two vectors' values.

    >>> tg.outer(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    for each in (input, vec2):
        if as_tensor_argument(each)._data.ndim != 1:
            raise RuntimeError(f"wanted two vectors, got {describe(input)} and {describe(vec2)}")
    return mul(reshape(input, shape=(-1, 1)), vec2)


ger = outer


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """``input @ weight.T + bias``, a fully connected layer (全結合層) in one operation.

    Args:
        input: Shape (*, in_features).
        weight: Shape (out_features, in_features): PyTorch's order, the transpose of the article's W.
            Or shape (in_features,), for one output without a dimension of its own.
        bias: Shape (out_features,) or (), to fit; or None.

    Returns:
        Shape (*, out_features), or (*) for a weight of one dimension.

    Raises:
        RuntimeError: If the shapes or dtypes don't fit.

    Source: the article, 「全結合層 (アフィン層)」;
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html

    >>> W = tg.tensor([[4.0, 5.0], [6.0, 7.0]])
    >>> tg.nn.functional.linear(tg.tensor([2.0, 3.0]), W.T, tg.tensor([0.0, 1.0]))
    tensor([26., 32.])
    """
    if isinstance(input, TensorBase) and isinstance(weight, TensorBase) and isinstance(bias, TensorBase):
        try:
            return ops.linear(input, weight, bias)  # in the common case that is all (benchmark W3)
        except ValueError:
            pass  # shapes or dtypes that don't fit, or one dimension
    return _linear(input, weight, bias)


class MatmulMethods(TensorBase):
    """Products as methods of tensors."""

    __slots__ = ()

    matmul = method(matmul)
    mm = method(mm)
    bmm = method(bmm)
    mv = method(mv)
    dot = method(dot)
    inner = method(inner)
    outer = ger = method(outer)
    vdot = method(vdot)


@named_as("linear")
def _linear(input: Any, weight: Any, bias: Any) -> Tensor:
    x, w = as_tensor_argument(input), as_tensor_argument(weight, "weight")
    a, b = x._data, w._data
    if b.ndim == 1:
        product = matmul(x, w)
        return product if bias is None else add(product, bias)
    if b.ndim != 2 or a.ndim == 0 or a.shape[-1] != b.shape[1]:
        wanted = f"(..., {b.shape[1]})" if b.ndim == 2 else "(..., in_features)"
        raise RuntimeError(
            f"got an input of shape {a.shape}, but a weight of shape {b.shape} (out_features, in_features) "
            f"wants one of shape {wanted}"
        )
    if a.dtype is not b.dtype and a.dtype != b.dtype:
        raise RuntimeError(dtype_words(x, w, "the weight"))
    if bias is not None:
        c = as_tensor_argument(bias, "bias")._data
        if c.ndim != 1 or len(c) != len(b):
            raise RuntimeError(f"the bias must have shape {b.shape[:1]} to fit the weight, got {describe(bias)}")
        if c.dtype is not b.dtype and c.dtype != b.dtype:
            raise RuntimeError(dtype_words(bias, w, "the weight"))
    if a.ndim > 1:
        return ops.linear(x, w, bias)
    return own(reshape(ops.linear(reshape(x, shape=(1, len(a))), w, bias), shape=(len(b),)))


def _product(x: Any, y: Any) -> Tensor:
    """Multiply as `matmul` does."""
    a, b = x._data.shape, y._data.shape
    if not a or not b:
        raise RuntimeError(f"both operands need at least 1 dimension, got shapes {a} and {b}; use * instead")
    check_inner(a, b)
    if len(a) == 2 and len(b) == 2:
        return ops.matmul(x, y)
    rows = reshape(x, shape=(1, *a)) if len(a) == 1 else x
    columns = reshape(y, shape=(*b, 1)) if len(b) == 1 else y
    try:
        product = ops.matmul(rows, columns)
    except ValueError:
        raise RuntimeError(f"the batch dimensions of shapes {a} and {b} don't broadcast") from None
    shape = product._data.shape
    wanted = (shape[:-2] if len(a) == 1 else shape[:-1]) + (() if len(b) == 1 else shape[-1:])
    return product if wanted == shape else own(reshape(product, shape=wanted))
