"""Running results along a dimension: each is made of the values up to its place.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#other-operations
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinygrad_edu import dtypes
from tinygrad_edu.api._in_place import both
from tinygrad_edu.api._reading import accumulated, along
from tinygrad_edu.autograd.graph import TensorMethods
from tinygrad_edu.ops import cumulative as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["cumsum"]


@along(accumulated)
def cumsum(input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None, out: None = None) -> Tensor:
    """The running sums along `dim`; integers and bools add up as int64.

    >>> tg.cumsum(tg.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 3., 6.])
    """
    return ops.cumsum(input, dim=dim)


class CumulativeMethods(TensorMethods):
    """Running results as methods of tensors."""

    __slots__ = ()

    cumsum, cumsum_ = both(cumsum)
