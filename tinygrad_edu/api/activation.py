"""Activation functions (活性化関数): what a layer does to its sums; sigmoid, ReLU, softmax.

The rest of them is in nn/functional/_activation.py, as in PyTorch.

Source for every function: the article's sections 7 and 8; https://docs.pytorch.org/docs/stable/nn.functional.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinygrad_edu import dtypes
from tinygrad_edu.api._in_place import both, method
from tinygrad_edu.api._reading import along, numeric, real, real_already
from tinygrad_edu.autograd.graph import TensorMethods
from tinygrad_edu.ops import activation as ops
from tinygrad_edu.ops.shape import clone

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["log_softmax", "relu", "sigmoid", "softmax"]


@real
def sigmoid(input: Tensor, *, out: None = None) -> Tensor:
    """The sigmoid function (シグモイド関数) ``1 / (1 + exp(-input))``, between 0 and 1.

    >>> tg.sigmoid(tg.tensor([0.0, 2.0]))
    tensor([0.5000, 0.8808])
    """
    return ops.sigmoid(input)


@numeric
def relu(input: Tensor) -> Tensor:
    """The ramp function (ReLU 関数) ``max(0, input)``; its gradient at 0 is 0.

    >>> tg.relu(tg.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return ops.relu(input)


@along(real_already)
def softmax(input: Tensor, dim: int, dtype: dtypes.dtype | None = None, *, out: None = None) -> Tensor:
    """Positive values that sum to 1 along `dim` (ソフトマックス関数): ``exp(x) / sum(exp(x))``.

    The maximum is subtracted first, so that nothing overflows; the order of the values is kept.

    Args:
        input: Scores of any shape.
        dim: The dimension along which the results sum to 1.
        dtype: The type to convert to first.

    >>> tg.softmax(tg.tensor([0.5, 1.5, 2.5]), dim=0)
    tensor([0.0900, 0.2447, 0.6652])
    """
    return ops.softmax(input, dim=dim) if input._data.size else clone(input)


@along(real_already)
def log_softmax(input: Tensor, dim: int, dtype: dtypes.dtype | None = None, *, out: None = None) -> Tensor:
    """The logarithm of `softmax`, computed without leaving the range of floats.

    The arguments are those of `softmax`.

    >>> tg.log_softmax(tg.tensor([0.0, 1000.0]), dim=0)
    tensor([-1000.,     0.])
    """
    return ops.log_softmax(input, dim=dim) if input._data.size else clone(input)


class ActivationMethods(TensorMethods):
    """Activation functions as methods of tensors."""

    __slots__ = ()

    sigmoid, sigmoid_ = both(sigmoid)
    relu, relu_ = both(relu)
    softmax = method(softmax)
    log_softmax = method(log_softmax)
