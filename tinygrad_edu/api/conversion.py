"""From one element type to another, and from tensors to Python and NumPy.

These are methods of `Tensor`: ``x.to(tinygrad_edu.float64)``, ``x.item()``, ``x.numpy()``.

Source for every method: https://docs.pytorch.org/docs/stable/tensors.html
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import in_dtype
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._making import check_options
from tinygrad_edu.api._reading import named, named_as
from tinygrad_edu.autograd.grad_mode import is_grad_enabled
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops.shape import clone

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__: list[str] = []  # methods only

TYPE_NAMES = {
    "float16": "HalfTensor",
    "float32": "FloatTensor",
    "float64": "DoubleTensor",
    "uint8": "ByteTensor",
    "int8": "CharTensor",
    "int16": "ShortTensor",
    "int32": "IntTensor",
    "int64": "LongTensor",
    "bool": "BoolTensor",
}


@named
def to(input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """The tensor in another element type: ``to(dtype)``, ``to(device)``, ``to(other)``.

    Args:
        args: A dtype, a device (only the CPU exists), both, or a tensor to take them from; then
            `non_blocking` and `copy`.
        kwargs: The same by name: dtype, device, non_blocking, copy, memory_format.

    Returns:
        The tensor itself if nothing changes and no copy is asked for.

    >>> tg.tensor([1.5, 2.5]).to(tg.int64)
    tensor([1, 2])
    """
    known = dict(zip(("non_blocking", "copy"), [each for each in args if isinstance(each, bool)], strict=False))
    unknown = set(kwargs) - {"dtype", "device", "other", "non_blocking", "copy", "memory_format"}
    if unknown:
        raise TypeError(f"unknown argument {sorted(unknown)[0]!r}")
    dtype = kwargs.get("dtype")
    device = kwargs.get("device")
    for each in (*args, kwargs.get("other")):
        if isinstance(each, TensorBase):
            dtype = dtypes.of_numpy(each._data.dtype)
        elif isinstance(each, bool) or each is None:
            continue
        elif isinstance(each, str) or type(each).__name__ == "device":
            device = each
        else:
            dtype = each
    check_options(device=device)
    wanted = input._data.dtype if dtype is None else dtypes.to_numpy(dtype)
    if wanted != input._data.dtype:
        converted: Tensor = in_dtype(input, wanted)
        return converted
    return clone(input) if kwargs.get("copy", known.get("copy", False)) else input


@named
def type_as(input: Tensor, other: Tensor) -> Tensor:
    """`input` in the dtype of `other`.

    >>> tg.tensor([1, 2]).type_as(tg.tensor(0.5))
    tensor([1., 2.])
    """
    converted: Tensor = in_dtype(input, other._data.dtype)
    return converted


def one_number(operation: str, input: Tensor) -> Any:
    """The single value for Python's ``float()``, ``int()`` and the like.

    Raises:
        ValueError: If there isn't exactly one value.
    """
    if input._data.size != 1:
        raise ValueError(f"{operation}: only a tensor with one value is a number, got {describe(input)}")
    return input._data.item()


@named
def item(input: Tensor) -> builtins.int | builtins.float | builtins.bool:
    """The single value as a Python number.

    Raises:
        RuntimeError: If there isn't exactly one value.

    >>> tg.tensor([2.5]).item()
    2.5
    """
    if input._data.size != 1:
        raise RuntimeError(f"wanted a tensor with exactly one value, got {describe(input)}; use .tolist()")
    number: builtins.float = input._data.item()
    return number


@named
def tolist(input: Tensor) -> Any:
    """The values as nested lists of Python numbers; of a 0-d tensor, the number.

    >>> tg.tensor([[1, 2], [3, 4]]).tolist()
    [[1, 2], [3, 4]]
    """
    return input._data.tolist()


@named
def numpy(input: Tensor, *, force: bool = False) -> np.ndarray:
    """The values as a NumPy array that shares the tensor's memory.

    Args:
        force: Detach first, so that it works for tensors that require a gradient.

    Raises:
        RuntimeError: If the tensor requires a gradient and recording is on: what NumPy computes from the array
            couldn't be recorded.

    >>> tg.tensor([1.0, 2.0]).numpy()
    array([1., 2.], dtype=float32)
    """
    if input.requires_grad and not force and is_grad_enabled():
        raise RuntimeError(
            f"got {describe(input)} that requires a gradient, and NumPy can't record; use .detach().numpy()"
        )
    return input.owned_array()


@named_as("numpy")
def array_of(input: Tensor, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
    """Answer ``numpy.asarray(tensor)``; see `numpy`."""
    array = numpy(input)
    if dtype is not None and array.dtype != dtype:
        if copy is False:
            raise ValueError(f"numpy.asarray: {describe(input)} can't become {np.dtype(dtype)} without a copy")
        return array.astype(dtype)
    return array.copy() if copy else array


def _as(dtype: dtypes.dtype, name: str) -> Callable[[Any], Tensor]:
    """The method that converts to a dtype."""

    def convert(self: Any) -> Tensor:
        return to(self, dtype)

    convert.__name__ = convert.__qualname__ = name
    convert.__doc__ = f"""The tensor as {dtype.name}.

    >>> tg.tensor([0.0, 2.0]).{name}().dtype
    tinygrad_edu.{dtype.name}
    """
    return convert


class ConversionMethods(TensorBase):
    """Conversions as methods of tensors."""

    __slots__ = ()

    to = method(to)
    type_as = method(type_as)
    item = method(item)
    tolist = method(tolist)
    numpy = method(numpy)
    __array__ = method(array_of)

    @named
    def type(self: Any, dtype: dtypes.dtype | str | type | None = None) -> Any:
        """The tensor in another dtype; without an argument, the name of its type.

        >>> tg.tensor([1.0]).type()
        'tinygrad_edu.FloatTensor'
        """
        if dtype is None:
            return f"tinygrad_edu.{TYPE_NAMES[self.dtype.name]}"
        if isinstance(dtype, str):
            names = {name: each for each, name in TYPE_NAMES.items()}
            if dtype.rpartition(".")[2] not in names:
                raise ValueError(f"got the type {dtype!r}; wanted one such as 'tinygrad_edu.FloatTensor', or a dtype")
            dtype = getattr(dtypes, names[dtype.rpartition(".")[2]])
        return to(self, dtype=getattr(dtype, "dtype", dtype))

    float = _as(dtypes.float32, "float")
    double = _as(dtypes.float64, "double")
    half = _as(dtypes.float16, "half")
    long = _as(dtypes.int64, "long")
    int = _as(dtypes.int32, "int")
    short = _as(dtypes.int16, "short")
    char = _as(dtypes.int8, "char")
    byte = _as(dtypes.uint8, "byte")
    bool = _as(dtypes.bool, "bool")

    def cpu(self: Any) -> Tensor:
        """The tensor itself: it is on the CPU already.

        >>> tg.zeros(2).cpu()
        tensor([0., 0.])
        """
        itself: Tensor = self
        return itself

    def cuda(self: Any, device: Any = None) -> Tensor:
        """Refuse: there is no GPU here.

        Raises:
            RuntimeError: Always.

        >>> tg.zeros(2).to("cuda" if tg.cuda.is_available() else "cpu")
        tensor([0., 0.])
        """
        raise RuntimeError(
            "cuda: there is no GPU here; use .to(device), with device from tinygrad_edu.cuda.is_available()"
        )
