"""Products of matrices: the fully connected layer (全結合層) of the article's section 6.

For Y = X W, with dL/dY = g: dL/dX = g Wᵀ and dL/dW = Xᵀ g.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import primitive
from tinygrad_edu.ops.shape import reduce_to, reshape


def _unstretched(g: Any, shape: tuple[int, ...]) -> Any:
    """Sum over the batch dimensions in which an operand was stretched."""
    return g if g.shape == shape else reduce_to(g, shape=shape)


# Both operands have two dimensions or more; those in front are batches, which broadcast.
matmul = primitive(
    np.matmul,
    x=lambda g, y, x_shape: _unstretched(g @ y.mT, x_shape),
    y=lambda g, x, y_shape: _unstretched(x.mT @ g, y_shape),
)


def _rows(x: Any) -> Any:
    """Return `x` as a matrix whose rows are the last dimension."""
    return x if x.ndim == 2 else reshape(x, shape=(int(np.prod(x.shape[:-1])), x.shape[-1]))


def _rows_times(x: Any, matrix: Any) -> Any:
    """Return the last dimension of `x` times `matrix`, in one GEMM."""
    return x @ matrix if x.ndim == 2 else reshape(_rows(x) @ matrix, shape=(*x.shape[:-1], matrix.shape[1]))


def _linear(x: Any, weight: Any, bias: Any) -> Any:
    """X Wᵀ + b as one GEMM, whatever batch dimensions X has, and b added in place."""
    y: Any = _rows_times(x, weight.T)
    if bias is not None:
        y += bias
    return y


linear = primitive(
    _linear,
    x=lambda g, weight: _rows_times(g, weight),
    weight=lambda g, x: _rows(g).T @ _rows(x),
    bias=lambda g: _rows(g).sum(0),
)
