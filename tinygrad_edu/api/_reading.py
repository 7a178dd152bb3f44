"""The doors of functions: what every function of a kind does with its arguments before it computes.

A function of this room states its signature and calls its rule. What it would otherwise repeat is said
here once, by the decorator that it stands under:

    named       an error gets the function's name in front, of several functions that of the one that was called
                from outside; what isn't True or False is refused where the signature has a bool; ``out`` is written
    of_tensor   and the first argument must be a tensor
    numeric     and hold numbers, not bools
    real        and becomes float32 if it holds integers or bools
    whole       and is returned as it is if it holds integers: for rounding
    promoting   two operands meet in one type, and broadcast
    meeting     and they are tensors, of the kinds of numbers that it says
    reducing    ``dim`` is counted from the front (None: all), ``keepdim`` is a bool, the operand has the right type
    along       one ``dim``, counted from the front; a 0-d operand counts as 1-d
    widening    tensors of float16 are computed with as float32, and the result is rounded once

The signature that editors, type checkers and ``help()`` show is the function's own.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu._signatures import flags_of
from tinygrad_edu.api._arguments import (
    as_dims,
    as_flag,
    as_tensor_argument,
    floating,
    in_dtype,
    in_range,
    kind_of,
    own,
    promoted,
    wrap,
)
from tinygrad_edu.api._failing import ERRORS, raise_named, respelt
from tinygrad_edu.api._output import into_out
from tinygrad_edu.autograd.graph import TensorBase, constant
from tinygrad_edu.ops.shape import clone, reshape

__all__ = [
    "accumulated",
    "along",
    "broadcasting",
    "made_real",
    "meeting",
    "misfit",
    "named",
    "named_as",
    "numeric",
    "of_any_type",
    "of_tensor",
    "promoting",
    "real",
    "real_already",
    "reducing",
    "refuse_bools",
    "whole",
    "widening",
]

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")
Reading = Callable[[Any, dtypes.dtype | None], Any]  # of an operand, and the dtype that is asked for

_HALF, _SINGLE = np.dtype(np.float16), np.dtype(np.float32)

_OF_KINDS = {
    "f": "floating-point values; convert them with .float() first",
    "iu": "integers",
    "iuf": "numbers; convert bools with .int() or .float() first",
    "biu": "integers or bools",
}

_UNSAID: Any = object()  # in the place of a dimension


# The doors


def named(function: F) -> F:
    """A function whose errors begin with its name."""
    return named_as(function.__name__)(function)


def named_as(name: str) -> Callable[[F], F]:
    """A function whose errors begin with a name."""

    def decorate(function: F) -> F:
        function = _with_flags(function)

        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                if kwargs and kwargs.get("out") is not None:
                    return into_out(call, name, args, kwargs)
                return function(*args, **kwargs)
            except ERRORS as error:
                return respelt(error, call, name, function, args, kwargs)

        return _in_place_of(function, call)

    return decorate


def of_tensor(function: F) -> F:
    """A function whose first argument is a tensor."""
    name = function.__name__
    first = _arguments_of(function)[0]
    function = _with_flags(function)

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            if not args or not isinstance(args[0], TensorBase):
                _check_first(first, args, kwargs)
            if kwargs and kwargs.get("out") is not None:
                return into_out(call, name, args, kwargs)
            return function(*args, **kwargs)
        except ERRORS as error:
            return respelt(error, call, name, function, args, kwargs)

    return _in_place_of(function, call)


def numeric(function: F) -> F:
    """A function of a tensor of numbers, whose result has the dtype of the operand."""
    return _of_one(function, "fiu", lambda operand: refuse_bools(as_tensor_argument(operand)))


def real(function: F) -> F:
    """A function of a tensor whose result is real: integers and bools become float32 first."""
    return _of_one(function, "f", floating)


def whole(function: F) -> F:
    """A function that rounds: integers are whole already, and are copied."""

    def rounded(input: Any, *settings: Any, **named_settings: Any) -> Any:
        return clone(input) if input._data.dtype.kind in "iu" else function(input, *settings, **named_settings)

    return numeric(_in_place_of(function, rounded))


def promoting(function: F) -> F:
    """A function of two operands, of which one may be a number: they meet in one type, and broadcast."""
    return _of_two(function, promoted)


def meeting(kinds: str, *, numbers: Sequence[str] = (), made_real: bool = False) -> Callable[[F], F]:
    """A function of two tensors that meet in one type, and broadcast.

    Args:
        kinds: What that type may be, in NumPy's letters: "f" for floating-point, "iu" for integers, "b" for bools.
        numbers: The names of the arguments that may be a number.
        made_real: Whether integers and bools become float32 first.
    """

    def decorate(function: F) -> F:
        names = _arguments_of(function)[:2]

        def read(*operands: Any) -> Sequence[Any]:
            for argument, operand in zip(names, operands, strict=True):
                if argument not in numbers:
                    as_tensor_argument(operand, argument)
            met = promoted(*operands)
            kind = kind_of(met[0] if isinstance(met[0], TensorBase) else met[1])
            if made_real and kind != "f":
                met = [in_dtype(each, _SINGLE) for each in operands]
                kind = "f"
            if kind not in kinds:
                raise TypeError(f"wanted {_OF_KINDS[kinds]}, got {' and '.join(map(describe, operands))}")
            dtype = (met[0] if isinstance(met[0], TensorBase) else met[1])._data.dtype
            return [each if isinstance(each, TensorBase) else wrap(dtype.type(each)) for each in met]

        return _of_two(function, read)

    return decorate


def reducing(reading: Reading, *, several: bool = True, empty_means_all: bool = True) -> Callable[[F], F]:
    """A function that makes one value of those over `dim`, of an operand as `reading` gives it.

    Args:
        reading: What becomes of the operand; see below.
        several: Whether there may be several dimensions.
        empty_means_all: Whether () means all dimensions, or none.
    """

    def decorate(function: F) -> F:
        name = function.__name__
        has_default = len(_arguments_of(function)) - len(inspect.unwrap(function).__defaults__ or ()) == 1
        unsaid = None if has_default else _UNSAID

        def call(input: Any, dim: Any = unsaid, keepdim: Any = False, **options: Any) -> Any:
            try:
                if options.get("out") is not None:
                    return into_out(call, name, (input, dim, keepdim), options)
                if dim is _UNSAID:
                    raise TypeError("dim is missing: a dimension, several of them, or None for all")
                if not several and isinstance(dim, (tuple, list)):
                    raise TypeError(f"dim must be one integer or None, got {describe(dim)}")
                x = reading(as_tensor_argument(input), options.get("dtype"))
                dims = as_dims(dim, x._data.ndim, empty_means_all=empty_means_all)
                return function(x, dims, as_flag("keepdim", keepdim), **options)
            except ERRORS as error:
                said = {} if dim is unsaid else {"dim": dim}
                said |= {"keepdim": keepdim} if keepdim is not False else {}
                return respelt(error, call, name, function, (input,), said, options)

        return _in_place_of(function, call)

    return decorate


def along(reading: Reading) -> Callable[[F], F]:
    """A function that runs along one dimension, of an operand as `reading` gives it; its result has the same shape."""

    def decorate(function: F) -> F:
        name = function.__name__

        def call(input: Any, dim: Any = _UNSAID, *dtype: Any, **options: Any) -> Any:
            try:
                if dim is _UNSAID:
                    raise TypeError("dim is missing: the dimension to go along")
                if options.get("out") is not None:
                    return into_out(call, name, (input, dim, *dtype), options)
                x = reading(as_tensor_argument(input), dtype[0] if dtype else options.get("dtype"))
                axis = in_range(dim, x._data.ndim)
                if x._data.ndim == 0:
                    one = reshape(clone(x), shape=(1,))  # of its own memory: a change of x in place leaves it as it is
                    return own(reshape(function(one, 0, *dtype, **options), shape=()))
                return function(x, axis, *dtype, **options)
            except ERRORS as error:
                return respelt(
                    error, call, name, function, (input,) if dim is _UNSAID else (input, dim, *dtype), options
                )

        return _in_place_of(function, call)

    return decorate


def widening(function: F) -> F:
    """A function made of several operations that computes in float32 if all its floating-point tensors are float16.

    It does for such a function what ``widens=True`` does for a primitive.
    """

    def call(*args: Any, **kwargs: Any) -> Any:
        given = {each._data.dtype for each in (*args, *kwargs.values()) if isinstance(each, TensorBase)}
        if _HALF not in given or any(dtype.kind == "f" and dtype != _HALF for dtype in given):
            return function(*args, **kwargs)
        try:
            result = function(*map(_widened, args), **{name: _widened(each) for name, each in kwargs.items()})
        except ERRORS:
            function(*args, **kwargs)  # which fails alike, in words about what was given
            raise
        return in_dtype(result, _HALF)

    return _in_place_of(function, call)


def _widened(value: Any) -> Any:
    is_half = isinstance(value, TensorBase) and value._data.dtype == _HALF
    return in_dtype(value, np.dtype(np.float32)) if is_half else value


# What becomes of the operand of a reduction


def of_any_type(x: Any, _dtype: dtypes.dtype | None) -> Any:
    """The operand as it is."""
    return x


def accumulated(x: Any, dtype: dtypes.dtype | None) -> Any:
    """The operand in the type in which to add or multiply up: int64 for integers and bools."""
    if dtype is not None:
        return in_dtype(x, dtypes.to_numpy(dtype))
    return x if x._data.dtype.kind == "f" else in_dtype(x, np.dtype(np.int64))


def made_real(x: Any, _dtype: dtypes.dtype | None) -> Any:
    """The operand as float32 if it holds integers or bools."""
    return floating(x)


def real_already(x: Any, dtype: dtypes.dtype | None = None) -> Any:
    """The operand, which must be floating-point."""
    if dtype is not None:
        x = in_dtype(x, dtypes.to_numpy(dtype))
    if x._data.dtype.kind != "f":
        raise TypeError(f"wanted floating-point values, got {describe(x)}; convert it with .float() first")
    return x


# What is refused, in words


def refuse_bools(x: Any) -> Any:
    """The tensor, which must hold numbers."""
    if x._data.dtype.kind == "b":
        raise TypeError(f"wanted numbers, got {describe(x)}; convert it with .int() or .float() first")
    return x


def misfit(*operands: Any) -> RuntimeError | None:
    """The error that says that the operands' shapes don't broadcast, if that is so."""
    shapes = [np.shape(constant(each)) for each in operands]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return RuntimeError(
            f"shapes {' and '.join(map(str, shapes))} don't broadcast; counted from the right, two lengths must be "
            "equal or one of them 1"
        )
    return None


def broadcasting(function: Callable[..., R], *operands: Any) -> R:
    """The result of a function of arrays or tensors that broadcast."""
    try:
        return function(*operands)
    except ValueError as error:
        raise misfit(*operands) or error from None


# How doors are made


def _of_one(function: F, kinds: str, read: Callable[[Any], Any]) -> F:
    """A function of one tensor, whose operand goes through `read` unless its dtype's kind is among `kinds`."""
    name = function.__name__

    def call(input: Any, *settings: Any, **options: Any) -> Any:
        try:
            if options.get("out") is not None:
                return into_out(call, name, (input, *settings), options)
            if not isinstance(input, TensorBase) or input._data.dtype.kind not in kinds:
                input = read(input)
            return function(input, *settings, **options)
        except ERRORS as error:
            return respelt(error, call, name, function, (input, *settings), options)

    def call_without_settings(input: Any, *, out: TensorBase | None = None) -> Any:  # shorter, for benchmarks W3 and W4
        try:
            if out is not None:
                return into_out(call_without_settings, name, (input,), {"out": out})
            if not isinstance(input, TensorBase) or input._data.dtype.kind not in kinds:
                input = read(input)
            return function(input)
        except ERRORS as error:
            raise_named(error, name, function, (input,))

    keywords = set(inspect.unwrap(function).__kwdefaults__ or ())
    has_settings = len(_arguments_of(function)) > 1 or not keywords <= {"out"}
    return _in_place_of(function, call if has_settings else call_without_settings)


def _of_two(function: F, read: Callable[..., Sequence[Any]]) -> F:
    """A function of two operands that broadcast, as `read` gives them."""
    name = function.__name__
    names = _arguments_of(function)[:2]

    def call(*operands: Any, **settings: Any) -> Any:
        try:
            if settings:
                if settings.get("out") is not None:
                    return into_out(call, name, operands, settings)
                operands += tuple([settings.pop(each) for each in names[len(operands) :] if each in settings])
            if len(operands) != 2:
                return function(*operands, **settings)  # in Python's words: what is missing, or too much
            x, y = read(*operands)
            return function(x, y, **settings)
        except ValueError as error:
            raise_named(misfit(*operands) or error, name, function, operands, settings)
        except ERRORS as error:
            return respelt(error, call, name, function, operands, settings)

    return _in_place_of(function, call)


def _with_flags(function: F) -> F:
    """The function, which refuses anything but True and False where its signature has a bool."""
    flags = flags_of(function)
    if not flags:
        return function

    def call(*args: Any, **kwargs: Any) -> Any:
        for name, (place, or_none) in flags.items():
            value = args[place] if 0 <= place < len(args) else kwargs.get(name, False)
            if not (value is None and or_none):
                as_flag(name, value)
        return function(*args, **kwargs)

    return _in_place_of(function, call)


def _arguments_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the arguments that may be given by position."""
    code = inspect.unwrap(function).__code__
    return tuple(code.co_varnames[: code.co_argcount])


def _check_first(first: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Refuse a first argument that is no tensor; of one that is missing, Python's own error will speak."""
    if args or first in kwargs:
        as_tensor_argument(args[0] if args else kwargs[first], first)


def _in_place_of(function: F, call: Callable[..., Any]) -> F:
    """The door, which looks like the function behind it."""
    return cast(F, functools.wraps(function)(call))
