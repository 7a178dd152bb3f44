"""Powers of matrices, and their exponential.

Source for every function: https://docs.pytorch.org/docs/stable/linalg.html#matrix-functions
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer, wrap
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._matrices import square
from tinygrad_edu.api._reading import of_tensor, refuse_bools
from tinygrad_edu.api.choice import where
from tinygrad_edu.api.solving import inverse
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import matrix_powers as ops
from tinygrad_edu.ops.matmul import matmul
from tinygrad_edu.ops.shape import clone

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["matrix_exp", "matrix_power"]


@of_tensor
def matrix_power(input: Tensor, n: int, *, out: Tensor | None = None) -> Tensor:
    """The product of a square matrix with itself, `n` times; of its inverse if `n` is negative.

    Raises:
        LinAlgError: If `n` is negative, and a matrix has no inverse.

    >>> tg.matrix_power(tg.tensor([[1.0, 1.0], [1.0, 0.0]]), 10)
    tensor([[89., 55.],
            [55., 34.]])
    """
    n = as_integer("n", n)
    shape = refuse_bools(input)._data.shape
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise RuntimeError(f"wanted a square matrix or a batch of them, got {describe(input)}")
    if n == 0:
        identity = wrap(np.eye(shape[-1], dtype=input._data.dtype))
        return where(wrap(np.False_), input, identity)  # which has the input's shape, and a gradient of zeros
    if n < 0:
        return matrix_power(inverse(input), -n)
    square_of, result = input, None
    while n:  # each bit of n says whether that power of two is a factor
        if n & 1:
            result = square_of if result is None else matmul(result, square_of)
        n >>= 1
        if n:
            square_of = matmul(square_of, square_of)
    assert result is not None
    return clone(result) if result is input else result


@of_tensor
def matrix_exp(input: Tensor) -> Tensor:
    """The exponential of a square matrix A: ``I + A + A @ A / 2 + A @ A @ A / 6 + …``; for float32 and float64.

    >>> tg.matrix_exp(tg.tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return ops.matrix_exp(square(input))


class MatrixPowersMethods(TensorBase):
    """Powers of matrices as methods of tensors."""

    __slots__ = ()

    matrix_power = method(matrix_power)
    matrix_exp = method(matrix_exp)
