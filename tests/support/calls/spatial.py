"""Functions over spatial dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from support.arrays import ANY, POSITIVE, arrays, lattice
from support.calls.call import Call, Calls
from support.cases.spatial import FEW, numbers

import tinygrad_edu as tg


def one_or_each(least: int, most: int, ndim: int) -> st.SearchStrategy[Any]:
    """A setting: one number for all dimensions, or one for each."""
    return st.one_of(st.integers(least, most), numbers(least, most, ndim))


def each_of(value: Any, ndim: int) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,) * ndim


@st.composite
def convolved(draw: st.DrawFn, ndim: int) -> Call:
    groups, inputs, outputs = (draw(FEW) for _ in range(3))
    kernel = draw(numbers(1, 2, ndim))
    settings: dict[str, Any] = {"groups": groups, "dilation": draw(one_or_each(1, 2, ndim))}
    settings["padding"] = draw(st.one_of(st.sampled_from(["same", "valid"]), one_or_each(0, 1, ndim)))
    settings["stride"] = 1 if settings["padding"] == "same" else draw(one_or_each(1, 2, ndim))
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, each_of(settings["dilation"], ndim), strict=True)]
    size = [span + draw(st.integers(0, 1)) for span in spans]
    places = {
        "input": draw(arrays((*draw(st.sampled_from([(), (1,), (2,)])), groups * inputs, *size))),
        "weight": draw(arrays((groups * outputs, inputs, *kernel))),
    }
    if draw(st.booleans()):
        places["bias"] = draw(arrays((groups * outputs,)))
    return Call(places, settings)


@st.composite
def transposed(draw: st.DrawFn, ndim: int) -> Call:
    groups, inputs, outputs = (draw(FEW) for _ in range(3))
    kernel = draw(numbers(1, 2, ndim))
    settings: dict[str, Any] = {"groups": groups, "dilation": draw(one_or_each(1, 2, ndim))}
    settings["stride"] = draw(one_or_each(1, 2, ndim))
    room = [d * (k - 1) for k, d in zip(kernel, each_of(settings["dilation"], ndim), strict=True)]
    settings["padding"] = tuple(draw(st.integers(0, min(1, each // 2))) for each in room)
    steps = zip(each_of(settings["stride"], ndim), each_of(settings["dilation"], ndim), strict=True)
    settings["output_padding"] = tuple(draw(st.integers(0, max(pair) - 1)) for pair in steps)
    places = {
        "input": draw(arrays((*draw(st.sampled_from([(), (1,), (2,)])), groups * inputs, *draw(numbers(1, 2, ndim))))),
        "weight": draw(arrays((groups * inputs, outputs, *kernel))),
    }
    if draw(st.booleans()):
        places["bias"] = draw(arrays((groups * outputs,)))
    return Call(places, settings)


@st.composite
def padded(draw: st.DrawFn) -> Call:
    mode = draw(st.sampled_from(["constant", "reflect", "replicate", "circular"]))
    ndim = draw(FEW)
    shape = (*draw(st.sampled_from([(), (2,)])), *draw(numbers(2, 3, ndim + 1)))
    most = {"reflect": -1, "circular": 0}
    pads = [draw(st.integers(-1, min(2, n + most.get(mode, 2)))) for n in shape[: -ndim - 1 : -1] for _ in (0, 1)]
    value = draw(st.sampled_from([None, 1.5])) if mode == "constant" else None
    return Call({"input": draw(arrays(shape))}, {"pad": tuple(pads), "mode": mode, "value": value})


@st.composite
def pooled(draw: st.DrawFn, kind: str, ndim: int) -> Call:
    """An input that some window fills; of different values, and for norms of positive ones."""
    kernel = draw(FEW if (kind, ndim) == ("lp", 1) else one_or_each(1, 2, ndim))
    settings: dict[str, Any] = {"kernel_size": kernel, "stride": draw(st.one_of(st.none(), one_or_each(1, 2, ndim)))}
    settings["ceil_mode"] = draw(st.booleans())
    dilation = draw(one_or_each(1, 2, ndim)) if kind == "max" else 1
    each = zip(each_of(kernel, ndim), each_of(dilation, ndim), strict=True)
    spans = [d * (k - 1) + 1 for k, d in each]
    if kind == "max":
        settings["dilation"] = dilation
    if kind == "lp":
        settings["norm_type"] = draw(st.sampled_from([2, 3.0, 1]))
    else:
        settings["padding"] = tuple(draw(st.integers(0, min(1, span // 2))) for span in spans)
    if kind == "avg":
        settings["count_include_pad"] = draw(st.booleans())
    if kind == "avg" and ndim > 1:
        settings["divisor_override"] = draw(st.sampled_from([None, 3, -2]))
    shape = (*draw(st.sampled_from([(), (2,)])), 1, *(span + draw(st.integers(0, 1)) for span in spans))
    return Call({"input": draw(arrays(shape, POSITIVE if kind == "lp" else ANY, unique=kind == "max"))}, settings)


@st.composite
def adaptive(draw: st.DrawFn, kind: str, ndim: int) -> Call:
    size = draw(numbers(1, 4 if ndim == 1 else 3 if ndim == 2 else 2, ndim))
    wanted = st.integers(1, 3) if ndim == 1 else st.one_of(st.none(), st.integers(1, 3))
    sizes = st.tuples(*[wanted] * ndim)
    shape = (*draw(st.sampled_from([(), (1,)])), 1, *size)
    output_size = draw(sizes if draw(st.booleans()) else st.integers(1, 2))
    return Call({"input": draw(arrays(shape, lattice(0), unique=kind == "max"))}, {"output_size": output_size})


@st.composite
def unpooled(draw: st.DrawFn, ndim: int) -> Call:
    padding = draw(st.integers(0, 1))  # at most half of the kernel, and something must be left
    kernel, stride = draw(one_or_each(1 + padding, 2, ndim)), draw(st.one_of(st.none(), st.just(2)))
    settings: dict[str, Any] = {"kernel_size": kernel, "stride": stride, "padding": padding}
    counts = draw(numbers(1 + padding, 2, ndim))
    each = zip(counts, each_of(kernel, ndim), each_of(stride or kernel, ndim), strict=True)
    size = [(n - 1) * s + k - 2 * padding for n, k, s in each]
    if stride == 2 and draw(st.booleans()):
        size = [n + 1 for n in size]
        settings["output_size"] = tuple(size)
    length, count = int(np.prod(size)), int(np.prod(counts))
    places = draw(st.permutations(range(max(length, count))))
    assume(count <= length)
    settings["indices"] = tg.tensor(np.array(places[:count]).reshape(1, *counts))
    return Call({"input": draw(arrays((1, *counts)))}, settings)


@st.composite
def folded(draw: st.DrawFn, back: bool) -> Call:
    kernel, stride, dilation = draw(one_or_each(1, 2, 2)), draw(one_or_each(1, 2, 2)), draw(one_or_each(1, 2, 2))
    padding = draw(one_or_each(0, 1, 2))
    settings: dict[str, Any] = {"kernel_size": kernel, "stride": stride, "dilation": dilation, "padding": padding}
    each = zip(each_of(kernel, 2), each_of(dilation, 2), strict=True)
    spans = [d * (k - 1) + 1 for k, d in each]
    size = tuple(span + draw(st.integers(0, 1)) for span in spans)
    front = draw(st.sampled_from([(), (2,)]))
    if not back:
        return Call({"input": draw(arrays((*front, 1, *size)))}, settings)
    sides = zip(size, spans, each_of(padding, 2), each_of(stride, 2), strict=True)
    counts = [(n + 2 * p - span) // s + 1 for n, span, p, s in sides]
    values = int(np.prod(each_of(kernel, 2)))
    return Call({"input": draw(arrays((*front, values, counts[0] * counts[1])))}, settings | {"output_size": size})


@st.composite
def resized(draw: st.DrawFn) -> Call:
    modes = {"linear": 1, "bilinear": 2, "trilinear": 3, "bicubic": 2}
    mode = draw(st.sampled_from([*modes, "nearest", "nearest-exact", "area"]))
    ndim = modes.get(mode) or draw(FEW)
    settings: dict[str, Any] = {"mode": mode}
    if mode.endswith(("linear", "cubic")):
        settings["align_corners"] = draw(st.sampled_from([None, False, True]))
    if draw(st.booleans()):
        settings["size"] = draw(one_or_each(1, 4, ndim))
    else:
        factors = st.sampled_from([1.0, 2.0, 1.5, 0.5, 2.6])
        settings["scale_factor"] = draw(st.one_of(factors, st.tuples(*[factors] * ndim)))
        settings["recompute_scale_factor"] = draw(st.sampled_from([None, False, True]))
    return Call({"input": draw(arrays((draw(FEW), 1, *draw(numbers(2, 3 if ndim < 3 else 2, ndim)))))}, settings)


@st.composite
def shuffled(draw: st.DrawFn, setting: str) -> Call:
    r, (high, wide), channels = draw(FEW), draw(numbers(1, 2, 2)), draw(FEW)
    shapes = {
        "upscale_factor": (channels * r * r, high, wide),
        "downscale_factor": (channels, high * r, wide * r),
        "groups": (channels * r, high, wide),
    }
    front = (draw(FEW),) if setting == "groups" else draw(st.sampled_from([(), (1,), (2,)]))
    return Call({"input": draw(arrays((*front, *shapes[setting])))}, {setting: r})


@st.composite
def responses(draw: st.DrawFn) -> Call:
    shape = (draw(FEW), *draw(numbers(1, 3, 2)), *draw(st.sampled_from([(), (2,)])))
    settings = {"size": draw(st.integers(1, 4)), "alpha": draw(st.sampled_from([1e-4, 0.5]))}
    settings |= {"beta": draw(st.sampled_from([0.75, 1.0, 2.0])), "k": draw(st.sampled_from([1.0, 2.0]))}
    return Call({"input": draw(arrays(shape))}, settings)


BETWEEN_PLACES = st.sampled_from([-2.3, -1.2, -0.3, 0.2, 0.7, 1.3, 1.8, 2.7, 3.3])  # no whole ones, and no halves


@st.composite
def placed_evenly(draw: st.DrawFn) -> Call:
    ndim = draw(st.integers(2, 3))
    count, size = draw(FEW), draw(numbers(1, 3, ndim))
    theta = draw(arrays((count, ndim, ndim + 1)))
    aligned = draw(st.booleans()) and min(size) > 1  # or there is a warning
    return Call({"theta": theta}, {"size": (count, 1, *size), "align_corners": aligned})


@st.composite
def sampled(draw: st.DrawFn) -> Call:
    """Images, and a grid of places that lie between their values, in pixels and then as they are given."""
    mode = draw(st.sampled_from(["bilinear", "nearest", "bicubic"]))
    ndim = 2 if mode == "bicubic" else draw(st.integers(2, 3))
    count, lengths = draw(st.integers(1, 2)), draw(numbers(2, 3, ndim))
    pixels = draw(arrays((count, *draw(numbers(1, 2, ndim)), ndim), BETWEEN_PLACES))
    aligned = draw(st.booleans())
    wide = np.array(lengths[::-1])
    grid = 2 * pixels / (wide - 1) - 1 if aligned else (2 * pixels + 1) / wide - 1
    settings = {"mode": mode, "padding_mode": draw(st.sampled_from(["zeros", "border", "reflection"]))}
    places = {"input": draw(arrays((count, draw(FEW), *lengths))), "grid": grid}
    return Call(places, settings | {"align_corners": aligned})


SPATIAL: dict[str, Calls] = {
    "unfold": folded(back=False),
    "fold": folded(back=True),
    "affine_grid": placed_evenly(),
    "grid_sample": sampled(),
    "interpolate": resized(),
    "pixel_shuffle": shuffled("upscale_factor"),
    "pixel_unshuffle": shuffled("downscale_factor"),
    "channel_shuffle": shuffled("groups"),
    "local_response_norm": responses(),
    **{f"{kind}_pool{ndim}d": pooled(kind, ndim) for kind in ("avg", "lp", "max") for ndim in (1, 2, 3)},
    **{f"adaptive_{kind}_pool{ndim}d": adaptive(kind, ndim) for kind in ("avg", "max") for ndim in (1, 2, 3)},
    **{f"max_unpool{ndim}d": unpooled(ndim) for ndim in (1, 2, 3)},
    "conv1d": convolved(1),
    "conv2d": convolved(2),
    "conv3d": convolved(3),
    "conv_transpose1d": transposed(1),
    "conv_transpose2d": transposed(2),
    "conv_transpose3d": transposed(3),
    "pad": padded(),
}
