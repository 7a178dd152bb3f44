"""The calls of rules over spatial dimensions: convolutions, padding."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from support.arrays import NONZERO, Shape, arrays, lattice, shapes
from support.elementwise import Case, Cases

from tinygrad_edu.ops._windows import Windows

FEW = st.integers(1, 2)


def numbers(least: int, most: int, ndim: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.tuples(*[st.integers(least, most)] * ndim)


@st.composite
def windows_on(draw: st.DrawFn, ndim: int) -> tuple[Windows, Shape]:
    """Windows, and the size of an input on which they lie; the last may reach beyond it, or not see all of it."""
    kernel, counts, stride, dilation = (draw(numbers(1, 2, ndim)) for _ in range(4))
    padding = draw(numbers(0, 1, ndim))
    windows = Windows(kernel, counts, stride, padding, dilation)
    sizes = [max(1, n - p + draw(st.integers(-1, 1))) for n, p in zip(windows.reach, padding, strict=True)]
    return windows, tuple(sizes)


@st.composite
def _convolved(draw: st.DrawFn, first: str, second: str) -> Case:
    """Two of the three that a convolution is made of: an input x, a weight w, the sums y."""
    ndim, groups, inputs, outputs = (draw(FEW) for _ in range(4))
    windows, size = draw(windows_on(ndim))
    batch = draw(st.integers(0, 2))
    of: dict[str, Any] = {
        "x": (batch, groups * inputs, *size),
        "w": (groups * outputs, inputs, *windows.kernel),
        "y": (batch, groups * outputs, *windows.counts),
    }
    operands = [draw(arrays(of[first])), draw(arrays(of[second]))]
    if (first, second) == ("x", "w"):
        operands.append(draw(st.one_of(st.none(), arrays((groups * outputs,)))))
    settings: dict[str, Any] = {"windows": windows, "groups": groups}
    return Case(tuple(operands), settings | ({"size": size} if first == "y" else {}))


@st.composite
def _padded(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    pads = [(a, draw(st.integers(-min(n, n + a), 2))) for n in shape for a in [draw(st.integers(-n, 2))]]
    return Case((draw(arrays(shape)),), {"pads": pads, "value": draw(st.sampled_from([0, 1.5]))})


def _distinct(shape: Shape) -> st.SearchStrategy[np.ndarray]:
    """Values that are all different, by a tenth at least."""
    count = int(np.prod(shape))
    return st.permutations(range(count)).map(lambda order: (np.array(order).reshape(shape) - count / 2) / 10)


def _sees(kernel: int, count: int, stride: int, padding: int, dilation: int, size: int) -> bool:
    """Whether each window along a dimension holds a place of the input."""
    starts = [number * stride - padding for number in range(count)]
    return all(any(0 <= start + k * dilation < size for k in range(kernel)) for start in starts)


@st.composite
def _pooled(draw: st.DrawFn, rule: str) -> Case:
    """Windows on images of different values, so that none is the largest beside another."""
    ndim = draw(FEW)
    windows, size = draw(windows_on(ndim))
    windows = windows._replace(
        padding=tuple(min(p, k - 1) for p, k in zip(windows.padding, windows.kernel, strict=True))
    )
    if rule == "max_pool":  # as its function grants, each window sees some value
        assume(all(_sees(*each) for each in zip(*windows, size, strict=True)))
    backwards = rule in ("put_into_windows", "share_with_windows")
    shape = (draw(FEW), *(windows.counts if backwards else size))
    x = draw(_distinct(shape) if rule == "max_pool" else arrays(shape, lattice(0)))
    settings: dict[str, Any] = {"windows": windows} | ({"size": size} if backwards else {})
    if rule in ("pick_of_windows", "put_into_windows"):
        settings["chosen"] = draw(hnp.arrays(np.uint8, (shape[0], *windows.counts), elements=st.integers(0, 0)))
        settings["chosen"] += draw(st.integers(0, windows.size_of_kernel() - 1))
    if rule in ("avg_pool", "share_with_windows"):
        settings["divisor"] = draw(st.one_of(st.sampled_from([2, -3]), arrays(windows.counts, NONZERO)))
    return Case((x,), settings)


@st.composite
def _folded(draw: st.DrawFn, rule: str) -> Case:
    windows, size = draw(windows_on(2))
    batch, channels = draw(st.integers(0, 2)), draw(FEW)
    if rule == "im2col":
        return Case((draw(arrays((batch, channels, *size))),), {"windows": windows})
    shape = (batch, channels * windows.size_of_kernel(), windows.counts[0] * windows.counts[1])
    return Case((draw(arrays(shape)),), {"windows": windows, "size": size})


SPATIAL: dict[str, Cases] = {
    **{rule: _folded(rule) for rule in ("im2col", "col2im")},
    **{rule: _pooled(rule) for rule in ("avg_pool", "max_pool", "pick_of_windows", "put_into_windows")},
    "share_with_windows": _pooled("share_with_windows"),
    "convolution": _convolved("x", "w"),
    "transposed_convolution": _convolved("y", "w"),
    "correlation": _convolved("x", "y"),
    "constant_pad_nd": _padded(),
}
