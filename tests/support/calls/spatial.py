"""Functions over spatial dimensions."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from support.arrays import arrays
from support.calls.call import Call, Calls
from support.cases.spatial import FEW, numbers


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


SPATIAL: dict[str, Calls] = {
    "conv1d": convolved(1),
    "conv2d": convolved(2),
    "conv3d": convolved(3),
    "conv_transpose1d": transposed(1),
    "conv_transpose2d": transposed(2),
    "conv_transpose3d": transposed(3),
    "pad": padded(),
}
