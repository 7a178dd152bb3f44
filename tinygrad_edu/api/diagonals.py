"""Diagonals: of matrices and batches of them, and matrices made of them.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#other-operations
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer, wrap
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.autograd.graph import TensorMethods
from tinygrad_edu.ops import indexing as ops
from tinygrad_edu.ops import putting

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "diag",
]


@of_tensor
def diag(input: Tensor, diagonal: int = 0, *, out: None = None) -> Tensor:
    """The diagonal of a matrix as a vector; or a matrix with a vector on its diagonal.

    Args:
        input: A matrix or a vector.
        diagonal: Which diagonal: 0 the main one, positive ones above it, negative below.

    Raises:
        RuntimeError: If `input` has neither one nor two dimensions.

    >>> tg.diag(tg.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    >>> tg.diag(tg.tensor([1, 4]))
    tensor([[1, 0],
            [0, 4]])
    """
    diagonal = as_integer("diagonal", diagonal)
    right, down = max(diagonal, 0), max(-diagonal, 0)
    if input._data.ndim == 1:
        steps = np.arange(len(input._data))
        side = len(steps) + abs(diagonal)
        return putting.put(wrap(np.zeros((side, side), input._data.dtype)), input, index=(steps + down, steps + right))
    if input._data.ndim == 2:
        rows, columns = input._data.shape
        steps = np.arange(max(min(rows - down, columns - right), 0))
        return ops.take(input, index=(steps + down, steps + right))
    raise RuntimeError(f"wanted a matrix or a vector, got {describe(input)}")


class DiagonalsMethods(TensorMethods):
    """Diagonals as methods of tensors."""

    __slots__ = ()

    diag = method(diag)
