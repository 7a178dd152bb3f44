"""Putting values into a copy, by place: along a dimension, in the flattened tensor, by a mask.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_number, as_tensor_argument, check_fits, in_dtype, kind_of, own
from tinygrad_edu.api._in_place import both
from tinygrad_edu.api._places import places_along
from tinygrad_edu.api._reading import of_tensor
from tinygrad_edu.api.choice import where
from tinygrad_edu.api.indexing import getitem
from tinygrad_edu.autograd.graph import TensorBase, TensorMethods
from tinygrad_edu.ops import indexing, picking
from tinygrad_edu.ops.shape import reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = [
    "masked_fill",
    "scatter",
]


@of_tensor
def scatter(input: Tensor, dim: int, index: Tensor, src: Tensor | Number) -> Tensor:
    """`input` with the values of `src` put where `index` says along `dim`: the opposite of `gather`.

    Args:
        dim: The dimension along which `index` counts.
        index: int64, with as many dimensions as `input`. Where places repeat, the last value stays.
        src: The values, of the dtype of `input` and at least as long as `index`; or a number.

    Raises:
        RuntimeError: If the shapes or dtypes don't fit, or an index lies outside.

    >>> tg.zeros(2, 3).scatter(1, tg.tensor([[2], [0]]), 1)  # one-hot rows
    tensor([[0., 0., 1.],
            [1., 0., 0.]])
    """
    x, dim, places = places_along(input, dim, index)
    values: Any = src
    if isinstance(src, TensorBase):
        if src._data.dtype != x._data.dtype:
            raise RuntimeError(f"src must have the dtype of {describe(input)}, got {describe(src)}")
        values = reshape(src, shape=(1,)) if src._data.ndim == 0 else src
        if values._data.ndim != places.ndim or any(
            n > m for n, m in zip(places.shape, values._data.shape, strict=True)
        ):
            raise RuntimeError(f"index of shape {places.shape} reaches beyond src, {describe(src)}")
        values = getitem(values, tuple(slice(n) for n in places.shape))
    else:
        number = as_number("src", src)
        check_fits(number, x._data.dtype)
        values = in_dtype(number, x._data.dtype)
    put = indexing.put(x, values, index=picking.along(places, dim))
    return put if input._data.ndim else own(reshape(put, shape=()))


@of_tensor
def masked_fill(input: Tensor, mask: Tensor, value: Tensor | Number) -> Tensor:
    """`input` with `value` where `mask` is True.

    >>> tg.masked_fill(tg.tensor([1.0, 2.0]), tg.tensor([True, False]), 0)
    tensor([0., 2.])
    """
    if isinstance(value, TensorBase) and value._data.ndim:
        raise RuntimeError(f"value must be a number or a 0-d tensor, got {describe(value)}")
    as_tensor_argument(mask, "mask")
    if mask._data.dtype != bool:
        raise TypeError(f"mask must be a bool tensor such as x > 0, got {describe(mask)}")
    if kind_of(value) == "f" and kind_of(input) != "f" and isinstance(value, TensorBase):
        raise RuntimeError(f"{describe(value)} can't be put into {describe(input)}; convert it first")
    check_fits(value, input._data.dtype)
    filled: Tensor = where(mask, in_dtype(value, input._data.dtype), input)
    return filled


class ScatteringMethods(TensorMethods):
    """Putting values by place as methods of tensors."""

    __slots__ = ()

    scatter, scatter_ = both(scatter)
    masked_fill, masked_fill_ = both(masked_fill)
