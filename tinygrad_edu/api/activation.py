"""Functions that turn scores into probabilities: the article's output activations.

Source: the article's section 8; https://docs.pytorch.org/docs/stable/nn.functional.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import as_tensor_argument, check_out, in_dtype, in_range
from tinygrad_edu.ops import activation as ops
from tinygrad_edu.ops.shape import clone, reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["log_softmax", "softmax"]


def softmax(input: Tensor, dim: int, dtype: dtypes.dtype | None = None, *, out: None = None) -> Tensor:
    """Return positive values that sum to 1 along `dim` (ソフトマックス関数): ``exp(x) / sum(exp(x))``.

    The maximum is subtracted first, so that nothing overflows; the order of the values is kept.

    Args:
        input: Scores of any shape.
        dim: The dimension along which the results sum to 1.
        dtype: Convert to this type first.
        out: Not supported.

    Source: the article's section 8.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.softmax(tg.tensor([0.5, 1.5, 2.5]), dim=0)
        tensor([0.0900, 0.2447, 0.6652])
    """
    return _normalised("softmax", ops.softmax, input, dim, dtype, out)


def log_softmax(input: Tensor, dim: int, dtype: dtypes.dtype | None = None, *, out: None = None) -> Tensor:
    """Return the logarithm of `softmax`, computed without leaving the range of floats.

    The arguments are those of `softmax`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.log_softmax(tg.tensor([0.0, 1000.0]), dim=0)
        tensor([-1000.,     0.])
    """
    return _normalised("log_softmax", ops.log_softmax, input, dim, dtype, out)


def _normalised(operation: str, primitive: Any, input: Any, dim: Any, dtype: Any, out: None) -> Tensor:
    check_out(operation, out)
    x = as_tensor_argument(operation, input)
    if dtype is not None:
        x = in_dtype(x, dtypes.to_numpy(dtype, operation))
    if x._data.dtype.kind != "f":
        raise TypeError(f"{operation}: wanted floating-point scores, got {describe(x)}; convert it with .float() first")
    axis = in_range(operation, dim, x._data.ndim)
    result: Tensor
    if x._data.size == 0:
        result = clone(x)
    elif x._data.ndim == 0:
        result = reshape(primitive(reshape(x, shape=(1,)), dim=0), shape=())
    else:
        result = primitive(x, dim=axis)
    return result
