"""Parts of matrices: triangles and diagonals.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#other-operations
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import as_tensor_argument, check_out, wrap
from tinygrad_edu.api.arithmetic import where
from tinygrad_edu.api.reduction import sum as sum_of
from tinygrad_edu.ops import indexing as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["diag", "trace", "tril", "triu"]


def tril(input: Tensor, diagonal: int = 0, *, out: None = None) -> Tensor:
    """Return the lower triangle of a matrix, or of each in a batch: zeros above the diagonal.

    Args:
        input: At least two dimensions; the last two are the matrices'.
        diagonal: The last diagonal to keep: 0 the main one, positive ones above it, negative below.
        out: Not supported.

    Raises:
        RuntimeError: If there are fewer than two dimensions.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.tril(tg.ones(2, 2))
        tensor([[1., 0.],
                [1., 1.]])
    """
    check_out("tril", out)
    rows, columns = _sides("tril", input)
    chosen: Tensor = where(wrap(np.tri(rows, columns, diagonal, dtype=bool)), input, wrap(input._data.dtype.type(0)))
    return chosen


def triu(input: Tensor, diagonal: int = 0, *, out: None = None) -> Tensor:
    """Return the upper triangle of a matrix, or of each in a batch: zeros below the diagonal.

    The arguments are those of `tril`, but `diagonal` is the first one to keep.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.triu(tg.ones(2, 2), diagonal=1)
        tensor([[0., 1.],
                [0., 0.]])
    """
    check_out("triu", out)
    rows, columns = _sides("triu", input)
    below = np.tri(rows, columns, diagonal - 1, dtype=bool)
    chosen: Tensor = where(wrap(~below), input, wrap(input._data.dtype.type(0)))
    return chosen


def diag(input: Tensor, diagonal: int = 0, *, out: None = None) -> Tensor:
    """Return the diagonal of a matrix as a vector; or a matrix with a vector on its diagonal.

    Args:
        input: A matrix or a vector.
        diagonal: Which diagonal: 0 the main one, positive ones above it, negative below.
        out: Not supported.

    Raises:
        RuntimeError: If `input` has neither one nor two dimensions.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.diag(tg.tensor([[1, 2], [3, 4]]))
        tensor([1, 4])
        >>> tg.diag(tg.tensor([1, 4]))
        tensor([[1, 0],
                [0, 4]])
    """
    check_out("diag", out)
    x = as_tensor_argument("diag", input)
    right, down = max(diagonal, 0), max(-diagonal, 0)
    result: Tensor
    if x._data.ndim == 1:
        steps = np.arange(len(x._data))
        side = len(steps) + abs(diagonal)
        result = ops.put(wrap(np.zeros((side, side), x._data.dtype)), x, index=(steps + down, steps + right))
    elif x._data.ndim == 2:
        rows, columns = x._data.shape
        steps = np.arange(max(min(rows - down, columns - right), 0))
        result = ops.take(x, index=(steps + down, steps + right))
    else:
        raise RuntimeError(f"diag: wanted a matrix or a vector, got {describe(x)}")
    return result


def trace(input: Tensor) -> Tensor:
    """Return the sum of the diagonal of a matrix.

    Raises:
        RuntimeError: If `input` isn't a matrix.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.trace(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
        tensor(5.)
    """
    if as_tensor_argument("trace", input)._data.ndim != 2:
        raise RuntimeError(f"trace: wanted a matrix, got {describe(input)}")
    return sum_of(diag(input))


def _sides(operation: str, input: Any) -> tuple[int, int]:
    x = as_tensor_argument(operation, input)
    if x._data.ndim < 2:
        raise RuntimeError(f"{operation}: wanted a matrix or a batch of them, got {describe(x)}")
    rows, columns = x._data.shape[-2:]
    return rows, columns
