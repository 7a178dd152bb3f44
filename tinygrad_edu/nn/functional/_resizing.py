"""Images of another size: each new value is made of old ones near its place.

Along a dimension of L values that becomes one of M, the new value number i lies at the place

    x = (i + ½) L / M - ½              in the middle of its share of the old values
    x = i (L - 1) / (M - 1)            with ``align_corners``, where the outermost values stay in the corners

and is made of the old values next to it, weighted by how far away they are, t = x - ⌊x⌋:

    linear    (1 - t) v₀ + t v₁
    cubic     a(1 + t) v₋₁ + b(t) v₀ + b(1 - t) v₁ + a(2 - t) v₂, of which the weights have smooth slopes

One dimension after the other is done so.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html; the cubic weights, with
slope -0.75, are those of R. Keys, Cubic convolution interpolation for digital image processing (1981)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_edu._errors import shape_of, warn
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer, as_number
from tinygrad_edu.api._reading import of_tensor, widening
from tinygrad_edu.nn.functional._pooling import adaptive
from tinygrad_edu.nn.functional._spatial import check_floating
from tinygrad_edu.ops.arithmetic import add, mul
from tinygrad_edu.ops.indexing import take
from tinygrad_edu.ops.shape import clone

__all__ = ["interpolate", "upsample", "upsample_bilinear", "upsample_nearest"]

Taps = list[tuple[Any, Any]]  # for each of the old values that a new one is made of: where it stands, and its weight

_LINEAR = {"linear": 1, "bilinear": 2, "trilinear": 3}
_INTERPOLATING = (*_LINEAR, "bicubic")
_MODES = ("nearest", "nearest-exact", "area", *_INTERPOLATING)
_SLOPE = -0.75


@of_tensor
@widening
def interpolate(
    input: Tensor,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Batches of sequences, images or volumes in another size.

    Args:
        input: (N, C, L), (N, C, H, W) or (N, C, D, H, W).
        size: The new size; or
        scale_factor: how many times as large it is.
        mode: What a new value is: ``"nearest"`` and ``"nearest-exact"`` the old one whose share it lies in, at its
            beginning and its middle; ``"area"`` the mean of those in its share; ``"linear"``, ``"bilinear"`` and
            ``"trilinear"`` (for one, two and three dimensions) a mean of its neighbours; ``"bicubic"`` a smoother one.
        align_corners: Whether the outermost values stay in the corners, for the last four.
        recompute_scale_factor: Whether the factor is that between the two sizes, which are whole.
        antialias: Not supported.

    Raises:
        ValueError: If there isn't just one of `size` and `scale_factor`, or the options don't go together.
        NotImplementedError: If the mode is none of those, or isn't for so many dimensions.

    >>> x = tg.tensor([[[0.0, 10.0]]])
    >>> tg.nn.functional.interpolate(x, size=4)
    tensor([[[ 0.,  0., 10., 10.]]])
    >>> tg.nn.functional.interpolate(x, size=4, mode="linear")
    tensor([[[ 0.0000,  2.5000,  7.5000, 10.0000]]])
    """
    ndim = _check(input, mode, align_corners, antialias)
    lengths = input._data.shape[2:]
    sizes, factors = _read_size(lengths, size, scale_factor, recompute_scale_factor)
    if mode == "area":
        pools: tuple[Any, ...] = (
            adaptive.adaptive_avg_pool1d,
            adaptive.adaptive_avg_pool2d,
            adaptive.adaptive_avg_pool3d,
        )
        pooled: Tensor = pools[ndim - 1](input, sizes)
        return pooled
    if min(sizes) < 1 or 0 in lengths or input._data.shape[1] == 0:
        raise RuntimeError(f"only the batch may be empty, got shape {shape_of(input)} and a new size of {sizes}")
    result: Any = input
    for dim, (length, count, factor) in enumerate(zip(lengths, sizes, factors, strict=True), 2):
        if count != length or factor not in (None, 1.0):
            result = _resized(result, dim, _taps(mode, length, count, factor, bool(align_corners), input._data.dtype))
    return clone(result) if result is input else result


@of_tensor
def upsample(
    input: Tensor,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """What `interpolate` was called before; deprecated.

    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     tg.nn.functional.upsample(tg.tensor([[[0.0, 10.0]]]), size=4)
    tensor([[[ 0.,  0., 10., 10.]]])
    """
    return _deprecated("upsample", input, size, scale_factor, mode, align_corners)


@of_tensor
def upsample_nearest(
    input: Tensor, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None
) -> Tensor:
    """``interpolate(mode="nearest")``; deprecated.

    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     tg.nn.functional.upsample_nearest(tg.tensor([[[0.0, 10.0]]]), size=4)
    tensor([[[ 0.,  0., 10., 10.]]])
    """
    return _deprecated("upsample_nearest", input, size, scale_factor, "nearest", None)


@of_tensor
def upsample_bilinear(
    input: Tensor, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None
) -> Tensor:
    """``interpolate(mode="bilinear", align_corners=True)``; deprecated.

    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     tg.nn.functional.upsample_bilinear(tg.tensor([[[[0.0, 10.0]]]]), size=(1, 3))
    tensor([[[[ 0.,  5., 10.]]]])
    """
    return _deprecated("upsample_bilinear", input, size, scale_factor, "bilinear", True)


def _deprecated(name: str, *arguments: Any) -> Tensor:
    warn(f"nn.functional.{name} is deprecated; use nn.functional.interpolate instead")
    return interpolate(*arguments)


def _check(input: Tensor, mode: str, align_corners: Any, antialias: bool) -> int:
    """Refuse what doesn't go together, and return the number of dimensions."""
    ndim: int = input._data.ndim - 2
    if mode not in _MODES or not 1 <= ndim <= 3:
        raise NotImplementedError(
            f"wanted a batch (N, C, …) of one to three dimensions and a mode among {', '.join(_MODES)}, got an input "
            f"of shape {shape_of(input)} and mode={mode!r}"
        )
    if _LINEAR.get(mode, 2 if mode == "bicubic" else ndim) != ndim:
        raise NotImplementedError(
            f"mode={mode!r} is not for {ndim} dimensions, got an input of shape {shape_of(input)}"
        )
    if align_corners is not None and mode not in _INTERPOLATING:
        raise ValueError(f"align_corners is for {', '.join(_INTERPOLATING)}, got mode={mode!r}")
    if antialias:
        raise NotImplementedError("antialias=True is not supported; make the image smaller with mode='area'")
    if mode not in ("nearest", "nearest-exact") or input._data.dtype != np.uint8:
        check_floating(input)
    return ndim


def _read_size(lengths: tuple[int, ...], size: Any, scale_factor: Any, recompute: Any) -> tuple[Any, Any]:
    """The new size, and the factors between the two; None for those that follow from the sizes."""
    ndim = len(lengths)
    if (size is None) == (scale_factor is None):
        raise ValueError(f"wanted either size or scale_factor, got size={size!r} and scale_factor={scale_factor!r}")
    name, given = ("size", size) if scale_factor is None else ("scale_factor", scale_factor)
    each = tuple(given) if isinstance(given, (tuple, list)) else (given,) * ndim
    if len(each) != ndim:
        raise ValueError(f"{name} must be one number or {ndim} of them, got {given!r}")
    if scale_factor is None:
        if recompute:
            raise ValueError(f"recompute_scale_factor is for a scale_factor, got size={size!r}")
        return tuple(as_integer("size", one) for one in each), (None,) * ndim
    factors = tuple(float(as_number("scale_factor", one)) for one in each)
    if not all(0 < factor < 1e9 for factor in factors):
        raise RuntimeError(f"scale_factor must be positive, and not too large, got {scale_factor!r}")
    sizes = tuple(int(n * factor) for n, factor in zip(lengths, factors, strict=True))
    return sizes, (None,) * ndim if recompute else factors


def _taps(mode: str, length: int, count: int, factor: Any, align_corners: bool, dtype: Any) -> Taps:
    """What each of the `count` new values along a dimension is made of."""
    kind: Any = np.float64 if dtype == np.float64 and mode in _INTERPOLATING else np.float32
    step = kind(length / count if factor is None else 1 / factor)
    i = np.arange(count, dtype=kind)
    if mode in ("nearest", "nearest-exact"):
        places = (i if mode == "nearest" else i + kind(0.5)) * step
        return [(np.minimum(places.astype(np.int64), length - 1), None)]
    if align_corners:
        x = i * kind((length - 1) / (count - 1) if count > 1 else 0)
    else:
        x = (i + kind(0.5)) * step - kind(0.5)
    if mode != "bicubic":
        x = np.maximum(x, 0)
    first = np.floor(x).astype(np.int64)
    if mode != "bicubic":
        first = np.minimum(first, length - 1)
    t = x - first.astype(kind)
    weights = CUBIC if mode == "bicubic" else TENT
    start = first - 1 if mode == "bicubic" else first
    return [(np.clip(start + number, 0, length - 1), weight(t)) for number, weight in enumerate(weights)]


def _near(t: Any) -> Any:
    """The cubic weight of a value that lies t < 1 away."""
    return ((_SLOPE + 2) * t - (_SLOPE + 3)) * t * t + 1


def _far(t: Any) -> Any:
    """The cubic weight of a value that lies 1 < t < 2 away."""
    return ((_SLOPE * t - 5 * _SLOPE) * t + 8 * _SLOPE) * t - 4 * _SLOPE


TENT: Sequence[Callable[[Any], Any]] = (lambda t: 1 - t, lambda t: t)
CUBIC: Sequence[Callable[[Any], Any]] = (lambda t: _far(1 + t), _near, lambda t: _near(1 - t), lambda t: _far(2 - t))


def _resized(x: Any, dim: int, taps: Taps) -> Any:
    """One dimension, each value the weighted sum of its taps."""
    total: Any = None
    for places, weight in taps:
        part = take(x, index=(*[slice(None)] * dim, places, *[slice(None)] * (x.ndim - dim - 1)))
        if weight is not None:
            part = mul(part, weight.astype(x._data.dtype).reshape(-1, *[1] * (x.ndim - dim - 1)))
        total = part if total is None else add(total, part)
    return total
