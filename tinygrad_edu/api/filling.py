"""Making tensors that are filled with one value, or with ones on a diagonal, or not at all.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#creation-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import as_shape, as_tensor_argument, check_fits, check_out
from tinygrad_edu.api.creation import array_of_data, chosen, finished
from tinygrad_edu.autograd.graph import TensorBase

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.api.creation import Number, OptionalDtype

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


def zeros(
    *lengths: Any,
    size: Any = None,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor of zeros, of the shape given as ``zeros(2, 3)``, ``zeros((2, 3))`` or ``zeros(size=(2, 3))``.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.zeros(2, 3)
        tensor([[0., 0., 0.],
                [0., 0., 0.]])
    """
    check_out("zeros", out)
    array = np.zeros(new_shape("zeros", lengths, size), chosen("zeros", dtype, np.float32))
    return finished("zeros", array, requires_grad, layout=layout, device=device, pin_memory=pin_memory)


def ones(
    *lengths: Any,
    size: Any = None,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor of ones.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.ones(2)
        tensor([1., 1.])
    """
    check_out("ones", out)
    array = np.ones(new_shape("ones", lengths, size), chosen("ones", dtype, np.float32))
    return finished("ones", array, requires_grad, layout=layout, device=device, pin_memory=pin_memory)


def empty(
    *lengths: Any,
    size: Any = None,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
    memory_format: None = None,
) -> Tensor:
    """Return a tensor whose values are whatever the memory held: fill it before reading it.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.empty(2, 3).shape
        tinygrad_edu.Size([2, 3])
    """
    check_out("empty", out)
    array = np.empty(new_shape("empty", lengths, size), chosen("empty", dtype, np.float32))
    return finished(
        "empty", array, requires_grad, device=device, layout=layout, pin_memory=pin_memory, memory_format=memory_format
    )


def full(
    size: Sequence[int],
    fill_value: Number,
    *,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor filled with one value, which also gives the dtype by default.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.full((2, 2), 7)
        tensor([[7, 7],
                [7, 7]])
    """
    check_out("full", out)
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"full: size must be a tuple of integers such as (2, 3), got {describe(size)}")
    value = fill_value._data if isinstance(fill_value, TensorBase) else fill_value
    natural = array_of_data("full", value, None, copy=True)
    if natural.ndim:
        raise TypeError(f"full: fill_value must be one number, got {describe(fill_value)}")
    wanted = chosen("full", dtype, natural.dtype)
    check_fits("full", value, wanted)
    array = np.full(new_shape("full", (size,)), natural, wanted)
    return finished("full", array, requires_grad, layout=layout, device=device, pin_memory=pin_memory)


def eye(
    n: int,
    m: int | None = None,
    *,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Return a matrix with ones on its diagonal and zeros elsewhere.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.eye(2)
        tensor([[1., 0.],
                [0., 1.]])
    """
    check_out("eye", out)
    if n < 0 or (m is not None and m < 0):
        raise RuntimeError(f"eye: the numbers of rows and columns must not be negative, got n={n} and m={m}")
    array = np.eye(n, m, dtype=chosen("eye", dtype, np.float32))
    return finished("eye", array, requires_grad, layout=layout, device=device, pin_memory=pin_memory)


def zeros_like(
    input: Tensor,
    *,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: None = None,
) -> Tensor:
    """Return zeros of the shape and dtype of `input`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.zeros_like(tg.tensor([1, 2]))
        tensor([0, 0])
    """
    return _like(
        "zeros_like", input, 0, dtype, requires_grad, device=device, layout=layout, memory_format=memory_format
    )


def ones_like(
    input: Tensor,
    *,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: None = None,
) -> Tensor:
    """Return ones of the shape and dtype of `input`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.ones_like(tg.tensor([1.0, 2.0]))
        tensor([1., 1.])
    """
    return _like("ones_like", input, 1, dtype, requires_grad, device=device, layout=layout, memory_format=memory_format)


def full_like(
    input: Tensor,
    fill_value: Number,
    *,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: None = None,
) -> Tensor:
    """Return a tensor of the shape and dtype of `input` filled with one value.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.full_like(tg.tensor([1.0, 2.0]), 5)
        tensor([5., 5.])
    """
    return _like(
        "full_like", input, fill_value, dtype, requires_grad, device=device, layout=layout, memory_format=memory_format
    )


def empty_like(
    input: Tensor,
    *,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: None = None,
) -> Tensor:
    """Return a tensor of the shape and dtype of `input`, to be filled before it is read.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.empty_like(tg.tensor([1.0, 2.0])).shape
        tinygrad_edu.Size([2])
    """
    return _like(
        "empty_like", input, None, dtype, requires_grad, device=device, layout=layout, memory_format=memory_format
    )


def new_shape(operation: str, lengths: Sequence[Any], size: Any = None) -> tuple[int, ...]:
    """Return the shape of a new tensor."""
    if not lengths and size is None:
        raise TypeError(f"{operation}: the size is missing, as in {operation}(2, 3); for a single value it is ()")
    shape = as_shape(operation, lengths, size)
    if builtins.min(shape, default=0) < 0:
        raise RuntimeError(f"{operation}: lengths must not be negative, got {shape}")
    return shape


def _like(operation: str, input: Any, value: Any, dtype: OptionalDtype, requires_grad: bool, **options: Any) -> Tensor:
    data = as_tensor_argument(operation, input)._data
    wanted = chosen(operation, dtype, data.dtype)
    value = value._data.item() if isinstance(value, TensorBase) else value
    check_fits(operation, value, wanted)
    array = np.empty(data.shape, wanted) if value is None else np.full(data.shape, value, wanted)
    return finished(operation, array, requires_grad, **options)
