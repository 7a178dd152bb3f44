"""Matrices as operands: what functions of them want alike, and what they say of a matrix that they can't use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import LinAlgError, describe
from tinygrad_edu.api._arguments import as_tensor_argument, wrap
from tinygrad_edu.ops.arithmetic import add, sub

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "NOT_POSITIVE",
    "SINGULAR",
    "UNFINISHED",
    "attempt",
    "check_batches",
    "check_inner",
    "dtype_words",
    "matrices",
    "mirrored",
    "of_ranks",
    "pair",
    "square",
]

SINGULAR = "is singular and has no inverse"
NOT_POSITIVE = "isn't positive definite, and so has no Cholesky decomposition"
UNFINISHED = "can't be decomposed; are there NaN or infinities in it?"


def pair(x: Any, y: Any, argument: str = "other") -> tuple[Any, Any]:
    """The two, if they are tensors of one dtype that can be multiplied and added up."""
    as_tensor_argument(y, argument)
    if x._data.dtype != y._data.dtype:
        raise RuntimeError(dtype_words(x, y, "the other"))
    if x._data.dtype.kind == "b":
        raise TypeError(f"bools have no products, got {describe(x)} and {describe(y)}; use .int() first")
    return x, y


def dtype_words(x: Any, y: Any, second: str) -> str:
    """That the dtypes of two tensors must agree, in words."""
    return (
        f"dtypes must agree, got {x._data.dtype} and {y._data.dtype} for {second}; convert one, for "
        f"example with .to(tinygrad_edu.{dtypes.widest(x._data.dtype, y._data.dtype)})"
    )


def of_ranks(x: Any, y: Any, first: int, second: int) -> tuple[Any, Any]:
    """The two, if they can be multiplied and have that many dimensions."""
    x, y = pair(x, y)
    if x._data.ndim != first or y._data.ndim != second:
        raise RuntimeError(f"wanted operands of {first} and {second} dimensions, got {describe(x)} and {describe(y)}")
    return x, y


def check_inner(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    """Refuse shapes of operands that have no product of matrices."""
    last = b[-2 if len(b) > 1 else 0]
    if a[-1] != last:
        raise RuntimeError(
            f"shapes {a} and {b} don't fit: the last length of the first, {a[-1]}, must equal the "
            f"{'second to last' if len(b) > 1 else 'only'} length of the second, {last}"
        )


def check_batches(x: Any, y: Any) -> None:
    """Refuse matrices whose dimensions in front of the last two don't broadcast."""
    try:
        np.broadcast_shapes(x._data.shape[:-2], y._data.shape[:-2])
    except ValueError:
        raise RuntimeError(f"the batches of {describe(x)} and {describe(y)} don't broadcast") from None


def matrices(x: Any, argument: str = "input") -> Any:
    """The tensor, if it is a matrix or a batch of them, and can be computed with: of float32 or float64."""
    as_tensor_argument(x, argument)
    if x._data.dtype.kind != "f" or x._data.dtype.itemsize < 4:
        raise TypeError(f"{argument} must be float32 or float64, got {describe(x)}; convert it with .float() first")
    if x._data.ndim < 2:
        raise RuntimeError(f"{argument} must be a matrix or a batch of them, got {describe(x)}")
    return x


def square(x: Any, argument: str = "input") -> Any:
    """The tensor, if it is a square matrix that can be computed with, or a batch of them."""
    matrices(x, argument)
    if x._data.shape[-1] != x._data.shape[-2]:
        raise RuntimeError(f"{argument} must be a square matrix or a batch of them, got {describe(x)}")
    return x


def mirrored(x: Any, *, lower: bool = True) -> Any:
    """The symmetric matrix of which one triangle is read; as in PyTorch, the gradient is that of a symmetric matrix."""
    values = x._data
    if np.array_equal(values, values.mT):
        return x
    symmetric = np.tril(values) + np.tril(values, -1).mT if lower else np.triu(values) + np.triu(values, 1).mT
    return add(sub(x, wrap(values)), wrap(symmetric))


def attempt(rule: Callable[..., Tensor], x: Any, *others: Any, fault: str, **settings: Any) -> Tensor:
    """What the rule makes of matrices; what NumPy refuses is refused in words, which say of which matrix they are."""
    try:
        return rule(x, *others, **settings)
    except np.linalg.LinAlgError:
        place = _first_fault(x._data, fault)
    which = f"matrix {place} of the batch" if x._data.ndim > 2 else "the matrix"
    raise LinAlgError(f"{which} {fault}, got {describe(x)}")


def _first_fault(values: np.ndarray, fault: str) -> int:
    """The number of the first matrix of a batch that NumPy refuses, or to which something else has happened."""
    refuses: Any = {SINGULAR: np.linalg.inv, NOT_POSITIVE: np.linalg.cholesky}.get(fault, np.linalg.svd)
    for place, matrix in enumerate(values.reshape(-1, *values.shape[-2:])):
        try:
            refuses(matrix)
        except np.linalg.LinAlgError:
            return place
    return 0
