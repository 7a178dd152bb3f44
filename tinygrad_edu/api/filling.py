"""Making tensors that are filled with one value, or with ones on a diagonal, or not at all.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#creation-ops
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu._layout import memory_format
from tinygrad_edu.api._arguments import as_integer, as_number, check_fits
from tinygrad_edu.api._making import LikeOptions, Options, creating, dtype_or, finished, made, made_like, new_shape
from tinygrad_edu.api._reading import named
from tinygrad_edu.api.creation import array_of_data
from tinygrad_edu.autograd.graph import TensorBase

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = [
    "empty",
    "empty_like",
    "eye",
    "full",
    "full_like",
    "ones",
    "ones_like",
    "zeros",
    "zeros_like",
]


@creating
def zeros(*lengths: Any, size: Any = None, **options: Unpack[Options]) -> Tensor:
    """Zeros, in the shape given as ``zeros(2, 3)``, ``zeros((2, 3))`` or ``zeros(size=(2, 3))``.

    >>> tg.zeros(2, 3)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    return made(np.zeros, lengths, size, **options)


@creating
def ones(*lengths: Any, size: Any = None, **options: Unpack[Options]) -> Tensor:
    """Ones.

    >>> tg.ones(2)
    tensor([1., 1.])
    """
    return made(np.ones, lengths, size, **options)


@creating
def empty(
    *lengths: Any, size: Any = None, memory_format: memory_format | None = None, **options: Unpack[Options]
) -> Tensor:
    """A tensor whose values are whatever the memory held: fill it before reading it.

    >>> tg.empty(2, 3).shape
    tinygrad_edu.Size([2, 3])
    """
    return made(np.empty, lengths, size, memory_format=memory_format, **options)


@creating
def full(size: Sequence[int], fill_value: Number, **options: Unpack[Options]) -> Tensor:
    """A tensor filled with one value, which also gives the dtype by default.

    >>> tg.full((2, 2), 7)
    tensor([[7, 7],
            [7, 7]])
    """
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"size must be a tuple of integers such as (2, 3), got {describe(size)}")
    value = fill_value._data if isinstance(fill_value, TensorBase) else fill_value
    natural = array_of_data(value, None, copy=True)
    if natural.ndim:
        raise TypeError(f"fill_value must be one number, got {describe(fill_value)}")
    wanted = dtype_or(natural.dtype, **options)
    check_fits(value, wanted)
    return finished(np.full(new_shape((size,)), value, wanted), **options)


@creating
def eye(n: int, m: int | None = None, **options: Unpack[Options]) -> Tensor:
    """A matrix with ones on its diagonal and zeros elsewhere.

    >>> tg.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    n, m = as_integer("n", n), None if m is None else as_integer("m", m)
    if n < 0 or (m is not None and m < 0):
        raise RuntimeError(f"the numbers of rows and columns must not be negative, got n={n} and m={m}")
    return finished(np.eye(n, m, dtype=dtype_or(dtypes.default(), **options)), **options)


@creating
def zeros_like(input: Tensor, **options: Unpack[LikeOptions]) -> Tensor:
    """Zeros in the shape and dtype of `input`.

    >>> tg.zeros_like(tg.tensor([1, 2]))
    tensor([0, 0])
    """
    return made_like(input, 0, **options)


@creating
def ones_like(input: Tensor, **options: Unpack[LikeOptions]) -> Tensor:
    """Ones in the shape and dtype of `input`.

    >>> tg.ones_like(tg.tensor([1.0, 2.0]))
    tensor([1., 1.])
    """
    return made_like(input, 1, **options)


@creating
def full_like(input: Tensor, fill_value: Number, **options: Unpack[LikeOptions]) -> Tensor:
    """One value in the shape and dtype of `input`.

    >>> tg.full_like(tg.tensor([1.0, 2.0]), 5)
    tensor([5., 5.])
    """
    return made_like(input, as_number("fill_value", fill_value), **options)


@creating
def empty_like(input: Tensor, **options: Unpack[LikeOptions]) -> Tensor:
    """A tensor in the shape and dtype of `input`, to be filled before it is read.

    >>> tg.empty_like(tg.tensor([1.0, 2.0])).shape
    tinygrad_edu.Size([2])
    """
    return made_like(input, None, **options)


class FillingMethods(TensorBase):
    """New tensors that take their dtype from one that is there."""

    __slots__ = ()

    @named
    def new_zeros(
        self: Any, *lengths: Any, size: Any = None, dtype: dtypes.dtype | None = None, **options: Any
    ) -> Tensor:
        """Zeros of shape `size` and, by default, of this tensor's dtype.

        >>> tg.tensor([1]).new_zeros(2)
        tensor([0, 0])
        """
        return zeros(*lengths, size=size, dtype=dtype or self.dtype, **options)

    @named
    def new_ones(
        self: Any, *lengths: Any, size: Any = None, dtype: dtypes.dtype | None = None, **options: Any
    ) -> Tensor:
        """Ones of shape `size` and, by default, of this tensor's dtype.

        >>> tg.tensor([1]).new_ones(2)
        tensor([1, 1])
        """
        return ones(*lengths, size=size, dtype=dtype or self.dtype, **options)

    @named
    def new_empty(
        self: Any, *lengths: Any, size: Any = None, dtype: dtypes.dtype | None = None, **options: Any
    ) -> Tensor:
        """An uninitialised tensor of shape `size` and, by default, of this tensor's dtype.

        >>> tg.tensor([1]).new_empty(2).dtype
        tinygrad_edu.int64
        """
        return empty(*lengths, size=size, dtype=dtype or self.dtype, **options)

    @named
    def new_full(self: Any, size: Any, fill_value: Any, *, dtype: dtypes.dtype | None = None, **options: Any) -> Tensor:
        """`fill_value` in shape `size` and, by default, in this tensor's dtype.

        >>> tg.tensor([1]).new_full((2,), 7)
        tensor([7, 7])
        """
        return full(size, fill_value, dtype=dtype or self.dtype, **options)
