"""Convolution (畳み込み), and its two derivatives: three views of one form.

A kernel w slides over an input x. Output channel o at window i of sample n is

    y[n, o, i] = b[o] + Σ_c Σ_k  w[o, c, k] · x[n, c, s i + d k - p]

with stride s, dilation d and padding p; outside of the input x is 0. i and k have a number for each spatial dimension.
Weighted with g and summed, y without b is a form that is linear in each of x, w and g:

    T(x, w, g) = Σ_n Σ_o Σ_i Σ_c Σ_k  g[n, o, i] · w[o, c, k] · x[n, c, s i + d k - p]

Whatever stands beside one of the three is a derivative of the other two, so there are three operations, and the
derivatives of each are the others:

    convolution    what stands beside g    from x and w
    transposed     what stands beside x    from g and w: what each window saw goes back to where it lay, and is summed
    correlation    what stands beside w    from g and x: the windows, weighted with g and summed

With groups, the channels are cut into as many groups, and each is a convolution of its own.

**How it is computed.** A convolution is a product of matrices: the windows as columns, a row for each place (c, k) of
the kernel. To copy the windows takes as long as the product, so little is copied, in long runs:

- The batch lies last in memory, in pieces that fit into a processor's cache: then neighbours run to the end of a row of
  the image, times the samples of the piece.
- Only the shifts *along* a row are copied. For two dimensions that gives an array (row, c · k₁, i₁ · n), in which the
  k₀ rows that a window sees lie one after the other: a matrix with a row for each (k₀, c, k₁). The matrices of
  neighbouring windows overlap in memory, and no value stands there k₀ times.

`transposed` goes the same way backwards: the rows of g that see one row of x lie one after the other, and the shifts
along the row are added up.

Source: V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning, https://arxiv.org/abs/1603.07285
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from tinygrad_edu._large_arrays import empty
from tinygrad_edu._summation import add_up
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops._windows import Lengths, Windows
from tinygrad_edu.ops.reduction import sum as sum_of

__all__ = ["convolution", "correlation", "transposed"]

_CACHE = 1 << 20  # bytes of the columns of one piece of a batch (benchmarks W6 and W9)


def _convolution(x: Any, weight: Any, bias: Any, *, windows: Windows, groups: int) -> Any:
    shape = (len(x), len(weight), *windows.counts)
    x, windows = _with_rows(x, windows, windows.dilation)
    x, w = _in_groups(x, groups), _matrices_of(weight, windows, groups)
    b = 0 if bias is None else bias.reshape(groups, len(weight) // groups, *[1] * windows.ndim)
    y = empty((len(x), groups, len(weight) // groups, *windows.counts), x.dtype)
    for samples, columns in _pieces(x, windows):
        sums = w @ _seen(columns, windows.kernel[0], windows.counts[0], windows.stride[0])
        sums = sums.reshape(*sums.shape[:3], *windows.counts[1:], len(x[samples]))
        np.add(_batch_first(sums), b, out=y[samples])
    return y.reshape(shape)


def _correlation(x: Any, y: Any, *, windows: Windows, groups: int) -> Any:
    shape = (y.shape[1], x.shape[1] // groups, *windows.kernel)
    x, windows = _with_rows(x, windows, windows.dilation)
    x, y = _in_groups(x, groups), _in_groups(y.reshape(*y.shape[:2], *windows.counts), groups)
    w: Any = np.zeros((groups, y.shape[2], windows.kernel[0], x.shape[2], *windows.kernel[1:]), x.dtype)
    for samples, columns in _pieces(x, windows):
        factors = _flat(np.ascontiguousarray(_batch_last(y[samples])), 3)
        seen = _seen(columns, windows.kernel[0], windows.counts[0], windows.stride[0])
        w += add_up(factors @ seen.mT, 1).reshape(w.shape)
    return w.swapaxes(2, 3).reshape(shape)


def _transposed(y: Any, weight: Any, *, windows: Windows, groups: int, size: Lengths) -> Any:
    shape = (len(y), groups * weight.shape[1], *size)
    y, windows = _with_rows(y, windows, tuple(map(max, windows.stride, windows.dilation)))
    size = (1,) * (windows.ndim - len(size)) + size
    y, w = _in_groups(y, groups), _matrices_back(weight, windows, groups)
    along = Windows(*[each[1:] for each in windows])
    x = empty((len(y), groups, weight.shape[1], *size), y.dtype)
    for samples in _samples(y, windows.kernel[0]):
        count = len(y[samples])
        sums = w @ _seen(_rows_around(y[samples], windows, size[0]), windows.kernel[0], size[0], 1)
        sums = sums.reshape(*sums.shape[:2], weight.shape[1], *along.kernel, *along.counts, count)
        image: Any = np.zeros((*sums.shape[:3], *along.padded_size(size[1:]), count), y.dtype)
        for place in along.places():
            image[(..., *along.seen_through(place), slice(None))] += sums[(slice(None),) * 3 + place]
        x[samples] = _batch_first(image[(..., *along.inside(size[1:]), slice(None))])
    return x.reshape(shape)


# How the arrays lie. In (group, row, c, …, n), the dots are what has a number for each dimension along a row.


def _with_rows(x: Any, windows: Windows, steps: Lengths) -> tuple[Any, Windows]:
    """The input and its windows; as a single row, if there are no rows or a step leads past some."""
    if windows.ndim > 1 and steps[0] == 1:
        return x, windows
    one = Windows((1,), (1,), (1,), (0,), (1,))
    return x.reshape(*x.shape[:2], 1, *x.shape[2:]), Windows(*[a + b for a, b in zip(one, windows, strict=True)])


def _in_groups(x: Any, groups: int) -> Any:
    """(n, group, c, row, …) of an array without groups."""
    return x.reshape(len(x), groups, x.shape[1] // groups, *x.shape[2:])


def _batch_last(x: Any) -> Any:
    """(group, row, c, …, n) of (n, group, c, row, …), in the same memory."""
    return x.transpose(1, 3, 2, *range(4, x.ndim), 0)


def _batch_first(x: Any) -> Any:
    """The way back."""
    return x.transpose(x.ndim - 1, 0, 2, 1, *range(3, x.ndim - 1))


def _flat(x: Any, first: int) -> Any:
    """The array with all dimensions from number `first` on as one."""
    return x.reshape(*x.shape[:first], prod(x.shape[first:]))


def _matrices_of(weight: Any, windows: Windows, groups: int) -> Any:
    """The kernels as matrices (o, k₀ · c · k₁), for each group and all rows."""
    w = weight.reshape(groups, 1, len(weight) // groups, weight.shape[1], *windows.kernel)
    return _flat(w.swapaxes(3, 4), 3)


def _matrices_back(weight: Any, windows: Windows, groups: int) -> Any:
    """The kernels as matrices (c · k₁, k₀ · o), k₀ from the last to the first, for each group and all rows."""
    w = weight.reshape(groups, 1, len(weight) // groups, weight.shape[1], *windows.kernel)
    w = np.moveaxis(w[:, :, :, :, ::-1], (4, 2), (-2, -1))
    return w.reshape(groups, 1, prod(w.shape[2:-2]), prod(w.shape[-2:]))


def _samples(x: Any, times: int) -> Iterator[slice]:
    """The pieces of a batch: as many samples as fit into the cache, where each takes up `times` its size."""
    size = max(1, _CACHE // max(1, times * prod(x.shape[1:]) * x.itemsize))
    return (slice(start, start + size) for start in range(0, len(x), size))


def _pieces(x: Any, windows: Windows) -> Iterator[tuple[slice, Any]]:
    """The pieces of a batch, each with its rows and their shifts along the row: (group, row, c · k₁, i₁ · n)."""
    size, inside = windows.padded_size(x.shape[3:]), windows.inside(x.shape[3:])
    kernel, counts = windows.kernel[1:], windows.counts[1:]
    image = shifts = columns = np.empty(0)
    for samples in _samples(x, prod(kernel)):
        piece = _batch_last(x[samples])
        groups, _, channels, *_, count = piece.shape
        if image.ndim == 1 or image.shape[-1] != count:
            image = np.zeros((groups, size[0], channels, *size[1:], count), x.dtype)
            columns = empty((groups, size[0], channels, *kernel, *counts, count), x.dtype)
            steps, along = image.strides, image.strides[3:-1]
            apart = [step * d for step, d in zip(along, windows.dilation[1:], strict=True)]
            onward = [step * s for step, s in zip(along, windows.stride[1:], strict=True)]
            shifts = as_strided(image, columns.shape, (*steps[:3], *apart, *onward, steps[-1]))
        image[(slice(None), inside[0], slice(None), *inside[1:])] = piece
        np.copyto(columns, shifts)
        yield samples, columns.reshape(groups, size[0], channels * prod(kernel), prod(counts) * count)


def _rows_around(y: Any, windows: Windows, rows: int) -> Any:
    """The rows (group, row, o, i₁ · n) of windows, such that the k₀ from number r on see row r; 0 where none is."""
    before = windows.kernel[0] - 1 - windows.padding[0]
    y = _batch_last(y)
    whole = np.zeros((len(y), rows + windows.kernel[0] - 1, *y.shape[2:]), y.dtype)
    first, last = max(0, -before), min(y.shape[1], whole.shape[1] - before)
    whole[:, before + first : before + last] = y[:, first:last]
    return _flat(whole, 3)


def _seen(rows: Any, height: int, count: int, stride: int) -> Any:
    """What each of `count` windows sees of the rows, `height` of them, as one matrix: these overlap in memory."""
    groups, _, length, width = rows.shape
    group, row, *steps = rows.strides
    return as_strided(rows, (groups, count, height * length, width), (group, stride * row, *steps))


# The table

convolution: Primitive = primitive(
    _convolution,
    widens=True,
    x=lambda g, weight, x_shape, windows, groups: transposed(
        g, weight, windows=windows, groups=groups, size=x_shape[2:]
    ),
    weight=lambda g, x, windows, groups: correlation(x, g, windows=windows, groups=groups),
    bias=lambda g: sum_of(g, dim=(0, *range(2, g.ndim)), keepdim=False),
)
transposed: Primitive = primitive(
    _transposed,
    name="transposed_convolution",
    widens=True,
    y=lambda g, weight, windows, groups: convolution(g, weight, None, windows=windows, groups=groups),
    weight=lambda g, y, windows, groups: correlation(g, y, windows=windows, groups=groups),
)
correlation: Primitive = primitive(
    _correlation,
    widens=True,
    x=lambda g, y, x_shape, windows, groups: transposed(y, g, windows=windows, groups=groups, size=x_shape[2:]),
    y=lambda g, x, windows, groups: convolution(x, g, None, windows=windows, groups=groups),
)
