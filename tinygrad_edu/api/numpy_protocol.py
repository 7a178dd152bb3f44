"""NumPy's functions on tensors: ``np.exp(tensor)``, ``np.where(mask, tensor, 0)``, ``array * tensor``.

NumPy asks a foreign operand how to go on (NEP 13 for ufuncs, NEP 18 for other functions), and these
tables answer with ours. That is how the derivative rules, written in NumPy, record a graph when they
are given tensors.

Source: https://numpy.org/neps/nep-0013-ufunc-overrides.html, https://numpy.org/neps/nep-0018-array-function-protocol.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu.api import arithmetic, comparison, elementary, extremes, joining, matmul, reduction, shape
from tinygrad_edu.api.creation import as_tensor
from tinygrad_edu.api.filling import ones_like, zeros_like

__all__ = ["array_function", "array_ufunc"]

UFUNCS: dict[Any, Callable[..., Any]] = {
    np.add: arithmetic.add,
    np.subtract: arithmetic.sub,
    np.multiply: arithmetic.mul,
    np.true_divide: arithmetic.div,
    np.floor_divide: arithmetic.floor_divide,
    np.remainder: arithmetic.remainder,
    np.power: arithmetic.pow,
    np.maximum: arithmetic.maximum,
    np.minimum: arithmetic.minimum,
    np.matmul: matmul.matmul,
    np.negative: elementary.neg,
    np.positive: elementary.positive,
    np.absolute: elementary.abs,
    np.sign: elementary.sign,
    np.exp: elementary.exp,
    np.expm1: elementary.expm1,
    np.log: elementary.log,
    np.log2: elementary.log2,
    np.log10: elementary.log10,
    np.log1p: elementary.log1p,
    np.sqrt: elementary.sqrt,
    np.square: elementary.square,
    np.reciprocal: elementary.reciprocal,
    np.sin: elementary.sin,
    np.cos: elementary.cos,
    np.tan: elementary.tan,
    np.tanh: elementary.tanh,
    np.floor: elementary.floor,
    np.ceil: elementary.ceil,
    np.trunc: elementary.trunc,
    np.equal: comparison.eq,
    np.not_equal: comparison.ne,
    np.less: comparison.lt,
    np.less_equal: comparison.le,
    np.greater: comparison.gt,
    np.greater_equal: comparison.ge,
    np.logical_and: comparison.logical_and,
    np.logical_or: comparison.logical_or,
    np.logical_xor: comparison.logical_xor,
    np.logical_not: comparison.logical_not,
    np.bitwise_and: comparison.bitwise_and,
    np.bitwise_or: comparison.bitwise_or,
    np.bitwise_xor: comparison.bitwise_xor,
    np.invert: comparison.bitwise_not,
    np.isnan: comparison.isnan,
    np.isinf: comparison.isinf,
    np.isfinite: comparison.isfinite,
}


def _over_axis(function: Callable[..., Any], **fixed: Any) -> Callable[..., Any]:
    """Return `function` with NumPy's names for its arguments."""

    def answer(a: Any, axis: Any = None, keepdims: Any = False, **rest: Any) -> Any:
        if "ddof" in rest:
            rest["correction"] = rest.pop("ddof")
        if rest.keys() - {"correction"}:
            raise TypeError(f"numpy.{function.__name__}: {sorted(rest)[0]}= is not supported for tensors")
        return function(a, dim=axis, keepdim=bool(keepdims), **{**fixed, **rest})

    return answer


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.where: arithmetic.where,
    np.clip: arithmetic.clamp,
    np.sum: _over_axis(reduction.sum),
    np.mean: _over_axis(reduction.mean),
    np.prod: _over_axis(reduction.prod),
    np.var: _over_axis(reduction.var, correction=0),
    np.std: _over_axis(reduction.std, correction=0),
    np.max: _over_axis(extremes.amax),
    np.min: _over_axis(extremes.amin),
    np.all: _over_axis(reduction.all),
    np.any: _over_axis(reduction.any),
    np.argmax: _over_axis(extremes.argmax),
    np.argmin: _over_axis(extremes.argmin),
    np.dot: matmul.matmul,
    np.outer: matmul.outer,
    np.reshape: shape.reshape,
    np.ravel: lambda a: shape.reshape(a, (-1,)),
    np.transpose: lambda a, axes=None: shape.permute(a, axes if axes is not None else tuple(range(a.ndim))[::-1]),
    np.swapaxes: shape.transpose,
    np.moveaxis: shape.movedim,
    np.expand_dims: shape.unsqueeze,
    np.squeeze: lambda a, axis=None: shape.squeeze(a, axis),
    np.broadcast_to: shape.broadcast_to,
    np.concatenate: lambda arrays, axis=0: joining.cat(arrays, axis),
    np.stack: lambda arrays, axis=0: joining.stack(arrays, axis),
    np.flip: lambda m, axis=None: shape.flip(m, tuple(range(m.ndim)) if axis is None else axis),
    np.copy: lambda a: shape.clone(a),
    np.zeros_like: lambda a: zeros_like(a),
    np.ones_like: lambda a: ones_like(a),
    np.shape: lambda a: tuple(a.shape),
    np.ndim: lambda a: a.ndim,
    np.size: lambda a: a.numel(),
    np.array_equal: lambda a1, a2: comparison.equal(as_tensor(a1), as_tensor(a2)),
    np.allclose: lambda a, b, rtol=1e-5, atol=1e-8, equal_nan=False: comparison.allclose(
        as_tensor(a), as_tensor(b), rtol, atol, equal_nan
    ),
}


def array_ufunc(self: Any, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """Answer a NumPy ufunc called with a tensor (NEP 13)."""
    ours = UFUNCS.get(ufunc)
    if method != "__call__" or ours is None or kwargs:
        how = "" if method == "__call__" else f".{method}"
        raise TypeError(
            f"numpy.{ufunc.__name__}{how}: not available for tensors{' with ' + ', '.join(kwargs) if kwargs else ''}; "
            "use a method of the tensor, or x.detach().numpy() for the array"
        )
    if len(inputs) == 2 and ours in (arithmetic.maximum, arithmetic.minimum, matmul.matmul):
        inputs = tuple(each if hasattr(each, "_data") else as_tensor(each, self.dtype) for each in inputs)
    return ours(*inputs)


def array_function(self: Any, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """Answer any other NumPy function called with a tensor (NEP 18)."""
    ours = FUNCTIONS.get(function)
    if ours is None:
        raise TypeError(
            f"numpy.{function.__name__}: not available for tensors; use a method of the tensor, or "
            "x.detach().numpy() for the array"
        )
    if function is np.where and not hasattr(args[0], "_data"):
        args = (as_tensor(np.asarray(args[0])), *args[1:])
    return ours(*args, **kwargs)
