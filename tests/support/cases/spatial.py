"""The calls of rules over spatial dimensions: convolutions, padding."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from support.arrays import Shape, arrays, shapes
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


SPATIAL: dict[str, Cases] = {
    "convolution": _convolved("x", "w"),
    "transposed_convolution": _convolved("y", "w"),
    "correlation": _convolved("x", "y"),
    "constant_pad_nd": _padded(),
}
