"""Products of matrices: the fully connected layer (全結合層) of the article.

For Y = X W, with dL/dY = g: dL/dX = g Wᵀ and dL/dW = Xᵀ g.
"""

from __future__ import annotations

from typing import Any

from numpy import ndarray

from tinygrad_edu._memory import MANY, in_rows, matrix_product, product_of_rows
from tinygrad_edu._summation import adder_of_rows
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.stretching import reduce_to

_FEW = 1 << 13  # values of a matrix for which the shortest way to its products is the fastest (W3)


def unstretched(g: Any, shape: tuple[int, ...]) -> Any:
    """Sum over the batch dimensions in which an operand was stretched."""
    return g if g.shape == shape else reduce_to(g, shape=shape)


# Both operands have two dimensions or more; those in front are batches, which broadcast.
matmul = primitive(
    matrix_product,
    name="matmul",
    x=lambda g, y, x_shape: unstretched(matrix_product(g, y.mT), x_shape),
    y=lambda g, x, y_shape: unstretched(matrix_product(x.mT, g), y_shape),
)


def _linear(x: Any, weight: Any, bias: Any) -> Any:
    """X Wᵀ + b for a matrix W and rows X, in a matrix or in more dimensions; b, if there is one, is added in place.

    Raises a ValueError if the shapes or dtypes don't fit.
    """
    dtype = x.dtype
    if weight.ndim != 2 or (weight.dtype is not dtype and weight.dtype != dtype):
        raise ValueError("a matrix of the dtype of the rows is wanted")
    y: Any = x.dot(weight.T) if x.ndim == 2 and x.size < _FEW else product_of_rows(x, weight.T)
    if bias is not None:
        if bias.ndim != 1 or len(bias) != len(weight) or (bias.dtype is not dtype and bias.dtype != dtype):
            raise ValueError("a bias for each row of the weight is wanted")
        y += bias
    return y


def _gradient_of_rows(g: Any, weight: Any) -> Any:
    if type(g) is ndarray and g.ndim == 2 and g.size < _FEW:
        return g.dot(weight)
    return product_of_rows(g, weight)


def _gradient_of_weight(g: Any, x: Any) -> Any:
    if g.ndim > 2:
        g, x = in_rows(g), in_rows(x)
    return g.T.dot(x) if type(g) is ndarray and g.size < MANY else g.T @ x


def sum_of_rows(g: Any) -> Any:
    """The sum over all dimensions but the last, of two or more."""
    if g.ndim > 2:
        g = in_rows(g)
    return adder_of_rows(len(g), g.dtype)(g) if type(g) is ndarray else g.sum(0)


linear = primitive(_linear, x=_gradient_of_rows, weight=_gradient_of_weight, bias=sum_of_rows)
