"""The operations that programs call, as functions of arrays: their definitions, spelled out in NumPy."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any


def logsumexp(x: Array, dim: int, keepdim: bool = False) -> Array:
    largest = x.max(dim, keepdims=True, initial=-np.inf)
    total = np.log(np.exp(x - largest).sum(dim, keepdims=True)) + largest
    return total if keepdim else np.squeeze(total, dim)


def var(x: Array, dim: int | None = None, keepdim: bool = False) -> Array:
    n = x.size if dim is None else x.shape[dim]
    first = x.ravel()[:1] if dim is None else np.take(x, range(min(n, 1)), dim)
    x = x - first  # so that the variance of equal numbers is 0, exactly
    return ((x - x.mean(dim, keepdims=True)) ** 2).sum(dim, keepdims=keepdim) / (n - 1)


def sorted_along(x: Array, dim: int) -> Array:
    return np.take_along_axis(x, order(x, dim), dim)


def order(x: Array, dim: int) -> Array:
    return np.argsort(x, dim, kind="stable")


def largest_places(x: Array, k: int, dim: int) -> Array:
    """Return where the `k` largest are, the largest first."""
    return np.take(np.argsort(-np.where(np.isnan(x), np.inf, x), dim, kind="stable"), np.arange(k), dim)


def clamp(x: Array, min: Array = None, max: Array = None) -> Array:
    x = x if min is None else np.maximum(x, min)
    return x if max is None else np.minimum(x, max)


def remainder(x: Array, y: Array) -> Array:
    return np.remainder(x, y)


def power(x: Array, y: Array) -> Array:
    """x^y; of whole numbers, a fraction is cut."""
    if np.result_type(x, y).kind == "f" or not isinstance(y, np.ndarray):
        return np.power(x, y)
    return np.trunc(np.power(np.asarray(x, np.float64), y)).astype(np.result_type(x, y)) * ((x != 0) | (y >= 0))


def softmax(x: Array, dim: int) -> Array:
    powers = np.exp(x - x.max(dim, keepdims=True, initial=-np.inf))
    return powers / powers.sum(dim, keepdims=True)


def reduced(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return NumPy's reduction with this package's names of settings."""
    return lambda x, dim=None, keepdim=False: function(x, axis=dim, keepdims=keepdim)


def overwritten(cells: Array, index: Any, part: Array) -> Array:
    """Return a copy with other numbers at an index, which are broadcast; NumPy itself refuses that for some masks."""
    cells = np.array(cells, dtype=np.result_type(cells, part))
    spare = max(np.ndim(part) - cells[index].ndim, 0)  # leading axes of length 1
    cells[index] = np.broadcast_to(np.reshape(part, np.shape(part)[spare:]), cells[index].shape)
    return cells


def scattered(x: Array, dim: int, index: Array, values: Array) -> Array:
    """Return a copy with other numbers at places along `dim`."""
    x = np.array(x, dtype=np.result_type(x, values))
    part = values if np.ndim(values) == 0 else values[tuple(slice(n) for n in index.shape)]
    np.put_along_axis(x, index, part, dim)
    return x


ELEMENTWISE: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "abs": np.abs,
    "square": lambda x: x * x,
    "neg": np.negative,
    "relu": lambda x: np.maximum(x, 0),
    "sqrt": np.sqrt,
    "log": np.log,
    "reciprocal": lambda x: 1 / x,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "expm1": np.expm1,
    "log1p": np.log1p,
    "sign": lambda x: np.where(np.isnan(x), 0, np.sign(x)),
    "floor": np.floor,
    "round": np.round,
    "trunc": np.trunc,
    "clamp": clamp,
    "masked_fill": lambda x, mask, value: np.where(mask, value, x),
}

BINARY: dict[str, Callable[..., Any]] = {
    "add": lambda x, y, alpha=1: x + alpha * y,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.true_divide,
    "pow": power,
    "remainder": remainder,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "eq": np.equal,
    "ne": np.not_equal,
    "gt": np.greater,
    "lt": np.less,
    "ge": np.greater_equal,
}

STEPS: set[Any] = {  # functions that jump: of a number that is known to ten digits they may tell anything
    remainder,
    *(ELEMENTWISE[name] for name in ("sign", "floor", "round", "trunc")),
    *(getattr(operator, name) for name in ("eq", "ne", "gt", "lt", "ge")),
    *(BINARY[name] for name in ("eq", "ne", "gt", "lt", "ge")),
}

OTHERS: dict[str, Callable[..., Any]] = {
    "sum": reduced(np.sum),
    "mean": reduced(np.mean),
    "prod": reduced(np.prod),
    "amax": reduced(np.max),
    "amin": reduced(np.min),
    "logsumexp": logsumexp,
    "var": var,
    "std": lambda x, dim=None, keepdim=False: np.sqrt(var(x, dim, keepdim)),
    "norm": lambda x, dim=None, keepdim=False: np.sqrt((x * x).sum(axis=dim, keepdims=keepdim)),
    "cumsum": lambda x, dim: np.cumsum(x, dim),
    "softmax": softmax,
    "log_softmax": lambda x, dim: x - logsumexp(x, dim, keepdim=True),
    "flip": lambda x, dim: np.flip(x, dim),
    "roll": lambda x, shift, dim: np.roll(x, shift, dim),
    "tril": np.tril,
    "triu": np.triu,
    "repeat": lambda x, *times: np.tile(x, times),
    "matmul": np.matmul,
    "dot": np.dot,
    "index_select": lambda x, dim, index: np.take(x, index, dim),
    "gather": lambda x, dim, index: np.take_along_axis(x, index, dim),
    "masked_select": lambda x, mask: x[mask],
}

VIEWS: dict[str, Callable[..., Any]] = {
    "T": np.transpose,
    "mT": lambda x: np.swapaxes(x, -1, -2),
    "t": np.transpose,
    "transpose": np.swapaxes,
    "swapaxes": np.swapaxes,
    "movedim": np.moveaxis,
    "permute": lambda x, *dims: np.transpose(x, dims),
    "unsqueeze": lambda x, dim: np.expand_dims(x, dim),
    "squeeze": lambda x, dim=None: x if dim is not None and (not x.ndim or x.shape[dim] != 1) else np.squeeze(x, dim),
    "narrow": lambda x, dim, start, length: np.moveaxis(np.moveaxis(x, dim, 0)[start : start + length], 0, dim),
    "select": lambda x, dim, place: np.moveaxis(x, dim, 0)[place],
    "getitem": lambda x, index: x[index],
    "expand": lambda x, shape: np.broadcast_to(x, shape),
}
