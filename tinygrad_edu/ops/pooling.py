"""Pooling (プーリング): of what a window sees, the largest value, or the mean.

The k-th *view* of an input is what all windows see through place k of their kernel, an array with a value for each
window. So there is one loop, over the few places of a kernel, and everything in it is elementwise:

    the largest    m ← v₀;  m ← max(m, v_k) for each k, and remember k where v_k was larger
    the mean       Σ_k v_k / divisor

What a window chose stays the same on the way back, so `max_pool` needs two rules more, each other's derivative:

    pick     y[i] = x[position of place k(i) of window i]
    put      x[position of place k(i) of window i] += y[i]

and likewise for means, where the divisor is a number, or one for each window:

    avg_pool    y[i] = Σ_k x[position of place k of window i] / divisor[i]
    share       x[position of place k of window i] += y[i] / divisor[i], for each k

Of equal values the first is chosen, and NaN before all others, as in PyTorch. Padding is never chosen, and adds 0.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops._windows import Lengths, Windows

__all__ = ["avg_pool", "largest", "max_pool", "pick", "places_in_input", "put", "share"]


def largest(x: Any, *, windows: Windows) -> tuple[Any, Any]:
    """The largest value that each window sees, and the number of its place."""
    is_float = x.dtype.kind == "f"
    lowest = -np.inf if is_float else np.iinfo(x.dtype).min
    whole = windows.pad(x, lowest)
    has_nan = is_float and x.size > 0 and np.isnan(x.max())
    best = whole[(..., *windows.seen_through((0,) * windows.ndim))].copy()
    chosen = np.zeros(best.shape, np.min_scalar_type(windows.size_of_kernel()))
    for number, place in enumerate(windows.places()):
        view = whole[(..., *windows.seen_through(place))]
        better = view > best
        if has_nan:
            better |= np.isnan(view)
        np.maximum(best, view, out=best)
        np.maximum(chosen, better * chosen.dtype.type(number), out=chosen)  # as numbers grow, the last one stays
    if whole is not x:
        _choose_values(chosen, best == lowest, windows, x.shape[x.ndim - windows.ndim :])
    return best, chosen


def _choose_values(chosen: Any, where: Any, windows: Windows, size: Lengths) -> None:
    """Choose the first place that is not padding, where that is as large as the input."""
    if where.any():
        inside = windows.pad(np.ones(size, bool), False)
        for number, place in reversed(list(enumerate(windows.places()))):
            np.copyto(chosen, chosen.dtype.type(number), where=where & inside[windows.seen_through(place)])


def places_in_input(chosen: Any, windows: Windows, size: Lengths) -> Any:
    """Where in an input of that size, counted row by row, the chosen places of the windows lie."""
    at = np.unravel_index(chosen, windows.kernel)
    found: Any = 0
    for dim, length in enumerate(size):
        window = np.arange(windows.counts[dim]).reshape(-1, *[1] * (windows.ndim - dim - 1))
        position = windows.stride[dim] * window + windows.dilation[dim] * at[dim] - windows.padding[dim]
        found = found * length + position
    return found


def _pick(x: Any, *, chosen: Any, windows: Windows) -> Any:
    whole = windows.pad(x)
    y = np.empty(chosen.shape, x.dtype)
    for number, place in enumerate(windows.places()):
        np.copyto(y, whole[(..., *windows.seen_through(place))], where=chosen == number)
    return y


def _put(y: Any, *, chosen: Any, windows: Windows, size: Lengths) -> Any:
    whole: Any = np.zeros((*y.shape[: y.ndim - windows.ndim], *windows.padded_size(size)), y.dtype)
    row = y.ravel("K")
    is_finite = isfinite(row.dot(row))
    for number, place in enumerate(windows.places()):
        view = whole[(..., *windows.seen_through(place))]
        if not is_finite:  # a product would make NaN of 0 · ∞
            np.add(view, y, out=view, where=chosen == number)
        elif windows.disjoint:
            np.multiply(y, chosen == number, out=view)  # a fifth of the time of choosing (benchmarks W6 and W9)
        else:
            view += y * (chosen == number)
    return _without_padding(whole, windows, size)


def _avg_pool(x: Any, *, windows: Windows, divisor: Any) -> Any:
    whole = windows.pad(x)
    total: Any = np.zeros((*x.shape[: x.ndim - windows.ndim], *windows.counts), x.dtype)
    for place in windows.places():
        total += whole[(..., *windows.seen_through(place))]
    if x.dtype.kind != "f":
        return np.trunc(total / divisor).astype(x.dtype)
    total /= divisor
    return total


def _share(y: Any, *, windows: Windows, divisor: Any, size: Lengths) -> Any:
    whole: Any = np.zeros((*y.shape[: y.ndim - windows.ndim], *windows.padded_size(size)), y.dtype)
    part = np.divide(y, divisor, dtype=y.dtype)
    for place in windows.places():
        whole[(..., *windows.seen_through(place))] += part
    return _without_padding(whole, windows, size)


def _without_padding(whole: Any, windows: Windows, size: Lengths) -> Any:
    return np.ascontiguousarray(whole[(..., *windows.inside(size))])


# The table

max_pool: Primitive = primitive(
    largest,
    name="max_pool",
    residuals={"chosen": None},
    x=lambda g, chosen, x_shape, windows: put(g, chosen=chosen, windows=windows, size=x_shape[-windows.ndim :]),
)
pick: Primitive = primitive(
    _pick,
    name="pick_of_windows",
    x=lambda g, x_shape, chosen, windows: put(g, chosen=chosen, windows=windows, size=x_shape[-windows.ndim :]),
)
put: Primitive = primitive(
    _put,
    name="put_into_windows",
    widens=True,
    y=lambda g, chosen, windows: pick(g, chosen=chosen, windows=windows),
)
avg_pool: Primitive = primitive(
    _avg_pool,
    widens=True,
    x=lambda g, x_shape, windows, divisor: share(g, windows=windows, divisor=divisor, size=x_shape[-windows.ndim :]),
)
share: Primitive = primitive(
    _share,
    name="share_with_windows",
    widens=True,
    y=lambda g, windows, divisor: avg_pool(g, windows=windows, divisor=divisor),
)
