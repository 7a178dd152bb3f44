"""Powers of matrices, and their exponential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinygrad_edu.api import matrix_powers
from tinygrad_edu.api._matrices import square
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.ops import matrix_powers as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["matrix_exp", "matrix_power"]


@of_tensor
def matrix_power(A: Tensor, n: int, *, out: Tensor | None = None) -> Tensor:
    """The product of a square matrix with itself, `n` times; of its inverse if `n` is negative.

    Raises:
        LinAlgError: If `n` is negative, and a matrix has no inverse.

    >>> tg.linalg.matrix_power(tg.tensor([[1.0, 1.0], [1.0, 0.0]]), 10)
    tensor([[89., 55.],
            [55., 34.]])
    """
    return matrix_powers.matrix_power(A, n)


@of_tensor
def matrix_exp(A: Tensor) -> Tensor:
    """The exponential of a square matrix: ``I + A + A @ A / 2 + A @ A @ A / 6 + …``.

    >>> tg.linalg.matrix_exp(tg.tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return ops.matrix_exp(square(A, "A"))
