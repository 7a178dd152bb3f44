"""Errors in units in the last place: how far floats are from the exact number, counted in steps between floats there.

A result that is the float next to the exact number is off by half a unit at most. Where the exact number lies beyond
the largest float, infinity is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from mpmath import mp
from support.exact import Exact

__all__ = ["Error", "errors", "numbers", "operands_of", "ulps"]

UPSTREAM = 0.75
_NEXT_TO_NOTHING = mp.mpf(2) ** -5000  # stands for a zero at its pole, for mpmath's zeros have no sign


class Error(NamedTuple):
    """The largest error of a result or a gradient, and where."""

    ulps: float
    where: tuple[float, ...]
    found: float
    exact: Any


def numbers(dtype: Any, many: int) -> np.ndarray:
    """Floats of every kind: of `many` sizes, `many` others up to where exp overflows, and those near 1.

    They run from denormals to the largest, in both signs, with both zeros and the infinities.
    """
    rng, limits = np.random.default_rng(0), np.finfo(dtype)
    exponents = np.unique(np.linspace(limits.minexp - limits.nmant, limits.maxexp - 1, many).astype(int))
    mantissas = [np.ones(len(exponents)), rng.uniform(1, 2, len(exponents)), np.full(len(exponents), 2 - limits.eps)]
    sizes = [np.ldexp(each.astype(dtype), exponents) for each in mantissas]
    sizes += [rng.uniform(0, end, many) for end in (2, 30, 1.1 * np.log(limits.max))]
    places = 2.0 ** -np.arange(1, limits.nmant + 2, 3)
    sizes += [1 - places, 1 + places, np.arange(9), [limits.max, limits.smallest_normal, 0, np.inf]]
    every = np.concatenate(sizes).astype(dtype)
    return np.concatenate([every, -every])


def operands_of(exact: Exact, dtype: Any, many: int) -> tuple[np.ndarray, ...]:
    """Arrays of operands: all `numbers`; of two operands, each of them beside any and beside one of usual size."""
    values = numbers(dtype, many)
    if exact.probabilities:
        values = values[(values >= 0) & (values <= 1)]
    if len(exact.slopes) == 1:
        return (np.append(values, np.nextafter(dtype(0.5), dtype(0))),)  # where series may end
    rng = np.random.default_rng(1)
    usual = values[np.isfinite(values) & (np.abs(values) < 30)]
    pairs = [
        (values, rng.permutation(values)),
        (usual, rng.permutation(usual)),
        (values, rng.choice(usual, len(values))),
    ]
    return tuple(np.concatenate(each) for each in zip(*pairs, strict=True))


def errors(exact: Exact, call: Callable[..., Any], library: Any, operands: tuple[np.ndarray, ...]) -> Iterator[Error]:
    """The largest error of the result, and then of the gradient of each operand."""
    tensors = [library.from_numpy(each.copy()).requires_grad_() for each in operands]
    result = call(*tensors)
    result.backward(library.full_like(result, UPSTREAM))
    values, points = result.detach().numpy(), list(zip(*operands, strict=True))
    wanted = [at(exact.value, point) for point in points]
    yield largest(points, values, wanted, [is_normal_all_the_way(exact.on_the_way, point) for point in points])
    asked = [
        is_normal_all_the_way(exact.on_the_way_back, point) and not overflows(value, point)
        for point, value in zip(points, wanted, strict=True)
    ]
    for tensor, slope in zip(tensors, exact.slopes, strict=True):
        slopes = [at(slope, point) for point in points]
        upstream = [None if each is None else each * UPSTREAM for each in slopes]
        yield largest(points, tensor.grad.numpy(), upstream, asked, exact.last_place_of)


def largest(points: Any, found: Any, wanted: Any, asked: Any, last_place_of: float = 0) -> Error:
    """The largest error where something is asked."""
    each = zip(points, found, wanted, asked, strict=True)
    every = (Error(ulps(x, y, last_place_of), point, x, y) for point, x, y, here in each if here and y is not None)
    return max(every, key=lambda error: error.ulps)


def is_normal_all_the_way(numbers_of: Callable[..., tuple[Any, ...]], point: tuple[Any, ...]) -> bool:
    """Whether the numbers that a formula passes through are floats with all their digits, or are 0 and infinite."""
    limits = np.finfo(point[0].dtype)
    try:
        passed = numbers_of(*(mp.mpf(float(each)) for each in point))
    except ZeroDivisionError:
        return True
    return all(not each or mp.isinf(each) or limits.smallest_normal <= abs(each) <= limits.max for each in passed)


def at(function: Callable[..., Any], point: tuple[Any, ...]) -> Any:
    """The exact value of a function at floats; NaN where it has none; None where it isn't asked."""
    exact = [mp.mpf(float(each)) for each in point]
    try:
        value = function(*exact)
    except ZeroDivisionError:
        if len(point) > 1 and not any(point):
            return None
        near = [float(np.copysign(1, x)) * _NEXT_TO_NOTHING if x == 0 else y for x, y in zip(point, exact, strict=True)]
        try:
            value = function(*near)
        except ZeroDivisionError:
            return mp.nan
    return mp.nan if isinstance(value, mp.mpc) else value


def is_beyond(exact: Any, dtype: Any) -> bool:
    """Whether a number is rounded to an infinity."""
    limits = np.finfo(dtype)
    return bool(abs(exact) >= mp.mpf(float(limits.max)) + mp.mpf(2) ** (limits.maxexp - limits.nmant - 2))


def overflows(exact: Any, point: tuple[Any, ...]) -> bool:
    """Whether a result of finite operands is rounded to an infinity: its gradient is then as it may be."""
    return exact is not None and bool(np.isfinite(point).all()) and is_beyond(exact, point[0].dtype)


def ulps(found: Any, exact: Any, last_place_of: float = 0) -> float:
    """How many units in the last place a float is off; of the exact number, or of `last_place_of` if that is larger."""
    limits = np.finfo(found.dtype)
    if mp.isnan(exact) or np.isnan(found):
        return 0.0 if mp.isnan(exact) and np.isnan(found) else float("inf")
    if np.isinf(found) or is_beyond(exact, found.dtype):
        return 0.0 if np.isinf(found) and is_beyond(exact, found.dtype) and (found > 0) == (exact > 0) else float("inf")
    size = max(abs(exact), mp.mpf(last_place_of), mp.mpf(float(limits.smallest_normal)))
    unit = mp.mpf(2) ** (mp.frexp(size)[1] - 1 - limits.nmant)
    return float(abs(mp.mpf(float(found)) - exact) / unit)
