"""Counting by place: how often a number occurs, how many values are in each bin, and in which bin a value is.

Counts have no gradient; the weights of `bincount` and of `histogram` do.

Source for every function: https://docs.pytorch.org/docs/stable/generated/torch.histogram.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import return_types
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer, as_number, as_tensor_argument, in_dtype, wrap
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import named, of_tensor, real_already, refuse_bools
from tinygrad_edu.api.arithmetic import div, mul
from tinygrad_edu.api.reduction import sum as sum_of
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops.indexing import put_sum, take
from tinygrad_edu.ops.shape import reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = ["bincount", "bucketize", "histc", "histogram", "searchsorted"]


@of_tensor
def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each of the numbers 0, 1, 2, … occurs; or the sum of the weights that stand where it does.

    Args:
        input: A vector of whole numbers, none of them negative.
        weights: A weight for each.
        minlength: How long the result is at least.

    Raises:
        RuntimeError: If `input` is none such, or `weights` is not as long.

    >>> tg.bincount(tg.tensor([0, 2, 2]), minlength=4)
    tensor([1, 0, 2, 0])
    """
    numbers, least = input._data, as_integer("minlength", minlength)
    if numbers.dtype.kind not in "iu" or numbers.ndim != 1 or (numbers < 0).any():
        raise RuntimeError(f"wanted a vector of whole numbers that aren't negative, got {describe(input)}")
    if least < 0:
        raise RuntimeError(f"minlength must not be negative, got {least}")
    if weights is not None and as_tensor_argument(weights, "weights")._data.shape != numbers.shape:
        raise RuntimeError(f"weights must be as long as {describe(input)}, got {describe(weights)}")
    if weights is None or numbers.size == 0:
        return wrap(np.bincount(numbers, minlength=least))
    weights = in_dtype(weights, np.dtype(np.float32 if weights._data.dtype == np.float32 else np.float64))
    return put_sum(weights, index=(numbers.astype(np.int64),), shape=(max(least, int(numbers.max()) + 1),))


@of_tensor
def histc(input: Tensor, bins: int = 100, min: Number = 0, max: Number = 0, *, out: Tensor | None = None) -> Tensor:
    """How many values are in each of `bins` equally wide bins from `min` to `max`; others aren't counted.

    Args:
        input: A floating-point tensor.
        bins: How many bins.
        min: Where the first begins.
        max: Where the last ends, which belongs to it; if `min` equals `max`, both are those of the values.

    Raises:
        RuntimeError: If there is no bin, `max` is below `min`, or a limit isn't finite.

    >>> tg.histc(tg.tensor([1.0, 2.0, 1.0]), bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    values, count = real_already(input)._data.ravel(), _bins(bins)
    low, high = as_number("min", min), as_number("max", max)
    if low > high:
        raise RuntimeError(f"max must not be below min, got min={low} and max={high}")
    low, high = _limits(values, low, high)
    inside = values[(values >= low) & (values <= high)]
    wide = inside if inside.dtype != np.float16 else inside.astype(np.float32)
    places = ((wide - wide.dtype.type(low)) * count / wide.dtype.type(high - low)).astype(np.int64)
    counts = np.bincount(np.minimum(places, count - 1), minlength=count)
    return wrap(counts.astype(values.dtype))


@of_tensor
def histogram(
    input: Tensor,
    bins: int | Tensor = 100,
    *,
    range: Sequence[float] | None = None,
    weight: Tensor | None = None,
    density: bool = False,
    out: Sequence[Tensor] | None = None,
) -> return_types.histogram:
    """How many values are in each bin, and where the bins begin and end.

    Args:
        input: A floating-point tensor.
        bins: How many equally wide bins; or their edges, in order.
        range: Where the first begins and the last ends; the limits of the values if it isn't given.
        weight: How much each value counts, in the shape of `input`.
        density: Divide by the sum and the widths, so that the area is 1.

    Returns:
        The pair ``(hist, bin_edges)``. A value on an edge belongs to the bin that begins there; the last edge of all
        belongs to the last bin.

    >>> counts, edges = tg.histogram(tg.tensor([1.0, 2.0, 1.0]), bins=2, range=(0.0, 3.0))
    >>> counts, edges
    (tensor([2., 1.]), tensor([0.0000, 1.5000, 3.0000]))
    """
    values = real_already(input)._data.ravel()
    if weight is not None:
        if as_tensor_argument(weight, "weight")._data.shape != input._data.shape:
            raise RuntimeError(f"weight must have the shape of {describe(input)}, got {describe(weight)}")
        if weight._data.dtype != values.dtype:
            raise RuntimeError(f"weight must have the type of {describe(input)}, got {describe(weight)}")
    edges = _edges(values, bins, range)
    places = np.searchsorted(edges, values, side="right") - 1
    places[values == edges[-1]] = len(edges) - 2
    kept = np.flatnonzero((places >= 0) & (places < len(edges) - 1))
    if weight is None:
        counts = wrap(np.bincount(places[kept], minlength=len(edges) - 1).astype(values.dtype))
    else:
        counted = take(reshape(weight, shape=(-1,)), index=(kept,))
        counts = put_sum(counted, index=(places[kept],), shape=(len(edges) - 1,))
    if density:
        counts = div(counts, mul(sum_of(counts), wrap(np.diff(edges))))
    return return_types.histogram((counts, wrap(edges)))


@of_tensor
def searchsorted(
    sorted_sequence: Tensor,
    input: Tensor | Number,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    out: Tensor | None = None,
    sorter: Tensor | None = None,
) -> Tensor:
    """Where each value would have to be put in, so that a sorted sequence stays sorted.

    Args:
        sorted_sequence: A vector in ascending order; or one in each row, for the values of the same row of `input`.
        input: The values.
        out_int32: Return int32 in place of int64.
        right: Behind equal values, and not before them.
        side: ``"right"`` or ``"left"``, for the same.
        sorter: The places that put `sorted_sequence` in order, as `argsort` gives them, if it isn't.

    Raises:
        RuntimeError: If the shapes don't fit, `side` contradicts `right`, or `sorter` has no such places.

    >>> tg.searchsorted(tg.tensor([1, 3, 5]), tg.tensor([0, 3, 9]))
    tensor([0, 1, 3])
    """
    if side not in (None, "left", "right") or (side == "left" and right):
        raise RuntimeError(f"side must be 'left' or 'right' and not contradict right, got {side!r} and right={right}")
    edges, values = refuse_bools(sorted_sequence)._data, _values(input)
    if edges.ndim == 0:
        raise RuntimeError(f"sorted_sequence must have a dimension, got {describe(sorted_sequence)}")
    if edges.ndim > 1 and (values.ndim != edges.ndim or values.shape[:-1] != edges.shape[:-1]):
        raise RuntimeError(
            f"sorted_sequence must be a vector, or have the rows of input, got {describe(sorted_sequence)} beside "
            f"{describe(input)}"
        )
    if sorter is not None:
        edges = np.take_along_axis(edges, _places(sorter, edges), -1)
    return _placed(edges, values, right or side == "right", out_int32)


@named
def bucketize(
    input: Tensor | Number,
    boundaries: Tensor,
    *,
    out_int32: bool = False,
    right: bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """The number of the bucket that each value is in: bucket i ends with the i-th boundary.

    Args:
        input: The values.
        boundaries: A vector in ascending order.
        out_int32: Return int32 in place of int64.
        right: A bucket ends before its boundary.

    Raises:
        RuntimeError: If `boundaries` is no vector.

    >>> tg.bucketize(tg.tensor([0, 3, 9]), tg.tensor([1, 3, 5]))
    tensor([0, 1, 3])
    """
    edges = refuse_bools(as_tensor_argument(boundaries, "boundaries"))._data
    if edges.ndim != 1:
        raise RuntimeError(f"boundaries must be a vector, got {describe(boundaries)}")
    return _placed(edges, _values(input), right, out_int32)


class HistogramsMethods(TensorBase):
    """Counts as methods of tensors."""

    __slots__ = ()

    bincount = method(bincount)
    histc = method(histc)
    histogram = method(histogram)


def _bins(bins: Any) -> int:
    count = as_integer("bins", bins)
    if count <= 0:
        raise RuntimeError(f"bins must be above 0, got {count}")
    return count


def _limits(values: Any, low: Any, high: Any) -> tuple[float, float]:
    """Where bins begin and end: if the limits are the same, those of the values; and never in one point."""
    if low == high and values.size:
        low, high = values.min(), values.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise RuntimeError(f"the limits must be finite, got {low} and {high}")
    return (float(low) - 1, float(high) + 1) if low == high else (float(low), float(high))


def _edges(values: Any, bins: Any, limits: Any) -> Any:
    if isinstance(bins, TensorBase) and bins._data.ndim:
        if limits is not None:
            raise TypeError(f"range goes with a number of bins, got range={limits} and {describe(bins)}")
        if bins._data.ndim > 1 or bins._data.dtype != values.dtype:
            raise RuntimeError(f"edges of bins must be a vector of type {values.dtype}, got {describe(bins)}")
        _bins(bins._data.size - 1)
        return bins._data
    count = _bins(bins)
    if limits is None:
        low, high = (values.min(), values.max()) if values.size else (0, 1)
    else:
        if len(limits) != 2:
            raise RuntimeError(f"range must have two limits, got {len(limits)}")
        low, high = (as_number("range", each) for each in limits)
        if low > high:
            raise RuntimeError(f"range must go up, got {limits}")
    if not (np.isfinite(low) and np.isfinite(high)):
        raise RuntimeError(f"the limits must be finite, got {low} and {high}")
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(float(low), float(high), count + 1).astype(values.dtype)


def _values(x: Any) -> Any:
    """The values to look for: of a tensor, or one number."""
    return refuse_bools(x)._data if isinstance(x, TensorBase) else np.asarray(as_number("input", x))


def _places(sorter: Any, edges: Any) -> Any:
    places = as_tensor_argument(sorter, "sorter")._data
    if places.shape != edges.shape or places.dtype != np.int64:
        raise RuntimeError(f"sorter must hold int64 in shape {edges.shape}, got {describe(sorter)}")
    if places.size and not 0 <= places.min() <= places.max() < edges.shape[-1]:
        raise RuntimeError(f"sorter has places outside of 0 to {edges.shape[-1] - 1}, got {places.tolist()}")
    return places


def _placed(edges: Any, values: Any, right: bool, out_int32: bool) -> Tensor:
    """Where values belong in sorted rows; NaN behind all."""
    side: Any = "right" if right else "left"
    if edges.ndim == 1:
        places = np.asarray(np.searchsorted(edges, values, side))
    else:
        places = np.empty(values.shape, np.int64)
        for row in np.ndindex(edges.shape[:-1]):
            places[row] = np.searchsorted(edges[row], values[row], side)
    if values.dtype.kind == "f":
        places[np.isnan(values)] = edges.shape[-1]
    return wrap(places.astype(np.int32 if out_int32 else np.int64)[()])
