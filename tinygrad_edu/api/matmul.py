"""Products of vectors and matrices, and the fully connected layer.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#blas-and-lapack-operations
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import as_tensor_argument, check_out
from tinygrad_edu.api.arithmetic import add
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import matmul as ops
from tinygrad_edu.ops.shape import reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["bmm", "dot", "inner", "matmul", "mm", "mv", "outer"]


def matmul(input: Tensor, other: Tensor, *, out: None = None) -> Tensor:
    """Return the matrix product ``input @ other``.

    Two vectors give their inner product; a vector beside a matrix is a row on the left and a column
    on the right; further dimensions in front are batches, and broadcast.

    Raises:
        RuntimeError: If the inner lengths differ, an operand is 0-d, or the dtypes differ.
        TypeError: For bools.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.matmul(tg.tensor([[1.0, 2.0]]), tg.tensor([[3.0], [4.0]]))
        tensor([[11.]])
        >>> tg.tensor([1.0, 2.0]) @ tg.tensor([3.0, 4.0])
        tensor(11.)
    """
    check_out("matmul", out)
    return _product("matmul", *_pair("matmul", input, other))


def mm(input: Tensor, mat2: Tensor, *, out: None = None) -> Tensor:
    """Return the product of two matrices.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.mm(tg.eye(2), tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
        tensor([[1., 2.],
                [3., 4.]])
    """
    return _of_ranks("mm", input, mat2, 2, 2, out)


def bmm(input: Tensor, mat2: Tensor, *, out: None = None) -> Tensor:
    """Return the products of matrices in two batches of equal length, pair by pair.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.bmm(tg.ones(3, 2, 4), tg.ones(3, 4, 5)).shape
        tinygrad_edu.Size([3, 2, 5])
    """
    x, y = _pair("bmm", input, mat2)
    if x._data.ndim == y._data.ndim == 3 and x._data.shape[0] != y._data.shape[0]:
        raise RuntimeError(f"bmm: batches must be equally long, got {describe(x)} and {describe(y)}")
    return _of_ranks("bmm", x, y, 3, 3, out)


def mv(input: Tensor, vec: Tensor, *, out: None = None) -> Tensor:
    """Return the product of a matrix and a vector.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.mv(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([1.0, 1.0]))
        tensor([3., 7.])
    """
    return _of_ranks("mv", input, vec, 2, 1, out)


def dot(input: Tensor, tensor: Tensor, *, out: None = None) -> Tensor:
    """Return the inner product of two vectors.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.dot(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
        tensor(11.)
    """
    return _of_ranks("dot", input, tensor, 1, 1, out)


def inner(input: Tensor, other: Tensor, *, out: None = None) -> Tensor:
    """Return the products summed over the last dimension of both; with a number, the product.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.inner(tg.tensor([1.0, 2.0]), tg.tensor([[3.0, 4.0], [5.0, 6.0]]))
        tensor([11., 17.])
    """
    check_out("inner", out)
    x, y = _pair("inner", input, other)
    if not x._data.ndim or not y._data.ndim:
        scaled: Tensor = x * y
        return scaled
    first, last = x._data.shape, y._data.shape
    if first[-1] != last[-1]:
        raise RuntimeError(f"inner: the last lengths of shapes {first} and {last} must be equal")
    rows = reshape(x, shape=(prod(first[:-1]), first[-1]))
    columns = reshape(y, shape=(prod(last[:-1]), last[-1])).mT
    return _product("inner", rows, columns).reshape(*first[:-1], *last[:-1])


def outer(input: Tensor, vec2: Tensor, *, out: None = None) -> Tensor:
    """Return the matrix of all products of two vectors' values.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.outer(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
        tensor([[3., 4.],
                [6., 8.]])
    """
    check_out("outer", out)
    for each in (input, vec2):
        if as_tensor_argument("outer", each)._data.ndim != 1:
            raise RuntimeError(f"outer: wanted two vectors, got {describe(input)} and {describe(vec2)}")
    product: Tensor = input.reshape(-1, 1) * vec2
    return product


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return ``input @ weight.T + bias``, a fully connected layer (全結合層) in one operation.

    Args:
        input: Shape (*, in_features).
        weight: Shape (out_features, in_features): PyTorch's order, the transpose of the article's W.
            Or shape (in_features,), for one output without a dimension of its own.
        bias: Shape (out_features,) or (), to fit; or None.

    Returns:
        Shape (*, out_features), or (*) for a weight of one dimension.

    Raises:
        RuntimeError: If the shapes or dtypes don't fit.

    Source: the article's section 6; https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html

    Example:
        >>> import tinygrad_edu as tg
        >>> W = tg.tensor([[4.0, 5.0], [6.0, 7.0]])
        >>> tg.nn.functional.linear(tg.tensor([2.0, 3.0]), W.T, tg.tensor([0.0, 1.0]))
        tensor([26., 32.])
    """
    if isinstance(input, TensorBase) and isinstance(weight, TensorBase) and isinstance(bias, TensorBase):
        try:
            plain: Tensor = ops.linear(input, weight, bias)  # in the common case that is all (benchmark W3)
        except ValueError:
            pass  # shapes or dtypes that don't fit, or more dimensions: see below
        else:
            return plain
    x, w = as_tensor_argument("linear", input), as_tensor_argument("linear", weight, "weight")
    a, b = x._data, w._data
    if b.ndim == 1:
        product = matmul(x, w)
        return product if bias is None else add(product, bias)
    if b.ndim != 2 or a.ndim == 0 or a.shape[-1] != b.shape[1]:
        wanted = f"(..., {b.shape[1]})" if b.ndim == 2 else "(..., in_features)"
        raise RuntimeError(
            f"linear: got an input of shape {a.shape}, but a weight of shape {b.shape} (out_features, in_features) "
            f"wants one of shape {wanted}"
        )
    if a.dtype is not b.dtype and a.dtype != b.dtype:
        raise RuntimeError(_dtype_words("linear", x, w, "the weight"))
    if bias is not None:
        c = as_tensor_argument("linear", bias, "bias")._data
        if c.ndim != 1 or len(c) != len(b):
            raise RuntimeError(
                f"linear: the bias must have shape {b.shape[:1]} to fit the weight, got {describe(bias)}"
            )
        if c.dtype is not b.dtype and c.dtype != b.dtype:
            raise RuntimeError(_dtype_words("linear", bias, w, "the weight"))
    if a.ndim == 2:
        result: Tensor = ops.linear(x, w, bias)
        return result
    rows = reshape(x, shape=(prod(a.shape[:-1]), a.shape[-1]))
    of_rows: Tensor = reshape(ops.linear(rows, w, bias), shape=(*a.shape[:-1], len(b)))
    return of_rows


def _pair(operation: str, x: Any, y: Any) -> tuple[Any, Any]:
    as_tensor_argument(operation, x)
    as_tensor_argument(operation, y, "other")
    if x._data.dtype != y._data.dtype:
        raise RuntimeError(_dtype_words(operation, x, y, "the other"))
    if x._data.dtype.kind == "b":
        raise TypeError(f"{operation}: bools have no products, got {describe(x)} and {describe(y)}; use .int() first")
    return x, y


def _dtype_words(operation: str, x: Any, y: Any, second: str) -> str:
    return (
        f"{operation}: dtypes must agree, got {x._data.dtype} and {y._data.dtype} for {second}; convert one, for "
        f"example with .to(tinygrad_edu.{dtypes.widest(x._data.dtype, y._data.dtype)})"
    )


def _of_ranks(operation: str, x: Any, y: Any, first: int, second: int, out: None) -> Tensor:
    check_out(operation, out)
    x, y = _pair(operation, x, y)
    if x._data.ndim != first or y._data.ndim != second:
        raise RuntimeError(
            f"{operation}: wanted operands of {first} and {second} dimensions, got {describe(x)} and {describe(y)}"
        )
    return _product(operation, x, y)


def _product(operation: str, x: Any, y: Any) -> Tensor:
    """Multiply as `matmul` does."""
    a, b = x._data.shape, y._data.shape
    if not a or not b:
        raise RuntimeError(
            f"{operation}: both operands need at least 1 dimension, got shapes {a} and {b}; use * instead"
        )
    if a[-1] != b[-2 if len(b) > 1 else 0]:
        raise RuntimeError(
            f"{operation}: shapes {a} and {b} don't fit: the last length of the first, {a[-1]}, must equal the "
            f"{'second to last' if len(b) > 1 else 'only'} length of the second, {b[-2 if len(b) > 1 else 0]}"
        )
    if len(a) == 2 and len(b) == 2:
        whole: Tensor = ops.matmul(x, y)
        return whole
    rows = reshape(x, shape=(1, *a)) if len(a) == 1 else x
    columns = reshape(y, shape=(*b, 1)) if len(b) == 1 else y
    try:
        product = ops.matmul(rows, columns)
    except ValueError:
        raise RuntimeError(f"{operation}: the batch dimensions of shapes {a} and {b} don't broadcast") from None
    shape = product._data.shape
    wanted = (shape[:-2] if len(a) == 1 else shape[:-1]) + (() if len(b) == 1 else shape[-1:])
    result: Tensor = product if wanted == shape else reshape(product, shape=wanted)
    return result
