"""The making of tensors: the options that all creation functions take, and their common end.

``dtype`` and ``requires_grad`` say what the tensor is. ``device``, ``layout``, ``pin_memory`` and
``memory_format`` are accepted where they change nothing (the CPU, strided memory, no pinning) and refused
in words otherwise; into ``out`` the result is written.
"""

from __future__ import annotations

import builtins
import functools
import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, cast

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import listed
from tinygrad_edu._layout import contiguous_format, memory_format, preserve_format, strided
from tinygrad_edu.api._arguments import as_flag, as_shape, as_tensor_argument, check_fits, wrap
from tinygrad_edu.api._reading import named
from tinygrad_edu.autograd.graph import TensorBase

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "LikeOptions",
    "Options",
    "check_options",
    "check_requires_grad",
    "creating",
    "dtype_or",
    "finished",
    "made",
    "made_like",
    "new_shape",
]

F = TypeVar("F", bound=Callable[..., Any])


class Options(TypedDict, total=False):
    """The options of functions that make a tensor out of nothing."""

    out: Any
    dtype: dtypes.dtype | None
    layout: Any
    device: Any
    pin_memory: bool
    requires_grad: bool


class LikeOptions(TypedDict, total=False):
    """The options of functions that make a tensor like another one."""

    dtype: dtypes.dtype | None
    layout: Any
    device: Any
    requires_grad: bool
    memory_format: memory_format | None


def creating(function: F) -> F:
    """A function that takes ``**options``: its signature shows each of them, and others are refused by name."""
    own = list(inspect.signature(function).parameters.values())
    options = Options if own[-1].annotation == "Unpack[Options]" else LikeOptions
    shown = [_parameter(name, each.__forward_arg__) for name, each in options.__annotations__.items()]
    signature = inspect.Signature([*own[:-1], *shown], return_annotation="Tensor")
    known = dict(signature.parameters)
    checked = named(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if kwargs and not kwargs.keys() <= known.keys():
            unknown = sorted(kwargs.keys() - known.keys())[0]
            raise TypeError(
                f"{function.__name__}() got an unexpected keyword argument {unknown!r}; it takes {listed(known, 20)}"
            )
        if isinstance(kwargs.get("out"), TensorBase) and kwargs.get("dtype") is None:
            kwargs["dtype"] = dtypes.of_numpy(kwargs["out"]._data.dtype)
        return checked(*args, **kwargs)

    vars(call)["__signature__"] = signature
    return cast(F, call)


def _parameter(name: str, annotation: str) -> inspect.Parameter:
    default = False if annotation == "bool" else None
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def made(make: Callable[..., Any], lengths: Sequence[Any], size: Any, **options: Any) -> Tensor:
    """A tensor of the shape given, made by ``make(shape, dtype)``; float32 where no other default was set."""
    return finished(make(new_shape(lengths, size), dtype_or(dtypes.default(), **options)), **options)


def made_like(input: Any, value: Any, **options: Any) -> Tensor:
    """A tensor like another one, in its layout, filled with `value`; with whatever the memory held for None."""
    data = as_tensor_argument(input)._data
    wanted = dtype_or(data.dtype, **options)
    value = value._data.item() if isinstance(value, TensorBase) else value
    check_fits(value, wanted)
    in_rows = 0 in data.strides or options.get("memory_format") is contiguous_format  # what is stretched has no order
    array = np.empty_like(data, wanted, order="C" if in_rows else "K")
    if value is not None:
        array[...] = value
    return finished(array, **options)


def finished(
    array: Any,
    *,
    out: Any = None,
    dtype: dtypes.dtype | None = None,
    requires_grad: bool = False,
    **options: Any,
) -> Tensor:
    """A new array, of the dtype wanted already, as a tensor."""
    check_options(**options)
    if requires_grad:
        as_flag("requires_grad", requires_grad)
        check_requires_grad(array)
    tensor = wrap(array if array.ndim else array[()])
    tensor._requires_grad = requires_grad
    return tensor


def dtype_or(default: Any, *, dtype: dtypes.dtype | None = None, **_other_options: Any) -> np.dtype:
    """NumPy's dtype for the one among the options, or `default` if there is none."""
    return np.dtype(default) if dtype is None else dtypes.to_numpy(dtype)


def new_shape(lengths: Sequence[Any], size: Any = None) -> tuple[int, ...]:
    """The shape of a new tensor."""
    if not lengths and size is None:
        raise TypeError("the size is missing, as in (2, 3); for a single value it is ()")
    shape = as_shape(lengths, size)
    if builtins.min(shape, default=0) < 0:
        raise RuntimeError(f"lengths must not be negative, got {shape}")
    return shape


def check_options(
    *, device: Any = None, layout: Any = None, pin_memory: bool = False, memory_format: Any = None
) -> None:
    """Refuse, in words, what real arrays in main memory can't do."""
    if device is not None and str(device) not in ("cpu", "cpu:0"):
        raise RuntimeError(f"got device={str(device)!r}, but only 'cpu' exists here")
    if layout is not None and layout is not strided and "strided" not in str(layout):
        raise NotImplementedError(f"layout={layout} is not supported; tensors are strided arrays")
    if not any(memory_format is each for each in (None, contiguous_format, preserve_format)):
        raise NotImplementedError(f"memory_format={memory_format} is not supported; values lie row by row")
    if pin_memory:
        raise NotImplementedError("pin_memory=True is not supported; there is no GPU to copy to")


def check_requires_grad(array: Any) -> None:
    """Refuse a gradient for values that can't move by a little."""
    if array.dtype.kind != "f":
        raise RuntimeError(
            f"only floating-point tensors can require a gradient, got {array.dtype.name} of shape {array.shape}; make "
            "it with dtype=tinygrad_edu.float32, or convert it with .float() first"
        )
