"""NumPy's functions on tensors: ``np.exp(tensor)``, ``np.where(mask, tensor, 0)``, ``array * tensor``.

NumPy asks a foreign operand how to go on (NEP 13 for ufuncs, NEP 18 for other functions). What has the
same name here answers; the tables below hold only what is called otherwise, or takes other arguments.
That is how the derivative rules, written in NumPy, record a graph when they are given tensors.

A function that has no answer computes on the arrays of tensors that stand outside the graph: ``np.percentile(x, 50)``.
Ufuncs give tensors, most others what NumPy gives, as with PyTorch. Where a gradient would be lost, the call is refused.

Source: https://numpy.org/neps/nep-0013-ufunc-overrides.html, https://numpy.org/neps/nep-0018-array-function-protocol.html
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api import (
    activation,
    arithmetic,
    choice,
    comparison,
    exponential,
    extremes,
    floats,
    integers,
    joining,
    matmul,
    powers,
    reduction,
    rounding,
    shape,
    stretching,
    trigonometric,
)
from tinygrad_edu.api import axes as order  # `axes` is the name of an argument of NumPy's
from tinygrad_edu.api.creation import as_tensor
from tinygrad_edu.api.filling import ones_like, zeros_like
from tinygrad_edu.autograd.graph import TensorBase

__all__ = ["array_function", "array_ufunc"]

_BY_ELEMENT = (
    *(activation, arithmetic, choice, comparison, exponential, floats, integers),
    *(matmul, powers, rounding, trigonometric),
)
_OVER_AXES = (reduction, extremes)

Answers = dict[Any, Callable[..., Any]]


def _same_names(modules: Sequence[ModuleType], when: Callable[[Any, Any], bool]) -> Answers:
    """The functions of these modules by NumPy's of the same name, where that is so of the two."""
    pairs = [(getattr(np, name, None), getattr(each, name)) for each in modules for name in each.__all__]
    return {theirs: ours for theirs, ours in pairs if theirs is not None and when(theirs, ours)}


def _reduces(_theirs: Any, ours: Any) -> bool:
    return "keepdim" in inspect.unwrap(ours).__code__.co_varnames


def _over_axis(function: Callable[..., Any], **fixed: Any) -> Callable[..., Any]:
    """The function with NumPy's names for its arguments."""

    def answer(a: Any, axis: Any = None, keepdims: Any = False, **rest: Any) -> Any:
        if "ddof" in rest:
            rest["correction"] = rest.pop("ddof")
        if rest.keys() - {"correction"}:
            raise TypeError(f"numpy.{function.__name__}: {sorted(rest)[0]}= is not supported for tensors")
        return function(a, dim=axis, keepdim=bool(keepdims), **{**fixed, **rest})

    return answer


UFUNCS: Answers = {
    **_same_names(_BY_ELEMENT, lambda theirs, ours: isinstance(theirs, np.ufunc) and theirs.nout == 1),
    np.power: powers.pow,
    np.equal: comparison.eq,
    np.invert: comparison.bitwise_not,
    np.left_shift: integers.bitwise_left_shift,
    np.right_shift: integers.bitwise_right_shift,
}

FUNCTIONS: Answers = {
    **{theirs: _over_axis(ours) for theirs, ours in _same_names(_OVER_AXES, _reduces).items()},
    np.var: _over_axis(reduction.var, correction=0),
    np.std: _over_axis(reduction.std, correction=0),
    np.max: _over_axis(extremes.amax),
    np.min: _over_axis(extremes.amin),
    np.where: choice.where,
    np.sinc: trigonometric.sinc,
    np.nan_to_num: lambda x, copy=True, nan=0.0, posinf=None, neginf=None: floats.nan_to_num(x, nan, posinf, neginf),
    np.isposinf: floats.isposinf,
    np.isneginf: floats.isneginf,
    np.isin: lambda element, test_elements, assume_unique=False, invert=False: comparison.isin(
        element, test_elements, invert=invert
    ),
    np.clip: choice.clamp,
    np.dot: matmul.matmul,
    np.outer: matmul.outer,
    np.reshape: shape.reshape,
    np.ravel: shape.ravel,
    np.transpose: lambda a, axes=None: order.permute(a, tuple(range(a.ndim))[::-1] if axes is None else axes),
    np.swapaxes: order.transpose,
    np.moveaxis: order.movedim,
    np.expand_dims: shape.unsqueeze,
    np.squeeze: lambda a, axis=None: shape.squeeze(a, axis),
    np.broadcast_to: stretching.broadcast_to,
    np.concatenate: lambda arrays, axis=0: joining.cat(arrays, axis),
    np.stack: lambda arrays, axis=0: joining.stack(arrays, axis),
    np.flip: lambda m, axis=None: order.flip(m, tuple(range(m.ndim)) if axis is None else axis),
    np.copy: lambda a: shape.clone(a),
    np.zeros_like: lambda a: zeros_like(a),
    np.ones_like: lambda a: ones_like(a),
    np.shape: lambda a: a._data.shape,
    np.ndim: lambda a: a._data.ndim,
    np.size: lambda a: a._data.size,
    np.array_equal: lambda a1, a2: comparison.equal(as_tensor(a1), as_tensor(a2)),
    np.allclose: lambda a, b, rtol=1e-5, atol=1e-8, equal_nan=False: comparison.allclose(
        as_tensor(a), as_tensor(b), rtol, atol, equal_nan
    ),
}

_OF_TENSORS_ONLY = (
    *(choice.maximum, choice.minimum, choice.fmax, choice.fmin, choice.heaviside),
    *(matmul.matmul, powers.hypot, trigonometric.atan2, exponential.logaddexp, exponential.logaddexp2),
    *(arithmetic.fmod, floats.copysign, floats.ldexp, floats.nextafter, integers.gcd, integers.lcm),
)


_GIVE_TENSORS = {
    *(np.linspace, np.logspace, np.geomspace, np.argsort, np.cumsum, np.cumprod, np.round, np.around),
    *(np.repeat, np.ptp, np.linalg.inv, np.argwhere, *FUNCTIONS),
}
_CHANGE = {np.copyto, np.fill_diagonal, np.place, np.put, np.put_along_axis, np.putmask}


def array_ufunc(self: Any, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """Answer a NumPy ufunc called with a tensor (NEP 13)."""
    ours = UFUNCS.get(ufunc)
    if method != "__call__" or ours is None or kwargs:
        how = ufunc if method == "__call__" else getattr(ufunc, method)
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        return _on_arrays(name, how, inputs, kwargs, changes=method == "at", as_tensors=True)
    if len(inputs) == 2 and ours in _OF_TENSORS_ONLY:
        inputs = tuple(each if isinstance(each, TensorBase) else as_tensor(each, self.dtype) for each in inputs)
    return ours(*inputs)


def array_function(self: Any, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """Answer any other NumPy function called with a tensor (NEP 18)."""
    ours = FUNCTIONS.get(function)
    if ours is None:
        return _computed_by_numpy(function, args, kwargs)
    given = args
    if function is np.where and not isinstance(args[0], TensorBase):
        args = (as_tensor(np.asarray(args[0])), *args[1:])
    try:
        return ours(*args, **kwargs)
    except TypeError as error:  # it may have options that only NumPy's has
        try:
            return _computed_by_numpy(function, given, kwargs)
        except Exception:  # a wrong call, of which ours has said it better
            raise error from None


def _computed_by_numpy(function: Any, args: Any, kwargs: Any) -> Any:
    changes, as_tensors = function in _CHANGE, function in _GIVE_TENSORS
    return _on_arrays(function.__name__, function, args, kwargs, changes=changes, as_tensors=as_tensors)


def _on_arrays(name: str, function: Any, args: Any, kwargs: Any, *, changes: bool, as_tensors: bool) -> Any:
    """What NumPy computes of the tensors' arrays, of those that stand outside the graph.

    Raises:
        RuntimeError: If a tensor requires a gradient, which would be lost.
        TypeError: If the function changes a tensor, which the graph wouldn't notice.
    """
    if (changes and isinstance(args[0], TensorBase)) or _tensors_in(kwargs.get("out")):
        raise TypeError(
            f"numpy.{name}: doesn't change tensors; use a method of the tensor that does, such as x.copy_(...) or "
            "x[index] = ..."
        )
    for each in _tensors_in((args, kwargs)):
        if each._requires_grad:
            package = sys.modules[__name__.partition(".")[0]]
            there = name.isidentifier() and callable(vars(package).get(name))
            way = f"use {package.__name__}.{name}" if there else "compute it with operations of tensors"
            raise RuntimeError(
                f"numpy.{name}: would lose the gradient of {describe(each)}; {way}, or give it x.detach() if no "
                "gradient is wanted"
            )
    result = function(*_as_arrays(args), **_as_arrays(kwargs))
    if not as_tensors or "out" in kwargs:
        return result
    return tuple(map(_as_tensor, result)) if isinstance(result, tuple) else _as_tensor(result)


def _tensors_in(value: Any) -> list[TensorBase]:
    """The tensors in nested lists, tuples and dicts."""
    if isinstance(value, TensorBase):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return [each for part in parts for each in _tensors_in(part)]


def _as_arrays(value: Any) -> Any:
    """The value with an array in the place of each tensor."""
    if isinstance(value, TensorBase):
        if value._view is not None:
            value.follow_base()
        return value._data
    if isinstance(value, dict):
        return {key: _as_arrays(each) for key, each in value.items()}
    return type(value)(map(_as_arrays, value)) if type(value) in (list, tuple) else value


def _as_tensor(value: Any) -> Any:
    """The value as a tensor, if it is an array of a type that tensors have."""
    if not isinstance(value, (np.ndarray, np.generic)):
        return value
    try:
        return as_tensor(value)
    except TypeError:  # complex numbers, texts
        return value
