"""Operands of products: what their functions want of them alike."""

from __future__ import annotations

from typing import Any

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_tensor_argument

__all__ = ["check_inner", "dtype_words", "of_ranks", "pair"]


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
